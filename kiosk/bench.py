"""The hands around an emulated machine: cards, coins, paper, cables, registers, the clock.

Separate because workbench, scenarios and recorder must do the same things in the same way, and
nothing else may touch an emulated part (design 3). Every method may be called from any thread.
What cannot be done raises BenchError: the part is a real one, or there is no such person.
"""

from collections import deque
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from card import people as card_people
from card.authority import StatusService
from card.trace import TraceLine
from card.virtual import profiles as card_profiles
from card.virtual.applets import AUTHENTICATION_PIN, AUTHENTICATION_TRIES
from card.virtual.faults import CardFault, Moment, Of, Swap, Tear
from card.virtual.icc import CardSeen, VirtualCard
from card.virtual.other import OtherCard
from card.virtual.personalise import new_card, new_phone, personalise, unblock, use_up
from card.virtual.profiles import PROFILES
from card.virtual.slot import VirtualSlot
from card.virtual.state import StateFile
from kiosk.bench_money import MoneyBench
from kiosk.bench_parts import BenchPerson, Emulated, SessionSeen
from kiosk.bench_people import card_holders, kept_at, known_phone, municipality_of, registers_of, told
from kiosk.bench_standing import MOST_TRIES, Standing, standing
from kiosk.clock import SettableClock, SimulatedClock
from kiosk.emulated import CentreCall, Line, PluggableReader
from kiosk.errors import BenchError
from kiosk.lanes.receipts import ReceiptFault
from kiosk.session import events as ev
from kiosk.session.states import Secret, Step
from printer.driver import PrinterStateReason
from printer.flaws import Flaw
from printer.folder import FolderPrinter
from printer.formats import format_of

if TYPE_CHECKING:
    from kiosk.runner import Runner
    from municipality_client.centre.clerk import Clerk
    from municipality_client.centre.handle import Centre
    from municipality_client.centre.koseki import Enrolment

OTHER = "other"
_PHONES = {
    (False, False): card_profiles.ANDROID,
    (False, True): card_profiles.ANDROID_BIOMETRICS,
    (True, False): card_profiles.IPHONE_DECLINED,
    (True, True): card_profiles.IPHONE,
}
"""Profile of a phone: is it an iPhone, and has its owner confirmed on it?"""
_STEPS = 200
_EXPIRED = timedelta(days=6 * 366)


