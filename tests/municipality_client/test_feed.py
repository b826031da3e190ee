"""Changes that municipalities tell of (随時連携): order, gaps, staleness, and the version on each set."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from municipality_client.centre import feed
from municipality_client.centre.__main__ import app
from municipality_client.centre.feed import Applied
from municipality_client.centre.handle import Centre
from municipality_client.centre.store_registers import Feed
from municipality_client.errors import BadFeed
from municipality_client.messages import Kind
from printer.document import decode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, MONDAY, OHIRA, Desk, build_centre, offered, refused

CODES = frozenset({ISHIKARI, OHIRA})


@pytest.fixture
def fed(centre: Centre) -> Iterator[Centre]:
    """A centre whose registers of Ishikari are fed, last now."""
    centre.registers.tell(ISHIKARI, MONDAY)
    yield centre


def write(folder: Path, *lines: dict[str, Any]) -> Path:
    file = folder / "changes.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))
    return file


def line(
    version: int, change: str = "none", at: datetime = MONDAY, code: str = ISHIKARI, **more: Any
) -> dict[str, Any]:
    return {"change": change, "municipality": code, "version": version, "at": at.isoformat(), **more}


def taro(centre: Centre, **changes: Any) -> dict[str, Any]:
    row = centre.registers.resident(ISHIKARI, "taro")
    assert row is not None
    built: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(row, **changes))
    return built


def work_in(centre: Centre, file: Path, now: datetime = MONDAY) -> Applied:
    return centre.registers.feed(feed.read(file), CODES, now)


def state(centre: Centre, code: str = ISHIKARI) -> Feed:
    with centre.registers.books() as books:
        return books.feed(code)


@pytest.mark.proves("F-05", "fault-37")
def test_a_void_seal_is_known_at_once_and_files_may_come_twice(fed: Centre, tmp_path: Path) -> None:
    desk = Desk(fed)
    assert desk.kind("taro", Kind.SEAL).available
    seal = taro(fed)["seal"] | {"void": True}
    file = write(tmp_path, line(2, "resident", record=taro(fed) | {"seal": seal}), line(3))

    assert work_in(fed, file) == Applied(2, 0)
    assert desk.kind("taro", Kind.SEAL).code == "E-34"
    assert work_in(fed, file) == Applied(0, 2)
    assert state(fed) == Feed(3, MONDAY)


@pytest.mark.proves("F-06")
def test_the_version_used_is_recorded_with_the_set(fed: Centre, tmp_path: Path) -> None:
    desk = Desk(fed)
    before = desk.issued("taro")
    moved = taro(fed, address="北海道石狩市花川北九条９丁目９番地")
    work_in(fed, write(tmp_path, line(2, "resident", record=moved)))
    after = desk.issued("taro")

    with fed.registers.books() as books:
        versions = [books.sets("T00001", one.request_id)[0].version for one in (before, after)]
    assert versions == [1, 2]
    shown = ["".join(text_lines(decode_page(one.sets[0].pages[0].page))) for one in (before, after)]
    assert ["花川北九条" in one for one in shown] == [False, True]


@pytest.mark.proves("F-05", "F-06", "E-45")
def test_without_news_for_an_hour_seals_stop_and_the_rest_warns(fed: Centre) -> None:
    desk = Desk(fed)
    desk.clock.wait(3600)
    assert desk.kind("taro", Kind.SEAL).available
    late = desk.offer("taro")
    desk.clock.wait(1)

    found = desk.offer("taro")
    assert offered(found, Kind.SEAL).code == "E-45"
    assert offered(found, Kind.RESIDENCE_COPY).available
    assert "stale-register" in offered(found, Kind.RESIDENCE_COPY).warnings
    # Offered in time, ordered too late: the registers as they are now count.
    request_id, raw = desk.order(late, "taro", Kind.SEAL)
    assert refused(desk.client.place_order(request_id, late.session, raw), "E-45", "no-news")
    # Ohira's registers are kept here: nobody feeds them, nothing gets stale.
    assert desk.kind("midori", Kind.SEAL).available
    fed.registers.tell(ISHIKARI, desk.clock())
    assert desk.kind("taro", Kind.SEAL).available


@pytest.mark.proves("F-05")
def test_order_is_kept_and_a_gap_takes_nothing(fed: Centre, tmp_path: Path) -> None:
    later, minute = MONDAY + timedelta(hours=1), timedelta(minutes=1)
    row = taro(fed, address="札幌市")
    wrong = {
        "version 4, but 2 is": [line(2, "resident", record=row), line(4)],
        ":2: at: before the change": [line(2, at=MONDAY), line(3, at=MONDAY - minute)],
        "at: lies in the future": [line(2, at=later)],
        "municipality: takes no part": [line(2), line(3, code="131016")],
        "record.municipality: another": [line(2, "resident", record=row | {"municipality": OHIRA})],
    }
    for said, lines in wrong.items():
        with pytest.raises(BadFeed, match=said):
            work_in(fed, write(tmp_path, *lines))
        assert state(fed) == Feed(1, MONDAY)
    assert taro(fed)["address"] != "札幌市"


def test_lines_that_are_no_change_name_their_place_and_quote_nobody(fed: Centre, tmp_path: Path) -> None:
    lines = [
        line(2, "resident", record=taro(fed) | {"birthday": "石狩太郎"}),
        line(2, "resident"),
        line(2, "gossip"),
        line(2, sex="男"),
        {"change": "none"},
    ]
    for wrong in lines:
        with pytest.raises(BadFeed, match=r"changes.jsonl:2: ") as raised:
            feed.read(write(tmp_path, line(2), wrong))
        assert "太郎" not in str(raised.value)
    (tmp_path / "changes.jsonl").write_bytes(b"\xff\n")
    with pytest.raises(BadFeed, match=":1: not JSON"):
        feed.read(tmp_path / "changes.jsonl")
    with pytest.raises(BadFeed, match="zone"):
        feed.read(write(tmp_path, line(2) | {"at": "2026-04-06T10:00:00"}))


def test_new_people_registers_and_cards_come_in(centre: Centre, tmp_path: Path) -> None:
    """A newborn is entered in all registers and gets a card; before, nobody knows the card."""
    desk = Desk(centre)
    link = {"issuer": centre.registers.home, "serial": 1000101, "person": "newborn"}
    lines = [
        line(1, "resident", record=taro(centre, id="newborn", given_name="新")),
        line(2, "link", record=link),
        line(3, "tax", record={"municipality": ISHIKARI, "person": "newborn", "year": 2025, "address": "石狩市"}),
    ]
    with centre.registers.books() as books:
        koseki = books.family_register(ISHIKARI, "taro")
    lines.append(line(4, "koseki", record=msgspec.to_builtins(msgspec.structs.replace(koseki, id="new"))))

    assert work_in(centre, write(tmp_path, *lines[:3])) == Applied(3, 0)
    assert desk.offer("taro").holder == "石○ ○"
    with pytest.raises(Exception, match="the database refused"):
        work_in(centre, write(tmp_path, lines[3]))  # its members stand in another register
    assert state(centre).version == 3


def test_the_command_works_a_file_in_or_says_why_not(kept: str, tmp_path: Path) -> None:
    centre = build_centre(database=kept)
    now = datetime.now(MONDAY.tzinfo)
    file = write(tmp_path, line(1, "resident", at=now, record=taro(centre)), line(2, at=now))
    centre.close()
    run = CliRunner().invoke

    found = run(app, ["feed", str(file), "--database", kept])
    assert (found.exit_code, found.stdout) == (0, "2 changes worked in, 0 known already\n")
    found = run(app, ["feed", str(write(tmp_path, line(9, at=now))), "--database", kept])
    assert found.exit_code == 2
    assert found.stderr == f"{file}:1: version 9, but 2 is the newest known: there is a gap\n"
    assert run(app, ["feed", str(tmp_path / "none"), "--database", kept]).exit_code == 2
