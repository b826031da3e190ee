"""The subcommands of `python -m kiosk`; everything heavy is imported inside the command that needs it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assets import command_line

if TYPE_CHECKING:
    from kiosk.replay.options import Report
    from kiosk.replay.world import Onlooker
    from kiosk.wires import Wires

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
State = Annotated[Path | None, typer.Option(help="State folder; the default is the user's own.")]


def run(words: Sequence[str]) -> int:
    """Run one subcommand; return its exit code. Bad usage is one line on stderr and 2."""
    return command_line.run(app, words, "python -m kiosk")


@app.callback()
def kiosk() -> None:
    """Subcommands of the kiosk; without one, the touch panel opens."""


@app.command()
def doctor(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The kiosk.toml to look at.")] = None,
    printer: Annotated[str | None, typer.Option(metavar="TARGET", help="A printer, as for the panel.")] = None,
) -> int:
    """Name what is missing on this machine, what it is for, and the command that brings it.

    A real printer is asked whether it could print a certificate now.
    """
    from kiosk import settings
    from kiosk.doctor import report
    from kiosk.errors import SettingsError

    try:
        target = settings.load(config, printer=printer).printer
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    return report(typer.echo, target)


@app.command()
def replay(
    paths: Annotated[list[str], typer.Argument(metavar="PATH[:LINE]…", help="Feature files or folders.")],
    name: Annotated[str, typer.Option(help="Only scenarios whose name contains this.")] = "",
    only: Annotated[str, typer.Option(metavar="TAG", help="Only scenarios with this tag, like @I-08.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Processes to play in.")] = 1,
    engine: Annotated[str, typer.Option(metavar="URL", help="Play on a Dask cluster: dask+tls://HOST:PORT.")] = "",
    shuffle: Annotated[int | None, typer.Option(metavar="SEED", help="Play in another order.")] = None,
    seed: Annotated[int | None, typer.Option(help="Other random numbers; the same seed gives the same.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Play each so often, every time with another seed.")] = 1,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and list, play nothing.")] = False,
    parts: Annotated[
        Literal["embedded", "real"], typer.Option(help="real: over pcscd and vpcd, TLS, IPP.")
    ] = "embedded",
    printer: Annotated[str, typer.Option(metavar="ipp://HOST/PATH", help="With --parts real: print there.")] = "",
    vpcd: Annotated[int, typer.Option(metavar="PORT", help="With --parts real: vpcd's first slot.")] = 35963,
    paper: Annotated[
        Literal["pdf", "model"], typer.Option(help="model: the page model instead of a PDF, which is faster.")
    ] = "pdf",
    watch: Annotated[bool, typer.Option("--watch", help="Show them on the panel, as fast as a customer.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report to read.")] = None,
    outcomes: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JSON line for each scenario.")] = None,
) -> int:
    """Replay scenarios on simulated time, without window and network."""
    from kiosk.replay import command
    from kiosk.replay.options import Fittings, Options, Selection

    if printer and parts != "real":
        raise typer.BadParameter(f"--printer {printer}: is for --parts real")
    if printer and paper == "model":
        raise typer.BadParameter(f"--printer {printer}: a real printer takes no page model; leave --paper model out")
    options = Options(
        Selection(name, only, shuffle),
        seed=seed,
        repeat=repeat,
        fail_fast=fail_fast,
        dry_run=dry_run,
        jobs=jobs,
        engine=engine,
        telling=report is not None,
        fittings=Fittings(_wires(vpcd, printer) if parts == "real" else None, paper),
        onlooker=_onlooker() if watch else None,
        reports=_reports(junit, outcomes, report),
    )
    return command.replay(paths, options)


def _wires(vpcd: int, printer: str) -> "Wires":
    from kiosk import settings
    from kiosk.errors import SettingsError
    from kiosk.wires import Wires

    try:
        if printer:
            settings.print_target(printer)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    return Wires(vpcd, printer)


def _onlooker() -> "Onlooker":
    from kiosk.errors import PartMissing
    from kiosk.panel.watch import Spectator

    try:
        return Spectator()
    except PartMissing as error:
        raise typer.BadParameter(f"--watch: {error}") from error


def _reports(junit: Path | None, outcomes: Path | None, page: Path | None) -> "list[Report]":
    """The reports asked for; each file is opened first, so that none is lost after a long replay."""
    from functools import partial

    from kiosk.report import files

    made: list[Report] = []
    if junit is not None:
        made.append(partial(files.junit, _writable(junit)))
    if outcomes is not None:
        made.append(partial(files.outcomes, _writable(outcomes)))
    if page is not None:
        from kiosk.report import page as pages

        made.append(partial(pages.write, _writable(page)))
    return made


def _writable(path: Path) -> Path:
    try:
        path.open("ab").close()
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from error
    return path


@app.command()
def record(
    file: Annotated[Path, typer.Argument(metavar="FILE.feature", help="A new file.")],
    at: Annotated[str, typer.Option(metavar="TIME", help="Start the clock there (JST).")] = "2026-04-06T10:00",
) -> int:
    """Open the panel on a fresh machine and write what is done as a scenario."""
    from kiosk.panel.start import record as start

    return start(file, at)


@app.command()
def fleet(
    centre: Annotated[str, typer.Option(metavar="URL", help="Where the centre listens: https://HOST:PORT.")],
    pki: Annotated[Path, typer.Option(help="Folder of `centre init`, with a key for each terminal.")],
    kiosks: Annotated[int, typer.Option(min=1, help="Terminals at work.")] = 4,
    rate: Annotated[float, typer.Option(min=0.001, help="Customers a second, over all kiosks.")] = 1.0,
    seconds: Annotated[float, typer.Option("--for", min=1, metavar="SECONDS", help="How long.")] = 10.0,
    day: Annotated[bool, typer.Option("--day", help="Let that time stand for a day with its busy hours.")] = False,
    mix: Annotated[Path | None, typer.Option(metavar="FILE", help="Who wants what; see kiosk/fleet/mix.toml.")] = None,
    at: Annotated[datetime | None, typer.Option(help="The centre's clock, where it has --at.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that the kiosks share.")] = 1,
    engine: Annotated[str, typer.Option(metavar="URL", help="Use a Dask cluster: dask+tls://HOST:PORT.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed is the same customers.")] = 0,
    outcomes: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JSON line for each customer.")] = None,
) -> int:
    """Let many kiosks ask a centre over mutual TLS, customers coming at random, and say what it bore."""
    from kiosk.fleet import command

    wanted = command.Wanted(centre, pki, kiosks, rate, seconds, seed, day, mix, at)
    return command.fleet(wanted, jobs=jobs, engine=engine, outcomes=outcomes and _writable(outcomes))


@app.command()
def steps() -> int:
    """List every step that a scenario can use."""
    from kiosk.replay import command

    return command.steps()


@app.command()
def journal(
    state: State = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check the chain only; 1 when it is broken.")] = False,
) -> int:
    """Print the journal's records, one a line, after checking their chain."""
    from kiosk import journal as books
    from kiosk.errors import JournalDamaged
    from kiosk.settings import default_state

    path = (state or default_state()) / "journal" / "journal.db"
    if not path.exists():
        raise typer.BadParameter(f"{path}: there is no journal")
    try:
        records = books.read(path)
    except JournalDamaged as error:
        typer.echo(error, err=True)
        return 1
    for line in () if verify else books.lines(records):
        typer.echo(line)
    if verify:
        typer.echo(f"{path}: {len(records)} records, chain unbroken")
    return 0


