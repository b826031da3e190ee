"""Format rules of the two JPKI secrets, for reader and card alike (card.md §2.7).

Apart so that a PIN of a wrong form is refused before any command is built. No function here
returns, stores or quotes the secret.
"""

AUTHENTICATION_LENGTH = 4
SIGNATURE_SHORTEST = 6
SIGNATURE_LONGEST = 16
_DIGITS = frozenset(b"0123456789")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_authentication_pin(pin: bytes | bytearray) -> bool:
    """True for exactly four ASCII digits."""
    return len(pin) == AUTHENTICATION_LENGTH and all(byte in _DIGITS for byte in pin)


def is_signature_password(password: bytes | bytearray) -> bool:
    """True for 6 to 16 of A-Z and 0-9 with at least one letter and one digit; the card folds no case."""
    if not SIGNATURE_SHORTEST <= len(password) <= SIGNATURE_LONGEST:
        return False
    letters = sum(byte in _LETTERS for byte in password)
    digits = sum(byte in _DIGITS for byte in password)
    return letters > 0 and digits > 0 and letters + digits == len(password)
