"""What the card's applications, files, commands and objects are called, for traces and the shell.

Apart from `trace`, which follows an exchange: these are tables only. `public` is a list of what may
be shown; whatever is not named here is masked. Source: card.md §2, §3.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from card.apdu import Ins


@dataclass(frozen=True)
class FileEntry:
    """An EF or IEF; `public`: its content may be shown in a trace."""

    meaning: str
    public: bool = False


@dataclass(frozen=True)
class ApplicationEntry:
    """One application: the short name used in traces and typed in the shell, and its files by identifier."""

    name: str
    meaning: str
    aid: bytes
    files: Mapping[int, FileEntry]


_UNKNOWN = "purpose unknown"
JPKI = ApplicationEntry(
    "JPKI",
    "公的個人認証",
    bytes.fromhex("D392F000260100000001"),
    {
        0x0001: FileEntry("signature certificate"),
        0x0002: FileEntry("signature CA certificate", public=True),
        0x0006: FileEntry("token information", public=True),
        0x0008: FileEntry("which certificates there are", public=True),
        0x0009: FileEntry(_UNKNOWN),
        0x000A: FileEntry("user authentication certificate", public=True),
        0x000B: FileEntry("user authentication CA certificate", public=True),
        0x0010: FileEntry("administrative key"),
        0x0016: FileEntry("terminal CA key"),
        0x0017: FileEntry("user authentication key"),
        0x0018: FileEntry("authentication PIN"),
        0x001A: FileEntry("signature key"),
        0x001B: FileEntry("signature password"),
    },
)
TEXT = ApplicationEntry(
    "text",
    "券面事項入力補助",
    bytes.fromhex("D3921000310001010408"),
    {
        0x0001: FileEntry("My Number"),
        0x0002: FileEntry("four attributes"),
        0x0003: FileEntry("digests and signature"),
        0x0004: FileEntry("card-verifiable certificate", public=True),
        0x0005: FileEntry("version and capabilities", public=True),
        0x0006: FileEntry("session-key encryption key"),
        0x0007: FileEntry("signing key of the application"),
        0x0008: FileEntry(_UNKNOWN),
        0x0011: FileEntry("input support PIN"),
        0x0012: FileEntry("blocked reference"),
        0x0013: FileEntry("key of the application"),
        0x0014: FileEntry("照合番号A"),
        0x0015: FileEntry("照合番号B"),
    },
)
SURFACE = ApplicationEntry(
    "surface",
    "券面事項確認",
    bytes.fromhex("D3921000310001010402"),
    {
        0x0001: FileEntry("age record"),
        0x0002: FileEntry("card face"),
        0x0003: FileEntry("version and issuing municipality", public=True),
        0x0004: FileEntry("card-verifiable certificate", public=True),
        0x0005: FileEntry("picture of the My Number"),
        0x0006: FileEntry(_UNKNOWN),
        0x0011: FileEntry("date of birth key"),
        0x0012: FileEntry("照合番号B"),
        0x0013: FileEntry("照合番号A"),
    },
)
JUKI = ApplicationEntry(
    "juki",
    "住基",
    bytes.fromhex("D3921000310001010401"),
    {0x0002: FileEntry("resident record"), 0x001C: FileEntry("resident registration PIN")},
)
COMMON = ApplicationEntry(
    "common",
    "共通カード",
    bytes.fromhex("D3921000310001010100"),
    {
        0x0001: FileEntry("card serial, municipality and expiry"),
        0x0002: FileEntry("key reference"),
        0x0019: FileEntry("internal authentication key"),
        0x001C: FileEntry("card PIN"),
    },
)
ISD = ApplicationEntry("ISD", "GlobalPlatform issuer security domain", bytes.fromhex("A0000001510000"), {})
APPLICATIONS = (JPKI, TEXT, SURFACE, JUKI, COMMON, ISD)

COMMANDS: Mapping[int, str] = {
    Ins.VERIFY: "VERIFY",
    Ins.CHANGE_REFERENCE_DATA: "CHANGE REFERENCE DATA",
    Ins.COMPUTE_DIGITAL_SIGNATURE: "COMPUTE DIGITAL SIGNATURE",
    Ins.CHANGE_KEY: "CHANGE KEY",
    Ins.UNLOCK_KEY: "UNLOCK KEY",
    Ins.EXTERNAL_AUTHENTICATE: "EXTERNAL AUTHENTICATE",
    Ins.GET_CHALLENGE: "GET CHALLENGE",
    Ins.INTERNAL_AUTHENTICATE: "INTERNAL AUTHENTICATE",
    Ins.MANAGE_ATTRIBUTES: "MANAGE ATTRIBUTES",
    Ins.SET_PUBLIC_IC_KEY: "SET PUBLIC IC KEY",
    Ins.SELECT: "SELECT",
    Ins.SET_SESSION_KEY: "SET SESSION KEY",
    Ins.READ_BINARY: "READ BINARY",
    Ins.READ_RECORD: "READ RECORD",
    Ins.GET_RESPONSE: "GET RESPONSE",
    Ins.GET_DATA: "GET DATA",
    Ins.LAST_COMMAND: "LAST COMMAND",
}
SIGNATURES: Mapping[int, str] = {
    0x00: "PKCS #1 padding of what is given",
    0x01: "card hashes, bare",
    0x02: "DigestInfo of a given hash",
    0x03: "card hashes, DigestInfo",
    0x04: "PSS over a given hash",
    0x05: "card hashes, PSS",
}
OBJECTS: Mapping[int, FileEntry] = {
    0x0042: FileEntry("issuer identification"),
    0x0045: FileEntry("card number"),
    0x0066: FileEntry("card recognition", public=True),
    0x00F0: FileEntry("municipality"),
    0x00F2: FileEntry("expiry"),
    0x00F7: FileEntry("certificate chain"),
    0x00F8: FileEntry("certificate chain"),
    0x5F51: FileEntry("contact ATR", public=True),
    0x7F21: FileEntry("card-verifiable certificate"),
}
"""What GET DATA gives at ISD level, by tag."""


def application(name: bytes) -> ApplicationEntry | None:
    """Return the application that a name or the beginning of one selects (JICSAP 4.2)."""
    return next((one for one in APPLICATIONS if name and one.aid.startswith(name)), None)
