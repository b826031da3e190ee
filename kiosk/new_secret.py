"""Which new PINs and passwords the kiosk refuses: what others try first, found without knowing anybody.

Separate from the pad, which holds the characters, because this is a policy. Birthdays are refused
without asking for one: whatever can be read as a day of the year is somebody's birthday, so neither
card nor centre need tell the customer's. Source: service.md §1.3 V-7.
"""

import re
from itertools import pairwise

from kiosk.session.states import Secret

FORM, SAME, REPEATED, IN_ORDER, DATE = "form", "same", "repeated", "in-order", "date"
_DATE_IN_TEXT = re.compile(rb"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_MONTH_AND_DAY = re.compile(rb"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEAR = re.compile(rb"19[2-9][0-9]|20[0-2][0-9]")
_FEWEST_SORTS = 3


def objection(secret: Secret, new: bytes, present: bytes = b"") -> str:
    """Return "" for a secret that may be taken, else why not; `present` is the value it takes the place of.

    FORM (length, letter and digit), SAME, REPEATED (1111, 1212; a password of one or two characters),
    IN_ORDER (1234, 9876), DATE (a month and day or a year of birth; a whole date in a password).
    """
    if not _has_form(secret, new):
        return FORM
    if new == present:
        return SAME
    return _guessable_pin(new) if secret is Secret.AUTHENTICATION else _guessable_password(new)


def _has_form(secret: Secret, new: bytes) -> bool:
    if not secret.shortest <= len(new) <= secret.longest:
        return False
    digits = sum(0x30 <= one <= 0x39 for one in new)
    return secret is Secret.AUTHENTICATION or 0 < digits < len(new)


def _guessable_pin(new: bytes) -> str:
    if new[:2] == new[2:] or len(set(new)) == 1:
        return REPEATED
    if _is_in_order(new):
        return IN_ORDER
    return DATE if _MONTH_AND_DAY.fullmatch(new) or _YEAR.fullmatch(new) else ""


def _guessable_password(new: bytes) -> str:
    if len(set(new)) < _FEWEST_SORTS:
        return REPEATED
    return DATE if _DATE_IN_TEXT.search(new) else ""


def _is_in_order(new: bytes) -> bool:
    """Up or down by one, also round from 9 to 0 (7890)."""
    steps = {(after - before) % 10 for before, after in pairwise(new)}
    return steps in ({1}, {9})
