"""What the window needs of the kiosk, as protocols: so that it opens before any of it is imported."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.screens.view import Touch, View

if TYPE_CHECKING:
    from card.virtual.icc import CardSeen
    from kiosk.bench_parts import SessionSeen
    from kiosk.emulated import CentreCall
    from kiosk.session.effects import Say


class RunnerControls(Protocol):
    """The side the customer sees; `kiosk.runner.Runner` fits."""

    on_wake: Callable[[], None]
    on_say: Callable[["Say"], None]

    def view(self) -> View:
        """Return the current screen."""
        ...

    def touch(self, touch: Touch) -> bool:
        """Take a touch; False when it was dropped."""
        ...

    def pump(self) -> float | None:
        """Do what is due; return the seconds until there is more to do, None for nothing."""
        ...

    def seconds_left(self) -> float | None:
        """Seconds until the current screen times out."""
        ...

    def resize(self, shape: tuple[int, int] | None) -> None:
        """Lay the screens out for a panel of this shape; None: as the settings say."""
        ...


class OfficeControls(Protocol):
    """The operator's side; `kiosk.office.office.Office` fits."""

    give: Callable[[Callable[[], Any], Callable[[Any], None]], object]

    @property
    def is_open(self) -> bool:
        """True while it stands over the customer's screen."""
        ...

    @property
    def wants_end(self) -> bool:
        """True once the operator has ended the program."""
        ...

    def knock(self) -> bool:
        """Ask for the operator's PIN."""
        ...

    def view(self) -> View:
        """Return its screen."""
        ...

    def touch(self, touch: Touch) -> bool:
        """Take a touch."""
        ...

    def pump(self) -> float | None:
        """Close what is over; return the seconds until there is more to do."""
        ...

    def seconds_left(self) -> float | None:
        """Seconds until its screen closes by itself."""
        ...

    def resize(self, width: int, height: int) -> None:
        """Lay its screens out for a panel of this shape."""
        ...


class Person(Protocol):
    """One fictional person's card; `kiosk.bench.BenchPerson` fits."""

    @property
    def id(self) -> str:
        """Name of the person's file."""
        ...

    @property
    def phone(self) -> str:
        """Kind of phone that carries certificates, too, "" for none."""
        ...

    @property
    def label(self) -> str:
        """What the card is called on the bench."""
        ...

    @property
    def tries_left(self) -> int:
        """Tries left of the card's PIN."""
        ...

    @property
    def generation(self) -> int:
        """How many cards this person had before."""
        ...


class Money(Protocol):
    """What lies in the coin box, yen."""

    @property
    def inserted(self) -> int:
        """Put in and not taken yet."""
        ...

    @property
    def tray(self) -> int:
        """In the tray for the customer."""
        ...


class Exchange(Protocol):
    """One APDU and its answer; `card.trace.TraceLine` fits."""

    @property
    def command_words(self) -> str:
        """The command in words."""
        ...

    @property
    def response_words(self) -> str:
        """The status word in words."""
        ...

    @property
    def hex_masked(self) -> str:
        """The bytes, secrets masked."""
        ...

    @property
    def sw(self) -> int:
        """Status word, 0 without an answer."""
        ...

    @property
    def ms(self) -> float:
        """How long it took."""
        ...


