"""The window itself, on SDL's dummy driver: loading, waking, pressing, writing, closing."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pygame
import pytest

from kiosk.errors import KioskError, PartMissing, StateNotWritten
from kiosk.panel.gestures import F16, Gestures, Key, Move, Pointer
from kiosk.panel.wake import Wake
from kiosk.panel.watchdog import Watchdog
from kiosk.panel.window import Window, open_display, places, run
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.session.effects import Say
from kiosk.session.states import Step
from tests.kiosk.panel.own_kiosk import OwnKiosk
from tests.kiosk.session.visit import at


@pytest.fixture
def window() -> Iterator[Window]:
    opened = Window(fullscreen=False)
    yield opened
    opened.close()


def until(window: Window, is_so: Callable[[], bool]) -> None:
    """Turn the loop until `is_so`; pygame's own timer wakes it, at most 200 times."""
    for _ in range(200):
        if is_so():
            return
        pygame.time.set_timer(pygame.USEREVENT, 10, 1)
        window.turn()
    raise AssertionError("it never came")


def post(kind: int, **fields: object) -> None:
    pygame.event.post(pygame.event.Event(kind, **fields))


def click(x: float, y: float) -> None:
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        post(kind, button=1, pos=(x, y), touch=False)


def press_key(key: int, text: str = "", mod: int = 0) -> None:
    post(pygame.KEYDOWN, key=key, unicode=text, mod=mod)


def loaded(window: Window) -> OwnKiosk:
    kiosk = OwnKiosk()
    window.load(lambda: kiosk)
    until(window, lambda: kiosk.runner.pumped > 0)
    return kiosk


def test_the_first_frame_stands_before_anything_is_loaded(window: Window) -> None:
    window.paint()

    shown = pygame.display.get_surface()
    assert shown is not None
    assert len({tuple(shown.get_at((x, 445))) for x in range(0, 600, 2)}) > 2


def test_it_stays_alive_while_the_kiosk_loads(window: Window) -> None:
    may_go_on, kiosk = Event(), OwnKiosk()

    def slow() -> OwnKiosk:
        may_go_on.wait(10)
        return kiosk

    window.load(slow)
    for _ in range(3):
        window.turn()
    assert kiosk.runner.pumped == 0
    may_go_on.set()
    until(window, lambda: kiosk.runner.pumped > 0)

    assert window.is_open


def test_a_click_on_the_panel_is_a_touch(window: Window) -> None:
    kiosk = loaded(window)

    click(110, 255)
    until(window, lambda: bool(kiosk.runner.touches))

    assert [touch.button for touch in kiosk.runner.touches] == ["digit"]


def test_a_finger_told_twice_by_the_system_is_one_touch(window: Window) -> None:
    kiosk = loaded(window)
    width, height = pygame.display.get_window_size()
    for finger, mouse in ((pygame.FINGERDOWN, pygame.MOUSEBUTTONDOWN), (pygame.FINGERUP, pygame.MOUSEBUTTONUP)):
        post(finger, finger_id=7, touch_id=1, x=110 / width, y=255 / height, dx=0.0, dy=0.0)
        post(mouse, button=1, pos=(110, 255), touch=True)
    until(window, lambda: bool(kiosk.runner.touches))
    for _ in range(3):
        window.turn()

    assert len(kiosk.runner.touches) == 1


def test_a_second_finger_is_not_seen_while_the_first_is_down() -> None:
    gestures = Gestures()

    def finger(kind: int, number: int) -> object:
        return gestures.read(pygame.event.Event(kind, finger_id=number, x=0.5, y=0.5), (100, 200))

    assert finger(pygame.FINGERDOWN, 1) == Pointer(Move.DOWN, 50, 100)
    assert finger(pygame.FINGERDOWN, 2) is None
    assert finger(pygame.FINGERUP, 2) is None
    assert finger(pygame.FINGERUP, 1) == Pointer(Move.UP, 50, 100)


@pytest.mark.proves("O-58")
def test_a_typed_key_never_shows_what_was_typed() -> None:
    assert "7" not in repr(Key("text", "7"))


def test_digits_enter_and_escape_work_from_the_keyboard(window: Window) -> None:
    kiosk = loaded(window)

    for number, (key, text) in enumerate(
        [(pygame.K_1, "1"), (pygame.K_2, "2"), (pygame.K_RETURN, "\r"), (pygame.K_ESCAPE, "")], 1
    ):
        press_key(key, text)
        until(window, lambda number=number: len(kiosk.runner.touches) == number)

    assert [touch.button for touch in kiosk.runner.touches] == ["digit", "digit", "next", "cancel"]


def test_small_letters_of_a_keyboard_are_capitals_of_the_signature_password(window: Window) -> None:
    kiosk = loaded(window)
    asked = show(at(Step.SIGN_PASSWORD).session, Texts.load("ja"))

    for key, text, mod in ((pygame.K_a, "a", 0), (pygame.K_z, "Z", pygame.KMOD_SHIFT), (pygame.K_7, "7", 0)):
        kiosk.runner.shown, before = asked, len(kiosk.runner.touches)
        kiosk.runner.on_wake()
        until(window, lambda: window.view is asked)
        press_key(key, text, mod)
        until(window, lambda before=before: len(kiosk.runner.touches) == before + 1)

    assert [(touch.button, touch.value) for touch in kiosk.runner.touches] == [
        ("digit", "A"),
        ("digit", "Z"),
        ("digit", "7"),
    ]


