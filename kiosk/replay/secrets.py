"""What no file of the kiosk's side and no screen may hold, of all fictional people.

Separate because it is a list, and because finding one says whose and what, never the secret itself.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables
from kiosk.replay import operator
from kiosk.replay.customer import NEW
from kiosk.session.states import Secret

LONGEST = 256
"""No secret is longer than this many bytes."""


class _Phone(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: str


class _Card(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: str
    signature_password: str = ""
    phone: _Phone | None = None


class _Register(BaseModel):
    model_config = ConfigDict(extra="ignore")

    family_name: str
    given_name: str
    kana: str
    address: str
    my_number: str
    resident_code: str


def found_in(raw: bytes) -> Iterator[str]:
    """Tell whose secret of which kind stands in `raw`.

    A PIN counts as digits where it stands by itself (four digits inside a hash or a serial are no
    PIN), and in hex, base64 and UTF-16 wherever it stands.
    """
    if not _anything().search(raw):
        return
    for secret, what in _plain():
        if secret in raw:
            yield what
    for pin, what in _pins():
        if pin in raw and re.search(rb"(?<![0-9A-Za-z.:-])" + pin + rb"(?![0-9A-Za-z.:-])", raw):
            yield what


@cache
def _anything() -> re.Pattern[bytes]:
    """Finds in one pass whether any of them is there: nearly always none is, and 280 searches take long."""
    words = {word for word, _ in (*_plain(), *_pins())}
    beginnings = [word for word in words if not any(word != other and word.startswith(other) for other in words)]
    return re.compile(_pattern(sorted(beginnings)))


def _pattern(words: list[bytes]) -> bytes:
    """Match any of these sorted words, none of which begins with another; most places are left at the first byte."""
    if words == [b""]:
        return b""
    ways = [
        re.escape(first) + _pattern([word[1:] for word in those])
        for first, those in groupby(words, key=lambda word: word[:1])
    ]
    return b"(?:" + b"|".join(ways) + b")" if len(ways) > 1 else ways[0]


@cache
def _plain() -> tuple[tuple[bytes, str], ...]:
    return tuple(sorted({(word.encode(), what) for word, what in _words() if word}))


@cache
def _pins() -> tuple[tuple[bytes, str], ...]:
    new = (NEW[Secret.AUTHENTICATION].encode(), "a new PIN")
    office = (operator.PIN.encode(), "the operator's PIN")
    phones = ((one.phone.pin.encode(), f"the phone's PIN of {who}") for who, one in _cards() if one.phone)
    return (new, office, *phones, *((card.pin.encode(), f"the PIN of {person}") for person, card in _cards()))


def _words() -> Iterator[tuple[str, str]]:
    yield NEW[Secret.SIGNATURE], "a new password"
    for person, card in _cards():
        yield card.signature_password, f"the password of {person}"
        yield card.pin.encode().hex(), f"the PIN of {person}"
        yield b64encode(card.pin.encode()).decode(), f"the PIN of {person}"
        yield card.pin.encode("utf-16-le").decode(), f"the PIN of {person}"
    for file in _files("register"):
        row = tables.read(file, _Register, "register")
        for between in ("", " ", "\u3000"):
            yield f"{row.family_name}{between}{row.given_name}", f"the name of {file.stem}"
        yield row.kana, f"the name of {file.stem}"
        yield row.address, f"the address of {file.stem}"
        yield row.my_number, f"the number of {file.stem}"
        yield row.resident_code, f"the number of {file.stem}"


def _cards() -> Iterator[tuple[str, _Card]]:
    for file in _files("card"):
        yield file.stem, tables.read(file, _Card, "card")


def _files(table: str) -> Iterator[Path]:
    return (file for file in sorted(assets.path("people").glob("*.toml")) if table in tables.tables(file))
