"""A small issue centre for tests of the paper: its own seal CA, municipal keys and demo pages."""

import struct
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from printer import fonts
from printer.document import (
    SEAL_CONTEXT,
    Element,
    Page,
    Picture,
    Rule,
    Seal,
    SignedPage,
    Text,
    encode_page,
    encode_seal,
    page_digest,
    text_lines,
)
from printer.trust import Trust, key_id, load_trust
from printer.verify import CheckedPage, CheckedSet, check_set

JST = timezone(timedelta(hours=9))
NOW = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
ORDER = bytes(range(32))
CODE, OTHER_CODE = "012351", "044245"
SET, OTHER_SET = "012351-20260406-T00001-000001-7", "012351-20260406-T00001-000002-5"


@cache
def key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name."""
    return Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")[:32])


def certificate(
    subject: str,
    *,
    serial: str | None = None,
    issuer: str = "Seal CA (TEST)",
    is_ca: bool = False,
    valid: tuple[datetime, datetime] = (datetime(2016, 1, 1, tzinfo=JST), datetime(2046, 1, 1, tzinfo=JST)),
) -> bytes:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, subject)]
    if serial is not None:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(parts))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
    )
    builder = builder.public_key(key(subject).public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(valid[0]).not_valid_after(valid[1])
    builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    return builder.sign(key(issuer), None).public_bytes(Encoding.PEM)


def write_trust(folder: Path) -> Path:
    (folder / "ca.crt.pem").write_bytes(certificate("Seal CA (TEST)", is_ca=True))
    for code in (CODE, OTHER_CODE):
        (folder / f"{code}.crt.pem").write_bytes(certificate(f"TEST {code}", serial=code))
    return folder


def trust(folder: Path) -> Trust:
    return load_trust(write_trust(folder))


@dataclass(frozen=True)
class Press:
    """Signs pages; each field is one thing that can be wrong."""

    code: str = CODE
    order: bytes = ORDER
    set_number: str = SET
    issued_at: datetime = NOW
    signer: str = f"TEST {CODE}"
    named_key: str = f"TEST {CODE}"
    context: bytes = SEAL_CONTEXT

    def sign(self, pages: list[Page]) -> list[SignedPage]:
        return [self.page(page, at, len(pages)) for at, page in enumerate(pages, 1)]

    def page(self, page: Page, number: int, of: int) -> SignedPage:
        return self.seal(encode_page(page), self.sealed(page, number, of))

    def sealed(self, page: Page, number: int, of: int) -> Seal:
        return Seal(
            1,
            key_id(key(self.named_key).public_key()),
            self.code,
            self.set_number,
            number,
            of,
            self.issued_at.isoformat(timespec="seconds"),
            self.order,
            page_digest(encode_page(page)),
            text_lines(page),
        )

    def seal(self, raw: bytes, seal: Seal) -> SignedPage:
        sealed = encode_seal(seal)
        return SignedPage(raw, sealed, key(self.signer).sign(self.context + sealed))


def with_text(signed: SignedPage, seal: Seal, *lines: str) -> SignedPage:
    """The page again, its seal now speaking of other lines, and rightly signed."""
    return Press().seal(signed.page, replace(seal, text=lines))


def checked(pages: list[Page], folder: Path, press: Press | None = None) -> CheckedSet:
    found = check_set(
        (press or Press()).sign(pages), trust=trust(folder), order_sha256=ORDER, municipality=CODE, now=NOW
    )
    assert isinstance(found, CheckedSet), found
    return found


def sheet(*texts: str, font: str = fonts.FALLBACK) -> Page:
    return Page(font, tuple(Text(1_500, 2_000 + 700 * at, 370, text) for at, text in enumerate(texts)))


def png(width: int, height: int, rows: list[bytes], depth: int = 1) -> bytes:
    raster = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raster)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def stripes() -> bytes:
    """1 bit, 37 x 41 pixels: a width that is no multiple of 8, where a wrong row length skews."""
    line = (0x5A3C_96E1_77 >> 3).to_bytes(5, "big")
    return png(37, 41, [bytes((byte ^ (0xFF if row % 5 == 0 else 0)) for byte in line) for row in range(41)])


_ROWS = (
    ("氏　　名", "石狩　太郎", "ふりがな", "いしかり　たろう"),
    ("生年月日", "昭和５５年２月１７日", "性　　別", "男"),
    ("世帯主", "石狩　太郎", "続　　柄", "世帯主"),
    ("本　　籍", "北海道石狩市花川北六条一丁目３０番地２", "", ""),
    ("筆頭者", "石狩　太郎", "住民となった日", "平成１２年４月１日"),
    ("住　　所", "北海道石狩市花川北六条一丁目３０番地２", "", ""),
)


def demo_page(number: int, of: int, font: str = fonts.FALLBACK) -> Page:
    """A page as a municipality would print it: title, table, attestation, date, seal, foot."""
    elements: list[Element] = [Text(7_000, 3_000, 640, "住　民　票　の　写　し")]
    for at, (label, value, second, other) in enumerate(_ROWS):
        elements += _row(4_500 + 1_200 * at, label, value, second, other)
    bottom = 4_500 + 1_200 * len(_ROWS)
    elements += [Rule(1_500, bottom, 19_500, bottom, 20)]
    elements += [Rule(x, 4_500, x, bottom, 20) for x in (1_500, 4_300, 19_500)]
    elements += [
        Text(1_800, 20_600, 423, "この写しは、住民票の原本と相違ないことを証明する。"),
        Text(3_000, 22_000, 388, "令和８年４月６日"),
        Text(9_000, 23_400, 494, "石狩市長　見本　一郎"),
        Picture(16_400, 21_900, 2_200, 2_200, stripes()),
        Rule(1_500, 27_700, 19_500, 27_700, 20),
        Text(1_500, 28_200, 282, f"固有番号　{SET}"),
        Text(18_400, 28_200, 282, f"{number} / {of}"),
    ]
    return Page(font, tuple(elements))


def _row(top: int, label: str, value: str, second: str, other: str) -> list[Element]:
    cells: list[Element] = [Rule(1_500, top, 19_500, top, 20), Text(1_700, top + 740, 282, label, 2_400)]
    cells.append(Text(4_500, top + 780, 423, value, 6_800 if second else 14_800))
    if second:
        cells += [Rule(11_500, top, 11_500, top + 1_200, 20), Rule(14_200, top, 14_200, top + 1_200, 20)]
        cells += [Text(11_700, top + 740, 282, second, 2_300), Text(14_400, top + 780, 423, other, 4_900)]
    return cells


def set_of(count: int, folder: Path, font: str = fonts.FALLBACK) -> tuple[CheckedPage, ...]:
    return checked([demo_page(at, count, font) for at in range(1, count + 1)], folder).pages
