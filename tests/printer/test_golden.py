"""The paper looks as a person last judged it. Regenerate with `python -m tests.printer.golden`."""

import numpy as np
import pytest

from tests.printer import golden

_WRONG_CHARACTER = 40.0


def test_the_texts_are_the_golden_texts() -> None:
    assert golden.drawn()[0] == (golden.FOLDER / "texts.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("side", golden.SIDES)
def test_each_side_looks_as_it_was_judged(side: str) -> None:
    found, kept = golden.drawn()[1][side], golden.kept(side)
    assert np.array_equal(found, kept) or golden.difference(found, kept) < _WRONG_CHARACTER


def test_one_wrong_character_would_be_seen() -> None:
    face = golden.kept("face")
    changed = face.copy()
    changed[190:212, 176:194] = face[190:212, 196:214]
    assert golden.difference(face, changed) > _WRONG_CHARACTER
    assert golden.difference(face, face[1:]) > _WRONG_CHARACTER
