"""Files and applications of the card as values: what there is and who may read it.

Apart from the commands so that another application (券面, 住基, 共通カード) or another card
generation is a new table in `applets`, not new code. Every EF has its FID as short EF identifier
where the FID lies in 0001-001E (card.md §2.2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa

LARGEST_SFI = 0x1E


@dataclass(frozen=True)
class TransparentFile:
    """A working EF. `pin` is the IEF that opens it; a file that is not `readable` opens to nobody."""

    fid: int
    content: bytes = field(repr=False)
    pin: int | None = None
    readable: bool = True


@dataclass(frozen=True)
class PinFile:
    """An IEF with reference data: `most` tries, `form` says whether a new value is acceptable."""

    fid: int
    most: int
    form: Callable[[bytes], bool] = field(repr=False)


@dataclass(frozen=True)
class KeyFile:
    """An IEF with a private RSA key that the PIN in IEF `pin` opens."""

    fid: int
    key: rsa.RSAPrivateKey = field(repr=False)
    pin: int


File = TransparentFile | PinFile | KeyFile


@dataclass(frozen=True)
class Application:
    """A DF: its name (AID), its files by FID, its data objects by tag (GET DATA)."""

    aid: bytes
    files: Mapping[int, File] = field(default_factory=dict)
    objects: Mapping[int, bytes] = field(default_factory=dict)

    def by_sfi(self, sfi: int) -> File | None:
        """Return the file with that short EF identifier (1..30)."""
        return self.files.get(sfi) if 1 <= sfi <= LARGEST_SFI else None


def application(aid: bytes, *files: File) -> Application:
    """Return an application with those files."""
    return Application(aid, {file.fid: file for file in files})
