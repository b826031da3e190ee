"""The store: versions of its tables, and what becomes of writes that collide."""

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CompoundSelect, create_engine, inspect, text
from typer.testing import CliRunner

from municipality_client import messages as m
from municipality_client.centre import migrations, schema, store_books, store_dossiers, store_tables
from municipality_client.centre.__main__ import app
from municipality_client.centre.store import Store
from municipality_client.centre.store_books import Books, OrderState, Placed, SetState
from municipality_client.errors import BooksUnfit, StoreFailed
from municipality_client.messages import Outcome, SetResult
from printer.document import decode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, MONDAY, Desk, build_centre, card_signature, refused
from tests.municipality_client.private_postgres import PrivatePostgres

RUN = CliRunner()
VERSION = schema.VERSION
NEXT = f"{int(VERSION) + 1:04}"


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """URL of a database without tables that outlives a store."""
    if database.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'books.db'}"
    postgres: PrivatePostgres = request.getfixturevalue("postgres")
    return postgres.create()


@pytest.fixture
def store(empty: str) -> Iterator[Store]:
    opened = Store(empty)
    yield opened
    opened.close()


# Versions


def test_the_migrations_lead_to_the_tables_of_the_program(empty: str) -> None:
    engine = create_engine(empty)
    with engine.begin() as connection:
        migrations.upgrade(connection)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), store_tables.metadata) == []
        assert _partial(connection.engine.url.get_backend_name(), empty) == ["ix_orders_waiting"]
    engine.dispose()
    assert migrations.newest() == schema.VERSION

    Store(empty, upgrade=False).close()


def _partial(backend: str, url: str) -> list[str]:
    """Names of the partial indexes, which Alembic does not compare."""
    engine = create_engine(url)
    found = inspect(engine).get_indexes("orders")
    engine.dispose()
    return [str(one["name"]) for one in found if one["dialect_options"].get(f"{backend}_where") is not None]


_CARD = {"issuer": "issuer", "serial": "1"}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (store_dossiers.OF_CARD.params(town=ISHIKARI, **_CARD), "ix_residents_household"),
        (store_books.IN_USE.params(now="2026-04-06", **_CARD), "ix_sessions_card"),
    ],
    ids=["dossier", "in use"],
)
def test_what_is_asked_of_a_card_reads_no_whole_table(
    store: Store, empty: str, asked: CompoundSelect[Any], index: str
) -> None:
    """Without statistics too, as after a register was loaded: indexes answer it, no question inside a question."""
    engine = create_engine(empty)
    statement = str(asked.compile(engine, compile_kwargs={"literal_binds": True}))
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if not is_sqlite:
            connection.execute(text("SET enable_seqscan = off"))  # tables as small as these are scanned else
        said = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * is_sqlite}{statement}")
        plan = "\n".join(str(row[-1]) for row in said)
    engine.dispose()

    assert index in plan
    assert not any(word in plan for word in ("Seq Scan", "SCAN", "SubPlan")), plan


def test_a_new_database_is_of_the_newest_version(store: Store, empty: str) -> None:
    Store(empty, upgrade=False).close()

    done = RUN.invoke(app, ["migrate", "--database", empty])
    assert (done.exit_code, done.stdout.strip()) == (0, f"the books are of version {schema.VERSION}")


def test_tables_of_a_newer_program_are_refused(store: Store, empty: str) -> None:
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(BooksUnfit, match=f"version 9999, this program knows {schema.VERSION} at most"):
        Store(empty)
    said = RUN.invoke(app, ["serve", "--database", empty, "--listen", "127.0.0.1:0"])
    assert said.exit_code == 2
    assert said.stderr.count("\n") == 1


def test_tables_of_another_program_are_refused(empty: str) -> None:
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE residents (name VARCHAR)"))
    engine.dispose()

    with pytest.raises(BooksUnfit, match="another program"):
        Store(empty)


