"""The invariants catch what they are for: each is broken on purpose, in the files of a machine that works."""

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.replay import secrets
from kiosk.replay.errors import InvariantError
from kiosk.replay.invariants import unsettled
from kiosk.replay.route import Wishes
from kiosk.replay.world import World
from kiosk.session.states import Session


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, "invariants")
    made.customer.hold("taro")
    yield made
    made.close()


def broken(world: World) -> str:
    with pytest.raises(InvariantError) as caught:
        world.check()
    return str(caught.value)


def at(world: World, screen: str) -> World:
    world.go_to(screen, Wishes())
    world.check()
    return world


@pytest.mark.proves("fault-44", "F-07")
def test_a_sheet_that_nobody_paid_for_is_seen(world: World) -> None:
    paid = at(world, "S-17").kiosk.bench.printed()[0]
    shutil.copy(paid, paid.with_name("044245-20260406-T00001-00000009-X.pdf"))

    assert broken(world).startswith("invariant I1: 044245-20260406-T00001-00000009-X was printed, but no paid order")


@pytest.mark.proves("fault-44", "F-04")
def test_a_sheet_of_another_set_among_the_own_ones_is_seen(world: World) -> None:
    at(world, "S-19")
    world.customer.press("続けて受け取る")
    world.go_to("S-16", Wishes())
    first, second = world.kiosk.bench.printed()
    shutil.copy(first, second)

    assert "do not belong together" in broken(world)


def test_a_yen_too_few_is_seen(world: World) -> None:
    file = at(world, "S-16").folder / "journal" / "coins.json"
    content, _, digest = file.read_text().partition("\n")
    box = json.loads(content)
    box["cash"]["10"] -= 1
    file.write_text(f"{json.dumps(box)}\n{digest}")

    assert "I2: -10 yen too many" in broken(world)


@pytest.mark.parametrize(
    "secret",
    [
        b'{"typed": "1234"}',
        base64.b64encode(b"1234"),
        b"31323334",
        "1234".encode("utf-16-le"),
        "石狩　太郎".encode(),
        "石狩太郎".encode(),
        "いしかり たろう".encode(),
        "北海道石狩市花川北六条一丁目３０番地２".encode(),
        b"100200300402",
        b"ABC123",
    ],
)
def test_personal_data_in_a_file_of_the_kiosk_is_seen(world: World, secret: bytes) -> None:
    (at(world, "S-06").folder / "journal" / "debug.log").write_bytes(b"2026-04-06 10:00 " + secret + b"\n")

    assert broken(world).startswith("invariant I4: debug.log holds the ")


def test_what_is_written_later_into_a_log_is_seen_too(world: World) -> None:
    log = at(world, "S-04").folder / "journal" / "debug.db-wal"
    log.write_bytes(b"x" * 5000 + "石狩".encode())
    world.check()
    log.write_bytes(log.read_bytes() + "太郎".encode() + b"y" * 5000)

    assert "I4: debug.db-wal holds the name of taro" in broken(world)


@pytest.mark.parametrize("harmless", [b"012351-20261234-T00001", b"a1234b", b"12345", b"0.1234", b"10:12:34", b""])
def test_four_digits_inside_something_else_are_no_pin(harmless: bytes) -> None:
    assert list(secrets.found_in(harmless)) == []


def test_a_verify_that_nobody_confirmed_is_seen(world: World) -> None:
    at(world, "S-09").customer.confirmations = 0

    assert "I5: 1 VERIFY for 0 confirmations" in broken(world)


@pytest.mark.proves("fault-16")
def test_a_paid_order_without_sheets_or_refund_is_seen(world: World) -> None:
    at(world, "S-15")
    world.cut_power_at("journal print: done")
    world.customer.insert(350)
    world.check()
    records = world.records()
    session = world.runner.session

    assert session.step == "R-01"
    assert list(unsettled(session, records)) == []
    assert [told.partition(" ")[2].partition(" ")[2] for told in unsettled(Session(), records)] == [
        "is paid, not printed, and nothing is owed for it"
    ]
