"""`python -m card status …`: revoke a card of the test JPKI, and tell relying parties so.

Apart from the other commands because it plays the authority, not the card. What is revoked stands in
the card's state folder, where an embedded kiosk looks too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from card.authority.status import StatusService

_JST = timezone(timedelta(hours=9), "JST")
FILE = "revoked.json"
app = typer.Typer(no_args_is_help=True, help="The test JPKI's status service: revoke, put on hold, lists, OCSP.")

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A file in assets/people, like taro.")]
Generation = Annotated[int, typer.Option(min=0, help="Which card of the person, from 0.")]
State = Annotated[Path | None, typer.Option(metavar="DIR", help="State folder, shared with the kiosk's --state.")]
At = Annotated[datetime | None, typer.Option(help="Clock (JST) at the start, for demonstrations.")]


@app.command()
def revoke(
    person: Person,
    hold: Annotated[bool, typer.Option("--hold", help="Only put it on hold (一時停止).")] = False,
    generation: Generation = 0,
    state: State = None,
    at: At = None,
) -> None:
    """Revoke the user authentication certificate of a person's card."""
    _service(state).revoke(_serial(person, generation), _clock(at)(), suspended=hold)


@app.command()
def lift(person: Person, generation: Generation = 0, state: State = None) -> None:
    """Lift a hold."""
    try:
        _service(state).lift(_serial(person, generation))
    except LookupError as error:
        raise typer.BadParameter(f"{person}: not on hold") from error


@app.command()
def lists(
    directory: Annotated[Path, typer.Argument(help="Where the lists go, one a generation (DER).")],
    state: State = None,
    at: At = None,
) -> None:
    """Write today's revocation lists; a centre reads them with `serve --revocation DIR`."""
    from card.authority.names import Ca
    from card.authority.status import GENERATIONS

    made = _service(state).lists(_clock(at)())
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for (ca, year), raw in zip(GENERATIONS, made, strict=True):
            name = f"signature-{year}" if ca is Ca.DIGITAL_SIGNATURE else f"{year}"
            fresh = directory / f"{name}.new"
            fresh.write_bytes(raw)
            fresh.replace(directory / f"{name}.crl")
    except OSError as error:
        raise typer.BadParameter(f"{directory}: {error.strerror}") from error


@app.command()
def serve(
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Port 0 takes a free one.")] = "127.0.0.1:2560",
    state: State = None,
    at: At = None,
) -> None:
    """Answer OCSP requests and give lists over HTTP until Ctrl-C."""
    from card.status_server import StatusServer

    host, _, port = listen.rpartition(":")
    try:
        server = StatusServer((host, int(port)), _service(state), _clock(at))
    except (OSError, ValueError, OverflowError) as error:
        raise typer.BadParameter(f"--listen: cannot listen on {listen}") from error
    typer.echo(server.url)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _service(state: Path | None) -> "StatusService":
    import platformdirs

    from card.authority.status import StatusService

    return StatusService((state or platformdirs.user_state_path("certificate-kiosk")) / "card" / FILE)


def _serial(person: str, generation: int) -> int:
    from card import people

    return people.read(person).auth_cert_serial + generation


def _clock(at: datetime | None) -> Callable[[], datetime]:
    """Return the real clock, or one that was `at` when the program began."""
    begun = datetime.now(_JST)
    ahead = timedelta() if at is None else (at if at.tzinfo else at.replace(tzinfo=_JST)) - begun
    return lambda: datetime.now(_JST) + ahead
