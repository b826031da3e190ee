"""Emulated surroundings break as real ones do: a pulled cable, a cut line, a lost answer, a slow one."""

import pytest

from card.connection import Presence
from card.errors import NoReader
from card.virtual.other import OtherCard
from card.virtual.slot import VirtualSlot
from kiosk.emulated import Line, PluggableReader, Stopwatch
from municipality_client.errors import CentreUnreachable, OutcomeUnknown
from municipality_client.wire import Request, Response

ASK = Request("GET", "/municipalities", b"")


def echo(_request: Request) -> Response:
    return Response(200, b"{}")


@pytest.mark.proves("fault-05")
def test_a_pulled_cable_hides_the_card_and_shows_it_again() -> None:
    slot, seen = VirtualSlot(), list[Presence]()
    reader = PluggableReader(slot)
    stop = reader.watch(seen.append)
    slot.insert(OtherCard())
    reader.plug(False)
    slot.remove()
    reader.plug(True)
    stop()
    slot.insert(OtherCard())

    assert seen == [Presence.EMPTY, Presence.CARD, Presence.NO_READER, Presence.EMPTY]


def test_without_cable_there_is_no_reader() -> None:
    slot = VirtualSlot("the slot")
    reader = PluggableReader(slot)
    slot.insert(OtherCard())
    reader.plug(False)

    assert (reader.name, reader.plugged) == ("the slot", False)
    with pytest.raises(NoReader):
        reader.connect()


@pytest.mark.proves("fault-26")
def test_a_cut_line_carries_nothing() -> None:
    heard: list[Request] = []
    line = Line(lambda request: heard.append(request) or echo(request), Stopwatch())  # type: ignore[func-returns-value]
    line.cut = True

    with pytest.raises(CentreUnreachable):
        line.send(ASK)
    assert heard == []


@pytest.mark.proves("fault-27")
def test_a_line_that_loses_answers_has_carried_the_question() -> None:
    heard: list[Request] = []
    line = Line(lambda request: heard.append(request) or echo(request), Stopwatch())  # type: ignore[func-returns-value]
    line.loses_answers = True

    with pytest.raises(OutcomeUnknown):
        line.send(ASK)
    assert heard == [ASK]


def test_time_is_counted_and_never_waited_for() -> None:
    watch = Stopwatch()
    line = Line(echo, watch)
    line.latency = 40.0
    watch.add_ms(500)

    assert line.send(ASK).status == 200
    assert (watch.take(), watch.take()) == (40.5, 0.0)