class BenchControls(Protocol):
    """The developer's side; `kiosk.bench.Bench` fits. Every method may be called from any thread."""

    @property
    def card_on_reader(self) -> str | None:
        """Person id, `other` or None."""
        ...

    @property
    def money(self) -> Money:
        """What lies in the coin box."""
        ...

    @property
    def paper_waiting(self) -> int:
        """Sheets in the outlet."""
        ...

    def people(self) -> Sequence[Person]:
        """Everybody who has a card."""
        ...

    def place(self, person_id: str) -> None:
        """Lay that card on the reader."""
        ...

    def place_phone(self, person_id: str) -> None:
        """Lay the person's phone on the reader."""
        ...

    def reserve_reset(self, person_id: str, secret: str) -> None:
        """Reserve, with the person's phone app, to set a PIN anew."""
        ...

    def place_other(self) -> None:
        """Lay a card that is no My Number card on the reader."""
        ...

    def remove(self) -> None:
        """Take away what lies on the reader."""
        ...

    def insert(self, yen: int) -> object:
        """Put in one coin or note."""
        ...

    def take_money(self) -> object:
        """Empty the tray."""
        ...

    def take_paper(self) -> object:
        """Empty the outlet."""
        ...

    def printed(self) -> Sequence[Path]:
        """PDF files printed so far, oldest first."""
        ...

    def unblock(self, person_id: str) -> None:
        """Unblock the PIN, as the municipality's window does."""
        ...

    def new_card(self, person_id: str) -> None:
        """Hand out the person's next card."""
        ...

    def printer_fault(self, reason: str, at_sheet: int) -> None:
        """Make the printer fail at that sheet (IPP word: media-jam, media-empty)."""
        ...

    def clear_printer_fault(self) -> None:
        """Mend the printer."""
        ...

    def cut_line(self, cut: bool) -> None:
        """Cut the line to the centre, or join it."""
        ...

    def unplug_reader(self, unplugged: bool) -> None:
        """Pull the reader's plug, or put it in."""
        ...

    def set_clock(self, moment: datetime) -> None:
        """Make `moment` the kiosk's present."""
        ...

    def now(self) -> datetime:
        """The kiosk's present."""
        ...

    @property
    def speed(self) -> float:
        """How many times faster than real the clock runs."""
        ...

    def run_clock(self, speed: float) -> None:
        """Let the clock run so many times faster; 0 stops it."""
        ...

    def calls(self) -> "Sequence[CentreCall]":
        """Requests to the centre, oldest first."""
        ...

    def card_seen(self) -> "CardSeen | None":
        """The chip of the card on the reader."""
        ...

    def session_seen(self) -> "SessionSeen":
        """Where the visit stands."""
        ...

    @property
    def headphones(self) -> bool:
        """True while headphones are in."""
        ...

    def plug_headphones(self, plugged: bool) -> None:
        """Plug headphones into the kiosk's jack, or pull them out."""
        ...

    def lose_answers(self, lost: bool) -> None:
        """Let the centre hear everything and every answer be lost."""
        ...

    def centre_latency(self, seconds: float) -> None:
        """Let every answer of the centre take so long."""
        ...

    def silence_responder(self, silent: bool) -> None:
        """Let the test JPKI answer no more questions."""
        ...

    def receipt_fault(self, reason: str | None) -> None:
        """Let the receipt printer fail, or mend it."""
        ...

    def refuse_notes(self, refused: bool) -> None:
        """Let every note fall out again."""
        ...

    def empty_change(self, empty: bool) -> None:
        """Take all coins out of the coin box, or put the float back."""
        ...

    def hold_emoney(self, medium: str) -> object:
        """Hold the e-money card or phone to its reader."""
        ...

    def balance(self, medium: str) -> int:
        """Yen on the e-money card or phone."""
        ...

    def charge(self, yen: int) -> None:
        """Make the balance of the e-money card so many yen."""
        ...

    def emoney_fault(self, fault: str | None) -> None:
        """Let the e-money reader fail, or mend it."""
        ...

    def printer_forgets(self) -> None:
        """Let the printer forget all jobs."""
        ...

    def printer_flaw(self, flaw: str) -> None:
        """Let the next set come out wrong."""
        ...

    def tear_at(self, command: str) -> None:
        """Pull the card while it works on such a command."""
        ...

    def stop_reader_at(self, command: str) -> None:
        """Lose the reader's service at such a command."""
        ...

    def trace(self) -> Sequence[Exchange]:
        """APDUs so far, oldest first."""
        ...


class KioskParts(Protocol):
    """A loaded kiosk; `kiosk.app.Kiosk` fits."""

    @property
    def runner(self) -> RunnerControls:
        """The customer's side."""
        ...

    @property
    def office(self) -> OfficeControls:
        """The operator's side."""
        ...

    @property
    def bench(self) -> BenchControls:
        """The developer's side."""
        ...

    @property
    def notes_folder(self) -> Path:
        """Where recordings and bundles go."""
        ...

    @property
    def headphones(self) -> str:
        """Sound device of the headphones; "" where none is set."""
        ...

    def journal_text(self) -> str:
        """The journal as text."""
        ...

    def close(self) -> None:
        """Stop lanes, close files."""
        ...
