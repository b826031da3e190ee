"""The unique number of a set (固有番号): `<code6>-<YYYYMMDD>-<terminal>-<serial8>-<check>`.

Separate because the centre allocates it and the kiosk reads it, and neither owns it.
The check character is ISO/IEC 7064 MOD 37-36 over the digits and letters before it.
"""

import re
from datetime import date

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PATTERN = r"^[0-9]{6}-[0-9]{8}-[A-Z0-9]{1,12}-[0-9]{8}-[0-9A-Z]$"


def make(municipality: str, day: date, terminal: str, serial: int) -> str:
    """Return the number of the `serial`-th set of this municipality, JST day and terminal (from 1)."""
    body = f"{municipality}-{day:%Y%m%d}-{terminal}-{serial:08d}"
    return f"{body}-{check_character(body)}"


def is_valid(number: str) -> bool:
    """Say whether `number` has the shape and the right check character."""
    return re.match(PATTERN, number) is not None and check_character(number[:-2]) == number[-1]


def check_character(body: str) -> str:
    """Return the ISO/IEC 7064 MOD 37-36 check character of `body`; hyphens do not count."""
    product = 36  # the hybrid system of ISO/IEC 7064 clause 9, M = 36
    for character in body.replace("-", ""):
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
