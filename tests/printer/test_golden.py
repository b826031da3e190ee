"""The paper looks as a person last judged it. Regenerate with `python -m tests.printer.regolden`."""

import numpy as np
import pytest

from tests.printer import regolden

_WRONG_CHARACTER = 40.0


def test_the_texts_are_the_golden_texts() -> None:
    assert regolden.drawn()[0] == (regolden.FOLDER / "texts.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("side", regolden.SIDES)
def test_each_side_looks_as_it_was_judged(side: str) -> None:
    found, kept = regolden.drawn()[1][side], regolden.kept(side)
    assert np.array_equal(found, kept) or regolden.difference(found, kept) < _WRONG_CHARACTER


def test_one_wrong_character_would_be_seen() -> None:
    face = regolden.kept("face")
    changed = face.copy()
    changed[190:212, 176:194] = face[190:212, 196:214]
    assert regolden.difference(face, changed) > _WRONG_CHARACTER
    assert regolden.difference(face, face[1:]) > _WRONG_CHARACTER
