"""What a virtual card remembers without power: PINs as salted hashes, tries left, generation.

One JSON file for each person, read anew and written under a lock for each use, so that several
processes and the counter of the town hall see one truth. A file that is damaged in any bit is
refused: no retry counter is ever taken from it. A PIN has the number of its IEF, with the last two
bytes of the AID before it outside JPKI. Source: card.md §3.4, fault-07, fault-08.

    {"cards": {"0": {"0018": {"hash": hex, "salt": hex, "tries": 3}, …}}, "format": 1,
     "generation": 0, "sha256": hex of SHA-256 over the same JSON without this entry}
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from card import errors
from card.virtual import storage

_FORMAT = 1
_LARGEST = 64 * 1024
_MOST_TRIES = 15
_SALT_SIZE = 16
_HASH_SIZE = 32
_COST = 128
T = TypeVar("T")


@dataclass(frozen=True)
class Reference:
    """Stored reference data of one PIN. No hash: never set, so no value matches."""

    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    tries: int

    @classmethod
    def of(cls, secret: bytes | None, tries: int, random_bytes: Callable[[int], bytes]) -> "Reference":
        """Hash `secret` with fresh salt; None makes a reference that is blocked from the start."""
        if secret is None:
            return cls(b"", b"", 0)
        salt = random_bytes(_SALT_SIZE)
        return cls(salt, _hash(secret, salt), tries)

    def matches(self, given: bytes) -> bool:
        """Compare in constant time. The hash only keeps the PIN out of the file: 10,000 PINs are soon tried."""
        return bool(self.digest) and hmac.compare_digest(_hash(given, self.salt), self.digest)


References = dict[int, Reference]


@dataclass(frozen=True)
class CardState:
    """All cards a person ever had, by generation from 0; `generation` is the newest."""

    generation: int
    cards: dict[int, References]

    def with_card(self, generation: int, references: References) -> "CardState":
        """Return the state with that card's references put in place."""
        newest = max(self.generation, generation)
        return CardState(newest, {**self.cards, generation: references})


class StateFile:
    """The file of one person in a state directory. Every method raises StateDamaged or StateNotWritten."""

    def __init__(self, folder: Path, person_id: str, disk: storage.Disk | None = None) -> None:
        self._path = folder / f"{person_id}.json"
        self._disk = disk or storage.Disk()

    def read(self) -> CardState | None:
        """Return the state, None where this person's card was never used."""
        try:
            with self._path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise errors.StateDamaged(f"{self._path}: {error.strerror}") from error
        try:
            return _decode(raw)
        # `from None`: the cause would quote the content.
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise errors.StateDamaged(f"{self._path}: damaged; remove it to get a new card") from None

    def change(self, step: Callable[[CardState | None], tuple[CardState | None, T]]) -> T:
        """Apply `step` to the state under the lock; a state it returns is durable when this returns."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with storage.exclusive(self._path.with_suffix(".lock")):
                changed, answer = step(self.read())
                if changed is not None:
                    storage.replace(self._disk, self._path, _encode(changed))
        except OSError as error:
            raise errors.StateNotWritten(f"{self._path}: {error.strerror}") from error
        return answer


@dataclass(frozen=True)
class Issued:
    """The value of a PIN as the card was handed out, and how many tries it has. No secret: blocked for ever."""

    secret: bytes | None = field(repr=False)
    tries: int


class StoredReferences:
    """The PINs of one card: each use goes to the file.

    `issued` are those that a card has besides the ones stored at personalisation; each enters the
    file at its first use.
    """

    def __init__(
        self,
        file: StateFile,
        generation: int,
        issued: Mapping[int, Issued],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._file = file
        self._generation = generation
        self._issued = issued
        self._random_bytes = random_bytes

    def tries(self, number: int) -> int:
        """Return the tries left of the PIN with that number."""
        references = self._of(self._file.read())
        return references[number].tries if number in references else self._issued[number].tries

    def look(self, number: int) -> Reference:
        """Return what is to be compared, at no cost: for a PIN without a limit."""
        return self._reference(self._of(self._file.read()), number)

    def spend(self, number: int) -> Reference | None:
        """Take one try, durably, and return what is to be compared; None where no try was left."""

        def step(state: CardState | None) -> tuple[CardState | None, Reference | None]:
            references = self._of(state)
            before = self._reference(references, number)
            if before.tries == 0:
                return None, None
            after = replace(before, tries=before.tries - 1)
            return self._with(state, {**references, number: after}), after

        return self._file.change(step)

    def put(self, number: int, reference: Reference) -> None:
        """Store `reference`, durably: full tries after a match, or a new PIN."""

        def step(state: CardState | None) -> tuple[CardState | None, None]:
            return self._with(state, {**self._of(state), number: reference}), None

        self._file.change(step)

    def _reference(self, references: References, number: int) -> Reference:
        if number in references:
            return references[number]
        issued = self._issued[number]
        return Reference.of(issued.secret, issued.tries, self._random_bytes)

    def _of(self, state: CardState | None) -> References:
        if state is None or self._generation not in state.cards:
            raise errors.StateDamaged("the state of an inserted card was removed")
        return state.cards[self._generation]

    def _with(self, state: CardState | None, references: References) -> CardState:
        assert state is not None  # noqa: S101 - _of has refused None
        return state.with_card(self._generation, references)


def _hash(secret: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(secret, salt=salt, n=_COST, r=8, p=1, dklen=_HASH_SIZE)


def _encode(state: CardState) -> bytes:
    cards = {
        str(generation): {f"{fid:04X}": _written(one) for fid, one in references.items()}
        for generation, references in state.cards.items()
    }
    content: dict[str, object] = {"format": _FORMAT, "generation": state.generation, "cards": cards}
    return _canonical({**content, "sha256": _checksum(content)})


def _written(reference: Reference) -> dict[str, object]:
    return {"salt": reference.salt.hex(), "hash": reference.digest.hex(), "tries": reference.tries}


@lru_cache(maxsize=16)  # a card asks for its counter more often than it changes; the values are immutable
def _decode(raw: bytes) -> CardState:
    """Any exception of a reader of foreign bytes means: damaged."""
    # The checksum finds flipped bits and half a file; it is no protection against its owner.
    content = json.loads(raw.decode("ascii"))
    checksum = content.pop("sha256")
    if len(raw) > _LARGEST or content["format"] != _FORMAT or checksum != _checksum(content):
        raise ValueError("not this format")
    cards = {
        int(generation): {int(fid, 16): _reference(one) for fid, one in references.items()}
        for generation, references in content["cards"].items()
    }
    if content["generation"] not in cards:
        raise ValueError("the newest card is missing")
    return CardState(content["generation"], cards)


def _reference(written: dict[str, object]) -> Reference:
    tries = written["tries"]
    # bool is an int, too, and no number of tries.
    if type(tries) is not int or not 0 <= tries <= _MOST_TRIES:
        raise ValueError("tries")
    return Reference(bytes.fromhex(str(written["salt"])), bytes.fromhex(str(written["hash"])), tries)


def _checksum(content: dict[str, object]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: dict[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")
