"""A verdict for a person or a program: lines of text, or JSON.

Separate from the judgement, which knows no language.
"""

import json
from collections.abc import Iterator
from itertools import groupby

from printer import words
from printer.document import Seal
from printer.judge import Answer, Finding, Verdict
from printer.words import VerdictWords

EXIT = {Answer.GENUINE: 0, Answer.UNREADABLE: 2}
"""Exit codes: 0 genuine, 2 unreadable; every other answer is 1."""


def exit_code(verdict: Verdict) -> int:
    """Return 0 genuine, 1 not genuine, 2 unreadable."""
    return EXIT.get(verdict.answer, 1)


def lines(verdict: Verdict) -> Iterator[str]:
    """The verdict in words, what each face must say, and what the verdict proves and does not."""
    said = words.verdict()
    if verdict.is_test:
        yield said.test_keys
    yield from summary(verdict, said)
    for _, seals in groupby(verdict.seals, key=lambda seal: seal.set_number):
        yield from _set(tuple(seals))
    if verdict.seals:
        yield said.proves
        yield said.not_proven


def summary(verdict: Verdict, said: VerdictWords) -> Iterator[str]:
    """The answer, what was found, and whether a person must still look at the faces."""
    yield said.answers[verdict.answer.value]
    yield from (_finding(found, said) for found in verdict.findings)
    if verdict.answer is Answer.GENUINE:
        yield said.compared if verdict.compared else said.look


def as_json(verdict: Verdict) -> str:
    """The same as one JSON object."""
    return json.dumps(
        {
            "answer": verdict.answer.value,
            "test_keys": verdict.is_test,
            "faces_compared": verdict.compared,
            "findings": [_fields(found) for found in verdict.findings],
            "pages": [_page(seal) for seal in verdict.seals],
            "proves": words.verdict().proves,
            "does_not_prove": words.verdict().not_proven,
        },
        ensure_ascii=False,
        indent=1,
    )


def _finding(found: Finding, said: VerdictWords) -> str:
    page = said.page.format(page=found.page) if found.page is not None else ""
    place = said.place.format(place=found.place) if found.place else ""
    return "- " + " ".join(filter(None, (found.set_number, page, said.reasons[found.reason.value], place)))


def _set(seals: tuple[Seal, ...]) -> Iterator[str]:
    said, first = words.verdict(), seals[0]
    yield ""
    yield said.set.format(
        number=first.set_number, municipality=first.municipality, issued_at=first.issued_at, pages=first.pages
    )
    for seal in seals:
        yield said.must_say.format(page=seal.page)
        yield from (f"    {line}" for line in seal.text)
    yield ""


def _fields(found: Finding) -> dict[str, object]:
    return {
        "answer": found.answer.value,
        "reason": found.reason.value,
        "place": found.place,
        "set_number": found.set_number,
        "page": found.page,
    }


def _page(seal: Seal) -> dict[str, object]:
    return {
        "set_number": seal.set_number,
        "page": seal.page,
        "pages": seal.pages,
        "municipality": seal.municipality,
        "issued_at": seal.issued_at,
        "key_id": seal.key_id.hex(),
        "must_say": list(seal.text),
    }