def test_a_letter_types_nothing_where_there_are_only_digits(window: Window) -> None:
    kiosk = loaded(window)

    press_key(pygame.K_q, "q")
    press_key(pygame.K_1, "1")
    until(window, lambda: bool(kiosk.runner.touches))

    assert [(touch.button, touch.value) for touch in kiosk.runner.touches] == [("digit", "1")]


def test_the_workbench_places_a_card_and_f12_hides_it(window: Window) -> None:
    kiosk = loaded(window)
    until(window, lambda: window.bench is not None and bool(window.bench.state.people))

    click(600 + 60, 330)
    until(window, lambda: kiosk.bench.card_on_reader == "taro")
    press_key(pygame.K_F12)
    until(window, lambda: window.bench is None)
    press_key(pygame.K_F12)
    until(window, lambda: window.bench is not None)


def test_other_threads_wake_it_with_one_event(window: Window) -> None:
    kiosk = loaded(window)
    pygame.event.clear()
    ringers = [Thread(target=kiosk.runner.on_wake) for _ in range(8)]

    for ringer in ringers:
        ringer.start()
    for ringer in ringers:
        ringer.join()

    assert 1 <= len([event for event in pygame.event.get() if event.type >= pygame.USEREVENT]) <= 2


def test_an_idle_window_sleeps(window: Window) -> None:
    kiosk = loaded(window)
    until(window, lambda: window.bench is not None and bool(window.bench.state.people))
    for _ in range(5):
        window.turn()
    kiosk.runner.pause, before = None, kiosk.bench.reads
    begin = pygame.time.get_ticks()

    for _ in range(4):
        window.turn()

    assert pygame.time.get_ticks() - begin > 600
    assert kiosk.bench.reads == before


def test_the_bench_sees_each_new_screen_although_no_part_has_woken_the_window(window: Window) -> None:
    kiosk = loaded(window)
    until(window, lambda: window.bench is not None and bool(window.bench.state.people))
    before = kiosk.bench.reads
    kiosk.runner.shown = replace(kiosk.runner.shown, step="S-09", view_id=99)

    until(window, lambda: kiosk.bench.reads > before)
    assert window.view.step == "S-09"


def test_an_alarm_rings_the_bell_and_nothing_else_does(window: Window) -> None:
    kiosk = loaded(window)
    kiosk.runner.on_say(Say("S-08.say"))
    window.turn()
    assert not pygame.mixer.get_init()

    kiosk.runner.on_say(Say("S-08.alarm", alarm=True))
    until(window, lambda: bool(pygame.mixer.get_init()) and pygame.mixer.get_busy())


def test_a_wake_after_the_window_has_gone_is_harmless() -> None:
    pygame.display.init()
    wake = Wake()
    pygame.display.quit()

    wake.ring()
    wake.ring()

    assert not pygame.display.get_init()


def test_closing_the_window_closes_the_kiosk() -> None:
    kiosk, frames = OwnKiosk(), []

    def load() -> OwnKiosk:
        post(pygame.QUIT)
        return kiosk

    run(load, on_first_frame=lambda: frames.append(1))

    assert kiosk.closed
    assert frames == [1]
    assert not pygame.display.get_init()


def test_where_there_is_no_display_it_says_so_and_does_not_run_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    pygame.display.quit()
    with pytest.raises(PartMissing, match="no screen here"):
        open_display(fullscreen=False)
    pygame.display.quit()


def test_what_goes_wrong_while_loading_comes_out_when_the_window_has_closed() -> None:
    def load() -> OwnKiosk:
        raise KioskError("another kiosk uses this folder")

    with pytest.raises(KioskError, match="another kiosk"):
        run(load)

    assert not pygame.display.get_init()


@pytest.mark.proves("fault-20")
def test_a_kiosk_that_may_not_go_on_says_so_until_it_is_closed(window: Window) -> None:
    kiosk = loaded(window)
    kiosk.runner.broken = StateNotWritten("the disk is full")
    until(window, lambda: window.stopped is not None)
    pumped = kiosk.runner.pumped

    click(110, 255)
    for _ in range(3):
        pygame.time.set_timer(pygame.USEREVENT, 10, 1)
        window.turn()

    assert window.is_open
    assert window.view.title == "この機械は使えません"
    assert kiosk.runner.touches == []
    assert kiosk.runner.pumped == pumped


def test_why_it_stopped_comes_out_when_the_window_is_closed() -> None:
    kiosk = OwnKiosk()
    kiosk.runner.broken = StateNotWritten("the disk is full")

    def load() -> OwnKiosk:
        pygame.time.set_timer(pygame.QUIT, 300, 1)
        return kiosk

    with pytest.raises(StateNotWritten, match="disk is full"):
        run(load)

    assert kiosk.closed


