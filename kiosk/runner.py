"""The only place that acts: takes events one by one, asks the flow, carries out what it wants.

Separate from the flow (pure) and from the devices (lanes), and free of heavy imports, so that it
can run before they are loaded. Everything here happens on the one thread that calls `touch` and
`pump`; `post` and the answers of lanes come from any thread through one queue.

An answer is used when its request is live and the session awaits it. Every other answer is
journalled as `late`, and what it changed elsewhere is undone (F-01, fault-27, fault-29).
"""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from kiosk import errands
from kiosk.due import DueList
from kiosk.errands import Errands
from kiosk.errors import KioskError
from kiosk.lanes import Lane
from kiosk.ports import Port
from kiosk.requests import ROUTES, Asked, Errand, Told, Unawaited
from kiosk.runner_parts import Again, Broke, Deadline, DueThing, Later, Parts, ScreenTime, Shape
from kiosk.screens.view import Touch, View
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session.advance import advance
from kiosk.session.buttons import Button
from kiosk.session.secrets import DIFFERENT, typed_on
from kiosk.session.states import Session
from kiosk.session.transitions import VISIT_BEGINS

_PAD_KEYS = (Button.DIGIT, Button.CORRECT)
_OVER = "closed"
_PROGRESS = (ev.JobTaken, ev.SheetPrinted)
"""Answers after which there is more to come, so the request stays open and its deadline begins anew."""


