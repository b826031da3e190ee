"""The HTML report of a replay: one file, no network, made to be read like a story.

Separate from the pictures it shows. Only fictional people stand in it: a report is one of the few
files that may show what was printed (design 5.6).
"""

import shlex
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from kiosk.panel.words import Words
from kiosk.replay.results import Result, Totals
from kiosk.replay.story import Moment, Story
from kiosk.report import pictures

_STYLE = Path(__file__).with_name("style.css")


def write(path: Path, results: Sequence[Result], sums: Totals) -> None:
    """Write the report; raises OSError."""
    page = "\n".join(_page(results, sums, Words.load(name="report")))
    path.write_text(page, encoding="utf-8")


def _page(results: Sequence[Result], sums: Totals, words: Words) -> Iterator[str]:
    failed = [one for one in results if one.failure]
    simulated, seconds = f"{sums.simulated / 60:,.0f}", f"{sums.seconds:,.1f}"
    summary = words("report.summary", passed=sums.passed, failed=sums.failed, simulated=simulated, seconds=seconds)
    yield "<!doctype html>"
    yield f'<html lang="ja"><head><meta charset="utf-8"><title>{words("report.title")}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
    outcome = "failed" if failed else "passed"
    yield f'<h1>{words("report.title")}</h1><p class="{outcome}">{summary}</p>'
    yield f'<p class="quiet"><code>{sums.line}</code></p>'
    yield f"<h2>{words('report.failed')}</h2>"
    if not failed:
        yield f"<p>{words('report.nothing_failed')}</p>"
    for result in failed:
        yield from _failed(result, words)
    yield from _requirements(results, words)
    yield from _all(results, words)
    yield "</body></html>"


def _failed(result: Result, words: Words) -> Iterator[str]:
    play, failure = result.play, result.failure
    if failure is None:
        return
    again = f"python -m kiosk replay {shlex.quote(play.place)} {result.words}".strip()
    yield f'<article><h3>{escape(play.name)}</h3><p class="quiet">{escape(play.feature)} ・ {escape(play.place)}'
    yield f" ・ {escape(' '.join(f'@{tag}' for tag in play.tags))}</p>"
    yield f'<div class="why"><b>{escape(failure.at.keyword)} {escape(failure.at.text)}</b><br>'
    yield f"{words('report.why')}: {escape(failure.why)}</div>"
    yield f'<p class="quiet">{words("report.again")}</p><pre>{escape(again)}</pre>'
    if result.story is not None:
        yield from _story(result.story, words)
    yield "</article>"


def _story(story: Story, words: Words) -> Iterator[str]:
    yield "<ol>"
    for moment in story.moments:
        yield from _moment(moment, moment is story.moments[-1], words)
    yield "</ol>"
    papers = words("report.papers" if story.papers else "report.no_paper")
    yield f'<p class="quiet">{papers}</p><div class="papers">'
    for pdf in story.papers:
        yield from (_image(png, "") for png in pictures.faces(pdf))
    yield "</div>"


def _moment(moment: Moment, is_last: bool, words: Words) -> Iterator[str]:
    line = moment.line
    screen = f"{words('moment.screen')} {moment.view.step} {moment.view.title}"
    last = " last" if is_last else ""
    yield f'<li class="moment{last}"><time>{moment.at:%H:%M:%S}</time><div>'
    yield f'{escape(line.keyword)} {escape(line.text)} <span class="quiet">{escape(line.place)}</span>'
    yield _as_written(line.table)
    yield f'<p class="quiet">{escape(screen)}</p>'
    if moment.caption:
        yield f'<p class="quiet">{escape(words("moment.spoken", caption=moment.caption))}</p>'
    lying = words("moment.lying", inserted=moment.inserted, tray=moment.tray, sheets=moment.sheets)
    yield f'<p class="quiet">{lying}</p>'
    for name, lines in (("card", moment.card), ("centre", moment.centre), ("journal", moment.journal)):
        yield _listed(f"{words('moment.' + name)} ({len(lines)})", lines, is_last)
    yield f"</div>{_image(pictures.screen(moment.view, large=is_last), screen)}</li>"


def _as_written(table: Sequence[Sequence[str]]) -> str:
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in table]
    return f'<table class="step">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>' if rows else ""


def _listed(title: str, lines: Sequence[str], is_open: bool) -> str:
    if not lines:
        return ""
    shown = " open" if is_open else ""
    return f"<details{shown}><summary>{title}</summary><pre>{escape(chr(10).join(lines))}</pre></details>"


def _image(png: bytes, words: str) -> str:
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{b64encode(png).decode()}">'


def _requirements(results: Sequence[Result], words: Words) -> Iterator[str]:
    proofs: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        for tag in result.play.tags:
            proofs[tag].append(result)
    yield f"<h2>{words('report.requirements')}</h2>"
    yield from _table(words, ("id", "outcome", "proofs"), (_proven(tag, proofs[tag], words) for tag in sorted(proofs)))


def _proven(tag: str, proofs: Sequence[Result], words: Words) -> str:
    places = ", ".join(dict.fromkeys(one.play.place for one in proofs))
    outcome = _outcome(any(one.failure for one in proofs), words)
    return f"<td>{escape(tag)}</td><td>{outcome}</td><td><code>{escape(places)}</code></td>"


def _all(results: Sequence[Result], words: Words) -> Iterator[str]:
    yield f"<h2>{words('report.all')}</h2>"
    yield from _table(words, ("outcome", "name", "place", "seconds"), (_played(one, words) for one in results))


def _played(result: Result, words: Words) -> str:
    play = result.play
    return (
        f"<td>{_outcome(result.failure is not None, words)}</td><td>{escape(play.name)}</td>"
        f'<td><code>{escape(play.place)}</code></td><td class="number">{result.seconds:.2f}</td>'
    )


def _outcome(failed: bool, words: Words) -> str:
    name = "failed" if failed else "passed"
    return f'<span class="{name}">{words("outcome." + name)}</span>'


def _table(words: Words, columns: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    headings = "".join(f"<th>{words('column.' + name)}</th>" for name in columns)
    yield f"<table><tr>{headings}</tr>"
    for row in rows:
        yield f"<tr>{row}</tr>"
    yield "</table>"
