"""The reader's side against the virtual card, against torn cards, and against cards that lie."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card import authority, certificates, errors, jpki
from card.connection import CardConnection
from card.jpki import MyNumberCard, NotMyNumberCard, PinBlocked, PinRejected, PinUnknown, Signed, Standing
from card.survey import Survey, survey
from card.trace import TracedConnection, TraceLine
from card.virtual import faults, profiles
from card.virtual.faults import Moment, Of
from card.virtual.other import OtherCard
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, NOW, slot_with

PIN, WRONG = bytearray(b"1234"), bytearray(b"9999")
ISSUERS = authority.trusted_issuers()
ROOT = Path(__file__).parents[2]


class HostileCard:
    """A connection whose answers are whatever the test says, the last one for ever."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.sent: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def disconnect(self) -> None:
        """Nothing to end."""


def _sent(lines: list[TraceLine]) -> list[str]:
    return [line.command_words for line in lines]


@pytest.fixture
def slot(tmp_path: Path) -> VirtualSlot:
    return slot_with("taro", tmp_path)


def test_probe_reads_what_the_card_tells_without_a_pin(slot: VirtualSlot) -> None:
    found = jpki.probe(slot.connect(), ISSUERS)

    assert isinstance(found, MyNumberCard)
    assert (found.token, found.tries_left, found.issuer_known) == ("JPKIAPICCTOKEN2", 3, True)
    assert authority.issue_authentication_cert("taro", 0, NOW) == found.auth_cert


@pytest.mark.proves("I-02", "O-55")
def test_sign_gives_a_signature_of_the_key_in_the_certificate(slot: VirtualSlot) -> None:
    connection = slot.connect()
    signed = jpki.sign(connection, PIN, DIGEST)

    assert isinstance(signed, Signed)
    assert certificates.signed_digest(certificates.read(signed.auth_cert), DIGEST, signed.signature)
    assert bytearray(b"1234") == PIN
    assert connection.transmit(bytes.fromhex("802A0097010000"))[-2:].hex() in {"6a88", "6986"}  # the ISD again


class PoweredBy:
    """A connection that tells an ATR, as one to a real reader does."""

    def __init__(self, inner: CardConnection, atr: bytes) -> None:
        self._inner = inner
        self.atr = atr

    def transmit(self, command: bytes) -> bytes:
        return self._inner.transmit(command)

    def disconnect(self) -> None:
        self._inner.disconnect()


def _session(connection: CardConnection) -> list[TraceLine]:
    """Everything from power-up to UNPOWER, as the kiosk does it with one card."""
    lines: list[TraceLine] = []
    traced = TracedConnection(connection, lines.append)
    found = jpki.probe(traced, ISSUERS)
    assert isinstance(found, MyNumberCard)
    assert isinstance(jpki.sign(traced, PIN, DIGEST, found.auth_cert), Signed)
    traced.disconnect()
    return lines


@pytest.mark.parametrize(
    ("profile", "most"),
    [(profiles.CONTACT, 12), (profiles.CONTACTLESS, 12), (profiles.EXTENDED, 7)],
    ids=["contact", "contactless", "extended length"],
)
def test_a_session_needs_few_commands(tmp_path: Path, profile: profiles.CardProfile, most: int) -> None:
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=profile))
    lines = _session(PoweredBy(slot.connect(), profile.atr))

    assert len(lines) <= most
    assert sum(line.hex_masked.startswith("00 20 00 98 **") for line in lines) == 1


def test_a_card_without_short_identifiers_is_asked_by_select(slot: VirtualSlot) -> None:
    """Its ATR says so: capabilities C2 in place of C6."""
    lines = _session(PoweredBy(slot.connect(), bytes.fromhex("3BC5FF8131FB458073C201000000")))

    assert not any(line.hex_masked.startswith(("00 B0 8", "00 20 00 9", "80 2A 00 9")) for line in lines)
    assert sum(line.hex_masked.startswith("00 20 00 80 **") for line in lines) == 1


