"""How the emulated parts stand that are not as on a new machine: what a recording has to say first.

Separate from `bench`, which changes them; here nothing is changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from card.virtual import applets, profiles
from card.virtual.icc import VirtualCard
from card.virtual.personalise import phone_state
from card.virtual.state import StateFile
from kiosk.bench_parts import Emulated
from kiosk.bench_people import card_holders
from kiosk.coinbox import DENOMINATIONS
from kiosk.emoney import FILLED, Medium, ReaderFault
from kiosk.session.states import Secret
from printer.folder import FolderPrinter

MOST_TRIES = {
    Secret.AUTHENTICATION: (applets.AUTHENTICATION_PIN, applets.AUTHENTICATION_TRIES),
    Secret.SIGNATURE: (applets.SIGNATURE_PASSWORD, applets.SIGNATURE_TRIES),
}
"""Of each secret: its IEF in the card, and the tries of a new card."""
_PHONES = (profiles.ANDROID, profiles.ANDROID_BIOMETRICS, profiles.IPHONE, profiles.IPHONE_DECLINED)


@dataclass(frozen=True, slots=True)
class UsedCard:
    """Somebody's newest card or phone: how many came before it, and the tries used up of each secret."""

    person: str
    is_phone: bool
    generation: int
    mistakes: Mapping[Secret, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is not as on a new machine.

    `on_reader` is a person's id; `latency` in seconds; `receipt_fault` and `printer_faults` are IPP words,
    `printer_awaits` those that wait for a sheet; `balances`: of the e-money card and phone, where they are
    others. `left`: sheets or yen that nobody has taken.
    """

    used: tuple[UsedCard, ...] = ()
    on_reader: str | None = None
    is_phone: bool = False
    reader_is_out: bool = False
    line_is_cut: bool = False
    loses_answers: bool = False
    latency: float = 0.0
    refuses_notes: bool = False
    gives_change: bool = True
    emoney_fault: ReaderFault | None = None
    balances: Mapping[Medium, int] = field(default_factory=dict)
    receipt_fault: str | None = None
    printer_faults: tuple[str, ...] = ()
    printer_awaits: Mapping[int, str] = field(default_factory=dict)
    left: int = 0


def standing(parts: Emulated, on_reader: str | None) -> Standing:
    """Look at every part."""
    slot, line, box, printer = parts.slot, parts.line, parts.box, parts.printer
    card = slot.card if slot is not None else None
    fault = parts.receipts.fault
    return Standing(
        used=tuple(_used(parts)),
        on_reader=on_reader,
        is_phone=isinstance(card, VirtualCard) and card.profile in _PHONES,
        reader_is_out=parts.reader is not None and not parts.reader.plugged,
        line_is_cut=line is not None and line.cut,
        loses_answers=line is not None and line.loses_answers,
        latency=line.latency if line is not None else 0.0,
        refuses_notes=DENOMINATIONS[0] not in box.accepted,
        gives_change=box.gives_change,
        emoney_fault=parts.emoney.fault,
        balances={one: parts.emoney.balance(one) for one in Medium if parts.emoney.balance(one) != FILLED[one]},
        receipt_fault=None if fault is None else fault.value,
        printer_faults=tuple(sorted(reason.value for reason in printer.status().reasons)),
        printer_awaits=printer.awaits if isinstance(printer, FolderPrinter) else {},
        left=printer.outlet() + box.tray,
    )


def _used(parts: Emulated) -> Iterator[UsedCard]:
    for person, _label in card_holders():
        for is_phone in (False, True):
            state = StateFile(parts.card_state, phone_state(person) if is_phone else person).read()
            if state is None:
                continue
            newest = state.cards[state.generation]
            mistakes = {
                secret: most - newest[ief].tries for secret, (ief, most) in MOST_TRIES.items() if newest[ief].salt
            }
            used = {secret: count for secret, count in mistakes.items() if count}
            if used or state.generation:
                yield UsedCard(person, is_phone, state.generation, used)
