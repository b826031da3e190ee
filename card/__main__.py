"""The command line of the card: serve virtual cards into pcscd, look at a card, make one, decode logs.

Apart from everything it puts together: this is the only place here that reads the clock, prints,
and knows exit codes (0 done, 1 the answer is no, 2 bad usage or input, one clear line).
"""

import getpass
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from card import errors, status_commands

if TYPE_CHECKING:
    from card.connection import Reader
    from card.pins import Secret
    from card.serving import TraceFile
    from card.survey import Survey

_JST = timezone(timedelta(hours=9), "JST")
_LAST_PORT = 65535
T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(status_commands.app, name="status")

People = Annotated[list[str], typer.Argument(metavar="PERSON|FILE...", help="Like taro, or a file that card new took.")]
Port = Annotated[int, typer.Option(min=1, max=_LAST_PORT, help="Where vpcd listens; each further card takes the next.")]
Profile = Annotated[
    str, typer.Option(metavar="NAME", help="Kind of card: contact, contactless, extended, android, iphone …")
]
Latency = Annotated[str, typer.Option(metavar="NAME", help="none, typical, contact …: wait as long as a card would.")]
Log = Annotated[Path | None, typer.Option(metavar="FILE", help="Write every exchange there, secrets masked.")]
State = Annotated[Path | None, typer.Option(metavar="DIR", help="State folder, shared with the kiosk's --state.")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="Clock for the certificates, like 2026-04-06 (JST).")]
ReaderName = Annotated[str | None, typer.Option(help="Beginning of a reader's name; default: one that has a card.")]
PersonOrFile = Annotated[str, typer.Argument(metavar="PERSON|FILE", help="Like taro, or a file like it.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only check the file and say what would be on the card.")]
LogFile = Annotated[Path, typer.Argument(metavar="FILE", help="A log; - reads standard input.")]
Embedded = Annotated[str | None, typer.Option("--card", metavar="PERSON", help="A virtual card here, without pcscd.")]
Signature = Annotated[bool, typer.Option("--signature", help="The signature password instead of the 4-digit PIN.")]


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if words is None else words
    try:
        code = app(list(words), standalone_mode=False, prog_name="python -m card")
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        return _say("left", 1)
    except typer.TyperException as error:
        return _say(f"{error.format_message()} (see python -m card --help)", 2)
    except (errors.PersonError, errors.StateError, errors.TestKeyError) as error:
        return _say(str(error), 2)
    except errors.CardError as error:
        return _say(str(error), 1)
    return code if isinstance(code, int) else 0


@app.callback()
def card() -> None:
    """The virtual My Number card, and a look at any card.

    \b
    Examples:
      python -m card new taro --dry-run
      python -m card serve taro hanako --state /tmp/cards
      python -m card info
    """


@app.command()
def serve(
    people: People,
    port: Port = 35963,
    profile: Profile = "contact",
    latency: Latency = "none",
    log: Log = None,
    state: State = None,
    at: At = None,
) -> int:
    """Plug virtual cards into a running pcscd until Ctrl-C; goes back in by itself when pcscd restarts.

    Type pull, place or list (with a name where there are several) and Enter to handle the cards.

    \b
    Examples:
      python -m card serve taro
      python -m card serve taro hanako --profile contactless --latency typical
      python -m card serve taro --port 40000 --log exchanges.log --at 2026-04-06
    """
    from card import serving
    from card.virtual import adopted, personalise, profiles
    from card.virtual import latency as models

    if port + len(people) - 1 > _LAST_PORT:
        raise typer.BadParameter(f"--port: no room for {len(people)} cards from {port}")
    kind = _chosen("--profile", profile, profiles.PROFILES)
    speed = _chosen("--latency", latency, models.MODELS)
    folder, now = _state_folder(state), _moment(at)
    written = _trace_file(log) if log else None
    places = []
    for number, person in enumerate(people):
        made = personalise.personalise(adopted.known_as(person, folder), folder, now, profile=kind)
        served = serving.layered(made, made.person_id, speed, written)
        places.append(serving.Place(made.person_id, served, port + number, typer.echo))
    serving.run_until_signal(places, typer.echo)
    return 0


@app.command()
def info(reader: ReaderName = None) -> int:
    """Show token, public-key certificates and tries left; never sends a PIN.

    \b
    Examples:
      python -m card info
      python -m card info --reader "Virtual PCD 00 01"
    """
    from card import pcsc, survey

    connection = pcsc.PcscReader(reader).connect()
    try:
        found = survey.survey(connection)
    finally:
        connection.disconnect()
    if not isinstance(found, survey.Survey):
        return _say("not a My Number card", 1)
    _print(found, datetime.now(_JST))
    return 0


@app.command()
def new(person: PersonOrFile, state: State = None, at: At = None, dry_run: Dry = False) -> int:
    """Personalise the next card of a person: check the file, say what is on the card, keep it in the state folder.

    A file elsewhere is copied there and gets test keys of its own; card serve FILE then plugs its card in.

    \b
    Examples:
      python -m card new taro --dry-run
      python -m card new taro --state /tmp/cards --at 2026-04-06
      python -m card new assets/people/hanako.toml --dry-run
    """
    from card import people
    from card.virtual import adopted

    with tempfile.TemporaryDirectory() as elsewhere:
        folder = Path(elsewhere) if dry_run else _state_folder(state)
        known = adopted.adopt(Path(person), folder) if _is_elsewhere(person) else people.name_of(person)
        people.read(known)
        generation = _personalised(known, folder, _moment(at))
    if not dry_run:
        typer.echo(f"{people.name_of(known)}: card {generation + 1}, kept in {folder}")
    return 0