@app.command()
def operator_pin(state: State = None) -> int:
    """Set the PIN of the operator's menu, 6 to 12 digits; it is asked for twice and never shown."""
    import os

    from kiosk.errors import KioskError
    from kiosk.office import pin
    from kiosk.settings import default_state

    typed = typer.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True)
    try:
        pin.operator_pin(state or default_state()).set(typed, os.urandom)
    except KioskError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo("the operator PIN is set")
    return 0


@app.command()
def screens(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the PNGs go.")],
    language: Annotated[str, typer.Option(help="One language of the panel; left out: all.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="In every size, reach, colour and shape of panel.")] = False,
    docs: Annotated[bool, typer.Option("--docs", help="The pictures of the documentation.")] = False,
) -> int:
    """Draw a PNG of every screen in every language, and contact sheets."""
    from kiosk import screenshots, screenshots_sets
    from kiosk.settings import LANGUAGES

    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"--language {language}: there are {', '.join(LANGUAGES)}")
    if docs:
        typer.echo(f"{len(screenshots.docs_pictures(folder))} pictures in {folder}")
        return 0
    for drawn, files in screenshots_sets.screens(folder, [language] if language else LANGUAGES, everything):
        typer.echo(f"{len(files)} pictures in {folder / drawn}")
    return 0
