"""Chooses and joins the parts of a kiosk: the one module that imports them all.

Separate from `kiosk.app` because loading it takes a while (cryptography, database, PDF), and the
window must stand before. What another package raises while parts are built is said here as
PartMissing, so that a start that fails is one plain line.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import assets
from assets.tables import FileError
from card import authority
from card.connection import Presence, Reader
from card.errors import CardError
from card.pcsc import PcscReader
from card.virtual import latency
from card.virtual.slot import VirtualSlot
from kiosk import durable
from kiosk import settings as s
from kiosk.app import Kiosk
from kiosk.bench import Bench
from kiosk.bench_parts import Emulated, Trace
from kiosk.clock import Clock
from kiosk.coinbox import CoinBox
from kiosk.emoney import MoneyReader
from kiosk.emulated import HeadphoneJack, Line, PluggableReader, Stopwatch
from kiosk.errors import PartMissing
from kiosk.journal import Journal
from kiosk.lanes import Lane
from kiosk.lanes.card import CardPort
from kiosk.lanes.centre import CentrePort
from kiosk.lanes.coins import CoinPort
from kiosk.lanes.emoney import MoneyReaderPort
from kiosk.lanes.inline import InlineLanes
from kiosk.lanes.printer import PrinterPort, obstacle
from kiosk.lanes.receipts import ReceiptPort, ReceiptPrinter
from kiosk.lanes.threads import ThreadLanes
from kiosk.office import checks
from kiosk.office.office import Files, Office, service_before
from kiosk.office.pin import operator_pin
from kiosk.pinpad import PinPad
from kiosk.ports import Port
from kiosk.receipt import wording
from kiosk.recovery import recover
from kiosk.requests import Requests
from kiosk.runner import Runner
from kiosk.runner_parts import Parts, Shape
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.screens.view import View
from kiosk.session import events as ev
from kiosk.session.states import Machine, Medium, Overlay, Platform, Secret, Session
from kiosk.tills import Tills
from kiosk.vault import Vault
from kiosk.wires import KeptPrinter, ServedSlot, Wires
from municipality_client.client import CentreClient, Send
from municipality_client.errors import MunicipalityError
from municipality_client.transport import TlsTransport, patient
from printer import fonts
from printer.driver import Printer
from printer.errors import PrinterError
from printer.folder import FolderPrinter
from printer.formats import FORMATS, Format
from printer.verify import Trust, load_trust

if TYPE_CHECKING:
    from municipality_client.centre.handle import Centre

Chance = Callable[[int], bytes]
_PORTRAIT = (1080, 1440)
_LANDSCAPE = (1440, 1080)
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Base:
    """What every part is made from. `closing` undoes, last first, what was opened."""

    settings: s.Settings
    clock: Clock
    chance: Chance
    hook: durable.Hook
    inline: bool
    closing: ExitStack
    wires: Wires | None = None

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.settings.state_folder

    @property
    def form(self) -> Format:
        """What the printer is given."""
        target = self.settings.printer
        return FORMATS[target.format if isinstance(target, s.FolderTarget) else "pdf"]


@dataclass(frozen=True, slots=True)
class _Devices:
    """Everything outside the flow, and the watches that count the time of emulated parts."""

    journal: Journal
    tills: Tills
    printer: Printer
    receipts: ReceiptPrinter
    trust: Trust
    slot: VirtualSlot | None
    reader: Reader
    centre: "Centre | None"
    status: authority.StatusService
    line: Line
    card_spent: Stopwatch
    line_spent: Stopwatch
    trace: Trace = field(default_factory=Trace)
    jack: HeadphoneJack = field(default_factory=HeadphoneJack)
    pad: PinPad = field(default_factory=PinPad)
    vault: Vault = field(default_factory=Vault)
    requests: Requests = field(default_factory=Requests)


def compose(
    settings: s.Settings,
    clock: Clock,
    *,
    inline: bool,
    random_bytes: Chance,
    hook: durable.Hook,
    wires: Wires | None = None,
) -> Kiosk:
    """See `kiosk.app.build`."""
    with ExitStack() as closing, _told():
        closing.callback(durable.FolderLock(settings.state_folder).release)
        base = Base(settings, clock, random_bytes, hook, inline, closing, wires)
        texts = Texts.load(settings.panel.languages[0])
        devices = _devices(base)
        runner = _runner(base, devices, texts)
        _wire(base, devices, runner)
        recover(devices.journal, devices.tills, devices.printer, runner, clock.now())
        bench = Bench(_emulated(base, devices), runner)
        keep_fee = runner.on_event
        runner.on_event = partial(_noticed, keep_fee, bench)
        office = _office(base, devices, runner)
        return Kiosk(runner, bench, office, settings, texts, closing.pop_all().close)


@contextmanager
def _told() -> Iterator[None]:
    """Say in one family what keeps the parts from being built."""
    try:
        yield
    except (CardError, MunicipalityError, PrinterError, FileError) as error:
        raise PartMissing(str(error)) from error


def _devices(base: Base) -> _Devices:
    settings, closing = base.settings, base.closing
    journal = Journal(base.state / "journal" / "journal.db", base.clock.now, base.hook)
    closing.callback(journal.close)
    card_spent, line_spent = Stopwatch(), Stopwatch()
    slot, reader = _reader(base, card_spent)
    status = authority.StatusService(base.state / "card" / "revoked.json")
    centre, send = _centre(base, status)
    return _Devices(
        journal=journal,
        tills=Tills(
            CoinBox(base.state / "journal" / "coins.json", base.hook),
            MoneyReader(base.state / "journal" / "emoney.json", base.hook),
        ),
        printer=_printer(base),
        receipts=ReceiptPrinter(base.state / "receipts"),
        trust=load_trust(settings.trust.directory, seal_ca=settings.trust.seal_ca),
        slot=slot,
        reader=reader,
        centre=centre,
        status=status,
        line=Line(send, line_spent),
        card_spent=card_spent,
        line_spent=line_spent,
    )


def _printer(base: Base) -> Printer:
    target = base.settings.printer
    if base.wires is not None and base.wires.printer:
        from printer.ipp import IppPrinter, Patience

        real = IppPrinter(base.wires.printer, patience=Patience(look=_LOOK), jobs=base.wires.jobs)
        return KeptPrinter(real, base.settings.print_folder)
    if not isinstance(target, s.IppTarget):
        return FolderPrinter(base.settings.print_folder, pictures=target.pictures, form=base.form, hook=base.hook)
    from printer.ipp import IppPrinter

    return IppPrinter(target.url, target.certificate)


def _reader(base: Base, spent: Stopwatch) -> tuple[VirtualSlot | None, Reader]:
    if isinstance(base.settings.card, s.PcscCard):
        return None, PcscReader(base.settings.card.reader or None)
    if base.wires is not None:
        served = ServedSlot(PcscReader(), base.wires.vpcd, spent.add_ms)
        base.closing.callback(served.stop)
        base.closing.callback(served.remove)
        return served, PluggableReader(served.reader_side())
    slot = VirtualSlot(speed=latency.TYPICAL, spent=spent.add_ms)
    return slot, PluggableReader(slot)


def _centre(base: Base, status: authority.StatusService) -> "tuple[Centre | None, Send]":
    wanted, terminal = base.settings.centre, base.settings.terminal.id
    if isinstance(wanted, s.RemoteCentre):
        pki = assets.path("pki") if wanted.pki is None else wanted.pki
        transport = TlsTransport(wanted.url, pki, terminal)
        base.closing.callback(transport.close)
        return None, patient(transport.send, time.sleep)
    from kiosk import own_centre  # the database and the forms, which no other kiosk waits for

    centre = own_centre.opened(base, status)
    return centre, own_centre.line(base, centre)


def _ports(base: Base, devices: _Devices, texts: Texts) -> dict[Lane, Port]:
    terminal, now, vault = base.settings.terminal.id, base.clock.now, devices.vault
    client = CentreClient(devices.line.send, terminal)
    return {
        Lane.CARD: CardPort(
            devices.reader,
            devices.pad,
            terminal,
            authority.trusted_issuers(),
            devices.trace.add,
            devices.card_spent.take,
            lambda: (base.clock.monotonic() + devices.card_spent.so_far) * 1000,
            frozenset(one.fingerprint for one in base.settings.real_cards),
        ),
        Lane.CENTRE: CentrePort(
            client, vault, devices.trust, now, base.chance, _font(base.settings), devices.line_spent.take, base.form
        ),
        Lane.PRINTER: PrinterPort(
            devices.printer,
            vault,
            devices.trust,
            now,
            devices.requests.is_live,
            base.form,
        ),
        Lane.RECEIPTS: ReceiptPort(devices.receipts, wording(texts, base.settings.terminal, now)),
        Lane.COINS: CoinPort(devices.tills.box, partial(obstacle, devices.printer)),
        Lane.EMONEY: MoneyReaderPort(devices.tills.emoney, partial(obstacle, devices.printer)),
    }


def _font(settings: s.Settings) -> str:
    """Return the font that certificates are printed in. Raises FontError where it is not installed."""
    if settings.font:
        fonts.where(settings.font)
    return settings.font or fonts.best_font()


def _runner(base: Base, devices: _Devices, texts: Texts) -> Runner:
    lanes = InlineLanes() if base.inline else ThreadLanes()
    base.closing.callback(lanes.close)
    return Runner(
        Parts(
            clock=base.clock,
            lanes=lanes,
            ports=_ports(base, devices, texts),
            journal=devices.journal,
            pad=devices.pad,
            vault=devices.vault,
            show=partial(_show, texts, base.settings.panel),
            speak=partial(_spoken, texts),
            new_session_id=partial(_new_session_id, base.clock, base.chance),
            requests=devices.requests,
        ),
        Session(machine=_machine(base.settings)),
    )


def _machine(settings: s.Settings) -> Machine:
    terminal, watched = settings.terminal, isinstance(settings.printer, s.FolderTarget)
    phones = tuple(Platform(one) for one in terminal.phones)
    resets = tuple(Secret(one) for one in terminal.resets)
    return Machine(terminal.operator, phones, resets, watched, terminal.emoney)


def _spoken(texts: Texts, key: str, session: Session) -> str:
    """The words of a key, those for phones where one is used."""
    of_phone = f"{key}-phone"
    uses_phone = session.platform is not None or session.medium is Medium.PHONE
    words = _language_of(texts, session)
    return words.of(of_phone if uses_phone and words.has(of_phone) else key)


def _show(texts: Texts, panel: s.Panel, session: Session, caption: str, shape: Shape | None) -> View:
    width, height = shape or (_PORTRAIT if panel.orientation == "portrait" else _LANDSCAPE)
    offered = panel.languages if session.display.overlay is Overlay.LANGUAGE else ()
    languages = tuple((code, Texts.load(code).of("language.name")) for code in offered)
    words = _language_of(texts, session)
    return show(session, words, width=width, height=height, caption=caption, languages=languages)


def _language_of(texts: Texts, session: Session) -> Texts:
    """The words of the customer's language; `texts` are those of the panel's first."""
    language = session.display.language
    return Texts.load(language) if language else texts


def _new_session_id(clock: Clock, chance: Chance) -> str:
    """A UUID of version 7: milliseconds since 1970, then chance (RFC 9562 5.7)."""
    milliseconds = int(clock.now().timestamp() * 1000)
    raw = bytearray(milliseconds.to_bytes(6, "big") + chance(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def _wire(base: Base, devices: _Devices, runner: Runner) -> None:
    """Let the devices tell the runner what they notice."""
    box, emoney = devices.tills.box, devices.tills.emoney
    box.inserted_changed = lambda total: runner.post(ev.MoneyInserted(total))
    box.tray_emptied = lambda: runner.post(ev.MoneyTaken())
    emoney.held = lambda: runner.post(ev.MoneyCardHeld())
    emoney.credited = lambda order_id, yen: runner.post(ev.Credited(order_id, yen))
    devices.jack.changed = lambda plugged: runner.post(ev.HeadphonesMoved(plugged))
    runner.on_event = partial(_keep_fee, devices.tills, runner)
    base.closing.callback(devices.reader.watch(_Watch(runner.post)))


def _noticed(then: Callable[[ev.Event], None], bench: Bench, event: ev.Event) -> None:
    """Let the bench see where the flow has got to."""
    then(event)
    bench.noticed()


def _keep_fee(tills: Tills, runner: Runner, event: ev.Event) -> None:
    """Once all sheets are out, the fee is not given back any more."""
    order = runner.session.order
    if isinstance(event, ev.SetsPrinted) and order is not None:
        tills.keep(order.request_id)


class _Watch:
    """Turns what a reader sees into events."""

    def __init__(self, post: Callable[[ev.Event], None]) -> None:
        self._post = post
        self._seen = Presence.EMPTY

    def __call__(self, presence: Presence) -> None:
        before, self._seen = self._seen, presence
        if presence is Presence.NO_READER:
            self._post(ev.ReaderLost())
            return
        if before is Presence.NO_READER:
            self._post(ev.ReaderFound())
        if presence is Presence.CARD:
            self._post(ev.CardPlaced())
        elif before is Presence.CARD:
            self._post(ev.CardRemoved())


def _office(base: Base, devices: _Devices, runner: Runner) -> Office:
    """The back office; a kiosk that was closed stays closed over a restart."""
    asked = checks.Devices(
        devices.printer,
        devices.receipts,
        devices.tills,
        CentreClient(devices.line.send, base.settings.terminal.id),
        lambda: runner.session.reader_ready,
        base.clock.now,
    )
    files = Files(base.state / "journal" / "journal.db", base.state / "office")
    if reason := service_before(devices.journal):
        runner.post(ev.ServiceSet(reason))
    return Office(operator_pin(base.state), devices.journal, files, asked, runner, base.clock)


def _emulated(base: Base, devices: _Devices) -> Emulated:
    reader = devices.reader
    embedded_centre = devices.centre is not None
    return Emulated(
        clock=base.clock,
        random_bytes=base.chance,
        card_state=base.state / "card",
        box=devices.tills.box,
        emoney=devices.tills.emoney,
        printer=devices.printer,
        receipts=devices.receipts,
        print_folder=base.settings.print_folder,
        trace=devices.trace,
        jack=devices.jack,
        slot=devices.slot,
        reader=reader if isinstance(reader, PluggableReader) else None,
        centre=devices.centre,
        status=devices.status if embedded_centre else None,
        line=devices.line if embedded_centre else None,
        terminal=base.settings.terminal.id,
    )
