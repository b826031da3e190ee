"""What operators do and see: terminals refused, one card at two places, closing, backup, new seal keys."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from municipality_client import messages as m
from municipality_client.centre import backup, incidents, issuing, keymaking
from municipality_client.centre.__main__ import app
from municipality_client.centre.authenticating import CARD_TWICE
from municipality_client.centre.closing import Closing, NotClosed, close
from municipality_client.centre.handle import Centre
from municipality_client.centre.incidents import StillOpen
from municipality_client.centre.profiles import load_all
from municipality_client.centre.store_operations import Line
from municipality_client.errors import StoreFailed
from municipality_client.messages import Kind, Outcome
from municipality_client.set_number import is_valid
from printer.document import decode_seal
from printer.trust import load_trust
from printer.verify import CheckedSet, check_set
from tests.municipality_client.desk import ISHIKARI, MONDAY, OHIRA, PKI, Clock, Desk, build_centre, refused

TUESDAY = MONDAY + timedelta(days=1)
DAY = MONDAY.date()
RUN = CliRunner().invoke


def settle(desk: Desk, issued: m.Issued, outcome: Outcome = Outcome.DELIVERED) -> None:
    sheets = {one.set_number: len(one.pages) if outcome is Outcome.DELIVERED else 0 for one in issued.sets}
    results = [m.SetResult(number, outcome, count) for number, count in sheets.items()]
    assert isinstance(desk.client.report(issued.request_id, results), m.Settled)


@pytest.fixture
def books_file(tmp_path: Path) -> Path:
    """Books in a file, with everybody in the registers."""
    file = tmp_path / "centre.db"
    build_centre(database=f"sqlite:///{file}").close()
    return file


@pytest.mark.proves("fault-31", "F-09")
def test_one_card_at_two_terminals_raises_an_alarm(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")

    desk.offer("taro")
    desk.offer("taro")
    other.offer("hanako")
    assert centre.registers.incidents() == ()
    other.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)


@pytest.mark.proves("fault-31")
def test_who_has_done_at_one_terminal_may_go_to_the_next(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")
    issued = desk.issued("taro")
    other.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)
    desk.client.report(issued.request_id, [m.SetResult(issued.sets[0].set_number, m.Outcome.DELIVERED, 1)])
    desk.clock.wait(301)
    other.offer("taro")
    desk.clock.wait(301)
    desk.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)


@pytest.mark.proves("fault-31")
def test_a_revoked_terminal_is_refused_at_once_whatever_it_asks(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    with centre.registers.books() as books:
        books.register_terminal("T00001", "北の店")
        books.refuse_terminal("T00001", MONDAY)

    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-99", "terminal-revoked")
    assert refused(desk.client.municipalities(), "E-99", "terminal-revoked")
    assert isinstance(other.client.municipalities(), m.Municipalities)
    with centre.registers.books() as books:
        books.refuse_terminal("T00001", None)
    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)


# The daily closing


@pytest.mark.proves("I-37", "O-64", "O-62")
def test_a_closing_is_the_fees_of_delivered_sets(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")
    with centre.registers.books() as books:
        books.register_terminal("T00001", "北の店")
    settle(desk, desk.issued("taro", copies=2))
    settle(desk, desk.issued("taro", Kind.SEAL))
    settle(desk, desk.issued("taro"), Outcome.VOID)
    settle(other, other.issued("midori"))
    waiting = other.issued("midori", Kind.SEAL)

    with centre.registers.books() as books:
        assert close(books, DAY, MONDAY) == NotClosed("2026-04-06 is not over")
        assert close(books, DAY, TUESDAY) == NotClosed(
            "1 sets of 2026-04-06 are not settled; within a day they are delivered or void"
        )
    settle(other, waiting)
    with centre.registers.books() as books:
        closed = close(books, DAY, TUESDAY)
    assert closed == Closing(
        DAY,
        (
            Line("", OHIRA, "residence_copy", 200, 1),
            Line("", OHIRA, "seal", 200, 1),
            Line("北の店", ISHIKARI, "residence_copy", 350, 2),
            Line("北の店", ISHIKARI, "seal", 350, 1),
        ),
    )
    assert (closed.sets, closed.amount) == (5, 1450)
    assert closed.csv().splitlines()[3] == "2026-04-06,北の店,012351,residence_copy,350,2,700"


def test_a_closing_comes_out_the_same_or_says_that_the_books_have_changed(centre: Centre, desk: Desk) -> None:
    settle(desk, desk.issued("taro"))
    with centre.registers.books() as books:
        first = close(books, DAY, TUESDAY)
        assert isinstance(first, Closing)
        assert close(books, DAY, TUESDAY + timedelta(days=30)) == first
        assert close(books, date(2026, 4, 5), TUESDAY) == Closing(date(2026, 4, 5), ())

    settle(desk, desk.issued("taro"))  # a clock that went back
    with centre.registers.books() as books:
        assert isinstance(close(books, DAY, TUESDAY), NotClosed)
        assert books.closing(DAY) == first.lines


def test_an_unsettled_set_is_void_after_a_day_and_the_day_can_be_closed(centre: Centre, desk: Desk) -> None:
    desk.issued("taro")
    desk.clock.wait(24 * 3600 + 1)
    desk.client.municipalities()

    with centre.registers.books() as books:
        assert close(books, DAY, desk.clock()) == Closing(DAY, ())


# Commands beside running servers


def at_books(url: str, clock: Clock | None = None, seed: int = 1) -> Desk:
    return Desk(build_centre(seed, url), clock)


def test_close_writes_csv_and_says_no_with_1(kept: str, tmp_path: Path) -> None:
    url, csv = ["--database", kept], tmp_path / "day.csv"
    build_centre(database=kept).close()
    assert RUN(app, ["terminal", "T00001", "--operator", "北の店", *url]).exit_code == 0
    desk = at_books(kept)
    issued = desk.issued("taro")
    said = RUN(app, ["close", "2026-04-06", "--csv", str(csv), *url])
    assert (said.exit_code, csv.exists()) == (1, False)
    assert "not settled" in said.stderr
    settle(desk, issued)
    desk.centre.close()

    for _ in range(2):
        said = RUN(app, ["close", "2026-04-06", "--csv", str(csv), *url])
        assert (said.exit_code, said.stdout) == (0, "2026-04-06: 1 sets, 350 yen\n")
        assert csv.read_bytes().endswith("2026-04-06,北の店,012351,residence_copy,350,1,350\r\n".encode())
    assert RUN(app, ["close", "2026-04-06", "--csv", str(tmp_path / "no" / "day.csv"), *url]).exit_code == 2


def test_a_terminal_is_named_and_refused_by_command(kept: str) -> None:
    url = ["--database", kept]
    desk = at_books(kept)

    assert RUN(app, ["terminal", "T00001", "--revoke", *url]).exit_code == 0
    assert refused(desk.client.municipalities(), "E-99", "terminal-revoked")
    assert RUN(app, ["terminal", "T00001", "--restore", *url]).exit_code == 0
    assert isinstance(desk.client.municipalities(), m.Municipalities)
    desk.centre.close()
    for wrong in (["t1"], ["T00001", "--operator", "=1+1"], ["T00001", "--operator", "a\nb"]):
        assert RUN(app, ["terminal", *wrong, *url]).exit_code == 2


@pytest.mark.proves("F-09")
def test_an_incident_is_closed_when_the_papers_agree_and_not_before(kept: str) -> None:
    url = ["--database", kept]
    desk = at_books(kept)
    issued = desk.issued("taro", copies=2)
    first, second = (one.set_number for one in issued.sets)
    wrong = [m.SetResult(first, Outcome.DELIVERED, 9)]
    assert refused(desk.client.report(issued.request_id, wrong), "E-43", "results-contradict")

    def close_it(*papers: str) -> int:
        words = [word for one in papers for word in ("--paper", one)]
        return RUN(app, ["close-incident", "1", *words, *url]).exit_code

    assert close_it("none") == 1  # nobody knows yet what is on paper
    desk.client.report(issued.request_id, [m.SetResult(first, Outcome.DELIVERED, 1)])
    desk.client.void(issued.request_id)
    assert [close_it("none"), close_it(first, second), close_it(second)] == [1, 1, 1]
    assert [close_it(), close_it("none", first), close_it(first[:-1])] == [2, 2, 2]
    assert desk.centre.registers.incidents() == ("results-contradict",)

    assert close_it(first) == 0
    assert desk.centre.registers.incidents() == ()
    assert RUN(app, ["incidents", *url]).exit_code == 0
    said = RUN(app, ["incidents", "--closed", *url])
    assert said.stdout.split("\t")[2:] == ["T00001", issued.request_id, "results-contradict", f"{first}\n"]
    assert close_it(first) == 1  # closed for good
    desk.centre.close()


@pytest.mark.proves("F-09")
def test_a_mix_up_is_closed_when_nothing_was_printed(kept: str) -> None:
    centre = build_centre(database=kept, compose=lambda commission: issuing.compose(commission)[:0])  # type: ignore[index]
    desk = Desk(centre)
    assert refused(desk.place("taro"), "E-43", "mixed-up")
    with centre.registers.books() as books:
        (found,) = books.incidents()
        assert isinstance(incidents.close(books, found.id + 1, frozenset(), MONDAY), StillOpen)
        assert isinstance(incidents.close(books, found.id, frozenset({"x"}), MONDAY), StillOpen)
        assert incidents.close(books, found.id, frozenset(), MONDAY) is None
        assert books.incidents() == ()
    centre.close()


# Copies. `backup` and `restore` are of SQLite: they copy its file; PostgreSQL has its own programs.


@pytest.mark.proves("fault-36", "fault-21")
def test_a_restored_backup_gives_no_number_twice(books_file: Path, tmp_path: Path) -> None:
    url, copy = f"sqlite:///{books_file}", tmp_path / "copy.db"
    desk = at_books(url)
    before = desk.issued("taro")
    backup.backup(url, copy)  # while the centre works
    lost = desk.issued("taro")
    elsewhere = Desk(desk.centre, desk.clock, "T00002").issued("hanako")
    desk.centre.close()
    with pytest.raises(StoreFailed, match="there are books"):
        backup.restore(url, copy, MONDAY)
    for part in tmp_path.glob("centre.db*"):
        part.unlink()
    backup.restore(url, copy, MONDAY)

    back = at_books(url, seed=2)
    back.request_id = lambda: "after"  # type: ignore[method-assign]
    assert back.client.ask_order(before.request_id) == before
    assert refused(back.client.ask_order(lost.request_id), "E-99", m.ORDER_UNKNOWN)
    first = back.issued("taro")
    second = Desk(back.centre, back.clock, "T00002").issued("hanako")
    numbers = [one.sets[0].set_number for one in (before, lost, elsewhere, first, second)]
    assert len(set(numbers)) == 5
    assert all(is_valid(one) for one in numbers)
    assert numbers[3].split("-")[3] == numbers[4].split("-")[3] == "50000000"
    assert back.centre.registers.incidents() == (backup.RESTORED,)
    back.centre.close()


def test_books_are_copied_and_brought_back_by_command(books_file: Path, tmp_path: Path) -> None:
    url, copy = ["--database", f"sqlite:///{books_file}"], str(tmp_path / "copy.db")
    again = ["--database", f"sqlite:///{tmp_path / 'again.db'}"]

    assert RUN(app, ["backup", copy, *url]).exit_code == 0
    assert RUN(app, ["incidents", *url]).exit_code == 0
    assert RUN(app, ["restore", copy, *again]).exit_code == 0
    assert RUN(app, ["restored", *again]).exit_code == 0
    # They hold names and addresses: nobody but the owner reads them.
    assert {one.stat().st_mode & 0o777 for one in (books_file, tmp_path / "copy.db", tmp_path / "again.db")} == {0o600}
    said = RUN(app, ["incidents", *again])
    assert (said.exit_code, [one.split("\t")[4] for one in said.stdout.splitlines()]) == (1, [backup.RESTORED] * 2)


def test_no_books_and_no_backup_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database at all" * 100)
    url = ["--database", f"sqlite:///{tmp_path / 'new.db'}"]
    calls = [
        ["restore", str(tmp_path / "none"), *url],
        ["restore", str(tmp_path / "text"), *url],
        ["backup", str(tmp_path / "copy"), *url],
        ["backup", str(tmp_path / "copy"), "--database", "postgresql://nowhere/x"],
        ["backup", str(tmp_path / "copy"), "--database", "nonsense"],
    ]
    for words in calls:
        said = RUN(app, words)
        assert (said.exit_code, said.stderr.count("\n")) == (2, 1)
    assert [one.name for one in tmp_path.iterdir()] == ["text"]


# Seal keys


@pytest.fixture
def pki(tmp_path: Path) -> Iterator[Path]:
    """A copy of the test keys, to be changed."""
    yield Path(shutil.copytree(PKI / "seal", tmp_path / "pki" / "seal")).parent


def believed(issued: m.Issued, pki: Path) -> bool:
    """Whether the list of keys in a folder lets the set pass."""
    pages = issued.sets[0].pages
    order = decode_seal(pages[0].seal).order_sha256
    trust = load_trust(pki / "seal")
    checked = check_set(pages, trust=trust, order_sha256=order, municipality=ISHIKARI, now=TUESDAY)
    return isinstance(checked, CheckedSet)


def key_id(issued: m.Issued) -> bytes:
    return decode_seal(issued.sets[0].pages[0].seal).key_id


def issue(pki: Path, seed: int = 1, at: datetime = MONDAY) -> m.Issued:
    centre = build_centre(seed=seed, pki=pki)
    issued = Desk(centre, Clock(at)).issued("taro")
    centre.close()
    return issued


@pytest.mark.proves("X-21")
def test_a_new_seal_key_signs_and_the_old_one_is_believed_still(pki: Path) -> None:
    old = issue(pki)
    keymaking.rotate_seal(pki / "seal", load_all()[ISHIKARI], MONDAY)
    new = issue(pki, seed=2)
    early = issue(pki, seed=3, at=MONDAY - timedelta(seconds=1))

    assert key_id(old) != key_id(new)
    assert [believed(one, pki) for one in (old, new)] == [True, True]
    # Not before its time, and not by a kiosk that has not got the new public-key certificate yet.
    assert [believed(early, pki), believed(new, PKI)] == [False, False]
    assert len(list((pki / "seal").glob(f"{ISHIKARI}*.key.pem"))) == 1


@pytest.mark.proves("X-21")
def test_a_stolen_seal_key_is_believed_no_more(pki: Path) -> None:
    old = issue(pki)
    keymaking.rotate_seal(pki / "seal", load_all()[ISHIKARI], MONDAY, stolen_since=MONDAY - timedelta(days=3))

    assert not believed(old, pki)
    assert believed(issue(pki, seed=2), pki)


def test_keys_are_rotated_by_command_any_number_of_times(pki: Path) -> None:
    for _ in range(2):
        said = RUN(app, ["rotate-seal", ISHIKARI, "--pki", str(pki), "--stolen-since", "2026-04-01"])
        assert said.exit_code == 0, said.stderr
    of_town = [one for one in load_trust(pki / "seal").keys.values() if one.municipality == ISHIKARI]
    assert [one.revoked_from is None for one in of_town].count(True) == 1
    assert len(of_town) == 3
    assert RUN(app, ["rotate-seal", "131016", "--pki", str(pki)]).exit_code == 2
    assert RUN(app, ["rotate-seal", OHIRA, "--pki", str(pki / "none")]).exit_code == 2
