"""Whatever the network, a cache or the centre does to an answer: no money, no paper, a named stop.

The line between a real kiosk and a real centre is bent here, one mistake at a time.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.session.buttons import Button
from kiosk.session.states import Step
from kiosk.vault import Paper
from municipality_client.errors import OutcomeUnknown
from municipality_client.wire import Request, Response
from printer.verify import CheckedSet
from tests.kiosk.machine import Machine

Bend = Callable[[dict[str, Any], dict[str, Any]], object]


def bent(machine: Machine, path: str, bend: Callable[[Response], Response]) -> None:
    """Let `bend` change every answer to `path`."""
    line = machine.bench._parts.line
    assert line is not None
    send = line._send

    def sending(request: Request) -> Response:
        answer = send(request)
        return bend(answer) if request.path == path else answer

    line._send = sending


def earlier_order(folder: Path) -> dict[str, Any]:
    """The answer that another visit got for the very same wish."""
    machine, kept = Machine(folder, seed=3), list[bytes]()
    bent(machine, "/orders", lambda answer: kept.append(answer.body) or answer)  # type: ignore[func-returns-value]
    machine.to_paying()
    machine.kiosk.close()
    found: dict[str, Any] = json.loads(kept[0])
    return found


def pages(answer: dict[str, Any]) -> list[Any]:
    found: list[Any] = answer["sets"][0]["pages"]
    return found


BENDS: dict[str, tuple[Bend, str]] = {
    "a page dropped": (lambda mine, _: pages(mine).pop(), "E-44"),
    "pages in another order": (lambda mine, _: pages(mine).reverse(), "E-43"),
    "a page twice": (lambda mine, _: pages(mine).__setitem__(2, pages(mine)[1]), "E-43"),
    "page 2 of another order": (lambda mine, other: pages(mine).__setitem__(1, pages(other)[1]), "E-43"),
    "the whole set of another order": (lambda mine, other: mine.update(sets=other["sets"]), "E-43"),
    "a set more than ordered": (lambda mine, other: mine["sets"].extend(other["sets"]), "E-43"),
    "the same set twice": (lambda mine, _: mine["sets"].append(mine["sets"][0]), "E-43"),
    "no set": (lambda mine, _: mine.update(sets=[]), "E-43"),
    "another number on the set": (lambda mine, _: mine["sets"][0].update(set_number="012351-1"), "E-43"),
    "a sum that is none": (lambda mine, _: mine.update(total=10), "E-44"),
    "another fee than was confirmed": (lambda mine, _: mine.update(fee=10_000, total=10_000), "E-43"),
    "another request's answer": (lambda mine, _: mine.update(request_id="someone-else"), "E-43"),
    "a field nobody knows": (lambda mine, _: mine.update(pdf="JVBERi0="), "E-44"),
}


@pytest.mark.proves("F-01", "F-04", "fault-29", "fault-33", "E-43", "E-44")
@pytest.mark.parametrize("name", BENDS)
def test_a_bent_answer_stops_everything(tmp_path: Path, name: str) -> None:
    bend, expected = BENDS[name]
    other = earlier_order(tmp_path / "other")
    machine = Machine(tmp_path / "mine")

    def bending(answer: Response) -> Response:
        mine = json.loads(answer.body)
        bend(mine, other)
        return Response(answer.status, json.dumps(mine).encode())

    bent(machine, "/orders", bending)
    machine.to_confirm()
    machine.touch(Button.NEXT)
    failure = machine.runner.session.failure

    assert machine.step is Step.FAILED
    assert failure is not None
    assert failure.code == expected
    assert (machine.bench.insert(500), machine.bench.printed()) == (False, ())
    assert machine.runner.errands == (), "the centre has made it void"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<html>", b"\xff" * 1000, b"{}" * 100_000])
def test_an_answer_that_is_no_message_is_refused(tmp_path: Path, body: bytes) -> None:
    machine = Machine(tmp_path)
    bent(machine, "/orders", lambda answer: Response(answer.status, body))
    machine.to_confirm()
    machine.touch(Button.NEXT)
    failure = machine.runner.session.failure

    assert failure is not None
    assert failure.code == "E-44"


PROBLEM = {"type": "urn:kiosk:problem:order-unknown", "title": "", "status": 404, "code": "E-99", "detail": ""}


@pytest.mark.proves("fault-26", "fault-36")
@pytest.mark.parametrize(("status", "open_errands"), [(503, 1), (409, 0)])
def test_a_centre_that_cannot_write_now_is_told_again_a_no_stays_a_no(
    tmp_path: Path, status: int, open_errands: int
) -> None:
    machine = Machine(tmp_path)
    machine.to_paying()
    order = machine.runner.session.order
    assert order is not None
    problem = json.dumps({**PROBLEM, "status": status}).encode()
    bent(machine, f"/orders/{order.request_id}/void", lambda _answer: Response(status, problem))
    machine.touch(Button.CANCEL)

    assert len(machine.runner.errands) == open_errands


@pytest.mark.proves("fault-27", "E-41")
def test_an_order_that_never_arrived_costs_nothing(tmp_path: Path) -> None:
    """The line broke while the order was sent: asked for later, the centre has never heard of it."""
    machine = Machine(tmp_path)
    machine.to_confirm()
    line = machine.bench._parts.line
    assert line is not None
    send = line._send

    def swallowed(request: Request) -> Response:
        if request.path == "/orders":
            raise OutcomeUnknown("the line broke")
        return send(request)

    line._send = swallowed
    machine.touch(Button.NEXT)
    machine.wait(6)
    failure = machine.runner.session.failure

    assert failure is not None
    assert (failure.code, machine.runner.errands) == ("E-41", ())


@pytest.mark.parametrize("change", ["pages", "paper"])
def test_pages_changed_after_the_check_are_not_printed(change: str, tmp_path: Path) -> None:
    """The vault is the last place before paper: what lies there is checked once more (fault-44)."""
    machine = Machine(tmp_path)
    machine.to_paying()
    vault = machine.runner._parts.vault
    (order_id,) = vault._kept  # type: ignore[attr-defined]
    kept = vault.get(order_id)  # type: ignore[attr-defined]
    [paper] = kept.papers
    one = paper.checked
    swapped = CheckedSet(one.set_number, one.pages[::-1])
    other = Paper.of(swapped, paper.pdf) if change == "pages" else replace(paper, pdf=b"%PDF of somebody else")
    vault.put(order_id, (other,))  # type: ignore[attr-defined]
    machine.pay()
    failure = machine.runner.session.failure

    assert failure is not None
    assert (failure.code, failure.refund_owed, machine.bench.money.tray) == ("E-43", 0, 500)
    assert machine.bench.printed() == ()
