"""A page of another order, set, municipality or person must never print: each plant is caught, by name."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer import fonts
from printer.document import Page, SignedPage, Text, decode_seal, encode_page, page_digest
from printer.trust import Trust
from printer.verify import CheckedSet, Mismatch, MismatchReason, check_set
from tests.printer.press import (
    CODE,
    JST,
    NOW,
    ORDER,
    OTHER_CODE,
    OTHER_SET,
    SET,
    Press,
    demo_page,
    sheet,
    trust,
    with_text,
)

PAGES = [demo_page(at, 3) for at in (1, 2, 3)]
GOOD = Press().sign(PAGES)
Pages = list[SignedPage]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust(tmp_path_factory.mktemp("seal"))


def check(pages: Pages, keys: Trust, now: datetime = NOW) -> CheckedSet | Mismatch:
    return check_set(pages, trust=keys, order_sha256=ORDER, municipality=CODE, now=now)


@pytest.mark.proves("F-04")
def test_a_whole_set_of_this_order_passes(keys: Trust) -> None:
    found = check(GOOD, keys)
    assert isinstance(found, CheckedSet)
    assert found.set_number == SET
    assert [checked.signed for checked in found.pages] == GOOD
    assert [checked.page for checked in found.pages] == PAGES
    assert [checked.seal.page for checked in found.pages] == [1, 2, 3]


def foreign(press: Press, at: int = 2) -> Pages:
    """Our set, with one page from another press in the place of ours."""
    return [*GOOD[: at - 1], press.page(PAGES[at - 1], at, 3), *GOOD[at:]]


SEAL = Press().sealed(PAGES[1], 2, 3)
PLANTS: dict[str, tuple[Pages, MismatchReason, int | None]] = {
    "no page": ([], MismatchReason.INCOMPLETE, None),
    "page dropped in the middle": ([GOOD[0], GOOD[2]], MismatchReason.INCOMPLETE, None),
    "last page dropped": (GOOD[:2], MismatchReason.INCOMPLETE, None),
    "page twice": ([GOOD[0], GOOD[1], GOOD[1]], MismatchReason.DUPLICATE_PAGE, 3),
    "a fourth page": ([*GOOD, GOOD[0]], MismatchReason.DUPLICATE_PAGE, 4),
    "order of pages reversed": (GOOD[::-1], MismatchReason.WRONG_SEQUENCE, 1),
    "two pages swapped": ([GOOD[0], GOOD[2], GOOD[1]], MismatchReason.WRONG_SEQUENCE, 2),
    "page of another copy": (foreign(Press(set_number=OTHER_SET)), MismatchReason.MIXED_SETS, 2),
    "page of another hour": (foreign(Press(issued_at=NOW - timedelta(hours=1))), MismatchReason.MIXED_SETS, 2),
    "page of a longer set": ([*GOOD[:2], Press().page(PAGES[2], 3, 4)], MismatchReason.MIXED_SETS, 3),
    "page of another order": (foreign(Press(order=bytes(32))), MismatchReason.OTHER_ORDER, 2),
    "all of another order": (Press(order=bytes(32)).sign(PAGES), MismatchReason.OTHER_ORDER, 1),
    "another municipality's page": (
        foreign(Press(code=OTHER_CODE, signer=f"TEST {OTHER_CODE}", named_key=f"TEST {OTHER_CODE}")),
        MismatchReason.WRONG_MUNICIPALITY,
        2,
    ),
    "another municipality's key": (
        foreign(Press(signer=f"TEST {OTHER_CODE}", named_key=f"TEST {OTHER_CODE}")),
        MismatchReason.WRONG_MUNICIPALITY,
        2,
    ),
    "a key nobody knows": (foreign(Press(signer="x", named_key="x")), MismatchReason.UNKNOWN_KEY, 2),
    "signed by another hand": (foreign(Press(signer="x")), MismatchReason.BAD_SIGNATURE, 2),
    "signed for another purpose": (foreign(Press(context=b"kiosk-auth/1")), MismatchReason.BAD_SIGNATURE, 2),
    "page bytes of another page": (
        [GOOD[0], replace(GOOD[1], page=GOOD[2].page), GOOD[2]],
        MismatchReason.PAGE_ALTERED,
        2,
    ),
    "seal of another page": ([GOOD[0], replace(GOOD[1], seal=GOOD[2].seal), GOOD[2]], MismatchReason.BAD_SIGNATURE, 2),
    "seal names other lines": (
        [GOOD[0], with_text(GOOD[1], SEAL, "他人"), GOOD[2]],
        MismatchReason.TEXT_DIFFERS,
        2,
    ),
    "no seal": ([GOOD[0], replace(GOOD[1], seal=b""), GOOD[2]], MismatchReason.MALFORMED, 2),
    "no signature": ([GOOD[0], replace(GOOD[1], signature=b""), GOOD[2]], MismatchReason.BAD_SIGNATURE, 2),
    "before the key's time": (
        Press(issued_at=datetime(2015, 12, 31, tzinfo=JST)).sign(PAGES),
        MismatchReason.KEY_NOT_VALID,
        1,
    ),
    "after the key's time": (
        Press(issued_at=datetime(2046, 1, 2, tzinfo=JST)).sign(PAGES),
        MismatchReason.KEY_NOT_VALID,
        1,
    ),
    "more pages than a set has": (GOOD * 7, MismatchReason.TOO_LARGE, None),
    "more bytes than a set has": (
        [replace(GOOD[0], page=bytes(20 * 1024 * 1024))],
        MismatchReason.TOO_LARGE,
        None,
    ),
}


@pytest.mark.proves("F-04", "fault-33", "fault-44")
@pytest.mark.parametrize(("pages", "reason", "at"), PLANTS.values(), ids=PLANTS.keys())
def test_a_planted_page_is_caught_and_named(pages: Pages, reason: MismatchReason, at: int | None, keys: Trust) -> None:
    assert check(pages, keys) == Mismatch(reason, at)


def signed_junk(raw: bytes) -> SignedPage:
    """Bytes that are no page, under a true seal that speaks of them."""
    seal = replace(Press().sealed(sheet("石狩"), 1, 1), page_sha256=page_digest(raw))
    return Press().seal(raw, seal)


def test_signed_bytes_that_are_no_page_are_malformed(keys: Trust) -> None:
    assert check([signed_junk(b"junk")], keys) == Mismatch(MismatchReason.MALFORMED, 1)
    assert check([signed_junk(encode_page(sheet("石狩")) + b"\0")], keys) == Mismatch(MismatchReason.MALFORMED, 1)


@pytest.mark.proves("E-38", "fault-34")
@pytest.mark.parametrize("name", ["𠮷田", "葛\U000e0102飾", "た\u309a", "a\u3164b", "\ue000"])
def test_a_character_without_a_glyph_of_its_own_stops_the_set(name: str, keys: Trust) -> None:
    pages = Press().sign([sheet("石狩"), sheet("石狩", name)])
    assert check(pages, keys) == Mismatch(MismatchReason.GLYPH_MISSING, 2)


@pytest.mark.parametrize("font", ["no-such-font", "biz-ud-mincho-9.99"])
def test_a_page_for_a_font_this_kiosk_lacks_is_stopped(font: str, keys: Trust) -> None:
    pages = Press().sign([sheet("石狩", font=font)])
    assert check(pages, keys) == Mismatch(MismatchReason.FONT_MISSING, 1)


def test_a_run_that_would_leave_the_sheet_is_stopped_unless_squeezed(keys: Trust) -> None:
    long = "北" * 60
    loose, squeezed = (Page(fonts.FALLBACK, (Text(1_500, 2_000, 370, long, width),)) for width in (0, 18_000))
    assert check(Press().sign([loose]), keys) == Mismatch(MismatchReason.OUTSIDE_SHEET, 1)
    assert isinstance(check(Press().sign([squeezed]), keys), CheckedSet)


def test_an_old_key_stays_good_for_its_dates(keys: Trust) -> None:
    assert isinstance(check(GOOD, keys, now=datetime(2060, 1, 1, tzinfo=JST)), CheckedSet)


@pytest.mark.parametrize(
    ("since", "issued_at", "good"),
    [
        (NOW + timedelta(days=1), NOW, True),
        (NOW, NOW, False),
        (NOW - timedelta(minutes=1), NOW - timedelta(days=30), False),
    ],
    ids=["stolen later", "stolen now", "dated back by the thief"],
)
def test_a_stolen_key_seals_nothing_any_more(since: datetime, issued_at: datetime, good: bool, keys: Trust) -> None:
    stolen = Trust({number: replace(key, revoked_from=since) for number, key in keys.keys.items()}, keys.is_test)
    found = check(Press(issued_at=issued_at).sign(PAGES), stolen)
    assert isinstance(found, CheckedSet) if good else found == Mismatch(MismatchReason.KEY_NOT_VALID, 1)


@pytest.mark.proves("fault-33")
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_one_changed_byte_anywhere_stops_the_set(data: st.DataObject, keys: Trust) -> None:
    name = data.draw(st.sampled_from(["page", "seal", "signature"]))
    whole = getattr(GOOD[0], name)
    at, flip = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(1, 255))
    changed = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
    found = check([replace(GOOD[0], **{name: changed}), *GOOD[1:]], keys)
    assert isinstance(found, Mismatch)
    assert found.page == 1


def test_the_seal_of_a_good_page_says_what_is_printed() -> None:
    seal = decode_seal(GOOD[0].seal)
    assert "石狩　太郎" in seal.text
    assert seal.set_number == SET


def test_no_repr_tells_anything_personal(keys: Trust, tmp_path: Path) -> None:
    names = ("石狩", ascii("石狩").strip("'"), repr("石狩".encode())[2:-1])
    for thing in (check(GOOD, keys), GOOD, PAGES, SEAL, check(PLANTS["seal names other lines"][0], keys)):
        assert not any(name in repr(thing) for name in names)
    assert str(tmp_path) not in repr(keys)