def test_an_old_version_is_refused_by_a_server_and_brought_up_by_migrate(
    empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Store(empty).close()
    following = tmp_path / "migrations"
    _with_one_version_more(following)
    monkeypatch.setattr(migrations, "_FOLDER", str(following))
    monkeypatch.setattr(schema, "VERSION", NEXT)

    with pytest.raises(BooksUnfit, match=rf"version {VERSION}, this program needs {NEXT}: .* migrate"):
        Store(empty, upgrade=False)
    assert RUN.invoke(app, ["migrate", "--database", empty]).exit_code == 0
    Store(empty, upgrade=False).close()
    engine = create_engine(empty)
    assert "notes" in inspect(engine).get_table_names()
    engine.dispose()


def _with_one_version_more(folder: Path) -> None:
    original = Path(migrations.__file__).parent
    (folder / "versions").mkdir(parents=True)
    for path in (original / "env.py", *(original / "versions").glob("v*.py")):
        (folder / path.relative_to(original)).write_bytes(path.read_bytes())
    (folder / "versions/notes.py").write_text(
        "from alembic import op\nfrom sqlalchemy import Column, Integer\n\n"
        f"revision, down_revision = '{NEXT}', '{VERSION}'\n\n"
        "def upgrade():\n    op.create_table('notes', Column('id', Integer, primary_key=True))\n"
    )


def test_servers_that_start_at_once_make_the_tables_once(empty: str) -> None:
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        build_centre(database=empty).close()

    with ThreadPoolExecutor(4) as pool:
        for started in [pool.submit(start) for _ in range(4)]:
            started.result()

    centre = build_centre(database=empty)
    assert isinstance(Desk(centre).place("taro"), m.Issued)
    centre.close()


# Writes that collide


def both(work: Callable[[int], object], times: int = 2) -> list[object]:
    """Do the same work at the same moment, each on its own thread."""
    together = threading.Barrier(times)

    def one(number: int) -> object:
        together.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return [done.result() for done in [pool.submit(one, number) for number in range(times)]]


@pytest.mark.proves("F-03", "F-08")
def test_two_stores_never_give_one_number_twice(empty: str) -> None:
    stores = [Store(empty), Store(empty)]

    def numbers(which: int) -> list[int]:
        return [stores[which].run(lambda books: books.reserve(ISHIKARI, date(2026, 4, 6), "T00001")) for _ in range(20)]

    first, second = both(numbers)
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert sorted(first + second) == list(range(1, 41))
    for one in stores:
        one.close()


@pytest.fixture
def desks(empty: str) -> Iterator[list[Desk]]:
    """One terminal at two centres that share their books."""
    centres = [build_centre(seed, empty) for seed in (1, 2)]
    yield [Desk(centre) for centre in centres]
    for centre in centres:
        centre.close()


@pytest.mark.proves("F-03", "fault-28")
@pytest.mark.parametrize("turn", range(3))
def test_one_request_sent_to_two_servers_at_once_is_one_set(desks: list[Desk], turn: int) -> None:
    offer = desks[0].offer("hanako")
    request_id, raw = desks[0].order(offer, "hanako")
    answers = both(lambda which: desks[which].client.place_order(request_id, offer.session, raw))

    assert isinstance(answers[0], m.Issued)
    assert answers[0] == answers[1] == desks[1].client.ask_order(request_id)


@pytest.mark.proves("fault-28")
@pytest.mark.parametrize("turn", range(3))
def test_one_answer_to_a_challenge_given_twice_at_once_opens_one_session(desks: list[Desk], turn: int) -> None:
    challenge = desks[0].client.challenge("r1", ISHIKARI)
    assert isinstance(challenge, m.Challenge)
    signature = card_signature("taro", desks[0].client.digest(challenge, ISHIKARI))
    answer = "r1", ISHIKARI, challenge.challenge, desks[0].cert("taro"), signature
    answers = both(lambda which: desks[which].client.open_session(*answer))

    assert sorted(type(one).__name__ for one in answers) == ["Offer", "Refusal"]
    assert any(refused(one, "E-43", "challenge-unknown") for one in answers)


@pytest.mark.proves("fault-27")
@pytest.mark.parametrize("turn", range(3))
def test_results_of_two_sets_told_at_once_settle_the_order(desks: list[Desk], turn: int) -> None:
    issued = desks[0].issued("hanako", copies=2)
    results = [SetResult(one.set_number, Outcome.DELIVERED, 1) for one in issued.sets]
    both(lambda which: desks[which].client.report(issued.request_id, [results[which]]))

    assert refused(desks[0].client.ask_order(issued.request_id), "E-99", "order-settled")


@pytest.mark.proves("F-01")
@pytest.mark.parametrize("turn", range(3))
def test_a_void_that_meets_its_order_leaves_nothing_that_counts(desks: list[Desk], turn: int) -> None:
    offer = desks[0].offer("hanako")
    request_id, raw = desks[0].order(offer, "hanako")
    place, void = desks[0].client.place_order, desks[1].client.void
    _, voided = both(lambda which: void(request_id) if which else place(request_id, offer.session, raw))

    assert isinstance(voided, m.Settled)
    assert refused(desks[0].client.ask_order(request_id), "E-99", m.ORDER_VOID)
    settled = void(request_id)
    assert isinstance(settled, m.Settled)
    assert set(settled.states.values()) <= {"void"}


@pytest.mark.proves("F-02", "fault-37")
def test_a_set_shows_one_state_of_the_registers(empty: str) -> None:
    """A whole household moves again and again while it orders: never two addresses on one set."""
    centre = build_centre(1, empty)
    desk, stop = Desk(centre), threading.Event()

    def feed() -> int:
        for moves in itertools.count(1):
            with centre.registers.books() as books:
                for one in books.dossier(ISHIKARI, "taro").household:
                    books.change_resident(msgspec.structs.replace(one, address=f"花川北{moves}条1丁目1番地"))
            if stop.is_set():
                break
        return moves

    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(feed)
        seen = [addresses(desk.issued("taro", everybody=True)) for _ in range(12)]
        stop.set()
        assert feeding.result() > 1
    centre.close()
    assert all(len(one) == 1 for one in seen)
    assert len(set().union(*seen)) > 1


def addresses(issued: m.Issued) -> set[str]:
    """Every address that the pages of an order show."""
    pages = [line for one in issued.sets for page in one.pages for line in text_lines(decode_page(page.page))]
    return {found for line in pages for found in re.findall("花川北[0-9]+条", line)}


# Conditions


def test_a_set_goes_only_forward(store: Store) -> None:
    def enter(books: Books) -> None:
        books.add_order("T00001", "r1", Placed(b"", ISHIKARI, "seal", 300, OrderState.ISSUED, b"{}"), MONDAY)
        books.add_set("012351-20260406-T00001-00000001-X", "T00001", "r1", 1)

    def move(state: SetState) -> None:
        store.run(lambda books: books.move_set("012351-20260406-T00001-00000001-X", state))

    store.run(enter)
    with pytest.raises(StoreFailed):
        move(SetState.PRINTED)
    move(SetState.ISSUED)
    move(SetState.PRINTED)
    move(SetState.PRINTED)
    for state in (SetState.VOID, SetState.ISSUED):
        with pytest.raises(StoreFailed):
            move(state)
