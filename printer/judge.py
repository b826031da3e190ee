"""Is what a recipient holds genuine? The verdict over all sides that were scanned.

Pure: sides, keys and the time in, a verdict out; its words are in `printer.words`. The machine
decides the backs: signature, key, completeness. Where the face is drawn (a PDF of ours) its text
is compared too; where it is a picture, the verdict says what it must say and a person looks.
Source: design.md 3.2 step 8; F-04, fault-33, fault-44.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from printer import back, readback, seal
from printer.document import SEAL_CONTEXT, Seal, SignedPage, decode_page, decode_seal, key_id, page_digest
from printer.errors import DocumentError, SealError
from printer.scan import ScannedSide
from printer.trust import SealKey, Trust


class Answer(enum.Enum):
    """What a verdict, or one finding of it, comes to; the gravest decides."""

    ALTERED = "altered"
    KEY_REVOKED = "key revoked"
    KEY_UNKNOWN = "key unknown"
    KEY_EXPIRED = "key expired"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    GENUINE = "genuine"


class Reason(enum.Enum):
    """Why a finding was made; the value is the key of its words."""

    NO_SYMBOLS = "no_symbols"
    SYMBOLS_LOST = "symbols_lost"
    SYMBOLS_CONTRADICT = "symbols_contradict"
    BAD_SIGNATURE = "bad_signature"
    KEY_UNKNOWN = "key_unknown"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    PAGE_MISSING = "page_missing"
    PAGES_CONTRADICT = "pages_contradict"
    FACE_DIFFERS = "face_differs"
    BACK_DIFFERS = "back_differs"
    NOT_AS_MADE = "not_as_made"
    OUT_OF_ORDER = "out_of_order"


_ANSWERS = {
    Reason.NO_SYMBOLS: Answer.UNREADABLE,
    Reason.SYMBOLS_LOST: Answer.UNREADABLE,
    Reason.KEY_UNKNOWN: Answer.KEY_UNKNOWN,
    Reason.KEY_EXPIRED: Answer.KEY_EXPIRED,
    Reason.KEY_REVOKED: Answer.KEY_REVOKED,
    Reason.PAGE_MISSING: Answer.INCOMPLETE,
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: where (file and page, if it is at one place), and of which set and page."""

    reason: Reason
    place: str = ""
    set_number: str = ""
    page: int | None = None

    @property
    def answer(self) -> Answer:
        return _ANSWERS.get(self.reason, Answer.ALTERED)


