"""The server as processes: workers, stops, kills, and places where it refuses to work."""

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from municipality_client import messages as m
from municipality_client.centre import topology
from municipality_client.errors import BooksUnfit, CentreUnreachable, OutcomeUnknown, StoreFailed
from municipality_client.messages import Outcome, SetResult
from tests.municipality_client.desk import Desk, build_centre
from tests.municipality_client.private_postgres import PrivatePostgres, private_postgres
from tests.municipality_client.real_server import RealServer, real_server

# Longer: KILLS=20 pytest -k kill tests/municipality_client/test_server.py
KILLS = int(os.environ.get("KILLS", "1"))
KIOSKS = 3


@pytest.fixture
def books(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database for servers, by `indirect` parameter."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'books.db'}"
    postgres: PrivatePostgres = request.getfixturevalue("postgres")
    return postgres.create()


class Kiosk:
    """A terminal that issues one set after another and asks until it knows what became of each."""

    def __init__(self, server: RealServer, number: int) -> None:
        self.desk = Desk(build_centre(), client=server.client())
        self.desk.centre.close()
        numbers = iter(range(10**6))
        self.desk.request_id = lambda: f"kiosk{number}-{next(numbers)}"  # type: ignore[method-assign]
        self.printed: list[str] = []
        self.recoveries = 0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                offer = self.desk.open("hanako")
            except (CentreUnreachable, OutcomeUnknown):
                self._wait()
                continue
            # A challenge or session that died with its server is begun anew: nothing was paid.
            if isinstance(offer, m.Offer):
                self._order(offer)

    def _order(self, offer: m.Offer) -> None:
        request_id, raw = self.desk.order(offer, "hanako")
        try:
            issued = self.desk.client.place_order(request_id, offer.session, raw)
        except (CentreUnreachable, OutcomeUnknown):
            issued = self._ask(request_id, offer.session, raw)
        if isinstance(issued, m.Refusal) and issued.status >= 500:
            issued = self._ask(request_id, offer.session, raw)
        assert isinstance(issued, m.Issued), issued
        (one,) = issued.sets
        self._report(request_id, SetResult(one.set_number, Outcome.DELIVERED, 1))
        self.printed.append(one.set_number)

    def _ask(self, request_id: str, session: str, raw: bytes) -> m.Issued | m.Refusal:
        """Ask until it is known; an order that never arrived is sent again under the same id (fault-27)."""
        while True:
            try:
                found = self.desk.client.ask_order(request_id)
                if isinstance(found, m.Refusal) and found.reason == m.ORDER_UNKNOWN:
                    found = self.desk.client.place_order(request_id, session, raw)
            except (CentreUnreachable, OutcomeUnknown):
                self._wait()
                continue
            if isinstance(found, m.Issued) or found.status < 500:
                return found
            self._wait()

    def _report(self, request_id: str, result: SetResult) -> None:
        while True:
            try:
                settled = self.desk.client.report(request_id, [result])
            except (CentreUnreachable, OutcomeUnknown):
                self._wait()
                continue
            if isinstance(settled, m.Settled):
                assert settled.states == {result.set_number: "printed"}
                return
            assert settled.status >= 500, settled
            self._wait()

    def _wait(self) -> None:
        self.recoveries += 1
        time.sleep(0.05)


@pytest.mark.proves("fault-27", "fault-36", "F-08")
@pytest.mark.parametrize(("books", "workers"), [("sqlite", 1), ("postgres", 2)], indirect=["books"])
def test_a_server_killed_under_load_loses_no_set_and_issues_none_twice(
    books: str, workers: int, tmp_path: Path
) -> None:
    stop = threading.Event()
    with real_server(books, tmp_path / "log", "--workers", str(workers), "--rate", "0") as server:
        kiosks = [Kiosk(server, number) for number in range(KIOSKS)]
        with ThreadPoolExecutor(KIOSKS) as pool:
            running = [pool.submit(kiosk.run, stop) for kiosk in kiosks]
            try:
                for _ in range(KILLS):
                    _until_all_print_more(kiosks, running)
                    server.end(signal.SIGKILL)
                    _until_gone(server)
                    server.start()
                _until_all_print_more(kiosks, running)
            finally:
                stop.set()
            for done in running:
                done.result()
    printed = [number for kiosk in kiosks for number in kiosk.printed]

    assert sum(kiosk.recoveries for kiosk in kiosks) > 0
    assert len(set(printed)) == len(printed)
    assert _sets(books) == dict.fromkeys(printed, "printed")


def _until_all_print_more(kiosks: list[Kiosk], running: list[Future[None]]) -> None:
    before = [len(kiosk.printed) for kiosk in kiosks]

    def have_printed() -> bool:
        for gone in running:
            assert not gone.done(), gone.result()
        return all(len(one.printed) > had for one, had in zip(kiosks, before, strict=True))

    _until(have_printed, 120)


def _sets(books: str) -> dict[str, str]:
    engine = create_engine(books)
    with engine.connect() as connection:
        found = {row.set_number: row.state for row in connection.execute(text("SELECT set_number, state FROM sets"))}
    engine.dispose()
    return found


def _until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def _until_gone(server: RealServer) -> None:
    """Workers follow their parent at once; only then is the port free."""

    def is_free() -> bool:
        try:
            server.client(timeout=1).municipalities()
        except CentreUnreachable:
            return True
        return False

    _until(is_free)


def test_a_worker_that_dies_is_replaced_with_a_line_and_a_stop_ends_what_runs(
    postgres: PrivatePostgres, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with real_server(postgres.create(), log, "--workers", "2") as server:
        desk = Desk(build_centre(), client=server.client())
        desk.centre.close()
        assert isinstance(desk.place("hanako"), m.Issued)
        first = server.workers()
        os.kill(first[0], signal.SIGKILL)
        _until(lambda: "died" in log.read_text() and len(set(server.workers()) - set(first)) == 1)
        assert isinstance(Desk(desk.centre, client=server.client()).open("hanako"), m.Offer)
        begun = time.monotonic()
        assert server.end(signal.SIGTERM) == 0
        assert time.monotonic() - begun < 15

    assert f"Child process [{first[0]}] died" in log.read_text()
    with pytest.raises(CentreUnreachable):
        desk.client.municipalities()


# Places


def test_a_second_server_on_one_sqlite_file_is_refused(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path / 'books.db'}"
    with (
        topology.claimed(file),
        pytest.raises(BooksUnfit, match="another server works with it"),
        topology.claimed(file),
    ):
        pass
    with topology.claimed(file):
        assert (tmp_path / "books.db.server").exists()


@pytest.mark.proves("F-08")
def test_workers_do_not_each_keep_books_of_their_own() -> None:
    with pytest.raises(BooksUnfit, match="--workers 1"), topology.claimed("sqlite://", 2):
        pass
    with topology.claimed("sqlite://"):
        pass


@pytest.mark.proves("F-08")
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_file_on_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    share = tmp_path / "a share"
    share.mkdir()
    mounts.write_text(
        "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        f"40 27 0:50 / {tmp_path}/a\\040share rw,relatime - {kind} server:/x rw\n"
    )
    monkeypatch.setattr(topology, "_MOUNTS", mounts)

    with (
        pytest.raises(BooksUnfit, match=f"network file system \\({kind}\\)"),
        topology.claimed(f"sqlite:///{share}/b.db"),
    ):
        pass
    with topology.claimed(f"sqlite:///{tmp_path}/b.db"):
        pass


def test_a_postgres_that_forgets_is_refused(postgres: PrivatePostgres) -> None:
    with topology.claimed(postgres.create()):
        pass
    with (
        private_postgres("fsync=off") as hasty,
        pytest.raises(BooksUnfit, match="fsync = off"),
        topology.claimed(hasty.url("postgres")),
    ):
        pass


def test_a_database_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    for url in (f"postgresql://centre@/none?host={tmp_path}", f"sqlite:///{tmp_path}/none/books.db", "mysql://x"):
        with pytest.raises(StoreFailed), topology.claimed(url):
            pass
