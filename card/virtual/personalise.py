"""Makes a fictional person's card: files and keys from `assets`, PINs and counters from a state directory.

Apart from the card, which does not know where its content comes from. Also what a town hall does
with a card: `unblock` (窓口で解除) and `new_card` (新しいカード).
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card import authority, errors, people
from card.authority import keys
from card.authority.names import Ca
from card.virtual import applets, common_card, profiles, storage, surface, text
from card.virtual.filesystem import Application, Deferred
from card.virtual.icc import VirtualCard
from card.virtual.profiles import CardProfile
from card.virtual.state import CardState, Issued, Reference, References, StateFile, StoredReferences

RandomBytes = Callable[[int], bytes]
_UNKNOWABLE = bytes(17)
"""Longer than any VERIFY, so no value matches."""


def personalise(
    person_id: str,
    state_dir: Path,
    now: datetime,
    generation: int | None = None,
    *,
    profile: CardProfile = profiles.CONTACT,
    random_bytes: RandomBytes = os.urandom,
    disk: storage.Disk | None = None,
) -> VirtualCard:
    """Return the person's newest card, or that of an older `generation` (the first is 0).

    `person_id` may also be the path of a people file with its test keys beside it (`adopted`).

    `now` is the clock in use, around which the certificates are valid; `disk` is how state becomes
    durable (`storage.Disk(synced=False)` where no loss of power need be survived). A phone counts
    its tries apart from the plastic card of the same person. Raises PersonError, TestKeyError,
    StateDamaged, StateNotWritten; ValueError for a negative generation.
    """
    if generation is not None and generation < 0:
        raise ValueError("generations count from 0")
    holder, name = people.read(person_id), people.name_of(person_id)
    if profile.jpki_only:
        holder = _with_phone(person_id, holder)
    file = StateFile(state_dir, phone_state(name) if profile.jpki_only else name, disk)
    used = _used_generation(file, holder, generation, random_bytes)
    jpki = _content(person_id, holder, used, now, profile)
    applications = _applications(person_id, holder, used, profile, jpki)
    stored = StoredReferences(file, used, _issued(holder), random_bytes)
    return VirtualCard(name, used, profile, applications, stored, random_bytes)


def unblock(
    person_id: str, state_dir: Path, *, random_bytes: RandomBytes = os.urandom, disk: storage.Disk | None = None
) -> None:
    """Give the newest card full tries and the PINs of the person's file. Raises as `personalise`."""
    holder = people.read(person_id)

    def step(state: CardState | None) -> tuple[CardState, None]:
        generation = state.generation if state else 0
        return _with_fresh(state, generation, holder, random_bytes), None

    StateFile(state_dir, people.name_of(person_id), disk).change(step)


def use_up(
    person_id: str,
    state_dir: Path,
    ief: int,
    tries: int,
    *,
    phone: bool = False,
    random_bytes: RandomBytes = os.urandom,
) -> None:
    """Take tries of a secret from the newest card or phone, as wrong entries elsewhere do. Raises as `personalise`."""
    holder = people.read(person_id)
    held = _with_phone(person_id, holder) if phone else holder

    def step(state: CardState | None) -> tuple[CardState, None]:
        known = state or _with_fresh(None, 0, held, random_bytes)
        newest = known.cards[known.generation]
        left = replace(newest[ief], tries=max(0, newest[ief].tries - tries))
        return known.with_card(known.generation, {**newest, ief: left}), None

    StateFile(state_dir, phone_state(person_id) if phone else people.name_of(person_id)).change(step)


def new_card(
    person_id: str, state_dir: Path, *, random_bytes: RandomBytes = os.urandom, disk: storage.Disk | None = None
) -> int:
    """Make the next card (new serials, full tries) and return its generation. Raises as `personalise`."""
    return _next(StateFile(state_dir, people.name_of(person_id), disk), people.read(person_id), random_bytes)


def new_phone(
    person_id: str, state_dir: Path, *, random_bytes: RandomBytes = os.urandom, disk: storage.Disk | None = None
) -> int:
    """Put certificates on the person's next phone and return its generation. Raises as `personalise`."""
    holder = _with_phone(person_id, people.read(person_id))
    return _next(StateFile(state_dir, phone_state(person_id), disk), holder, random_bytes)


def phone_state(person_id: str) -> str:
    """Name of the state of a person's phones: they count their tries apart from the plastic card."""
    return f"{person_id}-phone"


def _with_phone(person_id: str, holder: people.CardHolder) -> people.CardHolder:
    """The holder as the phone knows them: with its PIN and serials."""
    if holder.phone is None:
        raise errors.PersonError(f"{person_id}: has no phone (no table [card.phone])")
    own = {"pin": holder.phone.pin, "auth_cert_serial": holder.phone.auth_cert_serial}
    return holder.model_copy(update=own)