class Bench(MoneyBench):
    """Handles the emulated parts of one kiosk."""

    def __init__(self, parts: Emulated, runner: "Runner") -> None:
        super().__init__(parts.box, parts.emoney)
        self._parts, self._runner = parts, runner
        self._on_reader: str | None = None
        self._history: deque[tuple[datetime, str]] = deque(maxlen=_STEPS)
        self.paper_was_spoilt = False

    # Cards

    def people(self) -> tuple[BenchPerson, ...]:
        """Everybody who has a card, in the order of their files."""
        with told():
            return tuple(self._person(person_id, label) for person_id, label in card_holders())

    def place(
        self,
        person_id: str,
        generation: int | None = None,
        *,
        profile: str = "resettable",
        issued: datetime | None = None,
    ) -> None:
        """Lay the person's newest card, or an older one, on the reader; what lay there is taken away.

        `profile` is a kind of card (`card.virtual.profiles`); `issued` a time around which its public-key
        certificates are valid, by default now.
        """
        slot, card = self._slot(), self._card(person_id, generation, profile, issued)
        self._on_reader = person_id
        slot.insert(card)

    def swap(self, person_id: str, before: Of) -> None:
        """Put another person's card in the place of the one that lies there, unnoticed, before a command (fault-12)."""
        self._slot().inject(Swap(self._card(person_id), of=before))

    def _card(
        self,
        person_id: str,
        generation: int | None = None,
        profile: str = "resettable",
        issued: datetime | None = None,
    ) -> VirtualCard:
        parts = self._parts
        if profile not in PROFILES:
            raise BenchError(f"{profile}: not among {', '.join(PROFILES)}")
        with told():
            moment = parts.clock.now() if issued is None else issued
            kind = PROFILES[profile]
            return personalise(
                person_id, parts.card_state, moment, generation, profile=kind, random_bytes=parts.random_bytes
            )

    def place_phone(self, person_id: str, generation: int | None = None, *, confirmed: bool | None = None) -> None:
        """Lay the person's newest phone, or an older one, on the reader; what lay there is taken away.

        `confirmed`: its owner has shown finger or face to it; left out, as people do: not on Android, where
        the PIN is typed at the kiosk, but on an iPhone.
        """
        with told():
            phone = card_people.read(person_id).phone
        is_iphone = phone is not None and phone.platform == "iphone"
        profile = _PHONES[is_iphone, is_iphone if confirmed is None else confirmed]
        self.place(person_id, generation, profile=profile.name)

    def new_phone(self, person_id: str) -> None:
        """Put the certificates on the person's next phone: the older phone's are revoked (service.md V-5)."""
        with told():
            generation = new_phone(person_id, self._parts.card_state, random_bytes=self._parts.random_bytes)
            serial = known_phone(card_people.read(person_id)).auth_cert_serial + generation
            self._status().revoke(serial - 1, self._parts.clock.now())
            self._centre().registers.link(person_id, serial)

    def place_other(self) -> None:
        """Lay a card that is no My Number card on the reader."""
        self._on_reader = OTHER
        self._slot().insert(OtherCard())

    def remove(self) -> None:
        """Take away what lies on the reader, whatever is under way."""
        self._on_reader = None
        self._slot().remove()

    @property
    def card_on_reader(self) -> str | None:
        """Person id, `other`, or None."""
        slot = self._parts.slot
        return self._on_reader if slot is not None and slot.card is not None else None

    def card_seen(self) -> CardSeen | None:
        """What the chip of the card on the reader holds now; None where none of ours lies there."""
        card = self._slot().card
        return card.seen() if isinstance(card, VirtualCard) else None

    def tear(self, fault: CardFault) -> None:
        """Let the card fail in the middle of a coming exchange (`card.virtual.faults`)."""
        with told():
            self._slot().inject(fault)

    def tear_at(self, command: str) -> None:
        """Pull the card while it works on the next command of a kind (a word of `card.virtual.faults.Of`)."""
        self.tear(Tear(Moment.DURING, of=Of(command)))

    def stop_reader_at(self, command: str) -> None:
        """Lose the reader's service at the next command of a kind."""
        self.stop_reader(Of(command))

    def place_expired(self, person_id: str) -> None:
        """Lay the person's card on the reader as it was six years ago: its certificates are past (E-13)."""
        self.place(person_id, issued=self._parts.clock.now() - _EXPIRED)

    def revoke(self, person_id: str, *, hold: bool = False) -> None:
        """Revoke the public-key certificate of the person's newest card, or put it on hold (E-14, E-15)."""
        with told():
            self._status().revoke(self._serial(person_id), self._parts.clock.now(), suspended=hold)

    def lift_hold(self, person_id: str) -> None:
        """Lift the hold on the person's newest card."""
        with told():
            self._status().lift(self._serial(person_id))

    def silence_responder(self, silent: bool) -> None:
        """Let the test JPKI answer no more questions; its lists are still there (fault-38)."""
        self._status().answering = not silent

    def stop_renewal(self) -> None:
        """From now on the test JPKI says what is true now, whatever the time will be (F-21, E-42)."""
        self._status().standing_since = self._parts.clock.now()

    def reserve_reset(self, person_id: str, secret: str) -> None:
        """What the person's phone app does: reserve to set a PIN anew, face check passed (V-7).

        `secret` is authentication or signature.
        """
        with told():
            self._centre().registers.reserve_reset(person_id, secret, self._parts.clock.now())

    def unblock(self, person_id: str) -> None:
        """Full tries again, as the municipality's window gives them (窓口で解除)."""
        with told():
            unblock(person_id, self._parts.card_state, random_bytes=self._parts.random_bytes)

    def mistake(self, person_id: str, secret: Secret, times: int, *, phone: bool = False) -> None:
        """Use up tries of the person's newest card or phone, as wrong entries elsewhere do."""
        chance = self._parts.random_bytes
        with told():
            use_up(person_id, self._parts.card_state, MOST_TRIES[secret][0], times, phone=phone, random_bytes=chance)

    def new_card(self, person_id: str, delivered_on: date | None = None) -> None:
        """Hand out the person's next card and link it in the register (新しいカード).

        With `delivered_on` the municipality's waiting days count from it (I-76, O-49); without, it works at once.
        """
        with told():
            generation = new_card(person_id, self._parts.card_state, random_bytes=self._parts.random_bytes)
            serial = card_people.read(person_id).auth_cert_serial + generation
        centre = self._parts.centre
        if centre is not None and registers_of(person_id):
            centre.registers.link(person_id, serial, delivered_on)

    def unplug_reader(self, unplugged: bool) -> None:
        """Pull the reader's cable, or put it back (fault-05)."""
        self._reader().plug(not unplugged)

    def stop_reader(self, after: Of) -> None:
        """Lose the reader's service when the card has executed a command, before its answer comes (fault-06)."""
        self._reader().fail_at(after)

    def plug_headphones(self, plugged: bool) -> None:
        """Plug headphones into the kiosk's jack, or pull them out."""
        self._parts.jack.plug(plugged)

    @property
    def headphones(self) -> bool:
        """True while headphones are in."""
        return self._parts.jack.plugged

    def trace(self) -> tuple[TraceLine, ...]:
        """Exchanges with the card so far, oldest first, secrets masked."""
        return self._parts.trace.lines()

    # Paper

    @property
    def paper_waiting(self) -> int:
        """Sheets in the outlet. While a set is printed they come out one by one in the kiosk's time."""
        session, lying = self._runner.session, self._parts.printer.outlet()
        return min(lying, session.sheets_printed) if session.step is Step.PRINTING else lying

    def take_paper(self) -> int:
        """Take all sheets; the flap stays shut while a set is printed. Returns how many."""
        if self._runner.session.step is Step.PRINTING:
            return 0
        taken = self._parts.printer.take()
        if taken:
            self._runner.post(ev.PaperTaken())
        return taken

    def printed(self) -> tuple[Path, ...]:
        """Files of what was printed so far, oldest first."""
        files = filter(format_of, self._parts.print_folder.glob("*"))
        return tuple(sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)))

    def printer_fault(self, reason: str, at_sheet: int | None = None) -> None:
        """Make the printer fail, now or at sheet `at_sheet` (from 1); `reason` is an IPP word like media-jam."""
        try:
            word = PrinterStateReason(reason)
        except ValueError as error:
            raise BenchError(f"{reason}: not among {', '.join(one.value for one in PrinterStateReason)}") from error
        self._folder().fault(word, at_sheet)

    def printer_flaw(self, flaw: str, at_sheet: int = 1) -> None:
        """Let the next set come out wrong at sheet `at_sheet`; `flaw` is a word of `printer.flaws.Flaw`."""
        try:
            self._folder().spoil(Flaw(flaw), at_sheet)
            self.paper_was_spoilt = True
        except ValueError as error:
            raise BenchError(f"{flaw}: not among {', '.join(one.value for one in Flaw)}") from error

    def printer_forgets(self) -> None:
        """Let the printer lose its memory of all jobs (fault-19)."""
        self._folder().forget()

    def receipt_fault(self, reason: str | None) -> None:
        """Let the receipt printer fail with an IPP word, media-empty or shutdown; None mends it (F-46)."""
        try:
            self._parts.receipts.fault = ReceiptFault(reason) if reason is not None else None
        except ValueError as error:
            raise BenchError(f"{reason}: not among {', '.join(one.value for one in ReceiptFault)}") from error

    def clear_printer_fault(self) -> None:
        """Paper refilled, jam cleared, door shut."""
        self._folder().repair()

    # Centre and registers

    def cut_line(self, cut: bool) -> None:
        """Cut the line to the centre, or join it (fault-26)."""
        self._line().cut = cut

    def lose_answers(self, lost: bool) -> None:
        """Let the centre hear everything and every answer be lost, or not any more (fault-27)."""
        self._line().loses_answers = lost

    def centre_latency(self, seconds: float) -> None:
        """Let every answer of the centre take so long."""
        self._line().latency = seconds

    def calls(self) -> tuple[CentreCall, ...]:
        """Requests to the centre so far, oldest first, without their bodies."""
        return tuple(self._line().calls)

    def register(self, person_id: str, **changes: object) -> None:
        """Change fields of the person's row in the embedded register; `seal_void=True` makes the seal void."""
        import msgspec

        registers, municipality = self._centre().registers, municipality_of(person_id)
        if not municipality:
            raise BenchError(f"{person_id}: in no register")
        if changes.pop("seal_void", False):
            registers.revoke_seal(municipality, person_id)
        if changes:
            registers.change(municipality, person_id, lambda row: msgspec.structs.replace(row, **changes))

    def notify_koseki(self, person_id: str, pending: bool = True) -> None:
        """A 戸籍届 in the person's family register has come in and is not entered yet, or is entered (I-26)."""
        with told():
            self._centre().registers.notify_koseki(kept_at(person_id), person_id, pending)

    def declare_income(self, person_id: str, awaiting: bool = True) -> None:
        """A tax declaration has come in and is not worked in yet, or is (O-52)."""
        with told():
            self._centre().registers.declare(kept_at(person_id), person_id, awaiting)

    def enrol(self, person_id: str, state: "Enrolment") -> None:
        """Set the 利用登録 of somebody who lives elsewhere, for the person's newest card (I-24, X-31)."""
        with told():
            serial = self._serial(person_id)
            self._centre().registers.enrol(kept_at(person_id), person_id, state, serial)
            self._centre().registers.link(person_id, serial)

    def clerk(self, municipality: str) -> "Clerk":
        """The clerk of a municipality (6-digit code), who decides on applications for 利用登録."""
        from municipality_client.centre.clerk import Clerk

        return Clerk(self._centre(), municipality)

    def transfer(self, person_id: str, honseki: str) -> None:
        """Record 転籍 within the municipality: 利用登録 does not outlive it (X-31)."""
        with told():
            self._centre().registers.transfer(kept_at(person_id), person_id, honseki)

    def protect(self, person_id: str) -> None:
        """Put the person under protective measures (支援措置)."""
        with told():
            self._centre().registers.protect(kept_at(person_id), person_id)

    def leave_town(self, person_id: str) -> None:
        """The person has moved out: the record is a removed one now (除票)."""
        with told():
            self._centre().registers.leave(kept_at(person_id), person_id)

    def register_news(self, person_id: str) -> None:
        """The person's municipality has told of every change until now; if no more comes, it gets stale (F-05)."""
        with told():
            self._centre().registers.tell(kept_at(person_id), self._parts.clock.now())

    def store_hours(self, opens: time, closes: time) -> None:
        """Give the store that this kiosk stands in opening hours of its own (I-15, O-06)."""
        self._centre().registers.store_hours(self._parts.terminal, opens, closes)

    def close_service(self, starts: datetime, ends: datetime, municipality: str | None = None) -> None:
        """Maintenance of one municipality (6-digit code), or of all (E-24)."""
        where = () if municipality is None else (municipality,)
        self._centre().registers.close(starts, ends, *where)

    def service_days(self, entry: str, first: date | None, last: date | None) -> None:
        """Let an entry of the kiosk's menu (issue, registration, pins) begin or end on a day (V-11)."""
        from municipality_client.centre.profiles import Service

        self._centre().catalogue.announce(Service.model_validate({"id": entry, "from": first, "until": last}))

    # To look at only

    def standing(self) -> Standing:
        """How the parts stand that are not as on a new machine."""
        return standing(self._parts, self.card_on_reader)

    def session_seen(self) -> SessionSeen:
        """Where the visit stands and how it came there; nothing personal."""
        session = self._runner.session
        return SessionSeen(str(session.step), tuple(self._history), session.awaiting, session.order_id)

    def noticed(self) -> None:
        """The flow has taken an event: remember the screen it led to."""
        step = str(self._runner.session.step)
        if not self._history or self._history[-1][1] != step:
            self._history.append((self.now(), step))

    # The clock

    @property
    def speed(self) -> float:
        """How many times faster than real the clock runs; 0 for stopped."""
        clock = self._parts.clock
        return clock.speed if isinstance(clock, SimulatedClock) else 1.0

    def run_clock(self, speed: float) -> None:
        """Let the clock, time-outs and devices run so many times faster; 0 stops them."""
        clock = self._parts.clock
        if not isinstance(clock, SimulatedClock):
            raise BenchError("the clock is the machine's own; start with --at to change its speed")
        clock.run(speed)
        self._runner.on_wake()

    def now(self) -> datetime:
        """The kiosk's present."""
        return self._parts.clock.now()

    def set_clock(self, moment: datetime) -> None:
        """Make `moment` the present; durations do not notice."""
        clock = self._parts.clock
        if not isinstance(clock, SettableClock):
            raise BenchError("the clock is the machine's own; start with --at to set it")
        clock.set(moment)
        self._runner.on_wake()

    def _folder(self) -> FolderPrinter:
        if not isinstance(self._parts.printer, FolderPrinter):
            raise BenchError("the printer is a real one")
        return self._parts.printer

    def _slot(self) -> VirtualSlot:
        if self._parts.slot is None:
            raise BenchError("the card reader is a real one")
        return self._parts.slot

    def _status(self) -> StatusService:
        if self._parts.status is None:
            raise BenchError("the centre is a program of its own")
        return self._parts.status

    def _serial(self, person_id: str) -> int:
        """Serial of the user authentication certificate on the person's newest card."""
        known = StateFile(self._parts.card_state, person_id).read()
        return card_people.read(person_id).auth_cert_serial + (0 if known is None else known.generation)

    def _reader(self) -> PluggableReader:
        if self._parts.reader is None:
            raise BenchError("the card reader is a real one")
        return self._parts.reader

    def _centre(self) -> "Centre":
        if self._parts.centre is None:
            raise BenchError("the centre is a program of its own")
        return self._parts.centre

    def _line(self) -> Line:
        if self._parts.line is None:
            raise BenchError("the line to the centre is a real one")
        return self._parts.line

    def _person(self, person_id: str, label: str) -> BenchPerson:
        state = StateFile(self._parts.card_state, person_id).read()
        phone = card_people.read(person_id).phone
        platform = "" if phone is None else phone.platform
        if state is None:
            return BenchPerson(person_id, label, AUTHENTICATION_TRIES, 0, platform)
        tries = state.cards[state.generation][AUTHENTICATION_PIN].tries
        return BenchPerson(person_id, label, tries, state.generation, platform)