def test_a_reader_that_cannot_carry_what_the_card_announces(slot: VirtualSlot, tmp_path: Path) -> None:
    """The long READ is refused by the card (6700) or dies in the reader: then short ones do."""
    assert len(_session(PoweredBy(slot.connect(), profiles.EXTENDED.atr))) <= 13
    slot.inject(faults.Mute(nth=4))
    assert len(_session(PoweredBy(slot.connect(), profiles.EXTENDED.atr))) <= 13


def test_a_card_is_good_for_its_time(slot: VirtualSlot) -> None:
    found = jpki.probe(slot.connect(), ISSUERS)

    assert isinstance(found, MyNumberCard)
    before, after = found.valid_from - timedelta(seconds=1), found.valid_until + timedelta(seconds=1)
    moments = [before, found.valid_from, NOW, found.valid_until, after]
    assert [found.standing(moment) for moment in moments] == [
        Standing.NOT_YET_VALID,
        Standing.VALID,
        Standing.VALID,
        Standing.VALID,
        Standing.EXPIRED,
    ]
    assert found.valid_until.astimezone(NOW.tzinfo).strftime("%m-%d %H:%M:%S") == "02-17 23:59:59"


@pytest.mark.proves("I-07", "I-08", "fault-07")
def test_wrong_pins_until_blocked(slot: VirtualSlot) -> None:
    connection = slot.connect()
    outcomes = [jpki.sign(connection, WRONG, DIGEST) for _ in range(4)]

    assert [PinRejected(2), PinRejected(1), PinBlocked(), PinBlocked()] == outcomes
    assert PinBlocked() == jpki.sign(connection, PIN, DIGEST)
    found = jpki.probe(connection, ISSUERS)
    assert isinstance(found, MyNumberCard)
    assert found.tries_left == 0


@pytest.mark.proves("I-07")
@pytest.mark.parametrize("bad", ["", "123", "12345", "12 4", "１２３４", "abcd"])
def test_a_pin_that_is_not_four_digits_is_never_sent(slot: VirtualSlot, bad: str) -> None:
    lines: list[TraceLine] = []
    connection = TracedConnection(slot.connect(), lines.append)

    with pytest.raises(ValueError, match="four digits") as caught:
        jpki.sign(connection, bytearray(bad.encode()), DIGEST)
    assert lines == []
    assert not bad or bad not in str(caught.value)
    with pytest.raises(ValueError, match="SHA-256"):
        jpki.sign(connection, PIN, DIGEST[:20])


def test_a_foreign_card_is_named_and_not_known(tmp_path: Path) -> None:
    found = jpki.probe(slot_with("yoso", tmp_path).connect(), ISSUERS)

    assert isinstance(found, MyNumberCard)
    assert not found.issuer_known
    assert found.issuer_name.startswith("FOREIGN-TEST / Another authority")


def test_another_kind_of_card_is_a_value() -> None:
    slot = VirtualSlot()
    slot.insert(OtherCard())

    connection = slot.connect()
    assert NotMyNumberCard() == jpki.probe(connection, ISSUERS)
    assert NotMyNumberCard() == survey(connection)


def test_the_first_command_after_power_up_may_fail_once(tmp_path: Path) -> None:
    failing = profiles.CardProfile("failing", profiles.CONTACTLESS.atr, first_command_fails=True)
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=failing))
    lines: list[TraceLine] = []

    assert isinstance(jpki.probe(TracedConnection(slot.connect(), lines.append), ISSUERS), MyNumberCard)
    assert _sent(lines)[:2] == ["SELECT JPKI", "SELECT JPKI"]