def _next(file: StateFile, holder: people.CardHolder, random_bytes: RandomBytes) -> int:
    def step(state: CardState | None) -> tuple[CardState, int]:
        generation = state.generation + 1 if state else 1
        return _with_fresh(state, generation, holder, random_bytes), generation

    return file.change(step)


def _used_generation(file: StateFile, holder: people.CardHolder, wanted: int | None, random_bytes: RandomBytes) -> int:
    """Find the card to use; its stored references are made where it was never used."""

    def step(state: CardState | None) -> tuple[CardState | None, int]:
        newest = state.generation if state else 0
        generation = newest if wanted is None else wanted
        if state and generation in state.cards:
            return None, generation
        return _with_fresh(state, generation, holder, random_bytes), generation

    return file.change(step)


def _with_fresh(
    state: CardState | None, generation: int, holder: people.CardHolder, random_bytes: RandomBytes
) -> CardState:
    return (state or CardState(generation, {})).with_card(generation, _references(holder, random_bytes))


def _references(holder: people.CardHolder, random_bytes: RandomBytes) -> References:
    password = holder.signature_password
    return {
        applets.AUTHENTICATION_PIN: Reference.of(holder.pin.encode(), applets.AUTHENTICATION_TRIES, random_bytes),
        applets.SIGNATURE_PASSWORD: Reference.of(
            password.encode() if password else None, applets.SIGNATURE_TRIES, random_bytes
        ),
    }


def _issued(holder: people.CardHolder) -> dict[int, Issued]:
    """The PINs that enter the state file only when they are used."""
    issued = {applets.ADMINISTRATIVE_KEY: Issued(_UNKNOWABLE, applets.ADMINISTRATIVE_TRIES)}
    if holder.face is None:
        return issued
    return {
        **issued,
        **common_card.issued_pins(holder),
        **text.issued_pins(holder, holder.face),
        **surface.issued_pins(holder, holder.face),
    }


def _applications(
    person_id: str, holder: people.CardHolder, generation: int, profile: CardProfile, content: applets.JpkiContent
) -> tuple[Application, ...]:
    """The ISD, which is selected at power-up, and the applications behind it."""
    contact_atr = profiles.CONTACT.atr
    objects = {applets.CONTACT_ATR_TAG: contact_atr[1:]}
    jpki = applets.jpki(content, profile, objects)
    face = holder.face
    if face is None or profile.jpki_only:
        return applets.isd(contact_atr), jpki
    number = f"{holder.auth_cert_serial + generation:015}"
    return (
        applets.isd(contact_atr, Deferred(lambda: common_card.isd_objects(face, number))),
        jpki,
        text.text(person_id, holder, profile, objects),
        surface.surface(person_id, holder, profile, objects),
        common_card.resident(objects),
        common_card.common(face, number, objects),
    )


def _content(
    person_id: str, holder: people.CardHolder, generation: int, now: datetime, profile: CardProfile
) -> applets.JpkiContent:
    foreign = holder.authority == "foreign"
    year = keys.NEWEST if foreign else holder.ca_year
    signature = authority.issue_signature_cert(person_id, generation, now, _attributes(holder))
    cert, key = _authentication(person_id, generation, now, profile)
    return applets.JpkiContent(
        authentication_cert=cert,
        authentication_ca=authority.ca_cert(Ca.FOREIGN if foreign else Ca.USER_AUTHENTICATION, year),
        signature_ca=authority.ca_cert(Ca.FOREIGN if foreign else Ca.DIGITAL_SIGNATURE, year),
        authentication_key=key,
        signature_cert=signature,
        signature_key=keys.signature_key(person_id) if signature else None,
        serial=str(holder.auth_cert_serial + generation),
    )


def _authentication(
    person_id: str, generation: int, now: datetime, profile: CardProfile
) -> tuple[bytes, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey]:
    if profile.jpki_only:
        return authority.issue_phone_cert(person_id, generation, now), keys.phone_key(person_id)
    if profile.elliptic:
        return authority.issue_next_cert(person_id, generation, now), keys.next_key(person_id)
    cert = authority.issue_authentication_cert(person_id, generation, now, client_auth=profile.client_auth)
    return cert, keys.authentication_key(person_id)


def _attributes(holder: people.CardHolder) -> authority.Attributes | None:
    """The four attributes of a signature certificate, for a holder whose file tells them."""
    face = holder.face
    return None if face is None else authority.Attributes(face.name, face.sex, holder.birthday, face.address)
