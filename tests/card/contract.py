"""What every reader must do: one suite, run on the emulated slot and on pcscd with vpcd.

A subclass whose name begins with Test gives the fixture `rig`.
"""

import queue
import time
from typing import Protocol

import pytest

from card import authority, errors, jpki, pins
from card.connection import Presence, Reader, atr_of
from card.virtual.profiles import CONTACT
from tests.card.cards import DIGEST, DIGEST_INFO, SELECT_JPKI, sign, verify

PIN = bytearray(b"1234")
_PATIENCE = 5.0


class Rig(Protocol):
    """A reader, and the hand that puts taro's card in and pulls it out."""

    reader: Reader

    def insert(self) -> None: ...

    def remove(self) -> None: ...

    def tear_at_verify(self) -> None:
        """Let the card leave at the next VERIFY with a PIN, once it has seen it and before its answer arrives."""
        ...


def _hex(answer: bytes) -> str:
    return answer[-2:].hex().upper()


class ReaderContract:
    def test_without_a_card_there_is_no_connection(self, rig: Rig) -> None:
        with pytest.raises(errors.CardRemoved):
            rig.reader.connect()

    @pytest.mark.proves("I-02", "I-07")
    def test_a_session(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        found = jpki.probe(connection, authority.trusted_issuers())
        assert isinstance(found, jpki.MyNumberCard)
        signed = jpki.sign(connection, PIN, DIGEST, found.auth_cert)
        connection.disconnect()

        assert found.issuer_known
        assert isinstance(signed, jpki.Signed)
        assert found.auth_cert == signed.auth_cert

    def test_the_counter_is_the_cards(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        assert jpki.PinRejected(2) == jpki.sign(connection, bytearray(b"0000"), DIGEST)
        connection.disconnect()
        rig.remove()
        rig.insert()
        found = jpki.probe(rig.reader.connect(), ())

        assert isinstance(found, jpki.MyNumberCard)
        assert found.tries_left == 2

    def test_both_secrets_are_changed(self, rig: Rig) -> None:
        rig.insert()
        values = {pins.Secret.AUTHENTICATION_PIN: b"8642", pins.Secret.SIGNATURE_PASSWORD: b"KIOSK2026"}
        for secret, present in ((pins.Secret.AUTHENTICATION_PIN, b"1234"), (pins.Secret.SIGNATURE_PASSWORD, b"ABC123")):
            connection = rig.reader.connect()
            first, new = bytearray(present), bytearray(values[secret])
            assert pins.change(connection, secret, first, new) == pins.PinChanged()
            connection.disconnect()
        connection = rig.reader.connect()
        assert isinstance(jpki.sign(connection, PIN, DIGEST), jpki.PinRejected)
        assert isinstance(jpki.sign(connection, bytearray(b"8642"), DIGEST), jpki.Signed)
        connection.disconnect()

    def test_a_connection_tells_the_answer_to_reset(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()

        assert atr_of(connection) == CONTACT.atr
        connection.disconnect()

    @pytest.mark.proves("fault-01")
    def test_a_pulled_card_is_removed_for_good(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        assert _hex(connection.transmit(bytes.fromhex(SELECT_JPKI))) == "9000"
        rig.remove()
        for _ in range(2):
            with pytest.raises(errors.CardRemoved):
                connection.transmit(bytes.fromhex(SELECT_JPKI))
        rig.insert()
        with pytest.raises(errors.CardRemoved):
            connection.transmit(bytes.fromhex(SELECT_JPKI))
        connection.disconnect()
        assert _hex(rig.reader.connect().transmit(bytes.fromhex(SELECT_JPKI))) == "9000"

    @pytest.mark.proves("fault-02")
    def test_a_card_pulled_before_verify_leaves_it_unknown(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()

        class PullsAtVerify:
            def transmit(self, command: bytes) -> bytes:
                if command[1] == 0x20:
                    rig.remove()
                return connection.transmit(command)

            def disconnect(self) -> None:
                connection.disconnect()

        assert jpki.PinUnknown(removed=True) == jpki.sign(PullsAtVerify(), PIN, DIGEST)

    @pytest.mark.proves("fault-02")
    def test_a_card_pulled_during_verify_leaves_it_unknown(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        rig.tear_at_verify()

        assert jpki.PinUnknown(removed=True) == jpki.sign(connection, bytearray(b"9999"), DIGEST)
        connection.disconnect()
        rig.remove()
        rig.insert()
        found = jpki.probe(rig.reader.connect(), ())
        assert isinstance(found, jpki.MyNumberCard)
        assert found.tries_left == 2

    def test_a_connection_is_exclusive(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        with pytest.raises(errors.ReaderBusy):
            rig.reader.connect()
        connection.disconnect()
        rig.reader.connect().disconnect()

    def test_disconnect_takes_the_power(self, rig: Rig) -> None:
        rig.insert()
        connection = rig.reader.connect()
        for command in (SELECT_JPKI, verify(b"1234"), sign(body=DIGEST_INFO)):
            assert _hex(connection.transmit(bytes.fromhex(command))) == "9000"
        connection.disconnect()
        connection.disconnect()

        with pytest.raises(errors.CardRemoved):
            connection.transmit(bytes.fromhex(SELECT_JPKI))
        again = rig.reader.connect()
        assert _hex(again.transmit(bytes.fromhex(SELECT_JPKI))) == "9000"
        assert _hex(again.transmit(bytes.fromhex(sign(body=DIGEST_INFO)))) == "6982"

    def test_a_watch_tells_the_present_state_and_every_change(self, rig: Rig) -> None:
        seen: queue.SimpleQueue[Presence] = queue.SimpleQueue()
        stop = rig.reader.watch(seen.put)
        told = [seen.get(timeout=_PATIENCE)]
        for move in (rig.insert, rig.remove, rig.insert):
            move()
            told.append(seen.get(timeout=_PATIENCE))
        stop()
        rig.remove()
        stop()

        assert told == [Presence.EMPTY, Presence.CARD, Presence.EMPTY, Presence.CARD]
        time.sleep(0.01)
        assert seen.empty()

    def test_a_reader_has_a_name(self, rig: Rig) -> None:
        assert rig.reader.name
