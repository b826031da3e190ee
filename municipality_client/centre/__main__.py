"""The centre's command line, `python -m municipality_client.centre`: serve, init, check, applications and more.

Separate because it is what people type; what a server is made of stands in `program`. Exit code 2
with one line per mistake for bad input.
"""

import json
import logging.config
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import assets
from assets import command_line, tables
from municipality_client.centre import (
    admin,
    clerk,
    keymaking,
    koseki_files,
    metrics,
    openapi,
    operating,
    people,
    preview,
    profiles,
    schema,
    server,
    topology,
)
from municipality_client.centre.profiles import Profile
from municipality_client.centre.program import CARD_CAS, SIGNATURE_CAS, Clock, Program
from municipality_client.centre.store import Store
from municipality_client.enrolment import REJECTIONS
from municipality_client.errors import BadProfile, MunicipalityError
from printer import fonts

_LOG = logging.getLogger(__name__)
_DEMO_TERMINAL = "T00001"
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(process)d %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
}

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The issue centre of the certificate kiosk emulator."
)
app.add_typer(operating.app)


@app.command()
def serve(
    database: Annotated[str, typer.Option(help="SQLAlchemy URL of the books")] = "sqlite:///centre.db",
    listen: Annotated[str, typer.Option(help="HOST:PORT; port 0 takes a free one")] = "127.0.0.1:8443",
    pki: Annotated[Path | None, typer.Option(help="folder with seal/, tls/ and jpki/")] = None,
    at: Annotated[datetime | None, typer.Option(help="civil time (JST) at the start, for demonstrations")] = None,
    revocation_from: Annotated[
        list[str] | None,
        typer.Option("--revocation", help="folder of *.crl, or http://HOST:PORT of an OCSP responder"),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that share the socket")] = 1,
    threads: Annotated[int, typer.Option(min=1, max=64, help="threads of each that work on requests")] = 4,
    rate: Annotated[float, typer.Option(min=0, help="requests a second from one terminal, 0 for any number")] = 20,
    audit: Annotated[Path | None, typer.Option(help="file of the audit log, one JSON object a line")] = None,
    admin_at: Annotated[
        str,
        typer.Option(
            "--admin", metavar="HOST:PORT", help="health, readiness and metrics over HTTP; port 0: a free one"
        ),
    ] = "",
) -> None:
    """Serve kiosks over mutual TLS 1.3 until SIGINT or SIGTERM."""
    address = _address(listen)
    folder = assets.path("pki") if pki is None else pki
    told = Program(database, folder, tuple(revocation_from or ()), Clock(at), threads, rate, audit)
    try:
        with topology.claimed(database, workers), ExitStack() as open_doors:
            if workers > 1:
                open_doors.enter_context(metrics.shared())
            _serve(told, address, workers, partial(_open_admin, told, admin_at, open_doors))
    except MunicipalityError as error:
        raise _stop(error) from error


def _open_admin(told: Program, listen: str, open_doors: ExitStack) -> None:
    """Open the operator's door once the books are there; say on the log where it is."""
    if listen:
        where = open_doors.enter_context(admin.listening(_address(listen), told.database, told.clock))
        _LOG.info("operator's door: %s", where)


def _serve(told: Program, address: tuple[str, int], workers: int, open_admin: Callable[[], None]) -> None:
    with server.listen(*address) as listening:
        if workers == 1:
            application = told.application()
            _announce(told, listening, open_admin)
            server.serve(application, told.pki, listening)
        else:
            told.centre().close()  # tables, registers and keys are in order before there is a worker
            _announce(told, listening, open_admin)
            server.serve_by_workers(told.application, told.pki, listening, workers, _LOGGING)


def _announce(told: Program, listening: socket.socket, open_admin: Callable[[], None]) -> None:
    logging.config.dictConfig(_LOGGING)
    open_admin()
    if not told.revocation:
        _LOG.warning("revocation of public-key certificates is not checked: no --revocation")
    host, port = listening.getsockname()[:2]
    typer.echo(f"https://{host}:{port}")
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda _number, _frame: None)  # uvicorn raises them again after its stop


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="new folder for keys and books")],
    terminal: Annotated[list[str] | None, typer.Option(help="terminal ids to make key pairs for")] = None,
    name: Annotated[list[str] | None, typer.Option(help="host name or address by which kiosks reach it")] = None,
) -> None:
    """Make a centre's own keys, key pairs for its terminals, and an empty database; again: for further terminals."""
    folder = directory / "pki"
    try:
        known = profiles.load_all().values()
        made = keymaking.make_seal_keys(folder / "seal", known)
        made += keymaking.make_tls_keys(folder / "tls", terminal or [_DEMO_TERMINAL], name or ())
        (folder / "jpki").mkdir(exist_ok=True)
        for kind in (CARD_CAS, SIGNATURE_CAS):
            made += [Path(shutil.copy(one, folder / "jpki")) for one in assets.path("pki/jpki").glob(kind)]
        Store(f"sqlite:///{directory / 'centre.db'}").close()
    except MunicipalityError as error:
        raise _stop(error) from error
    for path in [*made, directory / "centre.db"]:
        typer.echo(path)