@pytest.mark.proves("fault-02")
@pytest.mark.parametrize(("moment", "left"), [(Moment.BEFORE, 3), (Moment.DURING, 2), (Moment.AFTER, 3)])
def test_a_card_torn_at_verify_leaves_the_outcome_unknown(tmp_path: Path, moment: Moment, left: int) -> None:
    slot = slot_with("taro", tmp_path)
    lines: list[TraceLine] = []
    slot.inject(faults.Tear(moment, of=Of.VERIFY))

    assert PinUnknown(removed=True) == jpki.sign(TracedConnection(slot.connect(), lines.append), PIN, DIGEST)
    assert _sent(lines).count("VERIFY 0018") == 1
    slot.insert(personalise("taro", tmp_path, NOW))
    again = jpki.probe(slot.connect(), ISSUERS)
    assert isinstance(again, MyNumberCard)
    assert left == again.tries_left


@pytest.mark.proves("fault-02")
@pytest.mark.parametrize("fault", [faults.Mute(of=Of.VERIFY), faults.WrongAnswer(b"\x90", of=Of.VERIFY)])
def test_a_silent_or_broken_answer_to_verify_is_unknown(slot: VirtualSlot, fault: faults.CardFault) -> None:
    slot.inject(fault)

    assert PinUnknown() == jpki.sign(slot.connect(), PIN, DIGEST)


@pytest.mark.proves("fault-01", "fault-03")
@pytest.mark.parametrize("of", [Of.SELECT, Of.READ, Of.SIGN])
@pytest.mark.parametrize("moment", list(Moment))
def test_a_card_torn_elsewhere_is_removed_and_no_try_is_lost(tmp_path: Path, of: Of, moment: Moment) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Tear(moment, of=of))

    with pytest.raises(errors.CardRemoved):
        jpki.sign(slot.connect(), PIN, DIGEST)
    slot.insert(personalise("taro", tmp_path, NOW))
    again = jpki.probe(slot.connect(), ISSUERS)
    assert isinstance(again, MyNumberCard)
    assert again.tries_left == 3


@pytest.mark.parametrize(
    ("sw", "outcome"),
    [("63C0", PinBlocked()), ("6983", PinBlocked()), ("6984", PinBlocked()), ("63C1", PinRejected(1))],
)
def test_every_word_for_blocked(slot: VirtualSlot, sw: str, outcome: PinBlocked | PinRejected) -> None:
    slot.inject(faults.WrongAnswer(bytes.fromhex(sw), of=Of.VERIFY))

    assert outcome == jpki.sign(slot.connect(), PIN, DIGEST)


@pytest.mark.parametrize("sw", ["6581", "6982", "6300", "6100", "6C10"])
def test_an_unexpected_answer_to_verify_names_step_and_status_word(slot: VirtualSlot, sw: str) -> None:
    slot.inject(faults.WrongAnswer(bytes.fromhex(sw), of=Of.VERIFY))

    with pytest.raises(errors.CardAnswerError, match=f"^VERIFY: status word {sw}$"):
        jpki.sign(slot.connect(), PIN, DIGEST)


@pytest.mark.proves("fault-12")
def test_a_signature_over_something_else_is_refused(slot: VirtualSlot) -> None:
    connection = slot.connect()
    first = jpki.sign(connection, PIN, DIGEST)
    assert isinstance(first, Signed)
    for forged in (first.signature, bytes(256), b"\xff" * 256, first.signature[:-1], b""):
        slot.inject(faults.WrongAnswer(forged + b"\x90\x00", of=Of.SIGN))
        with pytest.raises(errors.CardAnswerError, match="not signed by the key"):
            jpki.sign(connection, PIN, DIGEST[::-1])


@pytest.mark.proves("fault-12")
def test_a_certificate_of_somebody_else_is_refused(slot: VirtualSlot) -> None:
    other = authority.issue_authentication_cert("hanako", 0, NOW)
    connection = slot.connect()
    jpki.probe(connection, ISSUERS)

    with pytest.raises(errors.CardAnswerError, match="not signed by the key"):
        jpki.sign(connection, PIN, DIGEST, other)


