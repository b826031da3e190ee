"""One whole kiosk with embedded parts, on jumping time, driven by touches and the bench only."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

from kiosk import durable
from kiosk.app import Kiosk, build
from kiosk.clock import JST, JumpingClock
from kiosk.screens.view import Touch
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from kiosk.settings import IppTarget, Settings

MORNING = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
HOME = "012351"


class Machine:
    """A kiosk in `folder`; the same seed gives the same bytes."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: JumpingClock | None = None,
        seed: int = 1,
        hook: durable.Hook = durable.no_hook,
        start: Callable[..., Kiosk] = build,
        printer: IppTarget | None = None,
    ) -> None:
        self.folder = folder
        self.clock = clock or JumpingClock(MORNING)
        chance = Random(seed)
        settings = Settings(state=folder) if printer is None else Settings(state=folder, printer=printer)
        self.kiosk = start(settings, self.clock, inline=True, random_bytes=chance.randbytes, hook=hook)
        self.runner, self.bench = self.kiosk.runner, self.kiosk.bench

    @property
    def step(self) -> Step:
        return self.runner.session.step

    @property
    def words(self) -> str:
        return "\n".join(self.runner.view().words)

    def settle(self) -> None:
        """Let every answer arrive that is on its way."""
        self.runner.pump()
        while (wait := self.runner.answer_due()) is not None:
            self.clock.jump(wait)
            self.runner.pump()

    def wait(self, seconds: float) -> None:
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0:
            due = self.runner.pump()
            self.clock.jump(left if due is None else min(left, due))
        self.runner.pump()

    def touch(self, button: Button, value: str = "") -> None:
        view = self.runner.view()
        there = [press for press in view.buttons if press.button == button and press.value.startswith(value)]
        assert there, f"{button} {value!r} is not on {self.step}"
        assert there[0].enabled, f"{button} {value!r} is grey on {self.step}: {there[0].note}"
        assert self.runner.touch(Touch(view.view_id, button, there[0].value))
        self.settle()

    def digits(self, pin: str) -> None:
        for digit in pin:
            self.touch(Button.DIGIT, digit)

    def to_pin(self, person: str = "taro", town: str = HOME) -> None:
        self.touch(Button.ADMINISTRATIVE_SERVICE)
        self.touch(Button.ISSUE)
        self.touch(Button.AGREE)
        self.touch(Button.USE_CARD)
        self.bench.place(person)
        self.settle()
        self.touch(Button.REGISTER, "residence")
        self.touch(Button.MUNICIPALITY, town)
        assert self.step is Step.PIN, self.step

    def to_kind(self, person: str = "taro", pin: str = "1234", town: str = HOME) -> None:
        self.to_pin(person, town)
        self.digits(pin)
        self.touch(Button.NEXT)
        assert self.step is Step.REMOVE_CARD, (self.step, self.runner.session.failure)
        self.bench.remove()
        self.settle()
        assert self.step is Step.KIND, self.step

    def to_confirm(self, who: str = "all", **where: str) -> None:
        self.to_kind(**where)
        self.touch(Button.KIND, "residence_copy")
        self.touch(Button.WHO, who)
        self.touch(Button.NEXT)
        self.touch(Button.NEXT)
        self.touch(Button.NEXT)
        assert self.step is Step.CONFIRM, self.step

    def to_paying(self) -> None:
        self.to_confirm()
        self.touch(Button.NEXT)
        assert self.step is Step.PAYING, (self.step, self.runner.session.failure)

    def pay(self, *pieces: int) -> None:
        for yen in pieces or (500,):
            assert self.bench.insert(yen)
            self.runner.pump()
        self.settle()

    def finish(self) -> None:
        """Take everything and leave."""
        self.bench.take_paper()
        self.settle()
        self.touch(Button.RECEIPT, "yes")
        self.touch(Button.FINISH)
        self.bench.take_money()
        self.settle()
        assert self.step is Step.IDLE, self.step

    def issue(self) -> None:
        """A whole visit: 住民票の写し of the household."""
        self.to_paying()
        self.pay()
        assert self.step is Step.TAKE_PAPER, (self.step, self.runner.session.failure)
        self.finish()
