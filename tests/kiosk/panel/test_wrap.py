"""Line breaking by JIS X 4051, with a face whose full-width characters are 10 wide and others 5."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.panel.wrap import NOT_FIRST, NOT_LAST, ends_phrase, pieces, wrap


def measure(text: str) -> int:
    return sum(5 if char.isascii() else 10 for char in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("暗証番号を入力してください", 100, ("暗証番号を", "入力してください")),
        ("カードを取り外してください。", 130, ("カードを", "取り外してください。")),
        ("手数料は1,000円です", 80, ("手数料は", "1,000円です")),
        ("この内容でよろしいですか？", 100, ("この内容で", "よろしいですか？")),
        ("なおった後で、もう一度お試しください", 110, ("なおった後で、", "もう一度お試しください")),
        ("窓口：市民課、支所 福祉課、支所 福祉課", 170, ("窓口：市民課、支所 福祉課、", "支所 福祉課")),
        ("受付のこの注文を", 50, ("受付の", "この注文を")),
        ("「決定する」を押してください", 90, ("「決定する」を", "押してください")),
        ("町を選（えら）んでください", 100, ("町を選（えら）んで", "ください")),
        ("一行\n二行", 100, ("一行", "二行")),
        ("短い", 100, ("短い",)),
    ],
)
def test_lines_end_with_a_phrase(text: str, width: int, lines: tuple[str, ...]) -> None:
    assert lines == wrap(text, width, measure)


@given(st.text("あいカキ漢字、。」「（）ー1２9円枚aZ", min_size=1, max_size=60), st.integers(40, 300))
def test_no_line_begins_or_ends_wrongly_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width, measure)

    assert text == "".join(lines)
    if all(measure(piece) <= width for piece in pieces(text)):
        assert all(measure(line) <= width for line in lines)
        assert not any(line[:1] in NOT_FIRST for line in lines[1:] if line)
        assert not any(line[-1:] in NOT_LAST for line in lines[:-1] if line)


def test_numbers_stay_with_their_units_and_marks_with_their_characters() -> None:
    assert tuple(part for piece in pieces("あと2回 、葛\U000e0102") for part in (piece.split() or [])) == (
        "あ",
        "と",
        "2回",
        "、",
        "葛\U000e0102",
    )


def test_a_piece_wider_than_the_line_is_broken_anywhere() -> None:
    assert wrap("a" * 14, 50, measure) == ("aaaaaaaaaa", "aaaa")


def test_a_set_number_that_is_too_long_is_broken_after_a_hyphen() -> None:
    assert wrap("012351-20260406-T00001-00000001-E", 90, measure) == ("012351-20260406-", "T00001-00000001-E")


def test_a_compound_is_not_the_end_of_a_phrase() -> None:
    assert not ends_phrase("取り", "外")
    assert not ends_phrase("くお", "待")
    assert ends_phrase("号を", "入")
