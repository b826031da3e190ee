"""Runs a package's subcommands so that bad usage is one line and exit code 2, everywhere alike.

The library's own way prints a frame of several lines and, for each package, in its own words.
"""

import sys
from collections.abc import Sequence

import typer


def run(app: typer.Typer, words: Sequence[str], program: str) -> int:
    """Run `app` with `words`; return its exit code: 0, 1 (the answer is no) or 2 (bad usage, one line on stderr)."""
    try:
        code = app(list(words), standalone_mode=False, prog_name=program)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        return 1
    except typer.TyperException as error:
        said = error.format_message()
        if said:  # empty when no subcommand was given: the help has been printed
            sys.stderr.write(f"{program}: {said} (see {program} --help)\n")
        return 2
    return code if isinstance(code, int) else 0