@app.command()
def migrate(
    database: Annotated[str, typer.Option(help="SQLAlchemy URL of the books")] = "sqlite:///centre.db",
) -> None:
    """Bring the books of an older version up to date; stop all servers and make a backup first."""
    try:
        Store(database).close()
    except MunicipalityError as error:
        raise _stop(error) from error
    typer.echo(f"the books are of version {schema.VERSION}")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="files of municipalities, of people, of family registers")],
    inferred: Annotated[bool, typer.Option(help="list what the municipality's page does not say")] = False,
) -> None:
    """Check files that people write; every mistake as FILE:LINE: field: what is wrong."""
    wrong = []
    for path in files:
        try:
            _check(path, inferred)
        except BadProfile as error:
            wrong.append(str(error))
    wrong += people.contradictions(files) if not wrong else []
    if wrong:
        raise _stop(BadProfile("\n".join(wrong)))


@app.command("preview")
def draw_samples(
    code: Annotated[str, typer.Argument(help="code of a municipality, or its file")],
    directory: Annotated[Path, typer.Argument(help="folder for the pictures")],
    residents: Annotated[Path, typer.Option(help="folder with the people who are named")] = people.FOLDER,
    font: Annotated[str, typer.Option(help="font id; the best installed one by default")] = "",
    at: Annotated[datetime | None, typer.Option(help="civil time (JST) at which it is issued")] = None,
) -> None:
    """Draw every form of a municipality as 見本, one picture a sheet."""
    try:
        profile, now = _profile(code), Clock(at)()
        directory.mkdir(parents=True, exist_ok=True)
        for sample in preview.samples(profile, residents, font or fonts.best_font(), now):
            for number, page in enumerate(sample.pages, 1):
                path = directory / f"{profile.code}-{sample.name}-{number}.png"
                path.write_bytes(preview.draw(page))
                typer.echo(path)
    except MunicipalityError as error:
        raise _stop(error) from error
    except OSError as error:
        raise _stop(BadProfile(f"{directory}: {error.strerror}")) from error


@app.command()
def applications(
    code: Annotated[str, typer.Argument(help="code of the municipality")],
    database: Annotated[str, typer.Option(help="SQLAlchemy URL of the books")] = "sqlite:///centre.db",
    pki: Annotated[Path | None, typer.Option(help="folder with seal/, tls/ and jpki/")] = None,
    approve: Annotated[str, typer.Option(help="number of an application that agrees with the register")] = "",
    reject: Annotated[str, typer.Option(help="number of an application that does not")] = "",
    reason: Annotated[str, typer.Option(help=f"why not: {' or '.join(REJECTIONS)}")] = REJECTIONS[0],
    at: Annotated[datetime | None, typer.Option(help="civil time (JST), for demonstrations")] = None,
) -> None:
    """List the applications for 利用登録 of a municipality, or decide one of them."""
    try:
        desk = clerk.Clerk(Program(database, assets.path("pki") if pki is None else pki).centre(), _profile(code).code)
        if approve:
            desk.approve(approve)
        if reject:
            desk.reject(reject, reason)
        for line in desk.queue(Clock(at)()):
            typer.echo(line)
    except MunicipalityError as error:
        raise _stop(error) from error


@app.command("test-keys")
def test_keys(
    terminal: Annotated[list[str] | None, typer.Option(help="terminal ids to make key pairs for")] = None,
) -> None:
    """Make the committed test keys and pictures of seals where they are missing."""
    try:
        known = profiles.load_all().values()
        made = keymaking.draw_seals(people.FOLDER, known)
        made += keymaking.make_seal_keys(assets.path("pki/seal"), known)
        made += keymaking.make_tls_keys(assets.path("pki/tls"), terminal or [_DEMO_TERMINAL])
    except MunicipalityError as error:
        raise _stop(error) from error
    for path in made:
        typer.echo(path)


@app.command("openapi")
def describe() -> None:
    """Print the interface as OpenAPI 3.1."""
    typer.echo(json.dumps(openapi.description(), ensure_ascii=False, indent=2))


def _check(path: Path, inferred: bool) -> None:
    try:
        found = tables.tables(path)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error
    if "person" in found:
        people.read(path)
        return
    if "members" in found:
        koseki_files.read(path)
        return
    profile = profiles.load(path)
    for place, reason in profiles.inferred(profile) if inferred else ():
        typer.echo(f"{path}: {place}: inferred, {reason}")


def _profile(code: str) -> Profile:
    """Return the municipality of this code, or of this file."""
    if Path(code).suffix == ".toml":
        return profiles.load(Path(code))
    known = profiles.load_all()
    if code not in known:
        raise BadProfile(f"{code}: no such municipality; there are {', '.join(sorted(known))}")
    return known[code]


def _address(listen: str) -> tuple[str, int]:
    host, separator, port = listen.rpartition(":")
    if not separator or not port.isdecimal() or int(port) > 65535:
        raise typer.BadParameter(f"{listen} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _stop(error: MunicipalityError) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(2)


if __name__ == "__main__":
    sys.exit(command_line.run(app, sys.argv[1:], "python -m municipality_client.centre"))
