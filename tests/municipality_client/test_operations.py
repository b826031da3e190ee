"""What operators do and see: terminals refused, one card at two places."""

import pytest

from municipality_client import messages as m
from municipality_client.centre.authenticating import CARD_TWICE
from municipality_client.centre.handle import Centre
from tests.municipality_client.desk import Desk

BOTH_DATABASES = True


@pytest.mark.proves("fault-31", "F-09")
def test_one_card_at_two_terminals_raises_an_alarm(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")

    desk.offer("taro")
    desk.offer("taro")
    other.offer("hanako")
    assert centre.registers.incidents() == ()
    other.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)


@pytest.mark.proves("fault-31")
def test_who_has_done_at_one_terminal_may_go_to_the_next(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")
    issued = desk.issued("taro")
    other.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)
    desk.client.report(issued.request_id, [m.SetResult(issued.sets[0].set_number, m.Outcome.DELIVERED, 1)])
    desk.clock.wait(301)
    other.offer("taro")
    desk.clock.wait(301)
    desk.offer("taro")
    assert centre.registers.incidents() == (CARD_TWICE,)