@app.command()
def pin(reader: ReaderName = None, signature: Signature = False) -> int:
    """Change the PIN of the card in a reader; asks for the present and the new one without showing them.

    \b
    Examples:
      python -m card pin
      python -m card pin --signature
    """
    from card import pcsc, pins

    secret = pins.Secret.SIGNATURE_PASSWORD if signature else pins.Secret.AUTHENTICATION_PIN
    connection = pcsc.PcscReader(reader).connect()
    try:
        left = pins.tries_left(connection, secret)
        if left == 0:
            return _say("blocked; only the municipal counter can help", 1)
        # The last try must never be an accident (faults.md I5).
        if left == 1:
            typer.confirm("Only one try is left. Go on?", abort=True)
        present, fresh = (_asked(secret, question) for question in ("Present: ", "New: "))
        if _asked(secret, "New, once more: ") != fresh:
            return _say("the new ones differ; nothing was sent", 1)
        return _changed(pins.change(connection, secret, present, fresh))
    finally:
        connection.disconnect()


@app.command()
def trace(file: LogFile) -> int:
    """Decode a log of APDUs, secrets masked: of serve --log, of pcscd --apdu, or OpenSC's debug log.

    \b
    Examples:
      python -m card trace exchanges.log
      pcscd --foreground --apdu 2>&1 | python -m card trace -
      OPENSC_DEBUG=3 pkcs15-tool --list-certificates 2>&1 | python -m card trace -
    """
    from card import logs, report

    count = 0
    for line in logs.decoded(_lines_of(file)):
        typer.echo(report.trace_line(line))
        count += 1
    return 0 if count else _say(f"{file}: no exchange with a card", 1)


@app.command()
def shell(reader: ReaderName = None, person: Embedded = None, state: State = None, at: At = None) -> int:
    """Type APDUs in hex or in words at a card; help lists the words.

    Reads commands from standard input where that is no terminal; a PIN is then the line after verify.

    \b
    Examples:
      python -m card shell
      echo 'select jpki' | python -m card shell --card taro --state /tmp/cards
      printf 'select jpki\\nverify 18\\n1234\\nsign 17 hello\\n' | python -m card shell --card taro --state /tmp/cards
    """
    from card.shell import Shell

    lines = _typed() if sys.stdin.isatty() else sys.stdin
    ask = getpass.getpass if sys.stdin.isatty() else lambda _: sys.stdin.readline().strip()
    good = Shell(_reader(reader, person, state, at), typer.echo, ask).run(lines)
    return 0 if good or sys.stdin.isatty() else 1


@app.command("test-keys")
def test_keys() -> int:
    """Make the test keys of authorities and people that are missing; existing ones stay.

    \b
    Examples:
      python -m card test-keys
    """
    from card.authority import keys

    made = keys.make_missing()
    for path in made:
        typer.echo(f"made {path.name}")
    typer.echo(f"{len(made)} made")
    return 0


def _trace_file(log: Path) -> "TraceFile":
    from card import serving

    try:
        return serving.TraceFile(log, lambda: datetime.now(_JST))
    except OSError as error:
        raise typer.BadParameter(f"--log: {log}: {error.strerror}") from error


def _personalised(person: str, folder: Path, now: datetime) -> int:
    """Make the person's next card, or the first, say what is on it, and return its generation."""
    from card import people, survey
    from card.virtual import personalise, slot, state

    used = state.StateFile(folder, people.name_of(person)).read() is not None
    generation = personalise.new_card(person, folder) if used else 0
    reader = slot.VirtualSlot()
    reader.insert(personalise.personalise(person, folder, now, generation))
    found = survey.survey(reader.connect())
    if isinstance(found, survey.Survey):
        _print(found, now)
    return generation


def _is_elsewhere(person: str) -> bool:
    """True for a people file that does not lie in assets/people."""
    import assets
    from card import people

    return people.is_file(person) and Path(person).resolve().parent != assets.path("people")


def _reader(name: str | None, person: str | None, state: Path | None, at: str | None) -> "Reader":
    if person is None:
        from card import pcsc

        return pcsc.PcscReader(name)
    from card.virtual import adopted, personalise, slot

    embedded, folder = slot.VirtualSlot(), _state_folder(state)
    embedded.insert(personalise.personalise(adopted.known_as(person, folder), folder, _moment(at)))
    return embedded


def _asked(secret: "Secret", question: str) -> bytearray:
    """Ask without showing; a value of another form is bad input, and is not quoted."""
    from card import pins

    value = pins.normalised(secret, getpass.getpass(question))
    if not secret.allows(value):
        raise typer.BadParameter("not the form of this PIN: nothing was sent")
    return value


def _changed(outcome: object) -> int:
    from card import pins
    from card.verification import PinBlocked, PinRejected

    match outcome:
        case pins.PinChanged():
            typer.echo("changed")
            return 0
        case PinRejected(tries_left):
            return _say(f"wrong; tries left: {tries_left}", 1)
        case PinBlocked():
            return _say("wrong, and now blocked; only the municipal counter can help", 1)
        case _:
            return _say("no answer: whether it was changed is not known; python -m card info tells the tries left", 1)


def _typed() -> Iterator[str]:
    """Lines typed at a prompt, with the editing of the terminal's own library where there is one."""
    while True:
        try:
            yield input("card> ")
        except EOFError:
            return


def _lines_of(file: Path) -> Iterable[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as text:
            yield from text
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


def _print(found: "Survey", now: datetime) -> None:
    from card import report

    for line in report.lines(found, now):
        typer.echo(line)


def _chosen(option: str, name: str, table: "Mapping[str, T]") -> T:
    if name not in table:
        raise typer.BadParameter(f"{option}: {name!r} is none of {', '.join(table)}")
    return table[name]


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