@dataclass(frozen=True)
class Verdict:
    """`seals` are those that were believed, by set and page; `compared` says that every face was drawn and compared."""

    answer: Answer
    seals: tuple[Seal, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    compared: bool
    is_test: bool


@dataclass(frozen=True)
class _Back:
    """A seal that was believed, as it was joined, and the sides that carry its symbols."""

    said: Seal
    joined: seal.Sealed
    sides: tuple[ScannedSide, ...]


def judge(sides: Sequence[ScannedSide], trust: Trust, now: datetime) -> Verdict:
    """Return the verdict over all sides of all files together."""
    opened = [_opened(group, sides, trust, now) for group in _groups(sides)]
    backs = sorted((one for one in opened if isinstance(one, _Back)), key=lambda b: (b.said.set_number, b.said.page))
    findings = [found for found in opened if isinstance(found, Finding)]
    findings += [*_sets(backs), *_drawn(sides, backs)] if opened else [Finding(Reason.NO_SYMBOLS)]
    answer = min((found.answer for found in findings), key=[*Answer].index, default=Answer.GENUINE)
    faces = [side for side in sides if not _is_back(side)]
    compared = bool(faces) and all(side.compared for side in sides)
    return Verdict(answer, tuple(one.said for one in backs), tuple(findings), compared, trust.is_test)


def _groups(sides: Sequence[ScannedSide]) -> list[tuple[seal.Share, ...]]:
    """Shares by seal over all scans: two halves of one back may lie in two files."""
    return [*seal.groups(content for side in sides for content in side.contents).values()]


def _opened(
    group: tuple[seal.Share, ...], sides: Sequence[ScannedSide], trust: Trust, now: datetime
) -> _Back | Finding:
    of_it = tuple(side for side in sides if group[0].seal in seal.groups(side.contents))
    try:
        joined = seal.join(group)
    except SealError:
        lost = len({share.number for share in group}) < group[0].of
        return Finding(Reason.SYMBOLS_LOST if lost else Reason.SYMBOLS_CONTRADICT, _place(of_it))
    said = _believed(joined, trust, now)
    return _Back(said, joined, of_it) if isinstance(said, Seal) else Finding(said, _place(of_it))


def _believed(joined: seal.Sealed, trust: Trust, now: datetime) -> Seal | Reason:
    """The seal, if a key that may speak for its municipality signed it. Nothing is parsed before."""
    try:
        key = trust.keys.get(key_id(joined.seal))
        if key is None:
            return Reason.KEY_UNKNOWN
        if not key.signed(joined.signature, SEAL_CONTEXT + joined.seal):
            return Reason.BAD_SIGNATURE
        said = decode_seal(joined.seal)
    except DocumentError:
        return Reason.BAD_SIGNATURE
    return _doubt(said, key, now) or said


def _doubt(said: Seal, key: SealKey, now: datetime) -> Reason | None:
    issued_at = datetime.fromisoformat(said.issued_at)
    if said.municipality != key.municipality:
        return Reason.BAD_SIGNATURE
    if key.is_good_for(issued_at, now):
        return None
    return Reason.KEY_REVOKED if key.valid_from <= issued_at <= key.valid_until else Reason.KEY_EXPIRED


def _sets(backs: Iterable[_Back]) -> list[Finding]:
    """Each set has each of its pages once, and its seals agree on what they share."""
    sets: dict[str, list[Seal]] = defaultdict(list)
    for one in backs:
        sets[one.said.set_number].append(one.said)
    return [found for number, seals in sets.items() for found in _set(number, seals)]


def _set(number: str, seals: list[Seal]) -> list[Finding]:
    shared = {(one.key_id, one.municipality, one.pages, one.issued_at, one.order_sha256) for one in seals}
    pages = [one.page for one in seals]
    if len(shared) != 1 or len(set(pages)) != len(pages):
        return [Finding(Reason.PAGES_CONTRADICT, "", number)]
    missing = sorted(set(range(1, seals[0].pages + 1)) - set(pages))
    return [Finding(Reason.PAGE_MISSING, "", number, page) for page in missing]


def _drawn(sides: Sequence[ScannedSide], backs: Sequence[_Back]) -> list[Finding]:
    """Drawn sides say exactly what was signed, each face lies before its back, and pages count upwards.

    A drawn side without its page bytes was written by no printer of ours: what lies over its text cannot be told.
    """
    findings: list[Finding] = []
    by_side = {side: one.said for one in backs for side in one.sides}
    joined = {side: one.joined for one in backs for side in one.sides}
    drawn = [side for side in sides if side.texts is not None]
    for side in drawn:
        if side.drawn is None:
            findings.append(Finding(Reason.NOT_AS_MADE, _place([side])))
        elif side in by_side:
            findings += _drawn_back(side, by_side[side], joined[side])
        elif not _is_back(side):
            findings += _drawn_face(side, _next(side, sides), by_side)
    if drawn and not findings:
        findings += _order([(side, by_side[side]) for side in drawn if side in by_side])
    return findings


def _drawn_back(side: ScannedSide, said: Seal, joined: seal.Sealed) -> list[Finding]:
    """At its foot stand set number and i / n, and all of it looks as the back of this seal does."""
    number, count = (readback.ink(text) for text in (said.set_number, f"{said.page}/{said.pages}"))
    foot = [readback.ink(text) for text in (side.texts or ())[-2:]]
    if len(foot) == 2 and foot[0].endswith(number) and foot[1] == count and _is_composed(side, said, joined):
        return []
    return [Finding(Reason.BACK_DIFFERS, _place([side]), said.set_number, said.page)]


def _is_composed(side: ScannedSide, said: Seal, joined: seal.Sealed) -> bool:
    if not side.drawn:
        return False
    page = decode_page(side.drawn)
    return page == back.compose(SignedPage(b"", *joined), said, page.font)


def _drawn_face(side: ScannedSide, reverse: ScannedSide | None, by_side: dict[ScannedSide, Seal]) -> list[Finding]:
    """A face whose back was not believed is not judged a second time."""
    if reverse is None or not _is_back(reverse):
        return [Finding(Reason.FACE_DIFFERS, _place([side]))]
    said = by_side.get(reverse)
    if said is None or (_says(side, said) and _looks(side, said)):
        return []
    return [Finding(Reason.FACE_DIFFERS, _place([side]), said.set_number, said.page)]


def _says(side: ScannedSide, said: Seal) -> bool:
    return [readback.ink(text) for text in side.texts or ()] == [readback.ink(line) for line in said.text]


def _looks(side: ScannedSide, said: Seal) -> bool:
    """The page that the side carries and looks like is the very page that was signed."""
    return page_digest(side.drawn or b"") == said.page_sha256


def _order(backs: Sequence[tuple[ScannedSide, Seal]]) -> list[Finding]:
    """Within one file pages count upwards, as they were printed."""
    return [
        Finding(Reason.OUT_OF_ORDER, _place([side]), said.set_number, said.page)
        for (before, first), (side, said) in pairwise(backs)
        if (before.file, first.set_number) == (side.file, said.set_number) and said.page <= first.page
    ]


def _next(side: ScannedSide, sides: Sequence[ScannedSide]) -> ScannedSide | None:
    """The side behind this one in its file."""
    return next((other for other in sides if (other.file, other.page) == (side.file, side.page + 1)), None)


def _is_back(side: ScannedSide) -> bool:
    return bool(seal.groups(side.contents))


def _place(sides: Sequence[ScannedSide]) -> str:
    return ", ".join(f"{side.file}:{side.page}" for side in sides)
