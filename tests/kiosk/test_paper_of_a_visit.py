"""The paper that a visit leaves in the outlet: what a photocopier and a recipient make of it, in both towns."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import assets
from kiosk.clock import JST
from kiosk.replay.route import Wishes
from kiosk.replay.world import World
from printer import antiforgery, judge, pantograph, photocopy, scan
from printer.imaging import Grey
from printer.judge import Answer
from printer.trust import load_trust

LATER = datetime(2026, 4, 6, 10, 0, tzinfo=JST) + timedelta(days=30)
FACE, BACK = 0, 1


@cache
def paper(person: str) -> bytes:
    """The PDF of a residence copy for the holder alone."""
    with TemporaryDirectory() as place:
        world = World(Path(place), "paper")
        world.customer.hold(person)
        world.go_to("S-17", Wishes(who="本人だけ"))
        (file,) = world.kiosk.bench.printed()
        content = file.read_bytes()
        world.close()
    return content


@cache
def scanned(person: str) -> tuple[scan.ScannedSide, ...]:
    """What a recipient's scanner sees of it."""
    return tuple(scan.sides(paper(person), "paper.pdf"))


def contrast(grey: Grey, scale: int) -> float:
    """How much darker the letters of 「複写」 are than their ground, in a strip where nothing else is printed."""
    mask = pantograph.letters().repeat(antiforgery.CELL, 0).repeat(antiforgery.CELL, 1)[::scale, ::scale]
    margin, strip = antiforgery.MARGIN // scale, slice(6_604 // scale, 6_784 // scale)
    part, letter = grey[margin:, margin:][strip, : mask.shape[1]], mask[strip]
    inked = [255 - float(part[where].mean()) for where in (letter, ~letter)]
    return abs(inked[0] - inked[1]) / sum(inked)


@pytest.mark.proves("I-66", "O-61", "X-22")
@pytest.mark.parametrize("person", ["taro", "midori"])
@pytest.mark.parametrize("side", [FACE, BACK])
def test_a_photocopy_of_either_side_shows_the_word(person: str, side: int) -> None:
    original = photocopy.printed(paper(person), side)
    copy = photocopy.photocopy(paper(person), side)

    assert contrast(original, 1) < 0.05
    assert contrast(copy, 2) > 0.5


@pytest.mark.proves("I-67", "O-61", "X-22", "I-61")
@pytest.mark.parametrize("person", ["taro", "midori"])
def test_the_back_proves_the_face_and_a_changed_face_is_found(person: str) -> None:
    trust = load_trust(assets.path("pki/seal"))
    sides = scanned(person)

    verdict = judge.judge(sides, trust, LATER)
    assert [one.municipality for one in verdict.seals] == ["012351" if person == "taro" else "044245"]
    assert verdict.answer is Answer.GENUINE, verdict.findings
    assert judge.judge(sides[:1], trust, LATER).answer is not Answer.GENUINE
    # Another person's face before this back: what it must say is not what it says.
    other = scanned("midori" if person == "taro" else "taro")
    assert judge.judge((other[0], *sides[1:]), trust, LATER).answer is Answer.ALTERED


def test_the_ground_lies_under_both_sides() -> None:
    sides = [photocopy.printed(paper("taro"), side) for side in (FACE, BACK)]

    wanted = pantograph.ink()[6_604:6_700, 204:3_904]
    for side in sides:
        assert float(np.mean((side < 128)[6_700:6_796, 300:4_000] == wanted)) > 0.99
