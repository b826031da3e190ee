"""The centre's command line, `python -m municipality_client.centre`: serve, init, check, applications and more.

Separate because it is the composition root of the centre as a program: the only place of this
package that reads the real clock and the system's randomness. Exit code 2 with one line per
mistake for bad input.
"""

import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import assets
from assets import command_line, tables
from municipality_client.centre import (
    clerk,
    handle,
    keymaking,
    koseki_files,
    openapi,
    operating,
    people,
    preview,
    profiles,
    revocation,
    schema,
    server,
)
from municipality_client.centre.calendar import JST
from municipality_client.centre.profiles import Profile
from municipality_client.centre.store import Store
from municipality_client.enrolment import REJECTIONS
from municipality_client.errors import BadProfile, KeysMissing, MunicipalityError
from printer import fonts

_CARD_CAS, _SIGNATURE_CAS = "user-authentication-ca*.crt.pem", "digital-signature-ca*.crt.pem"
_LOG = logging.getLogger(__name__)
_DEMO_TERMINAL = "T00001"

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
    workers: Annotated[int, typer.Option(min=1, max=64, help="threads that work on requests")] = 4,
) -> None:
    """Serve kiosks over mutual TLS 1.3 until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    folder = assets.path("pki") if pki is None else pki
    address = _address(listen)
    try:
        evidence = revocation.source(revocation_from or (), _cas(folder, _CARD_CAS) + _cas(folder, _SIGNATURE_CAS))
        if evidence is None:
            _LOG.warning("revocation of public-key certificates is not checked: no --revocation")
        centre = _centre(folder, database, evidence)
        listening = server.listen(*address)
        host, port = listening.getsockname()[:2]
        typer.echo(f"https://{host}:{port}")
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, lambda _number, _frame: None)  # uvicorn raises them again after its stop
        server.serve(centre, folder, _clock(at), listening, workers)
    except MunicipalityError as error:
        raise _stop(error) from error


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="new folder for keys and books")],
    terminal: Annotated[list[str] | None, typer.Option(help="terminal ids to make key pairs for")] = None,
) -> None:
    """Make a centre's own keys, key pairs for its terminals, and an empty database."""
    folder = directory / "pki"
    try:
        known = profiles.load_all().values()
        made = keymaking.make_seal_keys(folder / "seal", known)
        made += keymaking.make_tls_keys(folder / "tls", terminal or [_DEMO_TERMINAL])
        (folder / "jpki").mkdir(exist_ok=True)
        for kind in (_CARD_CAS, _SIGNATURE_CAS):
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
        profile, now = _profile(code), _clock(at)()
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
        desk = clerk.Clerk(_centre(assets.path("pki") if pki is None else pki, database), _profile(code).code)
        if approve:
            desk.approve(approve)
        if reject:
            desk.reject(reject, reason)
        for line in desk.queue(_clock(at)()):
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


def _centre(folder: Path, database: str, evidence: revocation.Revocation | None = None) -> handle.Centre:
    return handle.embedded(
        _cas(folder, _CARD_CAS),
        os.urandom,
        database=database,
        upgrade=False,
        pki=folder,
        revocation=evidence,
        signature_issuers=_cas(folder, _SIGNATURE_CAS),
    )


def _cas(folder: Path, kind: str) -> list[bytes]:
    """Return the CAs of cards (DER), the newest first: the folder's own, else the test JPKI's."""
    found = sorted((folder / "jpki").glob(kind)) or sorted((assets.path("pki") / "jpki").glob(kind))
    return [der for _, der in sorted((_read_ca(path) for path in found), reverse=True)]


def _read_ca(path: Path) -> tuple[datetime, bytes]:
    """Return the end of its validity, and the public-key certificate (DER)."""
    try:
        cert = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeysMissing(f"{path}: missing or not a public-key certificate") from error
    return cert.not_valid_after_utc, cert.public_bytes(Encoding.DER)


def _address(listen: str) -> tuple[str, int]:
    host, separator, port = listen.rpartition(":")
    if not separator or not port.isdecimal() or int(port) > 65535:
        raise typer.BadParameter(f"{listen} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _clock(at: datetime | None) -> Callable[[], datetime]:
    """Return the civil clock: real, or begun at `at` and running at real speed."""
    if at is None:
        return lambda: datetime.now(JST)
    begun, start = time.monotonic(), at if at.tzinfo else at.replace(tzinfo=JST)
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def _stop(error: MunicipalityError) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(2)


if __name__ == "__main__":
    sys.exit(command_line.run(app, sys.argv[1:], "python -m municipality_client.centre"))
