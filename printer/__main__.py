"""Command line of this package: `python -m printer --help`.

Exit code 0, or 2 with one clear line. Parts are imported when their command runs.
"""

import sys

import typer

from assets import command_line
from printer.errors import PrinterError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Certificate paper: fonts, and later its check.")


@app.callback()
def _commands() -> None:
    """Keeps `fonts` a command of its own while it is the only one."""


@app.command()
def fonts() -> None:
    """Download IPAmj Mincho (Debian package, no root) and say where each font lies."""
    from printer import download
    from printer import fonts as known

    if not known.is_installed(known.IPAMJ):
        print(f"downloaded: {download.bring_ipamj()}")
    print("\n".join(f"{font}: {known.where(font)}" for font in (known.IPAMJ, known.FALLBACK)))


def main() -> int:
    """Run a command; what is wrong in the world is one line and exit code 2."""
    try:
        return command_line.run(app, sys.argv[1:], "python -m printer")
    except PrinterError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
