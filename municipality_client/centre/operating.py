"""Commands for those who run a centre: terminals, daily closing, backup, restore, rotation of seals, incidents.

Separate from `serve` and the commands of developers: these work on the books beside running servers.
Exit code 1: the answer is no; 2: bad usage or input, with one line.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from municipality_client import set_number
from municipality_client.centre import backup as copies
from municipality_client.centre import closing as days
from municipality_client.centre import feed, incidents, keymaking, profiles
from municipality_client.centre.calendar import JST
from municipality_client.centre.closing import NotClosed
from municipality_client.centre.store import Store
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.errors import BadProfile, MunicipalityError, StoreFailed

app = typer.Typer()
_TERMINAL = re.compile("[A-Z0-9]{1,12}")
# What a spreadsheet would take for a formula, and control characters, are nobody's name (fault-35).
_OPERATOR = re.compile(r"[^=+\-@\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,63}")
_NO_PAPER = "none"
T = TypeVar("T")

Database = Annotated[str, typer.Option(help="SQLAlchemy URL of the books")]
Pki = Annotated[Path, typer.Option(help="folder with seal/")]
BOOKS = "sqlite:///centre.db"


@app.command("feed")
def work_in(
    file: Annotated[Path, typer.Argument(help="changes of registers, one JSON object a line")],
    database: Database = BOOKS,
) -> None:
    """Work changes of the registers in (随時連携): the whole file or nothing; what is known is passed over."""
    with _told():
        changes, codes = feed.read(file), frozenset(profiles.load_all())
        applied = _run(database, lambda books: feed.apply(books, changes, codes, _now()))
    typer.echo(f"{applied.new} changes worked in, {applied.known} known already")


@app.command()
def terminal(
    name: Annotated[str, typer.Argument(help="terminal id")],
    operator: Annotated[str | None, typer.Option(help="who runs it, as the closing names it")] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="refuse it from now on, on every server at once")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="let it in again")] = False,
    database: Database = BOOKS,
) -> None:
    """Say who runs a terminal; refuse one that is stolen or lost."""
    if not _TERMINAL.fullmatch(name):
        raise typer.BadParameter(f"{name}: a terminal id is 1 to 12 capital letters and digits")
    if operator is not None and not _OPERATOR.fullmatch(operator):
        raise typer.BadParameter(f"{operator!r}: not an operator's name")

    def work(books: OperationBooks) -> None:
        if operator is not None:
            books.register_terminal(name, operator)
        if revoke or restore:
            books.refuse_terminal(name, _now() if revoke else None)

    with _told():
        _run(database, work)


@app.command("close")
def close_day(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="the day, like 2026-04-06")],
    csv: Annotated[Path, typer.Option(help="where the sums go")],
    database: Database = BOOKS,
) -> None:
    """Close a day (日次): fees of delivered sets by operator, municipality, kind; the same again when asked again."""
    with _told():
        closed = _run(database, lambda books: days.close(books, day.date(), _now()))
        if isinstance(closed, NotClosed):
            typer.echo(closed.reason, err=True)
            raise typer.Exit(1)
        try:
            csv.write_text(closed.csv(), encoding="utf-8", newline="")
        except OSError as error:
            raise StoreFailed(f"{csv}: {error.strerror}") from error
    typer.echo(f"{closed.day}: {closed.sets} sets, {closed.amount} yen")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="the copy")], database: Database = BOOKS) -> None:
    """Copy books on SQLite while servers work."""
    with _told():
        copies.backup(database, file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="the copy")], database: Database = BOOKS) -> None:
    """Make books on SQLite from a copy; no number that was given out since is given again."""
    with _told():
        copies.restore(database, file, _now())


@app.command()
def restored(database: Database = BOOKS) -> None:
    """Say that books were brought back by other means (pg_restore): numbers jump ahead, none comes twice."""
    with _told():
        _run(database, lambda books: copies.renumber(books, _now()))


@app.command("rotate-seal")
def rotate_seal(
    code: Annotated[str, typer.Argument(help="code of a municipality")],
    pki: Pki,
    stolen_since: Annotated[datetime | None, typer.Option(help="the old key was stolen then (JST)")] = None,
) -> None:
    """Give a municipality a new seal key; what the old one sealed stays verifiable. Restart the servers after it."""
    with _told():
        known = profiles.load_all()
        if code not in known:
            raise BadProfile(f"{code}: no such municipality; there are {', '.join(sorted(known))}")
        since = None if stolen_since is None else stolen_since.replace(tzinfo=JST)
        for path in keymaking.rotate_seal(pki / "seal", known[code], _now().replace(microsecond=0), since):
            typer.echo(path)


@app.command("incidents")
def list_incidents(
    closed: Annotated[bool, typer.Option("--closed", help="list those that are closed, and on which papers")] = False,
    database: Database = BOOKS,
) -> None:
    """List what an operator must look at, oldest first; exit code 1 where there is any."""
    with _told():
        found = _run(database, lambda books: books.incidents(closed=closed))
    for one in found:
        papers = [] if one.papers is None else [" ".join(sorted(one.papers)) or _NO_PAPER]
        typer.echo("\t".join((str(one.id), one.at, one.terminal or "-", one.request_id or "-", one.what, *papers)))
    raise typer.Exit(1 if found and not closed else 0)


@app.command("close-incident")
def close_incident(
    number: Annotated[int, typer.Argument(help="as `incidents` lists it")],
    paper: Annotated[list[str], typer.Option(help="number of a set of this order that is on paper, or none")],
    database: Database = BOOKS,
) -> None:
    """Close an incident after its papers were compared (F-09); 1: papers and books do not agree, it stays open."""
    papers = frozenset(paper) - {_NO_PAPER}
    if wrong := [one for one in papers if not set_number.is_valid(one)] or (papers and _NO_PAPER in paper):
        raise typer.BadParameter(f"{wrong}: name each set on paper by its number, or say {_NO_PAPER}")
    with _told():
        still_open = _run(database, lambda books: incidents.close(books, number, papers, _now()))
    if still_open is not None:
        typer.echo(still_open.reason, err=True)
        raise typer.Exit(1)


def _run(database: str, work: Callable[[OperationBooks], T]) -> T:
    with closing(Store(database, upgrade=False)) as store:
        return store.run(work)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except MunicipalityError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _now() -> datetime:
    return datetime.now(JST)
