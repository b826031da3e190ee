"""The virtual card answers as card.md §3 says, command by command; every row is one fact of it."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card.virtual import profiles
from card.virtual.icc import VirtualCard
from card.virtual.other import OtherCard
from card.virtual.personalise import personalise
from tests.card.cards import DIGEST, DIGEST_INFO, NOW, SELECT_ISD, SELECT_JPKI, seeded, send, sign, verify

PIN = verify(b"1234")
WRONG = verify(b"9999")
QUERY = "00200098"
READ_SIGNATURE_CERT = "00B0810000"


@pytest.fixture
def card(tmp_path: Path) -> VirtualCard:
    return personalise("taro", tmp_path, NOW)


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        # SELECT
        ([SELECT_JPKI], "9000"),
        (["00A404000A D392F000260100000001 00"], "9000"),  # FCI wanted: none given
        (["00A4040C03 D392F0"], "9000"),  # prefix of the name
        (["00A4040C0A D3921000310001010409"], "6A82"),
        (["00A4040C10" + "A0" * 16], "6A82"),
        (["00A4040C11" + "A0" * 17], "6700"),
        (["00A4040C"], "6700"),
        (["00A4040100"], "6A86"),
        ([SELECT_JPKI, "00A4020C02 0018"], "9000"),
        ([SELECT_JPKI, "00A4020C02 0077"], "6A82"),
        (["00A4020C02 0018"], "6A82"),  # not in the ISD
        ([SELECT_JPKI, "00A4020C01 00"], "6700"),
        (["00A40000"], "6A86"),  # first command after power-up
        ([SELECT_JPKI, "00A40000"], "9000"),
        (["00A4000C02 3F00"], "6A82"),
        (["00A4080C02 3F00"], "6A86"),
        # READ BINARY
        ([SELECT_JPKI, "00B0860020"], "9000 +32"),
        ([SELECT_JPKI, "00B0860000"], "9000 +160"),  # Le 00 is 256: what there is
        ([SELECT_JPKI, "00B0880000"], "9000 +3"),
        ([SELECT_JPKI, "00B0868000"], "9000 +32"),
        ([SELECT_JPKI, "00B086A000"], "6B00"),  # at the end
        ([SELECT_JPKI, "00B08A0000", "00B0010000"], "9000 +256"),
        ([SELECT_JPKI, "00A4020C02 000A", "00B07FFF01"], "6B00"),
        ([SELECT_JPKI, "00B0000000"], "6986"),
        ([SELECT_JPKI, "00B0980000"], "6981"),  # an IEF
        ([SELECT_JPKI, "00B0970000"], "6981"),
        ([SELECT_JPKI, READ_SIGNATURE_CERT], "6982"),
        ([SELECT_JPKI, "00B0890000"], "6982"),  # opens to nobody
        ([SELECT_JPKI, "00B0840000"], "6A82"),
        ([SELECT_JPKI, "00B0CA0000"], "6A86"),
        ([SELECT_JPKI, "00B08A00"], "6700"),
        ([SELECT_JPKI, "00B0860000000100"], "6700"),  # extended length, not on this card
        ([SELECT_JPKI, "00B2010400"], "6986"),
        ([SELECT_JPKI, "00B2010C00"], "6981"),  # transparent
        ([SELECT_JPKI, "00B2012400"], "6A82"),
        ([SELECT_JPKI, "00B2010700"], "6A86"),
        ([SELECT_JPKI, "00A4020C02 000A", "00B2010400"], "6981"),
        # VERIFY and the retry query
        ([SELECT_JPKI, QUERY], "63C3"),
        ([SELECT_JPKI, "0020009B"], "63C5"),
        ([SELECT_JPKI, "00A4020C02 0018", "00200080"], "63C3"),
        ([SELECT_JPKI, PIN], "9000"),
        ([SELECT_JPKI, PIN, QUERY], "63C3"),  # not 9000, which breaks OpenSC
        ([SELECT_JPKI, WRONG], "63C2"),
        ([SELECT_JPKI, WRONG, QUERY, QUERY], "63C2"),  # the query costs nothing
        ([SELECT_JPKI, WRONG, WRONG, WRONG], "63C0"),
        ([SELECT_JPKI, WRONG, WRONG, WRONG, PIN], "6984"),
        ([SELECT_JPKI, WRONG, WRONG, WRONG, QUERY], "63C0"),
        ([SELECT_JPKI, WRONG, WRONG, PIN, QUERY], "63C3"),  # a match gives all tries back
        ([SELECT_JPKI, WRONG, "0020009B"], "63C5"),  # counters are independent
        ([SELECT_JPKI, verify(b"12345")], "63C2"),  # a wrong length is a mismatch
        ([SELECT_JPKI, verify(b"1" * 17)], "6700"),
        ([SELECT_JPKI, verify(b"1" * 17), QUERY], "63C3"),
        ([SELECT_JPKI, verify(b"abc123", 0x1B)], "63C4"),  # the card folds no case
        ([SELECT_JPKI, verify(b"ABC123", 0x1B), READ_SIGNATURE_CERT], "9000 +256"),
        ([SELECT_JPKI, "00200080"], "6986"),
        ([SELECT_JPKI, "00200097"], "6981"),
        ([SELECT_JPKI, "00200085"], "6A88"),
        ([SELECT_JPKI, "00200018"], "6A86"),
        ([SELECT_JPKI, "00200198"], "6A86"),
        ([QUERY], "6A88"),
        # COMPUTE DIGITAL SIGNATURE
        ([SELECT_JPKI, sign()], "6982"),
        ([SELECT_JPKI, PIN, sign()], "9000 +256"),
        ([SELECT_JPKI, PIN, "00A4020C02 0017", sign(sfi=0)], "9000 +256"),
        ([SELECT_JPKI, PIN, sign(sfi=0x1A)], "6982"),  # the other key has its own password
        ([SELECT_JPKI, PIN, sign(body=bytes(245))], "9000 +256"),
        ([SELECT_JPKI, PIN, sign(body=bytes(246))], "6985"),
        ([SELECT_JPKI, PIN, sign(p1=2, body=bytes(31))], "6985"),
        ([SELECT_JPKI, PIN, sign(p1=6)], "6A86"),
        ([SELECT_JPKI, PIN, "802A009700"], "6700"),
        ([SELECT_JPKI, PIN, "802A00970101FF"], "6700"),  # Le too small for 256
        ([SELECT_JPKI, PIN, sign(sfi=0x18)], "6981"),
        ([SELECT_JPKI, WRONG, sign()], "6982"),
        ([SELECT_JPKI, PIN, WRONG, sign()], "6982"),  # a failed VERIFY takes the status away
        # the rest
        (["0084000008"], "9000 +8"),
        (["0084000000"], "9000 +256"),
        (["00840000000010"], "6985"),
        (["00840000"], "6700"),
        (["0084010008"], "6A86"),
        (["00CADF3005"], "6A88"),
        (["00CA5F5100"], "9000 +8"),
        (["00CA5F5101"], "6700"),
        ([SELECT_JPKI, "00CA5F5100"], "9000 +8"),  # the one object that every application has
        ([SELECT_JPKI, "00CA004200"], "6A88"),  # the others only in the ISD
        (["00CB3FFF035C017E08"], "6D00"),
        ([SELECT_JPKI, "0088000008" + "00" * 8 + "00"], "6985"),
        ([SELECT_JPKI, "80AE000001FF"], "6982"),
        (["80FC000000"], "6700"),
        (["80A4040C03D392F0"], "6E00"),
        (["01A4040C03D392F0"], "6881"),
        (["40A4040C03D392F0"], "6881"),
        (["0CA4040C03D392F0"], "6882"),
        (["10A4040C03D392F0"], "6884"),
        (["FFA4040C03D392F0"], "6E00"),
        (["00"], "6700"),
        ([""], "6700"),
    ],
)
def test_status_words(card: VirtualCard, commands: list[str], answer: str) -> None:
    assert answer == send(card, *commands)


@pytest.mark.parametrize(
    ("between", "answer"),
    [
        ([SELECT_JPKI], "9000 +256"),  # the same application: kept
        ([SELECT_ISD, SELECT_JPKI], "6982"),  # another: dropped
        (["00A4040C03 FFFFFF"], "9000 +256"),  # none selected: kept
    ],
)
def test_what_select_does_to_a_verified_pin(card: VirtualCard, between: list[str], answer: str) -> None:
    assert answer == send(card, SELECT_JPKI, PIN, *between, sign())


@pytest.mark.parametrize("keeps", [False, True])
def test_reset_and_power_off(tmp_path: Path, keeps: bool) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.CONTACTLESS if keeps else profiles.CONTACT)
    send(card, SELECT_JPKI, PIN)
    card.reset()

    assert ("9000 +256" if keeps else "6A88") == send(card, sign())
    card.power_off()
    assert send(card, "00A40000") == "6A86"
    assert send(card, SELECT_JPKI, sign()) == "6982"


def test_extended_length_where_the_card_has_it(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.EXTENDED)

    assert send(card, SELECT_JPKI, "00B08A00000800") == "9000 +2048"
    assert send(card, "00200098000004" + b"1234".hex()) == "9000"


def test_a_card_that_fails_its_first_command(tmp_path: Path) -> None:
    failing = profiles.CardProfile("failing", profiles.CONTACT.atr, first_command_fails=True)
    card = personalise("taro", tmp_path, NOW, profile=failing)

    assert send(card, SELECT_JPKI) == "6F00"
    assert send(card, SELECT_JPKI) == "9000"


def test_the_pin_can_be_changed_after_verify(card: VirtualCard, tmp_path: Path) -> None:
    change = "00240198 04" + b"4321".hex()

    assert send(card, SELECT_JPKI, change) == "6982"
    assert send(card, SELECT_JPKI, PIN, "00240198 03" + b"432".hex()) == "6A80"
    assert send(card, SELECT_JPKI, PIN, change) == "9000"
    again = personalise("taro", tmp_path, NOW)
    assert send(again, SELECT_JPKI, PIN) == "63C2"
    assert send(again, verify(b"4321")) == "9000"


@pytest.mark.parametrize(
    ("p1", "body"),
    [(0, DIGEST_INFO), (1, b"text"), (2, DIGEST), (3, b"text"), (4, DIGEST), (5, b"text")],
)
def test_signatures_verify_with_the_certificate(card: VirtualCard, p1: int, body: bytes) -> None:
    send(card, SELECT_JPKI, PIN)
    signature = card.execute(bytes.fromhex(sign(body=body, p1=p1)))[:-2]
    key = _auth_key(card)

    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(b"text")
    digest = DIGEST if body != b"text" else hashed.finalize()
    if p1 == 1:
        key.verify(signature, digest, padding.PKCS1v15(), NoDigestInfo())
    elif p1 < 4:
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    else:
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        key.verify(signature, digest, pss, Prehashed(hashes.SHA256()))
    assert len(signature) == 256


def test_a_child_has_no_signature_certificate(tmp_path: Path) -> None:
    jiro = personalise("jiro", tmp_path, NOW)
    send(jiro, SELECT_JPKI)

    assert bytes.fromhex("008F009000") == jiro.execute(bytes.fromhex("00B0880000"))
    assert send(jiro, "0020009B") == "63C0"  # there and blocked: OpenSC binds only to a card that answers it
    assert send(jiro, verify(b"ABC123", 0x1B)) == "6984"
    assert send(jiro, "00A4020C02 0018", sign(sfi=0)) == "6981"
    assert send(jiro, sign(sfi=0x1A)) == "6A88"
    assert send(jiro, verify(b"3456")) == "9000"


def test_the_token_file_is_a_token_info_of_160_bytes(card: VirtualCard) -> None:
    send(card, SELECT_JPKI)
    token = card.execute(bytes.fromhex("00B0860000"))[:-2]

    assert b"JPKIAPICCTOKEN2".ljust(32) == token[:32]
    assert (token[64:80], token[80:96]) == (b"E16R01NJ        ", b"0000000001000101")
    assert bytes.fromhex("0000040D") == token[96:100]
    assert (token[140:144], token[144:]) == (b"0301", b"9" * 16)


def test_challenges_come_from_the_given_randomness(tmp_path: Path) -> None:
    cards = [personalise("taro", tmp_path / str(n), NOW, random_bytes=seeded(7)) for n in range(2)]

    assert cards[0].execute(bytes.fromhex("0084000010")) == cards[1].execute(bytes.fromhex("0084000010"))


apdus = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda cla, ins, rest: bytes((cla, ins)) + rest,
        st.sampled_from([0x00, 0x80, 0x01, 0x0C, 0xFF]),
        st.sampled_from([0x20, 0x24, 0x2A, 0x84, 0x88, 0xA4, 0xAE, 0xB0, 0xB2, 0xCA, 0xFC]),
        st.binary(min_size=2, max_size=270),
    ),
    st.sampled_from([bytes.fromhex(text) for text in (SELECT_JPKI, SELECT_ISD, PIN, sign(), "00A4020C020018")]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(apdus, min_size=1, max_size=12))
def test_hostile_commands_always_get_a_status_word(tmp_path: Path, commands: list[bytes]) -> None:
    card = personalise("taro", tmp_path, NOW, random_bytes=seeded(1))
    for command in commands:
        answer = card.execute(command)

        assert 2 <= len(answer) <= 258
        assert answer[-2] in {0x90, 0x63, 0x65, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E}


@given(st.binary(max_size=40))
def test_another_card_always_answers_no(command: bytes) -> None:
    assert OtherCard().execute(command).hex() in {"6a82", "6d00", "6700"}


def _auth_key(card: VirtualCard) -> rsa.RSAPublicKey:
    content = b""
    for offset in range(0, 2048, 256):
        command = bytes((0x00, 0xB0, offset >> 8, 0x00, 0x00))
        card.execute(bytes.fromhex("00A4020C02000A"))
        content += card.execute(command)[:-2]
    size = 4 + int.from_bytes(content[2:4], "big")
    key = x509.load_der_x509_certificate(content[:size]).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key
