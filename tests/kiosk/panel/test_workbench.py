"""The workbench: every key reaches the bench, nothing is cut off, secrets are only ever what the trace shows."""

import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest

from kiosk.panel.chores import Chores
from kiosk.panel.notes import Notes
from kiosk.panel.painter import Painter
from kiosk.panel.words import Words
from kiosk.panel.workbench import Workbench
from kiosk.panel.workbench_state import BenchState
from kiosk.panel.workbench_tabs import FAULTS, TABS
from kiosk.panel.workbench_view import Desk
from kiosk.panel.workbench_view import bench as bench_view
from kiosk.screens.view import Press
from tests.kiosk.machine import Machine
from tests.kiosk.panel.own_kiosk import OwnBench, OwnKiosk, OwnMoney, OwnPerson

SIZE = (680, 800)


@pytest.fixture(autouse=True)
def display() -> Iterator[None]:
    pygame.display.init()
    pygame.font.init()
    pygame.display.set_mode(SIZE)
    yield
    pygame.display.quit()


@pytest.fixture
def controls() -> OwnBench:
    return OwnBench()


@pytest.fixture
def chores() -> Iterator[Chores]:
    given = Chores(lambda: None)
    yield given
    given.close()


@pytest.fixture
def bench(controls: OwnBench, chores: Chores) -> Workbench:
    workbench = Workbench(controls, Words.load(), chores, SIZE)
    settle(workbench, chores, lambda: bool(workbench.state.people))
    return workbench


