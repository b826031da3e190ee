"""Command line of this package: `python -m printer --help`.

Exit code 0, or 2 with one clear line. Parts are imported when their command runs.
"""

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets import command_line
from printer.errors import PrinterError, TrustError

if TYPE_CHECKING:
    from printer.trust import Trust

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Certificate paper: fonts, ground, copies, check.")


@app.command()
def fonts() -> None:
    """Download IPAmj Mincho (Debian package, no root) and say where each font lies."""
    from printer import download
    from printer import fonts as known

    if not known.is_installed(known.IPAMJ):
        print(f"downloaded: {download.bring_ipamj()}")
    print("\n".join(f"{font}: {known.where(font)}" for font in (known.IPAMJ, known.FALLBACK)))


@app.command()
def ground() -> None:
    """Draw the copy-deterrent ground anew, where it is shipped."""
    import assets
    from printer import pantograph

    for name, picture in pantograph.draw().items():
        path = assets.path(f"images/{name}")
        path.write_bytes(picture)
        print(path)


@app.command()
def photocopy(
    pdf: Annotated[Path, typer.Argument(metavar="IN.pdf", help="a set as the folder printer keeps it")],
    png: Annotated[Path, typer.Argument(metavar="OUT.png", help="the copy, 300 dpi")],
    side: Annotated[int, typer.Option(min=1, help="which side of the PDF, from 1")] = 1,
    infrared: Annotated[bool, typer.Option("--infrared", help="what an infrared camera sees instead: 「証」")] = False,
) -> None:
    """Show what a photocopier makes of one side: 「複写」 stands out."""
    from printer import files, imaging
    from printer import photocopy as copier

    written = files.read(pdf)
    seen = copier.printed(written, side - 1, True) if infrared else copier.photocopy(written, side - 1)
    files.write(png, imaging.write_png(seen))


@app.command()
def verify(
    scans: Annotated[list[Path], typer.Argument(metavar="SCAN…", help="PDF, PNG, JPEG, TIFF; any order, any side")],
    trust: Annotated[Path | None, typer.Option(metavar="DIR", help="seal certificates; refuses test keys")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the verdict as JSON")] = False,
) -> int:
    """Say whether a paper is genuine: 0 genuine, 1 not genuine, 2 unreadable."""
    from printer import files, judge, report, scan

    keys = _trusted(trust)
    sides = [side for path in scans for side in scan.sides(files.read(path), str(path))]
    verdict = judge.judge(sides, keys, _now())
    print(report.as_json(verdict) if as_json else "\n".join(report.lines(verdict)))
    return report.exit_code(verdict)


@app.command()
def enquiry(
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="where to listen; port 0 takes a free one")],
    trust: Annotated[Path | None, typer.Option(metavar="DIR", help="seal certificates; refuses test keys")] = None,
) -> None:
    """Serve the page on which recipients check a paper. Keeps and logs nothing; speaks plain HTTP."""
    from printer.enquiry import application, server

    opened = server.listen(listen)
    host, port = opened.getsockname()[:2]
    print(f"http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
    server.server(application.Enquiry(_trusted(trust), _now)).run(sockets=[opened])


def _trusted(folder: Path | None) -> "Trust":
    """The seal certificates of a folder, by default the test keys. Raises TrustError for test keys in a folder."""
    from printer.trust import load_trust

    keys = load_trust(folder)
    if folder is not None and keys.is_test:
        raise TrustError(f"{folder}: holds test keys, which prove nothing")
    return keys


def _now() -> datetime:
    return datetime.now(timezone(timedelta(hours=9)))


def main() -> int:
    """Run a command; what is wrong in the world is one line and exit code 2."""
    try:
        return command_line.run(app, sys.argv[1:], "python -m printer")
    except PrinterError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
