"""The numbers that open 券面: 照合番号 A and B and the date of birth, as printed on a card (card.md §2.7).

Apart from the applications, because two of them ask for the same numbers with counters of their own.
"""

from card import people
from card.authority import eras


def code_a(face: people.CardFace) -> bytes:
    """Return 照合番号A: the individual number itself."""
    return face.my_number.encode()


def birth_code(holder: people.CardHolder) -> bytes:
    """Return the date of birth as YYMMDD, with the year of its era."""
    return f"{eras.year(holder.birthday):02}{holder.birthday:%m%d}".encode()


def code_b(holder: people.CardHolder, face: people.CardFace) -> bytes:
    """Return 照合番号B: date of birth (6), year in which the card expires (4), security code (4)."""
    return birth_code(holder) + f"{face.expires.year:04}{face.security_code}".encode()
