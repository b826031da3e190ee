"""The card's lane: what the flow wants of a card, said in the reader-side terms of `card.jpki`.

Separate so that the flow knows no APDU and the card stack no session. Before the PIN goes out,
the card on the reader is compared with the one that was looked at (fault-04); VERIFY is sent at
most once for each SignChallenge, and a broken transport is *unknown*, never a wrong PIN (fault-02).
"""

import hashlib
from collections.abc import Callable, Collection, Sequence

from card import errors, jpki, phone, pins, resetting
from card.connection import CardConnection, Reader
from card.pin import is_signature_password
from card.trace import TracedConnection, TraceLine
from kiosk.lanes import application
from kiosk.pinpad import LENGTH, PinPad
from kiosk.ports import Answer
from kiosk.session import events as ev
from kiosk.session.effects import ChangeSecret, Effect, ProbeCard, ProbeSecrets, SignApplication, SignChallenge
from kiosk.session.states import CARD_CHANGED, Platform, Secret
from municipality_client.order import auth_digest

_SECRETS = {Secret.AUTHENTICATION: pins.Secret.AUTHENTICATION_PIN, Secret.SIGNATURE: pins.Secret.SIGNATURE_PASSWORD}
_BOTH = 2
NOT_RESET = "E-46"
_PLATFORMS = {jpki.Platform.ANDROID: Platform.ANDROID, jpki.Platform.IPHONE: Platform.IPHONE}
UNREADABLE, OTHER_CARD, NO_READER, FOREIGN, EXCHANGED = "E-01", "E-02", "E-04", "E-17", "E-43"


