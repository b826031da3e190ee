"""Font files, widths, and the audit that stops a wrong or empty glyph before it is paid for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import assets
from printer import fonts
from printer.errors import FontError
from printer.fonts import FALLBACK, IPAMJ


def needs_ipamj() -> None:
    if not fonts.is_installed(IPAMJ):
        pytest.skip("needs IPAmj Mincho: make fonts")


def test_the_fallback_is_always_there_with_its_licence() -> None:
    assert fonts.is_installed(FALLBACK)
    assert "SIL OPEN FONT LICENSE" in assets.path("fonts/OFL.txt").read_text(encoding="utf-8")
    assert fonts.best_font() in (IPAMJ, FALLBACK)
    for panel_font in ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"):
        assert assets.path(f"fonts/{panel_font}").is_file()


def test_width_is_that_of_the_shaped_run() -> None:
    assert fonts.width("石狩市", 400, FALLBACK) == 1_200
    assert fonts.width("ab", 400, FALLBACK) == 400
    assert fonts.width("か\u309a", 400, FALLBACK) == 400
    assert fonts.width("葛\U000e0100", 400, FALLBACK) == 400


def test_each_glyph_knows_the_text_it_stands_for() -> None:
    glyphs = fonts.shape("葛\U000e0100か\u309afi", FALLBACK)
    assert [glyph.text for glyph in glyphs] == ["葛\U000e0100", "か\u309a", "f", "i"]


@pytest.mark.proves("E-38")
@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("石狩 太郎　髙橋 﨑 ①々〇ー", ()),
        ("葛\U000e0100飾", ()),
        ("か\u309a", ()),
        ("葛\U000e0102飾", ("葛\U000e0102",)),
        ("𠮷田𠮷", ("𠮷",)),
        ("た\u309a", ("た\u309a",)),
        ("a\u3164b", ("\u3164",)),
        ("\ue000", ("\ue000",)),
        ("石\u200d", ("\u200d",)),
        ("שלום", ("ש", "ל", "ו", "ם")),
    ],
)
def test_what_the_fallback_cannot_draw_is_named(text: str, lacking: tuple[str, ...]) -> None:
    assert fonts.missing(text, FALLBACK) == lacking


@pytest.mark.proves("E-38")
def test_a_sequence_the_font_does_not_list_is_missing_though_its_base_would_print() -> None:
    """The trap: shaping such a sequence gives the base glyph without a word."""
    needs_ipamj()
    adobe, moji_joho = "葛\U000e0100", "葛\U000e0102"
    base = fonts.shape("葛", IPAMJ)[0].number
    assert fonts.shape(adobe, IPAMJ)[0].number == base
    assert fonts.missing(adobe, IPAMJ) == (adobe,)
    assert fonts.shape(moji_joho, IPAMJ)[0].number != base
    assert fonts.missing(moji_joho + "辻\U000e0102𠮷髙﨑邉\U000e010f", IPAMJ) == ()


def test_a_subset_keeps_the_glyphs_asked_for_and_little_else() -> None:
    text = "石狩市葛\U000e0100か\u309a"
    small = fonts.subset([text], FALLBACK)
    assert {glyph.number for glyph in fonts.shape(text, FALLBACK)} <= set(small.numbers)
    assert sorted(small.numbers.values()) == list(range(len(small.numbers)))
    assert len(small.file) < 20_000


def test_an_unknown_font_is_an_error() -> None:
    assert not fonts.is_installed("no-such-font")
    with pytest.raises(FontError, match="no-such-font"):
        fonts.width("石", 100, "no-such-font")


@pytest.mark.parametrize("content", [None, b"no font", assets.path("fonts/BIZUDMincho-Regular.ttf").read_bytes()])
def test_a_wrong_font_path_is_said_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    chosen = tmp_path / "font.ttf"
    if content is not None:
        chosen.write_bytes(content)
    asked = "from printer import fonts, errors\ntry: fonts.best_font()\nexcept errors.FontError as e: print(e)"
    environment = {**os.environ, "CERT_FONT_PATH": str(chosen), "PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == f"CERT_FONT_PATH: {chosen} is not IPAmj Mincho 5.01\n"
