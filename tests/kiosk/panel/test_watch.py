"""A scenario that plays itself in a window: every screen is drawn, touches are seen, closing ends it."""

from pathlib import Path

import pygame
import pytest

from kiosk.panel.watch import Spectator
from kiosk.replay.command import bound, replay
from kiosk.replay.errors import WatchEnded
from kiosk.replay.feature import Line, read
from kiosk.replay.options import Options, Turn
from kiosk.replay.player import play
from kiosk.replay.world import World
from kiosk.screens.view import Touch
from tests.kiosk.replay.written import feature

VISIT = "見る\n前提 「taro」のカードを持っている\nもし 「行政サービス」を押す\nかつ S-03まで進む"


class Noting(Spectator):
    """Also notes what was seen."""

    def __init__(self) -> None:
        super().__init__(speed=200)
        self.seen: list[tuple[str, str, bytes]] = []

    def begins(self, line: Line) -> None:
        super().begins(line)
        self._now = line.text

    def touches(self, world: World, touch: Touch) -> None:
        super().touches(world, touch)
        self.seen.append((self._now, world.screen, pygame.image.tobytes(pygame.display.get_surface(), "RGB")))


def test_a_watched_scenario_passes_and_each_touch_is_seen_on_its_screen(tmp_path: Path) -> None:
    (one,) = read(feature(tmp_path, VISIT))
    spectator = Noting()
    result = play(Turn(one), bound(one), spectator)

    assert result.failure is None
    assert [(step, screen) for step, screen, _ in spectator.seen] == [
        ("「行政サービス」を押す", "S-00"),
        ("S-03まで進む", "S-01"),
        ("S-03まで進む", "S-02"),
    ]
    assert len({picture for _, _, picture in spectator.seen}) == 3


def test_closing_the_window_ends_the_replay_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spectator = Spectator(speed=200)
    pygame.event.post(pygame.event.Event(pygame.QUIT))

    assert replay([str(feature(tmp_path, VISIT))], Options(onlooker=spectator)) == 2
    assert capsys.readouterr().err == f"{WatchEnded('the window was closed')}\n"
