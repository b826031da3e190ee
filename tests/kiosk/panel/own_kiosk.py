"""A tiny kiosk of our own: real threads, real queue, a few Views; it remembers what it was asked to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from card.glossary import JPKI as JPKI_ENTRY
from card.virtual.icc import CardSeen, PinSeen
from kiosk.bench_parts import SessionSeen
from kiosk.emulated import CentreCall
from kiosk.errors import KioskError
from kiosk.screens.view import Countdown, Label, Press, Rect, Role, Touch, View, hit
from kiosk.session.effects import Say

JPKI = JPKI_ENTRY.aid
JST = timezone(timedelta(hours=9))


def pad_view(view_id: int, step: str = "S-06") -> View:
    """A number pad with two keys, a correction key, a way on and a way out; つぎへ waits for two digits."""
    return View(
        step,
        view_id,
        1080,
        1440,
        "暗証番号",
        (
            Label(Rect(48, 200, 984, 80), "暗証番号を入力してください", 48, bold=True),
            Press(Rect(48, 400, 300, 120), "digit", "1", "1", role=Role.KEY),
            Press(Rect(364, 400, 300, 120), "digit", "2", "2", role=Role.KEY),
            Press(Rect(680, 400, 300, 120), "correct", "訂正", role=Role.KEY),
            Press(Rect(48, 600, 984, 120), "item", "選べません", "x", enabled=False),
            Press(Rect(400, 1304, 280, 112), "cancel", "中止", role=Role.TEXT),
            Press(Rect(752, 1304, 280, 112), "next", "つぎへ", role=Role.FILLED, enabled=view_id >= 3),
            Countdown(Rect(900, 40, 120, 120)),
        ),
    )


@dataclass
class OwnRunner:
    """Counts touches; every touch taken shows the next view."""

    on_wake: Callable[[], None] = lambda: None
    on_say: Callable[[Say], None] = lambda said: None
    shown: View = field(default_factory=lambda: pad_view(1))
    touches: list[Touch] = field(default_factory=list)
    pumped: int = 0
    left: float | None = 25.0
    pause: float | None = 0.02
    broken: KioskError | None = None
    shape: tuple[int, int] | None = None

    def view(self) -> View:
        return self.shown

    def touch(self, touch: Touch) -> bool:
        press = next(one for one in self.shown.buttons if (one.button, one.value) == (touch.button, touch.value))
        middle = press.rect.x + press.rect.width / 2, press.rect.y + press.rect.height / 2
        if touch != hit(self.shown, *middle):
            return False
        self.touches.append(touch)
        self.shown = pad_view(self.shown.view_id + 1)
        return True

    def pump(self) -> float | None:
        if self.broken is not None:
            raise self.broken
        self.pumped += 1
        return self.pause

    def seconds_left(self) -> float | None:
        return self.left

    def resize(self, shape: tuple[int, int] | None) -> None:
        self.shape = shape


@dataclass
class OwnOffice:
    """An office that opens at a knock and closes at a touch."""

    give: Callable[[Callable[[], Any], Callable[[Any], None]], object] = lambda job, then: then(job())
    is_open: bool = False
    wants_end: bool = False

    def knock(self) -> bool:
        self.is_open = True
        return True

    def view(self) -> View:
        return pad_view(1, "O-00")

    def touch(self, touch: Touch) -> bool:
        self.is_open = False
        return True

    def pump(self) -> float | None:
        return None

    def seconds_left(self) -> float | None:
        return 100.0

    def resize(self, width: int, height: int) -> None:
        pass


@dataclass(frozen=True)
class OwnPerson:
    id: str
    label: str
    tries_left: int
    generation: int = 0
    phone: str = ""


@dataclass(frozen=True)
class OwnMoney:
    inserted: int = 0
    tray: int = 0


@dataclass(frozen=True)
class OwnExchange:
    command_words: str
    response_words: str
    hex_masked: str
    sw: int = 0x9000
    ms: float = 1.0


@dataclass
class OwnBench:
    """A bench whose parts are plain values."""

    card_on_reader: str | None = None
    money: OwnMoney = OwnMoney()
    paper_waiting: int = 0
    clock: datetime = datetime(2026, 4, 6, 10, 0, 12, 500000, tzinfo=JST)
    files: tuple[Path, ...] = ()
    reads: int = 0
    step: str = "S-06"
    done: list[tuple[object, ...]] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=lambda: {"taro": 3, "hanako": 0})

    def people(self) -> tuple[OwnPerson, ...]:
        self.reads += 1
        return (
            OwnPerson("taro", "石狩 太郎", self.tries["taro"], phone="android"),
            OwnPerson("hanako", "石狩 花子", self.tries["hanako"], 1),
        )

    def place(self, person_id: str) -> None:
        self.card_on_reader = person_id

    def place_phone(self, person_id: str) -> None:
        self.card_on_reader = person_id
        self.done.append(("phone", person_id))

    def reserve_reset(self, person_id: str, secret: str) -> None:
        self.done.append(("reserve", person_id, secret))

    def place_other(self) -> None:
        self.card_on_reader = "other"

    def remove(self) -> None:
        self.card_on_reader = None

    def insert(self, yen: int) -> None:
        if yen == 50:
            raise KioskError("50円は使えません")
        self.money = OwnMoney(self.money.inserted + yen, self.money.tray)

    def take_money(self) -> None:
        self.money = OwnMoney(self.money.inserted, 0)

    def take_paper(self) -> None:
        self.paper_waiting = 0

    def printed(self) -> tuple[Path, ...]:
        return self.files

    def unblock(self, person_id: str) -> None:
        self.tries[person_id] = 3

    def new_card(self, person_id: str) -> None:
        self.done.append(("new", person_id))

    def printer_fault(self, reason: str, at_sheet: int) -> None:
        self.done.append(("fault", reason, at_sheet))

    def clear_printer_fault(self) -> None:
        self.done.append(("mended",))

    def cut_line(self, cut: bool) -> None:
        self.done.append(("line", cut))

    def unplug_reader(self, unplugged: bool) -> None:
        self.done.append(("reader", unplugged))

    def set_clock(self, moment: datetime) -> None:
        self.clock = moment

    def now(self) -> datetime:
        return self.clock

    speed: float = 1.0
    headphones: bool = False

    def plug_headphones(self, plugged: bool) -> None:
        self.headphones = plugged

    def run_clock(self, speed: float) -> None:
        self.speed = speed

    def calls(self) -> tuple[CentreCall, ...]:
        return (CentreCall("GET", "/municipalities", "200"), CentreCall("POST", "/orders", "unreachable"))

    def card_seen(self) -> CardSeen | None:
        if self.card_on_reader is None:
            return None
        pins = ((JPKI, 0x18, 2, 3, True), (JPKI, 0x1B, 0, 5, False), (b"\xa0", 0x11, None, None, False))
        return CardSeen(JPKI, tuple(PinSeen(*pin) for pin in pins))

    def session_seen(self) -> SessionSeen:
        return SessionSeen(self.step, ((self.clock, "S-00"), (self.clock, "S-01"), (self.clock, "S-06")), "a-1", "")

    def balance(self, medium: str) -> int:
        return 2000 if medium == "card" else 5000

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Every other fault is remembered by its name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *values: self.done.append((name, *values))

    def trace(self) -> tuple[OwnExchange, ...]:
        return (
            OwnExchange("SELECT JPKI", "success", "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 → 9000"),
            OwnExchange("COMPUTE DIGITAL SIGNATURE", "success", f"80 2A 00 80 33 {'30 ' * 51}→ {'CD ' * 256}9000"),
            OwnExchange("VERIFY 0018", "2 tries left", "00 20 00 80 ** → 63C2", 0x63C2),
        )


@dataclass
class OwnKiosk:
    runner: OwnRunner = field(default_factory=OwnRunner)
    bench: OwnBench = field(default_factory=OwnBench)
    office: OwnOffice = field(default_factory=OwnOffice)
    closed: bool = False
    notes_folder: Path = Path("/nowhere")
    headphones: str = ""

    def journal_text(self) -> str:
        return "1 started\n"

    def close(self) -> None:
        self.closed = True