@pytest.mark.proves("fault-10")
@pytest.mark.parametrize(
    "answers",
    [
        [b""],
        [b"\x90"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x90\x00"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x61\x10"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x6c\x10"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x90\x00"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x30\x82\x1f\x00\x90\x00", b"A\x90\x00"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x30\x82\x01\x00" + bytes(253) + b"\x90\x00"],
        [b"\x90\x00", b"JPKIAPICCTOKEN2\x90\x00", b"\x63\xc3", b"\x30\x82\x00\x90" + bytes(200) + b"\x90\x00"],
        [bytes(70000)],
    ],
    ids=["empty", "short", "no bytes", "61xx", "6Cxx", "no tries", "drop by drop", "too much", "no X.509", "huge"],
)
def test_broken_answers_are_typed_and_bounded(answers: list[bytes]) -> None:
    card = HostileCard(*answers)

    with pytest.raises(errors.CardAnswerError):
        jpki.probe(card, ISSUERS)
    assert len(card.sent) <= 45


@pytest.mark.proves("fault-10", "fault-11")
@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=12), st.booleans())
def test_whatever_a_card_answers_the_outcome_is_typed(answers: list[bytes], ok: bool) -> None:
    card = HostileCard(*[answer + b"\x90\x00" if ok else answer for answer in answers])
    outcomes: list[object] = []
    for ask in (lambda: jpki.probe(card, ISSUERS), lambda: jpki.sign(card, PIN, DIGEST), lambda: survey(card)):
        try:
            outcomes.append(ask())
        except errors.CardAnswerError as error:
            outcomes.append(error)

    assert len(outcomes) == 3
    assert len(card.sent) < 150


@pytest.mark.proves("fault-11")
@settings(deadline=None)
@given(st.data())
def test_a_mutilated_certificate_is_read_or_refused(data: st.DataObject) -> None:
    der = bytearray(authority.issue_authentication_cert("taro", 0, NOW))
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        cert = certificates.read(bytes(der))
    except errors.CardAnswerError:
        return

    known = certificates.is_issued_by(cert, certificates.issuer(ISSUERS[0]))
    assert not known or bytes(der) == authority.issue_authentication_cert("taro", 0, NOW)


@pytest.mark.proves("fault-11")
def test_a_negative_serial_and_an_unknown_version_are_refused() -> None:
    der = authority.issue_authentication_cert("taro", 0, NOW)
    serial, version = bytes.fromhex("02030F42A5"), bytes.fromhex("A003020102")
    assert serial in der
    assert version in der

    for good, bad in ((serial, "02038F42A5"), (serial, "0203000000"), (version, "A003020111")):
        with pytest.raises(errors.CardAnswerError, match="public-key certificate: "):
            certificates.read(der.replace(good, bytes.fromhex(bad)))


def test_survey_tells_everything_that_needs_no_pin(tmp_path: Path) -> None:
    taro = survey(slot_with("taro", tmp_path).connect())
    jiro = survey(slot_with("jiro", tmp_path).connect())

    assert isinstance(taro, Survey)
    assert isinstance(jiro, Survey)
    assert (taro.authentication_tries, taro.signature_tries, taro.has_signature_cert) == (3, 5, True)
    assert (jiro.authentication_tries, jiro.signature_tries, jiro.has_signature_cert) == (3, 0, False)
    assert taro.certs["user authentication"].serial == 1000101
    assert authority.ca_cert(authority.Ca.DIGITAL_SIGNATURE) == taro.certs["signature CA"].der


@pytest.mark.parametrize(
    ("module", "absent"), [("card.jpki", "card.virtual"), ("card.pcsc", "smartcard"), ("card.trace", "pydantic")]
)
def test_what_is_not_imported(module: str, absent: str) -> None:
    program = f"import sys, {module}; print(sorted(m for m in sys.modules if m.startswith({absent!r})))"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout == "[]\n"
