"""Files and applications of the card as values: what there is and who may read it.

Apart from the commands so that another application or another card generation is a new table
(`applets`, `common_card`, `text`, `surface`), not new code. Every EF has its FID as short EF
identifier where the FID lies in 0001-001E (card.md §2.2).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from typing_extensions import override

from card.apdu import Ins, StatusWord

LARGEST_SFI = 0x1E
T = TypeVar("T")


@dataclass(frozen=True)
class TransparentFile:
    """A working EF. Any one of `pins` opens it, none means free; not `readable` opens to nobody."""

    fid: int
    content: bytes = field(repr=False)
    pins: tuple[int, ...] = ()
    readable: bool = True


@dataclass(frozen=True)
class RecordFile:
    """A working EF of records, free to read; each is a simple TLV object (JICSAP 4.4.1)."""

    fid: int
    records: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class PinFile:
    """An IEF with reference data: `most` tries (None: no limit), `form` says whether a new value will do.

    `scope` tells IEFs of the same FID in different applications apart; `change` is the instruction
    that replaces the value after VERIFY, None where only a municipality can.
    """

    fid: int
    most: int | None
    form: Callable[[bytes], bool] = field(repr=False)
    scope: int = 0
    change: int | None = Ins.CHANGE_REFERENCE_DATA

    @property
    def reference(self) -> int:
        """The number of this counter on this card: scope and FID."""
        return self.scope << 16 | self.fid


class KeyUse(Enum):
    """What a private key does: sign after a PIN, show that the chip is present, or answer INTERNAL AUTHENTICATE."""

    SIGNATURE = "signature"
    PRESENCE = "presence"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True)
class KeyFile:
    """An IEF with a private key, RSA or P-384; `pin` is the FID of the PIN that opens it, None for free use."""

    fid: int
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    pin: int | None
    use: KeyUse = KeyUse.SIGNATURE


@dataclass(frozen=True)
class InternalFile:
    """An IEF that can be selected and does nothing here, such as the CA key of terminals."""

    fid: int


File = TransparentFile | RecordFile | PinFile | KeyFile | InternalFile


@dataclass(frozen=True)
class KeyDelivery:
    """How an application takes a session key: `key` decrypts it after the PIN in IEF `pin` (card.md §3.1)."""

    key: rsa.RSAPrivateKey = field(repr=False)
    pin: int


class Deferred(Mapping[int, T]):
    """A table made when it is first asked for: most sessions never look at 券面 or the ISD."""

    def __init__(self, make: Callable[[], Mapping[int, T]]) -> None:
        self._make = make

    @cached_property
    def _table(self) -> Mapping[int, T]:
        return self._make()

    @override
    def __getitem__(self, key: int) -> T:
        return self._table[key]

    @override
    def __iter__(self) -> Iterator[int]:
        return iter(self._table)

    @override
    def __len__(self) -> int:
        return len(self._table)


@dataclass(frozen=True)
class Application:
    """A DF: its name (AID), its files by FID, its data objects by tag (GET DATA).

    `delivery` is how it takes session keys; without, `delivery_refusal` answers SET SESSION KEY.
    `shown_pins` count as verified when it is selected.
    """

    aid: bytes
    files: Mapping[int, File] = field(default_factory=dict)
    objects: Mapping[int, bytes] = field(default_factory=dict)
    delivery: KeyDelivery | None = None
    delivery_refusal: int = StatusWord.SECURITY_STATUS_NOT_SATISFIED
    shown_pins: tuple[int, ...] = ()

    def by_sfi(self, sfi: int) -> File | None:
        """Return the file with that short EF identifier (1..30)."""
        return self.files.get(sfi) if 1 <= sfi <= LARGEST_SFI else None

    def own_key(self) -> KeyFile | None:
        """Return the key with which the application itself shows that the chip is present."""
        keys = (one for one in self.files.values() if isinstance(one, KeyFile))
        return next((one for one in keys if one.use is KeyUse.PRESENCE), None)


def table(*files: File) -> dict[int, File]:
    """Return files by FID."""
    return {file.fid: file for file in files}


def filled(content: bytes, size: int, filler: int = 0xFF) -> bytes:
    """The physical file is larger than what stands in it; readers go by the length inside."""
    return content.ljust(size, bytes((filler,)))
