"""What operators see of a running centre: audit log, metrics, health; and that no person is in any of it."""

import json
import logging
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy

from card import authority
from municipality_client import messages as m
from municipality_client.centre import admin, people
from municipality_client.centre.audit import Audit
from municipality_client.centre.engines import MEMORY
from municipality_client.centre.handle import embedded
from municipality_client.centre.observing import Event
from municipality_client.errors import NotListening, StoreFailed
from municipality_client.messages import Kind
from municipality_client.wire import Request
from tests.municipality_client.desk import MONDAY, Desk, refused
from tests.municipality_client.real_server import real_server


def observed(observe: object, database: str = MEMORY) -> Desk:
    drawn = iter(range(10_000))
    centre = embedded(
        authority.trusted_issuers(),
        lambda n: next(drawn).to_bytes(n, "big"),
        database=database,
        observe=observe,  # type: ignore[arg-type]
    )
    return Desk(centre)


def visit(desk: Desk) -> m.Issued:
    """A whole visit, with refusals of several kinds."""
    issued = desk.issued("taro", everybody=True, copies=2)
    numbers = [one.set_number for one in issued.sets]
    first = [m.SetResult(numbers[0], m.Outcome.DELIVERED, 3)]
    assert isinstance(desk.client.report(issued.request_id, first), m.Settled)
    assert isinstance(desk.client.void(issued.request_id), m.Settled)
    assert refused(desk.open("akari"), "E-30")
    assert refused(desk.place("hanako", Kind.SEAL), "E-34")
    desk.centre.respond(Request("POST", "/orders", '{"石狩 太郎": "\n"}'.encode()), "T00001", MONDAY)
    return issued


@pytest.mark.proves("X-21", "fault-35", "O-58")
def test_the_audit_log_tells_every_event_in_one_line_and_names_nobody(database: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    desk = observed(Audit(file).write, database)
    issued = visit(desk)
    desk.centre.close()

    text = file.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [one["message"] for one in lines] == [
        *("AskChallenge", "OpenSession", "PlaceOrder", "Results", "Void"),
        *("AskChallenge", "OpenSession", "AskChallenge", "OpenSession", "PlaceOrder", ""),
    ]
    order, results, void = lines[2:5]
    numbers = [one.set_number for one in issued.sets]
    assert (order["sets"], order["fee"], order["kind"]) == (numbers, 350, "residence_copy")
    assert results["states"] == {numbers[0]: "printed", numbers[1]: "issued"}
    assert void["states"] == {numbers[0]: "printed", numbers[1]: "void"}
    assert [one.get("code", "") for one in lines[6:]] == ["E-30", "", "", "E-34", "E-99"]
    for entry in people.load_all():
        one = entry.resident
        personal = [one.family_name, one.given_name, one.address, one.my_number, one.kana, *map(str, entry.serials)]
        assert not [said for said in personal if said and said in text]


@pytest.mark.proves("fault-48")
def test_nothing_is_issued_unseen(database: str, tmp_path: Path) -> None:
    """The log's disk is full: no pages go out; once there is room the same request gets the same set."""
    full = [False]
    audit = Audit(tmp_path / "audit.jsonl")

    def write(event: Event) -> None:
        if full[0]:
            raise StoreFailed("no space")
        audit.write(event)

    desk = observed(write, database)
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    full[0] = True
    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-41", "store-failed")
    assert refused(desk.client.ask_order(request_id), "E-41")
    full[0] = False
    issued = desk.client.ask_order(request_id)
    assert isinstance(issued, m.Issued)
    assert desk.client.place_order(request_id, offer.session, raw) == issued
    desk.centre.close()


def test_a_log_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="audit"):
        Audit(tmp_path / "none" / "audit.jsonl")
    with pytest.raises(StoreFailed, match="No space"):
        Audit(Path("/dev/full")).write(Event(MONDAY, "T00001", "Void", 200))


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_operators_door_of_a_server_with_workers(tmp_path: Path) -> None:
    """Two worker processes count together; health and readiness are told apart."""
    url, log, audit = f"sqlite:///{tmp_path / 'centre.db'}", tmp_path / "log", tmp_path / "audit.jsonl"
    options = ["--admin", "127.0.0.1:0", "--workers", "2", "--audit", str(audit)]
    with real_server(url, log, *options) as running:
        where = log.read_text().rpartition("operator's door: ")[2].split()[0]
        for terminal in ("T00001", "T00001", "T00001"):
            desk = Desk(
                observed(lambda _event: None).centre, terminal=terminal, client=running.client(terminal, timeout=60)
            )
            desk.request_id = iter(f"{id(desk)}-{n}" for n in range(99)).__next__  # type: ignore[method-assign]
            desk.issued("taro")
        assert fetch(f"{where}/health") == (200, "ok\n")
        assert fetch(f"{where}/ready") == (200, "ready\n")
        assert fetch(f"{where}/books")[0] == 404
        found = fetch(f"{where}/metrics")[1].splitlines()

    assert 'centre_questions_total{message="PlaceOrder",status="200"} 3.0' in found
    assert 'centre_sets_total{kind="residence_copy",municipality="012351",state="issued"} 3.0' in found
    assert "centre_unsettled_sets 3.0" in found
    assert "centre_incidents 0.0" in found
    assert len([line for line in audit.read_text().splitlines() if json.loads(line)["message"] == "PlaceOrder"]) == 3


def test_gauges_and_readiness_follow_the_books(kept: str, caplog: pytest.LogCaptureFixture) -> None:
    desk = observed(lambda _event: None, kept)
    desk.centre.registers.tell("012351", MONDAY)
    desk.clock.wait(90)
    with admin.listening(("127.0.0.1", 0), kept, desk.clock) as where, caplog.at_level(logging.CRITICAL):
        assert 'centre_feed_age_seconds{municipality="012351"} 90.0' in fetch(f"{where}/metrics")[1]
        with pytest.raises(NotListening):
            admin.listening(("127.0.0.1", int(where.rpartition(":")[2])), kept, desk.clock).__enter__()
        with desk.centre.registers.books() as books:
            for table in ("counters", "incidents"):
                books._run(sqlalchemy.text(f"DROP TABLE {table}"))
        assert fetch(f"{where}/ready")[0] == 503
        assert "centre_books_usable 0.0" in fetch(f"{where}/metrics")[1]
    desk.centre.close()
