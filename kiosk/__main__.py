"""The command line: the touch panel by itself, or a subcommand.

Panel options are read with the standard library only, so that nothing heavy stands between the
start and the first frame; subcommands live in `kiosk.commands`.
"""

import argparse
import resource
import sys
from collections.abc import Sequence
from typing import NoReturn

SUBCOMMANDS = {
    "replay": "replay scenarios from feature files",
    "record": "write what is touched as a scenario",
    "fleet": "let many kiosks ask one centre",
    "steps": "list every step a scenario can use",
    "screens": "draw a PNG of every screen",
    "journal": "read and check the journal",
    "doctor": "name what is missing on this machine",
    "operator-pin": "set the PIN of the operator's menu",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and ends with exit code 2."""

    def error(self, message: str) -> NoReturn:  # type: ignore[explicit-override]  # typing_extensions costs start time
        self.exit(2, f"kiosk: {message} (see python -m kiosk --help)\n")


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:<12} {what}" for name, what in SUBCOMMANDS.items())
    parser = _Parser(
        prog="python -m kiosk",
        description="The touch panel; in a window the workbench stands beside it.",
        epilog=f"subcommands (each has --help):\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--fullscreen", action="store_true", help="panel only, on the whole screen")
    parser.add_argument("--config", metavar="FILE", help="kiosk.toml")
    parser.add_argument("--card", metavar="SOURCE", help="embedded, or pcsc[:READER]")
    parser.add_argument("--centre", metavar="URL", help="embedded, or https://HOST:PORT")
    parser.add_argument("--printer", metavar="TARGET", help="folder:DIR, ipp://HOST:PORT/PATH or ipps://…")
    parser.add_argument("--at", metavar="TIME", help="start a simulated clock, like 2026-04-06T10:00 (JST)")
    parser.add_argument("--state", metavar="DIR", help="where journal, card, centre and printed pages are kept")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code (0 done, 1 the answer is no, 2 bad usage or input)."""
    words = sys.argv[1:] if words is None else words
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if words and words[0] in SUBCOMMANDS:
        from kiosk.commands import run

        return run(words)
    if words and not words[0].startswith("-"):
        _parser().error(f"there is no subcommand {words[0]!r}; there are {', '.join(SUBCOMMANDS)}")
    from kiosk.panel.start import start

    return start(_parser().parse_args(words))


if __name__ == "__main__":
    sys.exit(main())