@pytest.mark.parametrize("size", [(1280, 800), (1580, 1200), (1920, 1080), (3840, 2160)])
def test_panel_and_bench_share_the_window(size: tuple[int, int]) -> None:
    panel, bench = places(size, with_bench=True)

    assert bench is not None
    assert panel.width + bench.width == size[0]
    assert bench.width >= 680
    assert not panel.colliderect(bench)


def test_a_narrow_window_and_the_full_screen_belong_to_the_customer() -> None:
    assert places((800, 1000), with_bench=True) == (pygame.Rect(0, 0, 800, 1000), None)
    assert places((1920, 1080), with_bench=False) == (pygame.Rect(0, 0, 1920, 1080), None)


@pytest.fixture
def glass() -> Iterator[Window]:
    opened = Window(fullscreen=True)
    yield opened
    opened.close()


@pytest.mark.proves("fault-50")
def test_in_full_screen_no_key_leads_out_or_to_the_workbench(glass: Window) -> None:
    kiosk = loaded(glass)
    post(pygame.QUIT)  # what Alt+F4 and a window manager's cross become
    for key, mod in ((pygame.K_F4, pygame.KMOD_ALT), (pygame.K_F12, 0), (pygame.K_c, pygame.KMOD_CTRL)):
        press_key(key, "", mod)
    press_key(pygame.K_TAB, "\t", pygame.KMOD_ALT)
    press_key(pygame.K_SYSREQ)
    for _ in range(3):
        pygame.time.set_timer(pygame.USEREVENT, 10, 1)
        glass.turn()

    assert glass.is_open
    assert glass.bench is None
    assert kiosk.runner.touches == []
    glass.end()
    assert not glass.is_open


@pytest.mark.proves("fault-25")
def test_a_storm_of_touches_gives_each_screen_one_at_most(window: Window) -> None:
    kiosk = loaded(window)
    for _ in range(300):
        click(110, 255)
    until(window, lambda: bool(kiosk.runner.touches))
    for _ in range(3):
        pygame.time.set_timer(pygame.USEREVENT, 10, 1)
        window.turn()

    screens = [touch.view_id for touch in kiosk.runner.touches]
    assert len(screens) == len(set(screens))


@pytest.mark.proves("fault-50")
def test_another_resolution_is_another_layout_and_nothing_else(glass: Window) -> None:
    kiosk = loaded(glass)
    shown = glass.view
    for size in ((1024, 768), (1080, 1920)):
        pygame.display.set_mode(size)
        post(pygame.WINDOWSIZECHANGED, x=size[0], y=size[1])
        until(glass, lambda size=size: kiosk.runner.shape == size)

    assert glass.view is shown
    assert kiosk.runner.touches == []


def test_beside_the_bench_the_panel_is_shaped_as_the_settings_say(window: Window) -> None:
    kiosk = loaded(window)
    assert kiosk.runner.shape is None
    press_key(pygame.K_F12)
    until(window, lambda: kiosk.runner.shape == pygame.display.get_window_size())


def test_a_finger_resting_in_the_corner_asks_for_the_operator(glass: Window) -> None:
    kiosk = loaded(glass)
    for pause in (0, 3100):
        post(pygame.MOUSEBUTTONDOWN, button=1, pos=(10, 10), touch=False)
        glass.turn()
        pygame.time.wait(pause)
        assert not kiosk.office.is_open
        post(pygame.MOUSEBUTTONUP, button=1, pos=(10, 10), touch=False)
        glass.turn()
    until(glass, lambda: glass.view.step == "O-00")

    press_key(pygame.K_1, "1")
    until(glass, lambda: glass.view.step == "S-06")
    assert kiosk.runner.touches == []
    kiosk.office.wants_end = True
    until(glass, lambda: not glass.is_open)


@pytest.mark.proves("fault-23")
def test_systemd_hears_that_the_window_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        window = Window(fullscreen=False)
        loaded(window)
        said = {systemd.recv(64) for _ in range(2)}
        begun = time.monotonic()
        until(window, lambda: time.monotonic() - begun > 0.3)
        again = systemd.recv(64)
        window.close()

    assert said == {b"WATCHDOG=1", b"READY=1"}
    assert again == b"WATCHDOG=1"


def test_without_systemd_nobody_is_told() -> None:
    Watchdog.of({}).ready()
    Watchdog.of({"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "1000000"}).alive()


@pytest.mark.parametrize(
    ("fullscreen", "device", "is_heard"), [(False, "", True), (True, "", False), (True, "X", True)]
)
def test_the_keypad_tells_when_headphones_go_in_and_a_kiosk_without_their_device_has_none(
    fullscreen: bool, device: str, is_heard: bool
) -> None:
    window, kiosk = Window(fullscreen=fullscreen), OwnKiosk(headphones=device)
    window.load(lambda: kiosk)
    until(window, lambda: kiosk.runner.pumped > 0)

    press_key(pygame.K_F15)
    window.turn()
    assert kiosk.bench.headphones is is_heard
    press_key(F16)
    window.turn()
    assert not kiosk.bench.headphones
    window.close()
