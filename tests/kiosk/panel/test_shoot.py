"""The pictures of the docs are made by a command, the same each time."""

from pathlib import Path

import pygame

from kiosk.screenshots import TEN, docs_pictures


def test_the_pictures_of_the_docs_are_the_same_each_time(tmp_path: Path) -> None:
    first, second = docs_pictures(tmp_path / "first"), docs_pictures(tmp_path / "second")

    paper = {"paper-face", "paper-back", "paper-photocopied", "paper-infrared"}
    sheets = {"contact-sheet", "pins-and-phones", "registration"}
    assert {path.stem for path in first} == {*TEN, *sheets, "window", "set"} | paper
    changed = [one.name for one, two in zip(first, second, strict=True) if one.read_bytes() != two.read_bytes()]
    assert changed == []


def test_a_set_of_a_household_is_three_sheets_side_by_side(tmp_path: Path) -> None:
    docs_pictures(tmp_path)

    width, height = pygame.image.load(tmp_path / "set.png").get_size()

    assert 2.0 < width / height < 2.4