class CardPort:
    """Fulfils `kiosk.ports.Port` for everything that a card is asked."""

    def __init__(
        self,
        reader: Reader,
        pad: PinPad,
        terminal: str,
        issuers: Sequence[bytes],
        trace: Callable[[TraceLine], None],
        spent: Callable[[], float] = lambda: 0.0,
        clock_ms: Callable[[], float] = lambda: 0.0,
        pinned: Collection[bytes] = (),
    ) -> None:
        """`issuers` are DER CA certificates; `spent` the seconds an emulated card has used since the last call.

        `pinned`: SHA-256 of certificates of other issuers that the operator lets in (design 3.2).
        """
        self._pinned = pinned
        self._reader, self._pad, self._terminal = reader, pad, terminal
        self._issuers, self._trace, self._spent, self._clock_ms = tuple(issuers), trace, spent, clock_ms

    def perform(self, effect: Effect, answer: Answer) -> None:
        """Carry out one effect; every card error becomes an event."""
        self._spent()
        match effect:
            case ProbeCard():
                event = self._guarded(effect.request_id, lambda card: self._probe(effect, card))
            case SignChallenge():
                event = self._guarded(effect.request_id, lambda card: self._sign(effect, card))
            case SignApplication():
                event = self._guarded(effect.request_id, lambda card: self._sign_application(effect, card))
            case ProbeSecrets():
                event = self._guarded(effect.request_id, lambda card: self._probe_secrets(effect, card))
            case ChangeSecret():
                event = self._guarded(effect.request_id, lambda card: self._change(effect, card))
            case _:
                raise TypeError(f"no effect for a card: {type(effect).__name__}")
        answer(event, self._spent())

    def _guarded(self, request_id: str, step: Callable[[CardConnection], ev.Event]) -> ev.Event:
        try:
            connection = TracedConnection(self._reader.connect(), self._trace, self._clock_ms)
            try:
                return step(connection)
            finally:
                connection.disconnect()
        except errors.CardRemoved:
            return ev.CardLost(request_id, pin_sent=False)
        except errors.ReaderUnavailable:
            return ev.CardRefused(request_id, NO_READER)
        except (errors.TransportError, errors.CardAnswerError):
            return ev.CardRefused(request_id, UNREADABLE)

    def _probe(self, effect: ProbeCard, connection: CardConnection) -> ev.Event:
        found = jpki.probe(connection, self._issuers)
        if isinstance(found, jpki.PhoneCard):
            return ev.PhoneProbed(effect.request_id, _PLATFORMS[found.platform], found.tries_left)
        if isinstance(found, jpki.NotMyNumberCard):
            return ev.CardRefused(effect.request_id, OTHER_CARD)
        real = not found.issuer_known
        if real and hashlib.sha256(found.auth_cert).digest() not in self._pinned:
            return ev.CardRefused(effect.request_id, FOREIGN, found.issuer_name)
        return ev.CardProbed(effect.request_id, found.tries_left, found.auth_cert, real)

    def _sign(self, effect: SignChallenge, connection: CardConnection) -> ev.Event:
        with self._pad.taken(effect.request_id) as pin:
            again = jpki.probe(connection, self._issuers)
            if isinstance(again, jpki.PhoneCard):
                return self._sign_with_phone(effect, connection, again, pin)
            if isinstance(again, jpki.NotMyNumberCard) or again.auth_cert != effect.auth_cert:
                return ev.CardRefused(effect.request_id, EXCHANGED, CARD_CHANGED)
            if len(pin) != LENGTH:
                return ev.CardLost(effect.request_id, pin_sent=False)
            return _signed(effect.request_id, jpki.sign(connection, pin, self._digest(effect), effect.auth_cert))

    def _sign_with_phone(
        self, effect: SignChallenge, connection: CardConnection, found: jpki.PhoneCard, pin: bytearray
    ) -> ev.Event:
        if _PLATFORMS[found.platform] is not effect.platform:
            return ev.CardRefused(effect.request_id, EXCHANGED)
        if not effect.on_phone and len(pin) != LENGTH:
            return ev.CardLost(effect.request_id, pin_sent=False)
        result = phone.sign(connection, found, None if effect.on_phone else pin, self._digest(effect))
        if isinstance(result, phone.NotConfirmed):
            return ev.PhoneDeclined(effect.request_id)
        return _signed(effect.request_id, result)

    def _digest(self, effect: SignChallenge) -> bytes:
        return auth_digest(effect.challenge, self._terminal, effect.municipality, effect.authentication)

    def _sign_application(self, effect: SignApplication, connection: CardConnection) -> ev.Event:
        with self._pad.taken(effect.request_id) as password:
            if not is_signature_password(password):
                return ev.PasswordUnfit(effect.request_id)
            again = jpki.probe(connection, self._issuers)
            if isinstance(again, jpki.NotMyNumberCard) or again.auth_cert != effect.auth_cert:
                return ev.CardRefused(effect.request_id, EXCHANGED, CARD_CHANGED)
            result = application.sign(effect, connection, password, self._terminal)
            return result if isinstance(result, ev.Event) else _refused(effect.request_id, result)

    def _probe_secrets(self, effect: ProbeSecrets, connection: CardConnection) -> ev.Event:
        """Of any issuer: a PIN can be changed on a real card, too."""
        found = jpki.probe(connection, self._issuers)
        if isinstance(found, jpki.NotMyNumberCard):
            return ev.CardRefused(effect.request_id, OTHER_CARD)
        tries = pins.found(connection)
        challenge = b"" if effect.reset is None else resetting.challenge(connection, _SECRETS[effect.reset])
        return ev.SecretsProbed(effect.request_id, tries.pin_tries, tries.password_tries, found.auth_cert, challenge)

    def _change(self, effect: ChangeSecret, connection: CardConnection) -> ev.Event:
        with self._pad.all_taken(effect.request_id) as secrets:
            again = jpki.probe(connection, self._issuers)
            if isinstance(again, jpki.NotMyNumberCard) or again.auth_cert != effect.auth_cert:
                return ev.CardRefused(effect.request_id, EXCHANGED)
            if len(secrets) != _BOTH:
                return ev.CardLost(effect.request_id, pin_sent=False)
            secret, authorisation = _SECRETS[effect.secret], effect.authorisation
            if authorisation:
                result = resetting.reset(connection, secret, authorisation, *secrets)
            else:
                result = pins.change(connection, secret, *secrets)
            return _changed(effect.request_id, result)


def _changed(
    request_id: str,
    result: pins.PinChanged
    | pins.ChangeUnknown
    | resetting.NotAuthorised
    | jpki.PinRejected
    | jpki.PinBlocked
    | jpki.PinUnknown,
) -> ev.Event:
    match result:
        case pins.PinChanged():
            return ev.SecretChanged(request_id)
        case resetting.NotAuthorised():
            return ev.CardRefused(request_id, NOT_RESET, "card")
        case pins.ChangeUnknown():
            return ev.ChangeUnknown(request_id)
        case _:
            return _refused(request_id, result)


def _signed(request_id: str, result: jpki.Signed | jpki.PinRejected | jpki.PinBlocked | jpki.PinUnknown) -> ev.Event:
    if isinstance(result, jpki.Signed):
        return ev.CardSigned(request_id, result.auth_cert, result.signature)
    return _refused(request_id, result)


def _refused(request_id: str, result: jpki.PinRejected | jpki.PinBlocked | jpki.PinUnknown) -> ev.Event:
    match result:
        case jpki.PinRejected(tries_left):
            return ev.PinRejected(request_id, tries_left)
        case jpki.PinBlocked():
            return ev.PinBlocked(request_id)
        case jpki.PinUnknown(removed):
            return ev.CardLost(request_id, pin_sent=True, silent=not removed)
