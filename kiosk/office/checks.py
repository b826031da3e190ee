"""The self-test: each device asked once, at the operator's word, off the window's thread.

Separate from the doctor, which looks at the machine before a kiosk runs on it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from kiosk.emoney import ReaderFault
from kiosk.lanes.receipts import ReceiptPrinter
from kiosk.tills import Tills
from municipality_client.client import CentreClient
from municipality_client.errors import MunicipalityError
from municipality_client.messages import Refusal
from printer.driver import Printer


@dataclass(frozen=True, slots=True)
class Finding:
    """One device: `name` and, when something is the matter, `said` in the device's own words."""

    name: str
    is_well: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    """What is asked. `reader_ready` as the flow sees it; `latest_record`: no record of the journal is younger."""

    printer: Printer
    receipts: ReceiptPrinter
    tills: Tills
    client: CentreClient
    reader_ready: Callable[[], bool]
    now: Callable[[], datetime]


def run(devices: Devices, latest_record: datetime | None) -> tuple[Finding, ...]:
    """Ask all; nothing is printed, moved or changed."""
    looks = (_reader, _printer, _receipts, _centre, _coins, _emoney)
    return (*(finding for look in looks for finding in look(devices)), _clock(devices.now(), latest_record))


def _reader(devices: Devices) -> Iterator[Finding]:
    yield Finding("reader", devices.reader_ready())


def _printer(devices: Devices) -> Iterator[Finding]:
    status = devices.printer.status()
    reasons = ", ".join(sorted(reason.value for reason in status.reasons))
    yield Finding("printer", status.ready, status.detail or reasons)


def _receipts(devices: Devices) -> Iterator[Finding]:
    fault = devices.receipts.fault
    yield Finding("receipts", fault is None, "" if fault is None else fault.value)


def _centre(devices: Devices) -> Iterator[Finding]:
    begun = time.monotonic()
    try:
        answer = devices.client.municipalities()
    except MunicipalityError as error:
        yield Finding("centre", False, type(error).__name__)
        return
    if isinstance(answer, Refusal):
        yield Finding("centre", False, answer.code)
        return
    milliseconds = f"{(time.monotonic() - begun) * 1000:.0f} ms"
    yield Finding("centre", True, milliseconds if answer.service.open else f"{milliseconds}, {answer.service.code}")


def _coins(devices: Devices) -> Iterator[Finding]:
    box = devices.tills.box
    yield Finding("coins", box.gives_change, f"{box.cash:,}")


def _emoney(devices: Devices) -> Iterator[Finding]:
    reader = devices.tills.emoney
    yield Finding("emoney", reader.fault not in (ReaderFault.OUT, ReaderFault.MUTE), f"{reader.taken:,}")


def _clock(now: datetime, latest_record: datetime | None) -> Finding:
    """A clock that is behind the journal's latest record is wrong (fault-22)."""
    return Finding("clock", latest_record is None or now >= latest_record, f"{now:%Y-%m-%d %H:%M:%S}")