class Runner:
    """One kiosk at work. `pump` may raise KioskError: then nothing may be acted on any more (fault-20)."""

    def __init__(self, parts: Parts, session: Session | None = None) -> None:
        self.session = session or Session()
        self.caption = ""
        self.on_wake: Callable[[], None] = _nothing
        self.on_say: Callable[[e.Say], None] = _nothing
        self.on_event: Callable[[ev.Event], None] = _nothing
        self.on_touch: Callable[[View, Touch], None] = _nothing
        self._parts = parts
        self._requests = parts.requests
        self._inbox: deque[tuple[ev.Event | Broke | KioskError, float]] = deque()
        self._due: DueList[DueThing] = DueList()
        self._deadlines: dict[str, int] = {}
        self._screen_over: float | None = None
        self._errands = Errands()
        self._shown: tuple[Session, str, View] | None = None
        self._shape: Shape | None = None

    # What the panel and the player use

    def view(self) -> View:
        """Return the current screen."""
        if self._shown is None or self._shown[0] is not self.session or self._shown[1] != self.caption:
            view = self._parts.show(self.session, self.caption, self._shape)
            self._shown = (self.session, self.caption, view)
        return self._shown[2]

    def resize(self, shape: Shape | None) -> None:
        """Lay the screens out for a panel of this shape from now on; None: as the settings say."""
        self._shape, self._shown = shape, None

    def touch(self, touch: Touch) -> bool:
        """Take a touch; False when it was meant for an older screen or nothing stands there (fault-25)."""
        if touch.view_id != self.session.view_id or not _offers(self.view(), touch):
            return False
        button, step = touch.button, self.session.step
        secret = typed_on(self.session)
        if secret is not None and button in _PAD_KEYS:
            pad = self._parts.pad
            count = pad.press(touch.value, secret) if button == Button.DIGIT else pad.correct()
            self._take(ev.DigitTouched(count))
            return True
        self.on_touch(self.view(), touch)
        if VISIT_BEGINS.get(step) == button:
            self._take(ev.Started(self._parts.new_session_id()))
        else:
            self._take(ev.Touched(button, touch.value))
        return True

    def post(self, event: ev.Event) -> None:
        """Queue what a device noticed; from any thread."""
        self._put(event, 0.0)

    def pump(self) -> float | None:
        """Do everything that is due; return the seconds until there is more, None when nothing is waiting."""
        while self._one():
            pass
        return self._due.wait(self._parts.clock.monotonic())

    def answer_due(self) -> float | None:
        """While a device's answer is on its way: seconds until the next thing is due; None when none is."""
        return self._due.wait(self._parts.clock.monotonic()) if self._due.holds(Later) else None

    def seconds_left(self) -> float | None:
        """Seconds until this screen times out, None when it does not."""
        if self._screen_over is None:
            return None
        return max(0.0, self._screen_over - self._parts.clock.monotonic())

    def run_errand(self, errand: Errand) -> None:
        """Tell the centre something left over from before, under an id of its own, until it acknowledges."""
        self._carry_out(self._errands.again(errand))

    @property
    def errands(self) -> tuple[Errand, ...]:
        """What the centre has not acknowledged yet."""
        return self._errands.open

    # One thing at a time

    def _one(self) -> bool:
        if self._inbox:
            event, after = self._inbox.popleft()
            self._arrive(event, after)
            return True
        thing = self._due.pop(self._parts.clock.monotonic())
        if thing is None:
            return self._parts.lanes.turn()
        self._happen(thing)
        return True

    def _put(self, event: ev.Event | Broke | KioskError, after: float) -> None:
        self._inbox.append((event, after))
        self.on_wake()

    def _arrive(self, event: ev.Event | Broke | KioskError, after: float) -> None:
        if isinstance(event, KioskError):
            raise event
        if isinstance(event, Broke):
            self._broke(event)
        elif after > 0:
            self._due.push(self._parts.clock.monotonic() + after, Later(event))
        else:
            self._take(event)

    def _happen(self, thing: DueThing) -> None:
        match thing:
            case Later(event) | ScreenTime(event):
                self._take(event)
            case Deadline(request_id, number):
                if self._deadlines.get(request_id) == number:
                    self._unanswered(request_id)
            case Again(errand):
                if self._errands.is_open(errand):
                    self.run_errand(errand)

    # Events

    def _take(self, event: ev.Event) -> None:
        request_id: str = getattr(event, "request_id", "")
        if not request_id or self._is_used(request_id, event):
            self._advance(event)

    def _advance(self, event: ev.Event) -> None:
        before = self.session
        self.session, wanted = advance(before, event)
        self.on_event(event)
        if self.session.step is not before.step:
            self.caption = ""
        self._abandon(before, event)
        for effect in wanted:
            self._act(effect, before)

    def _is_used(self, request_id: str, event: ev.Event) -> bool:
        """Close the request of this answer; True when the flow is to hear it."""
        live = self._requests.is_live(request_id)
        if isinstance(event, _PROGRESS) and live:
            self._start_deadline(request_id, ROUTES[e.PrintSets].deadline)
        elif live:
            self._deadlines.pop(request_id, None)
        effect = self._close(request_id, event)
        if isinstance(effect, Errand):
            self._errand_answered(effect, event)
        if live and request_id == self.session.awaiting:
            return True
        if not isinstance(effect, Unawaited):
            self._late(request_id, event)
        return False

    def _close(self, request_id: str, event: ev.Event) -> Asked | None:
        return None if isinstance(event, _PROGRESS) else self._requests.answered(request_id)

    def _unanswered(self, request_id: str) -> None:
        """The deadline has passed: the whole request is given up before the flow hears of it."""
        effect = self._give_up(request_id)
        if effect is not None and ROUTES[type(effect)].lane is Lane.CARD:
            # PC/SC waits for ever, where everything else has a time-out of its own.
            self._parts.lanes.renew(Lane.CARD)
        if isinstance(effect, Errand):
            self._due.push(self._parts.clock.monotonic() + errands.RETRY, Again(effect))
        if effect is not None and request_id == self.session.awaiting:
            self._record("unanswered", {"request": request_id, "effect": type(effect).__name__})
            self._advance(ev.Unanswered(request_id))

    def _abandon(self, before: Session, event: ev.Event) -> None:
        """Give up what the flow awaited and left without its answer (中止, time-out, card pulled)."""
        left = before.awaiting
        if left and left != self.session.awaiting and left != getattr(event, "request_id", ""):
            self._cancel(left)

    def _cancel(self, request_id: str) -> None:
        if not isinstance(self._requests.find(request_id), Unawaited):
            self._give_up(request_id)

    def _give_up(self, request_id: str) -> Asked | None:
        self._deadlines.pop(request_id, None)
        self._parts.pad.drop(request_id)
        return self._requests.give_up(request_id)

    def _late(self, request_id: str, event: ev.Event) -> None:
        self._record("late", {"request": request_id, "event": type(event).__name__})
        errand = self._errands.find(request_id)
        if errand is not None and isinstance(event, ev.Reported):
            # What the centre has in its books stays there, however late it says so.
            self._errand_answered(errand, event)
            if request_id == self.session.awaiting:
                self._advance(event)
        if isinstance(event, ev.SetsReady) and not self._is_wanted(event.order.request_id):
            order_id = event.order.request_id
            self._parts.vault.drop(order_id)
            self._carry_out(self._errands.void(order_id))

    def _is_wanted(self, order_id: str) -> bool:
        """True while the session, or a question it has asked, is still about this order."""
        return self.session.order_id == order_id

    def _broke(self, broke: Broke) -> None:
        """A lane met a bug: journal its class only; the visit it happened to ends with E-99."""
        effect = broke.effect
        self._record("broken", {"effect": type(effect).__name__, "error": broke.bug})
        if isinstance(effect, Told):
            self._advance(ev.Broken())
        elif isinstance(effect, Errand):
            self._take(ev.CentreLost(effect.request_id, sent=True))
        elif self._give_up(effect.request_id) is not None and effect.request_id == self.session.awaiting:
            self._advance(ev.Broken())

    def _errand_answered(self, errand: Errand, event: ev.Event) -> None:
        if isinstance(event, ev.CentreLost | ev.DebitUnknown):
            self._due.push(self._parts.clock.monotonic() + errands.RETRY, Again(errand))
            return
        self._errands.end(errand)
        if isinstance(event, ev.Refused):
            self._record("refused", {"order": errands.order_of(errand), "code": event.code})
        elif errand.request_id != self.session.awaiting:
            for record in errands.acknowledged(errand, event):
                self._act(record, self.session)

    # Effects

    def _act(self, effect: e.Effect, before: Session) -> None:
        match effect:
            case e.Record(kind, fields):
                # One step may close a visit and begin the next: `closed` belongs to the old one.
                owner = before.id if kind == _OVER else self.session.id or before.id
                self._parts.journal.append(owner, kind, dict(fields))
            case e.Say():
                self.caption = self._parts.speak(effect.key, self.session)
                self.on_say(effect)
            case e.ArmTimer(idle, countdown):
                self._arm(idle, countdown)
            case e.DisarmTimer():
                self._disarm()
            case e.WipePin() | e.ClearPad() | e.KeepSecret() | e.JudgeSecret() | e.CompareSecret():
                self._at_pad(effect)
            case e.WipeSession():
                self._wipe()
            case _:
                self._carry_out(effect)

    def _at_pad(self, effect: e.AtPad) -> None:
        pad = self._parts.pad
        match effect:
            case e.WipePin():
                pad.wipe()
            case e.ClearPad():
                pad.correct()
            case e.KeepSecret():
                pad.keep()
            case e.JudgeSecret(secret, changes):
                self.post(ev.SecretJudged(pad.accept(secret, changes)))
            case e.CompareSecret():
                self.post(ev.SecretJudged("" if pad.repeats() else DIFFERENT))

    def _record(self, kind: str, fields: Mapping[str, str | int]) -> None:
        self._parts.journal.append(self.session.id, kind, fields)

    def _arm(self, idle: float, countdown: float) -> None:
        self._disarm()
        now = self._parts.clock.monotonic()
        if countdown > 0:
            self._due.push(now + idle, ScreenTime(ev.TimeShort()))
        self._due.push(now + idle + countdown, ScreenTime(ev.TimedOut()))
        self._screen_over = now + idle + countdown

    def _disarm(self) -> None:
        self._due.clear_of(ScreenTime)
        self._screen_over = None

    def _wipe(self) -> None:
        for asked in self._requests.live:
            self._cancel(asked.request_id)
        self._parts.pad.wipe_all()
        self._parts.vault.wipe()

    def _carry_out(self, effect: Asked | Told) -> None:
        route = ROUTES[type(effect)]
        if isinstance(effect, Errand):
            self._errands.begin(effect)
        if isinstance(effect, e.SignChallenge | e.ChangeSecret | e.SignApplication):
            self._parts.pad.commit(effect.request_id)
        if not isinstance(effect, Told):
            self._requests.begin(effect)
            self._start_deadline(effect.request_id, route.deadline)
        port = self._parts.ports[route.lane]
        self._parts.lanes.submit(route.lane, partial(self._perform, port, effect))

    def _start_deadline(self, request_id: str, seconds: float) -> None:
        number = self._deadlines.get(request_id, 0) + 1
        self._deadlines[request_id] = number
        self._due.push(self._parts.clock.monotonic() + seconds, Deadline(request_id, number))

    def _perform(self, port: Port, effect: Asked | Told) -> None:
        """Runs on the lane's thread. Whatever goes wrong there ends the visit, never the kiosk."""
        if not isinstance(effect, Told) and not self._requests.is_live(effect.request_id):
            return
        try:
            port.perform(effect, self._put)
        except KioskError as fatal:
            self._put(fatal, 0.0)
        except Exception as bug:  # noqa: BLE001 - the one place; see design 5.3
            self._put(Broke(effect, type(bug).__name__), 0.0)


def _nothing(*_ignored: object) -> None:
    """Do nothing."""


def _offers(view: View, touch: Touch) -> bool:
    """True when the screen has that button and it can be touched."""
    return any(press.enabled and press.button == touch.button and press.value == touch.value for press in view.buttons)
