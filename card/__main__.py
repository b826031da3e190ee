"""The command line of the card: serve virtual cards into pcscd, look at a card, make the test keys.

Apart from everything it puts together: this is the only place here that reads the clock, prints,
and knows exit codes (0 done, 1 the answer is no, 2 bad usage or input, one clear line).
"""

import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from card import errors

if TYPE_CHECKING:
    from card.survey import Survey
    from card.virtual.vpcd import VpcdCard

_JST = timezone(timedelta(hours=9), "JST")
_LAST_PORT = 65535
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

People = Annotated[list[str], typer.Argument(metavar="PERSON...", help="Files in assets/people, like taro.")]
Port = Annotated[int, typer.Option(min=1, max=_LAST_PORT, help="Where vpcd listens; each further card takes the next.")]
Profile = Annotated[str, typer.Option(help="contact, contactless or extended.")]
State = Annotated[Path | None, typer.Option(metavar="DIR", help="State folder, shared with the kiosk's --state.")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="Clock for the certificates, like 2026-04-06 (JST).")]
ReaderName = Annotated[str | None, typer.Option(help="Beginning of a reader's name; default: one that has a card.")]


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if words is None else words
    try:
        code = app(list(words), standalone_mode=False, prog_name="python -m card")
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        return _say(f"{error.format_message()} (see python -m card --help)", 2)
    except (errors.PersonError, errors.StateError, errors.TestKeyError) as error:
        return _say(str(error), 2)
    except errors.CardError as error:
        return _say(str(error), 1)
    return code if isinstance(code, int) else 0


@app.callback()
def card() -> None:
    """The virtual My Number card, and a look at any card."""


@app.command()
def serve(people: People, port: Port = 35963, profile: Profile = "contact", state: State = None, at: At = None) -> int:
    """Plug virtual cards into a running pcscd until Ctrl-C; goes back in by itself when pcscd restarts."""
    from card.virtual import personalise, profiles, vpcd

    if profile not in profiles.PROFILES:
        raise typer.BadParameter(f"--profile: {profile!r} is none of {', '.join(profiles.PROFILES)}")
    if port + len(people) - 1 > _LAST_PORT:
        raise typer.BadParameter(f"--port: no room for {len(people)} cards from {port}")
    now, folder = _moment(at), _state_folder(state)
    served = []
    for place, person in enumerate(people):
        inserted = personalise.personalise(person, folder, now, profile=profiles.PROFILES[profile])
        typer.echo(f"{person}: waiting for the reader (port {port + place})")
        served.append(vpcd.VpcdCard(inserted, port + place, changed=_Announcement(person, port + place)))
    _run_until_signal(served)
    return 0


@app.command()
def info(reader: ReaderName = None) -> int:
    """Show token, public-key certificates and tries left; never sends a PIN."""
    from card import pcsc, survey

    connection = pcsc.PcscReader(reader).connect()
    try:
        found = survey.survey(connection)
    finally:
        connection.disconnect()
    if not isinstance(found, survey.Survey):
        return _say("not a My Number card", 1)
    for line in _lines(found):
        typer.echo(line)
    return 0


@app.command("test-keys")
def test_keys() -> int:
    """Make the test keys of authorities and people that are missing; existing ones stay."""
    from card.authority import keys

    made = keys.make_missing()
    for path in made:
        typer.echo(f"made {path.name}")
    typer.echo(f"{len(made)} made")
    return 0


def _run_until_signal(served: Sequence["VpcdCard"]) -> None:
    """One thread for each card; the main thread waits for Ctrl-C or SIGTERM."""
    signals = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the threads start, so that no thread is interrupted and sigwait gets them all.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    threads = [Thread(target=one.run, daemon=True) for one in served]
    for thread in threads:
        thread.start()
    signal.sigwait(signals)
    for one, thread in zip(served, threads, strict=True):
        one.stop()
        thread.join()


class _Announcement:
    """Says on the terminal when a card goes in and out."""

    def __init__(self, person: str, port: int) -> None:
        self._person = person
        self._port = port

    def __call__(self, in_reader: bool) -> None:
        """Print one line."""
        words = "in the reader" if in_reader else "the reader has gone; waiting for it"
        typer.echo(f"{self._person}: {words} (port {self._port})")


def _lines(found: "Survey") -> list[str]:
    lines = [f"token                   {found.token}"]
    for use, cert in found.certs.items():
        lines.append(f"{use:<24}serial {cert.serial}, {_day(cert.not_before)} to {_day(cert.not_after)}")
        lines.append(f"{'':<24}issued by {cert.issuer_name}")
        lines.append(f"{'':<24}SHA-256 {cert.fingerprint.hex()}")
    lines.append(f"signature               {'opens with its password' if found.has_signature_cert else 'none'}")
    lines.append(f"PIN                     {_tries(found.authentication_tries)}")
    lines.append(f"signature password      {_tries(found.signature_tries)}")
    return lines


def _day(moment: datetime) -> str:
    return moment.astimezone(_JST).date().isoformat()


def _tries(left: int) -> str:
    return {0: "blocked", 1: "1 try left"}.get(left, f"{left} tries left")


def _moment(at: str | None) -> datetime:
    if at is None:
        return datetime.now(_JST)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise typer.BadParameter(f"--at: {at!r} is no time like 2026-04-06T10:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_JST)


def _state_folder(state: Path | None) -> Path:
    """The kiosk keeps its embedded cards in the same place."""
    import platformdirs

    return (state or platformdirs.user_state_path("certificate-kiosk")) / "card"


def _say(text: str, code: int) -> int:
    sys.stderr.write("".join(f"card: {line}\n" for line in text.splitlines()))
    return code


if __name__ == "__main__":
    sys.exit(main())