def settle(workbench: Workbench, chores: Chores, is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        workbench.refresh()
        chores.finish()
        workbench.paint(pygame.Surface(SIZE))
        if is_so():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


def tap(workbench: Workbench, button: str, value: str = "") -> None:
    press = find(workbench, button, value)
    x, y = press.rect.x + press.rect.width / 2, press.rect.y + press.rect.height / 2
    workbench.down(x, y)
    workbench.up(x, y)


def find(workbench: Workbench, button: str, value: str = "") -> Press:
    return next(one for one in workbench.view.buttons if one.button == button and one.value == value)


def test_a_card_is_chosen_placed_and_taken(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    tap(bench, "choose", "hanako")
    tap(bench, "place")
    settle(bench, chores, lambda: bench.state.on_reader == "hanako")
    assert not find(bench, "place").enabled
    tap(bench, "remove")
    settle(bench, chores, lambda: bench.state.on_reader is None)
    tap(bench, "other")
    settle(bench, chores, lambda: bench.state.on_reader == "other")

    assert controls.card_on_reader == "other"


def test_a_blocked_card_is_unblocked_and_renewed(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    assert any("ロック中" in word for word in bench.view.words)
    tap(bench, "choose", "hanako")
    tap(bench, "unblock")
    settle(bench, chores, lambda: not any("ロック中" in word for word in bench.view.words))
    tap(bench, "new-card")
    settle(bench, chores, lambda: bool(controls.done))

    assert controls.done == [("new", "hanako")]


def test_a_phone_is_held_to_the_reader_and_resets_are_reserved(
    bench: Workbench, chores: Chores, controls: OwnBench
) -> None:
    tap(bench, "choose", "taro")
    tap(bench, "phone")
    settle(bench, chores, lambda: bench.state.on_reader == "taro")
    tap(bench, "reserve")
    settle(bench, chores, lambda: len(controls.done) == 3)

    assert controls.done == [("phone", "taro"), ("reserve", "taro", "authentication"), ("reserve", "taro", "signature")]


def test_money_goes_in_and_change_is_taken(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    tap(bench, "insert", "500")
    tap(bench, "insert", "100")
    settle(bench, chores, lambda: bench.state.inserted == 600)
    controls.money = OwnMoney(0, 300)
    bench.look_again()
    settle(bench, chores, lambda: bench.state.tray == 300)
    tap(bench, "take-money")
    settle(bench, chores, lambda: bench.state.tray == 0)

    assert controls.money == OwnMoney(0, 0)


def test_a_refusal_is_said_and_goes_with_the_next_key(bench: Workbench, chores: Chores) -> None:
    tap(bench, "insert", "50")
    settle(bench, chores, lambda: any("50円は使えません" in word for word in bench.view.words))
    tap(bench, "choose", "taro")
    bench.paint(pygame.Surface(SIZE))

    assert not any("50円は使えません" in word for word in bench.view.words)


def test_the_clock_is_set_by_keys_and_by_typing(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    for key, shown in (("hour", "2026-04-06T11:00"), ("closing", "2026-04-06T22:59"), ("year_end", "2026-12-29T22:59")):
        tap(bench, "clock", key)
        settle(bench, chores, lambda shown=shown: controls.clock.isoformat().startswith(shown))
    tap(bench, "clock-field")
    assert bench.is_writing
    for char in "2027-01-04T06:3x":
        bench.key("text", char)
    bench.key("backspace", "")
    bench.key("text", "0")
    bench.key("enter", "")
    settle(bench, chores, lambda: controls.clock.isoformat().startswith("2027-01-04T06:30"))

    assert controls.clock.utcoffset() == OwnBench.clock.utcoffset()
    assert not bench.is_writing


def test_a_time_that_is_none_is_refused(bench: Workbench, controls: OwnBench) -> None:
    before = controls.clock
    tap(bench, "clock-field")
    bench.key("text", "9")
    bench.key("enter", "")
    bench.paint(pygame.Surface(SIZE))

    assert controls.clock == before
    assert any("2026-04-06T10:00" in word for word in bench.view.words)


def test_parts_are_broken_and_mended(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    for button, value in (("fault", "media-jam"), ("mend", ""), ("line", ""), ("line", ""), ("reader", "")):
        count = len(controls.done)
        tap(bench, button, value)
        settle(bench, chores, lambda count=count: len(controls.done) > count)

    assert controls.done == [("fault", "media-jam", 1), ("mended",), ("line", True), ("line", False), ("reader", True)]


@pytest.mark.parametrize("size", [SIZE, (680, 1200), (1110, 1080), (1240, 2160)], ids=str)
def test_nothing_is_cut_off(bench: Workbench, chores: Chores, controls: OwnBench, size: tuple[int, int]) -> None:
    controls.money, controls.paper_waiting, controls.card_on_reader = OwnMoney(9990, 9990), 20, "other"
    bench.look_again()
    settle(bench, chores, lambda: bench.state.sheets == 20)

    bench.resize(size)

    assert Painter(size).overflows(bench.view) == []


def test_no_key_lies_on_another_or_outside(bench: Workbench) -> None:
    rects = [pygame.Rect(one.rect.x, one.rect.y, one.rect.width, one.rect.height) for one in bench.view.buttons]

    assert all(pygame.Rect(0, 0, *SIZE).contains(rect) for rect in rects)
    assert not any(one.colliderect(two) for number, one in enumerate(rects) for two in rects[:number])


def test_the_trace_shows_the_newest_first_and_opens_a_row(bench: Workbench) -> None:
    strips = [strip.text for strip in bench.layout.strips]
    assert strips[0] == "00 20 00 80 ** → 63C2"
    assert strips[1].endswith("VERIFY 0018")

    rect, number = bench.layout.rows[2]
    bench.down(rect.x + 5, rect.y + 5)
    bench.paint(pygame.Surface(SIZE))

    assert bench.layout.strips[0].text.startswith("00 A4 04 0C")
    assert number == 2


def test_the_newest_printed_page_is_drawn_and_turned(
    bench: Workbench, chores: Chores, controls: OwnBench, tmp_path: Path
) -> None:
    controls.files = (two_sides(tmp_path / "012351-20260406-T00001-000001-7.pdf"),)
    bench.look_again()
    settle(bench, chores, lambda: bench.state.page is not None)
    surface = pygame.Surface(SIZE)
    bench.resize(SIZE)
    bench.paint(surface)
    middle = bench.layout.page
    dark = [
        surface.get_at((middle.x + middle.width // 2, y))[0] < 128 for y in range(middle.y, middle.y + middle.height)
    ]
    assert any(dark)

    tap(bench, "turn")
    settle(bench, chores, lambda: bench.state.page is not None and bench.state.page.side == 1)

    assert "裏 2/2面" in bench.view.words


def two_sides(path: Path) -> Path:
    """A PDF of two A4 sides, written by hand: a black square on each."""
    square = b"0 0 0 rg 200 300 200 200 re f"
    side = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>", side, side]
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n".encode()
    places.append(len(body))
    body += f"5 0 obj<</Length {len(square)}>>stream\n".encode() + square + b"\nendstream endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes(body + end.encode())
    return path


def test_with_many_people_the_list_turns_and_begins_with_the_chosen_one() -> None:
    many = tuple(OwnPerson(f"p{number:02}", f"見本 {number}", 3) for number in range(22))
    seen = []
    for page in (None, 0, 1, 2, 3):
        desk = Desk(chosen="p21", people_page=page)
        shown = bench_view(BenchState(people=many), desk, OwnBench().clock, Words.load(), SIZE).view.buttons
        assert sum(one.button == "more-people" for one in shown) == 1
        places = {(one.rect.x, one.rect.y) for one in shown}
        assert len(places) == len(shown)
        seen.append([one.value for one in shown if one.button == "choose"])

    assert seen[0] == seen[3] == ["p18", "p19", "p20", "p21"]
    assert seen[4] == seen[1]
    assert sorted({person for page in seen for person in page}) == [one.id for one in many]


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("size", [SIZE, (1240, 2160)], ids=str)
def test_every_tab_has_room_for_what_it_shows(
    bench: Workbench, chores: Chores, controls: OwnBench, name: str, size: tuple[int, int]
) -> None:
    controls.card_on_reader = "taro"
    tap(bench, "tab", name)
    settle(bench, chores, lambda: bench.state.chip is not None)
    bench.resize(size)

    assert Painter(size).overflows(bench.view) == []
    rects = [pygame.Rect(one.rect.x, one.rect.y, one.rect.width, one.rect.height) for one in bench.view.buttons]
    assert not any(one.colliderect(two) for number, one in enumerate(rects) for two in rects[:number])
    assert all(one.bottom <= bench.view.height for one in rects)


def test_exchanges_are_filtered(bench: Workbench) -> None:
    tap(bench, "only", "failed")
    bench.paint(pygame.Surface(SIZE))
    assert next(one.text for one in bench.layout.strips) == "00 20 00 80 ** → 63C2"
    assert len(bench.layout.rows) == 1
    tap(bench, "only", "SIGN")
    bench.paint(pygame.Surface(SIZE))
    assert len(bench.layout.rows) == 1


def test_the_chip_the_calls_and_the_way_are_seen(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    controls.card_on_reader = "taro"
    seen = {}
    for name in ("chip", "calls", "flow"):
        tap(bench, "tab", name)
        settle(bench, chores, lambda: bench.state.chip is not None)
        bench.paint(pygame.Surface(SIZE))
        seen[name] = " ".join(strip.text for strip in bench.layout.strips)

    assert "残り2/3 照合済" in seen["chip"] and "残り0/5" in seen["chip"]
    assert "/orders" in seen["calls"] and "unreachable" in seen["calls"]
    assert "S-00" in seen["flow"] and seen["flow"].index("S-01") < seen["flow"].index("S-06")


def test_every_other_fault_reaches_the_bench(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    tap(bench, "tab", "faults")
    bench.paint(pygame.Surface(SIZE))
    for button, value, _stays in FAULTS:
        count = len(controls.done)
        tap(bench, button, value)
        settle(bench, chores, lambda count=count: len(controls.done) > count)
    tap(bench, "lose")
    settle(bench, chores, lambda: controls.done[-1] == ("lose_answers", False))

    names = [one[0] for one in controls.done]
    broken = {"refuse_notes", "empty_change", "receipt_fault", "silence_responder", "tear_at", "printer_flaw"}
    assert broken <= set(names)


def test_the_clock_runs_faster_stops_and_goes_on(bench: Workbench, chores: Chores, controls: OwnBench) -> None:
    for speed in (10.0, 0.0, 1.0):
        tap(bench, "pace")
        settle(bench, chores, lambda speed=speed: bench.state.speed == speed)


def test_a_bundle_holds_what_a_report_needs_and_no_pin(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    notes = Notes(machine.kiosk)
    notes.saw(machine.runner.view())
    scenario = notes.record()
    machine.bench = notes.bench
    machine.to_kind(pin="1234")
    for _ in range(2):
        notes.saw(machine.runner.view())
    bundle = zipfile.ZipFile(notes.export())
    texts = {name: bundle.read(name) for name in bundle.namelist()}

    assert notes.recording == scenario
    assert {"card.txt", "centre.txt", "flow.txt", "journal.txt", "scenario.feature"} <= set(texts)
    assert "のカードを置く" in scenario.read_text(encoding="utf-8")
    assert "VERIFY" in texts["card.txt"].decode() and b"31 32 33 34" not in texts["card.txt"]
    assert b"S-09" in texts["flow.txt"] and b"/sessions" in texts["centre.txt"]
    screens = [name for name in texts if name.startswith("screens/")]
    assert [name[-8:-4] for name in screens] == ["S-00", "S-09"]
    assert all(texts[name].startswith(b"\x89PNG") for name in screens)


def test_a_recording_ends_when_the_key_is_pressed_again_and_a_second_one_has_a_file_of_its_own(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    notes = Notes(machine.kiosk)
    usual = machine.kiosk.bench
    first = notes.record()
    notes.bench.place("taro")
    assert notes.stop() == first and notes.stop() is None
    usual.remove()
    assert machine.kiosk.bench is usual
    second = notes.record()
    notes.stop()

    assert first != second
    assert "カードを取る" not in first.read_text(encoding="utf-8")


def test_a_recording_is_begun_on_the_first_screen_only(chores: Chores, controls: OwnBench, tmp_path: Path) -> None:
    kiosk = OwnKiosk(bench=controls, notes_folder=tmp_path)
    workbench = Workbench(controls, Words.load(), chores, SIZE, Notes(kiosk))
    settle(workbench, chores, lambda: bool(workbench.state.people))
    tap(workbench, "tab", "flow")
    for step, can_begin in (("S-06", False), ("S-00", True)):
        controls.step = step
        workbench.look_again()
        settle(workbench, chores, lambda step=step: workbench.state.step == step)
        workbench.paint(pygame.Surface(SIZE))
        key = next(press for press in workbench.view.buttons if press.button == "record")
        assert key.enabled is can_begin
        assert Painter(SIZE).overflows(workbench.view) == []


def test_the_bench_says_which_file_it_has_written(chores: Chores, controls: OwnBench, tmp_path: Path) -> None:
    kiosk = OwnKiosk(bench=controls, notes_folder=tmp_path / "bundles")
    workbench = Workbench(controls, Words.load(), chores, SIZE, Notes(kiosk))
    settle(workbench, chores, lambda: bool(workbench.state.people))
    tap(workbench, "tab", "flow")
    workbench.paint(pygame.Surface(SIZE))
    tap(workbench, "export")
    settle(workbench, chores, lambda: any("20260406-100012.zip" in word for word in workbench.view.words))

    assert len(list((tmp_path / "bundles").glob("*.zip"))) == 1
    assert Painter(SIZE).overflows(workbench.view) == []
