"""The subcommands of `python -m kiosk`; everything heavy is imported inside the command that needs it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
State = Annotated[Path | None, typer.Option(help="State folder; the default is the user's own.")]


def run(words: Sequence[str]) -> int:
    """Run one subcommand; return its exit code. Bad usage is one line on stderr and 2."""
    try:
        code = app(list(words), standalone_mode=False, prog_name="python -m kiosk")
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        sys.stderr.write(f"kiosk {words[0]}: {error} (see python -m kiosk {words[0]} --help)\n")
        return 2
    return code if isinstance(code, int) else 0


@app.callback()
def kiosk() -> None:
    """Subcommands of the kiosk; without one, the touch panel opens."""


@app.command()
def doctor() -> int:
    """Name what is missing on this machine, what it is for, and the command that brings it."""
    from kiosk.doctor import report

    return report(typer.echo)
