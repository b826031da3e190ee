"""Row by row: the status words of card.md §3.2, the life of a verified PIN §3.3, counters §3.4, traps §6.5.

Ids name the row. What needs a real pcscd is in `test_system_*`; here stands what the card itself owes.
"""

import dataclasses
from pathlib import Path

import pytest

from card import people
from card.apdu import ResponseApdu
from card.virtual import profiles
from card.virtual.filesystem import Application, PinFile, table
from card.virtual.icc import VirtualCard
from card.virtual.personalise import personalise
from card.virtual.profiles import CardProfile
from card.virtual.state import CardState, Issued, StateFile, StoredReferences
from tests.card.cards import NOW, SELECT_ISD, SELECT_JPKI, seeded, send, sign, verify
from tests.card.test_apps import COMMON, RESIDENT, SURFACE, TEXT

PIN, WRONG, QUERY = verify(b"1234"), verify(b"9999"), "00200098"
PHONE_PIN = verify(b"7301")
PASSWORD, SIGN_CERT = verify(b"ABC123", 0x1B), "00B0810000"
TEXT_PIN = verify(b"1111", 0x11)
PLASTIC, LONG = profiles.CONTACT, profiles.EXTENDED


def row(profile: CardProfile, *commands: str, sw: str, name: str) -> object:
    return pytest.param(profile, commands, sw, id=name)


@pytest.mark.parametrize(
    ("profile", "commands", "answer"),
    [
        row(PLASTIC, SELECT_JPKI, sw="9000", name="9000"),
        row(PLASTIC, SELECT_JPKI, WRONG, sw="63C2", name="63Cx-mismatch"),
        row(PLASTIC, SELECT_JPKI, WRONG, QUERY, sw="63C2", name="63Cx-query"),
        row(PLASTIC, SELECT_JPKI, *[WRONG] * 3, sw="63C0", name="63C0-exhausting"),
        row(PLASTIC, SELECT_JPKI, *[WRONG] * 3, QUERY, sw="63C0", name="63C0-query"),
        row(PLASTIC, SELECT_JPKI, *[WRONG] * 3, PIN, sw="6984", name="6984-blocked"),
        row(profiles.QUIRK_BLOCKED, SELECT_JPKI, *[WRONG] * 3, PIN, sw="6983", name="6983-quirk"),
        row(PLASTIC, "00CA00F800", sw="6700", name="6700-big-object-short-Le"),
        row(PLASTIC, "80FC0000", sw="6700", name="6700-last-command"),
        row(profiles.IPHONE, "80FC0000", sw="9000", name="9000-last-command-iPhone"),
        row(PLASTIC, COMMON, "80AE000001FF", sw="66F1", name="66F1-common"),
        row(PLASTIC, SURFACE, "80AE000001FF", sw="66F1", name="66F1-surface"),
        row(PLASTIC, "01B0860000", sw="6881", name="6881-other-channel"),
        row(PLASTIC, "0CA4040C03D392F0", sw="6882", name="6882-SM-for-SELECT"),
        row(PLASTIC, SELECT_JPKI, "00B0980000", sw="6981", name="6981-READ-of-IEF"),
        row(PLASTIC, COMMON, "00B0810000", sw="6981", name="6981-READ-BINARY-of-records"),
        row(PLASTIC, SELECT_JPKI, SIGN_CERT, sw="6982", name="6982-sign-cert"),
        row(PLASTIC, SELECT_JPKI, sign(), sw="6982", name="6982-sign-without-PIN"),
        row(PLASTIC, SELECT_JPKI, "0024019804" + b"4321".hex(), sw="6982", name="6982-change-without-VERIFY"),
        row(PLASTIC, SELECT_JPKI, PIN, sign(p1=2, body=b"x"), sw="6985", name="6985-hash-length"),
        row(LONG, "00840000000010", sw="6985", name="6985-GET-CHALLENGE-extended"),
        row(PLASTIC, TEXT, "00880093015A00", sw="6985", name="6985-INTERNAL-AUTH-of-text-key"),
        row(PLASTIC, SELECT_JPKI, "00B0000000", sw="6986", name="6986-no-current-EF"),
        row(PLASTIC, TEXT, "08B0000005960300000000", sw="69FC", name="69FC-no-session"),
        row(PLASTIC, SELECT_JPKI, PIN, "0024019803" + b"432".hex(), sw="6A80", name="6A80-form-of-new-PIN"),
        row(profiles.QUIRK_FILLER, COMMON, "00B2010D00", sw="6A81", name="6A81-all-records"),
        row(PLASTIC, "00A4040C05AABBCCDDEE", sw="6A82", name="6A82-AID"),
        row(PLASTIC, SELECT_JPKI, "00A4020C020077", sw="6A82", name="6A82-FID"),
        row(PLASTIC, COMMON, "00B2020C00", sw="6A83", name="6A83-past-last-record"),
        row(PLASTIC, COMMON, "00B2000C00", sw="6A83", name="6A83-current-record"),
        row(PLASTIC, SELECT_JPKI, PIN, sign(p1=6), sw="6A86", name="6A86-P1"),
        row(PLASTIC, "00CADF3005", sw="6A88", name="6A88-object"),
        row(PLASTIC, SELECT_JPKI, "00200085", sw="6A88", name="6A88-reference"),
        row(PLASTIC, SELECT_JPKI, "00B086A000", sw="6B00", name="6B00-past-end"),
        row(PLASTIC, "00CB3FFF035C017E08", sw="6D00", name="6D00-INS"),
        row(PLASTIC, "80A4040C03D392F0", sw="6E00", name="6E00-CLA"),
        row(profiles.QUIRK_FIRST, SELECT_JPKI, sw="6F00", name="6F00-first-command"),
        row(profiles.QUIRK_FIRST, SELECT_JPKI, SELECT_JPKI, sw="9000", name="6F00-first-command-only"),
    ],
)
def test_3_2_status_words(tmp_path: Path, profile: CardProfile, commands: list[str], answer: str) -> None:
    assert answer == send(personalise("taro", tmp_path, NOW, profile=profile), *commands)


@pytest.mark.parametrize("given", [b"9999", b"1234"], ids=["6300-mismatch", "9000-match"])
def test_3_2_6300_for_a_key_without_limit(tmp_path: Path, given: bytes) -> None:
    file = StateFile(tmp_path, "nobody")
    file.change(lambda _: (CardState(0, {0: {}}), None))
    before = (tmp_path / "nobody.json").read_bytes()
    stored = StoredReferences(file, 0, {0x18: Issued(b"1234", 0)}, seeded(1))
    endless = Application(b"\xa0", table(PinFile(0x18, None, lambda _: True)))
    card = VirtualCard("nobody", 0, PLASTIC, (endless,), stored, seeded(1))

    assert send(card, QUERY) == "6300"
    for _ in range(20):
        assert send(card, verify(given)) == ("9000" if given == b"1234" else "6300")
    assert before == (tmp_path / "nobody.json").read_bytes()


@pytest.mark.parametrize(
    ("select", "answer"),
    [(COMMON, "66F1"), (SELECT_JPKI, "6982"), (RESIDENT, "6982"), (TEXT, "6982"), (SELECT_ISD, "6982")],
    ids=["66F1-common", "6982-JPKI", "6982-resident", "6982-text-without-PIN", "6982-ISD"],
)
def test_3_1_set_session_key_elsewhere(tmp_path: Path, select: str, answer: str) -> None:
    card = personalise("taro", tmp_path, NOW, profile=LONG)

    assert answer == send(card, select, "80AE0000000100" + "5A" * 256)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        pytest.param("80A20000000133" + "5A" * 307, "6A86", id="SET-PUBLIC-IC-KEY"),
        pytest.param("8054000000", "6982", id="UNLOCK-KEY"),
        pytest.param("0082000010" + "5A" * 16, "6982", id="EXTERNAL-AUTHENTICATE"),
        pytest.param("808A220001FF", "6982", id="MANAGE-ATTRIBUTES-of-EF"),
        pytest.param("808A000001FF", "6A86", id="MANAGE-ATTRIBUTES-of-what"),
        pytest.param("80FC000000", "6700", id="LAST-COMMAND"),
        pytest.param("80FC010000", "6700", id="LAST-COMMAND-with-P1"),
    ],
)
def test_3_1_administration_is_not_granted(tmp_path: Path, command: str, answer: str) -> None:
    assert answer == send(personalise("taro", tmp_path, NOW, profile=LONG), SELECT_JPKI, PIN, command)


def test_3_1_fci_where_the_profile_gives_one(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.QUIRK_FILLER)
    answer = card.execute(bytes.fromhex("00A404000AD392F00026010000000100"))

    assert bytes.fromhex("6F0C840AD392F0002601000000019000") == answer
    assert send(card, SELECT_JPKI) == "9000"


def settled(card: VirtualCard, event: str) -> None:
    """What may happen between VERIFY and the next command."""
    match event:
        case "reset":
            card.reset()
        case "unpower":
            card.power_off()
        case "leave":
            pass
        case _:
            send(card, event)


@pytest.mark.parametrize(
    ("profile", "event", "answer"),
    [
        pytest.param(PLASTIC, COMMON, "6982", id="another-AP"),
        pytest.param(PLASTIC, SELECT_ISD, "6982", id="ISD"),
        pytest.param(PLASTIC, SELECT_JPKI, "9000 +256", id="same-AP"),
        pytest.param(PLASTIC, "leave", "9000 +256", id="SCardDisconnect-LEAVE"),
        pytest.param(profiles.CONTACTLESS, "reset", "9000 +256", id="SCARD_RESET_CARD-contactless"),
        pytest.param(profiles.QUIRK_RESET, "reset", "9000 +256", id="SCARD_RESET_CARD-quirk"),
        pytest.param(PLASTIC, "reset", "6982", id="SCARD_RESET_CARD-contact"),
        pytest.param(PLASTIC, "unpower", "6982", id="SCARD_UNPOWER_CARD"),
        pytest.param(profiles.CONTACTLESS, "unpower", "6982", id="leaves-the-field"),
        pytest.param(PLASTIC, "00A4040C03FFFFFF", "9000 +256", id="no-such-AP"),
    ],
)
@pytest.mark.parametrize("what", [sign(), SIGN_CERT], ids=["sign", "read-sign-cert"])
def test_3_3_what_becomes_of_a_verified_pin(
    tmp_path: Path, profile: CardProfile, event: str, answer: str, what: str
) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profile)
    assert send(card, SELECT_JPKI, PASSWORD, PIN) == "9000"
    settled(card, event)

    # A card that kept its status through a reset also kept its application.
    kept = answer.startswith("9000")
    assert answer == send(card, *([] if kept else [SELECT_JPKI]), what)


def test_3_3_a_pin_of_one_application_is_none_of_another(tmp_path: Path) -> None:
    """Two IEFs of FID 001C: to show one is not to have shown the other."""
    card = personalise("taro", tmp_path, NOW)
    change = "8032009C04" + b"8642".hex()

    assert send(card, COMMON, verify(b"2222", 0x1C), RESIDENT, change) == "6982"


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        pytest.param([PIN, QUERY], "63C3", id="empty-VERIFY-after-success"),
        pytest.param([WRONG, WRONG, PIN, QUERY], "63C3", id="success-restores"),
        pytest.param([verify(b"123"), QUERY], "63C2", id="wrong-length-counts"),
        pytest.param([verify(b"12345678"), QUERY], "63C2", id="wrong-length-long-counts"),
        pytest.param([*[WRONG] * 3, PASSWORD], "9000", id="counters-per-IEF"),
        pytest.param([verify(b"abc123", 0x1B)], "63C4", id="the-card-folds-no-case"),
        pytest.param([*[WRONG] * 3, TEXT, TEXT_PIN], "9000", id="counters-per-AP"),
        pytest.param([*[WRONG] * 3, "8054000000", QUERY], "63C0", id="no-unblocking"),
        pytest.param([PIN, WRONG, sign()], "6982", id="failure-takes-status-away"),
    ],
)
def test_3_4_counters(tmp_path: Path, commands: list[str], answer: str) -> None:
    assert answer == send(personalise("taro", tmp_path, NOW), SELECT_JPKI, *commands)


@pytest.mark.parametrize(("select", "sfi"), [(SELECT_JPKI, 0x18), (TEXT, 0x11), (TEXT, 0x14), (COMMON, 0x1C)])
def test_3_4_order_a_torn_verify_costs_one_try(tmp_path: Path, select: str, sfi: int) -> None:
    card = personalise("taro", tmp_path, NOW)
    query = f"002000{0x80 | sfi:02X}"
    before = int(send(card, select, query)[-1], 16)
    card.execute_torn(bytes.fromhex(verify(b"1234", sfi)))

    assert int(send(card, select, query)[-1], 16) == before - 1


@pytest.mark.parametrize(
    ("profile", "commands", "answer"),
    [
        row(PLASTIC, SELECT_JPKI, PIN, QUERY, sw="63C3", name="query-never-9000"),
        row(profiles.QUIRK_QUERY, SELECT_JPKI, PIN, QUERY, sw="9000", name="query-9000-quirk"),
        row(profiles.QUIRK_QUERY, SELECT_JPKI, QUERY, sw="63C3", name="query-quirk-before-VERIFY"),
        row(PLASTIC, SELECT_JPKI, *[WRONG] * 3, QUERY, sw="63C0", name="query-of-blocked-never-6984"),
        row(PLASTIC, SELECT_JPKI, *[WRONG] * 3, "0020009B", sw="63C5", name="the-other-PIN-stays"),
        row(PLASTIC, SELECT_JPKI, "00A4020C020001", "00B0000004", sw="6982", name="sign-cert-without-password"),
        row(PLASTIC, SELECT_JPKI, PIN, sign(p1=4, body=bytes(32)), sw="9000 +256", name="the-card-has-PSS"),
        row(PLASTIC, SELECT_JPKI, "00B0810000", sw="6982", name="public-key-of-the-signature-behind-its-password"),
        row(PLASTIC, SELECT_JPKI, "00B0880000", sw="9000 +3", name="Le-00-of-a-short-file"),
        row(PLASTIC, SELECT_JPKI, "00B08800FF", sw="9000 +3", name="Le-never-6Cxx"),
    ],
)
def test_6_5_traps(tmp_path: Path, profile: CardProfile, commands: list[str], answer: str) -> None:
    assert answer == send(personalise("taro", tmp_path, NOW, profile=profile), *commands)


@pytest.mark.parametrize("fid", ["0001", "0002", "000A", "000B"])
def test_6_5_certificate_files_begin_with_30_82(tmp_path: Path, fid: str) -> None:
    card = personalise("taro", tmp_path, NOW)
    send(card, SELECT_JPKI, PASSWORD, f"00A4020C02{fid}")
    answer = card.execute(bytes.fromhex("00B0000004"))

    assert answer[:2] == b"\x30\x82"
    assert 4 + int.from_bytes(answer[2:4], "big") <= 2048


@pytest.mark.parametrize("profile", profiles.PROFILES.values(), ids=list(profiles.PROFILES))
def test_6_5_every_atr_offers_t_1_and_is_well_formed(profile: CardProfile) -> None:
    """TCK closes an ATR that names another protocol than T=0 (ISO/IEC 7816-3 8.2.5)."""
    parity = 0
    for byte in profile.atr[1:]:
        parity ^= byte

    assert profile.atr[0] == 0x3B
    assert parity == 0


@pytest.mark.parametrize("profile", profiles.PROFILES.values(), ids=list(profiles.PROFILES))
def test_every_profile_reads_and_signs(tmp_path: Path, profile: CardProfile) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profile)
    send(card, "00A40000")

    assert send(card, SELECT_JPKI) == "9000"
    assert (
        bytes.fromhex("00B0860020")
        and card.execute(bytes.fromhex("00B0860020"))[:-2].decode().rstrip() == profile.token
    )
    shown = profile.user_present
    signing = sign(body=bytes(48), p1=2) if profile.elliptic else sign()
    assert send(card, signing) == ("9000 +256" if shown else "6982")
    locked = profile.cert_needs_pin and not shown
    assert send(card, "00B08A0000") == ("6982" if locked else "9000 +256")
    assert send(card, PHONE_PIN if profile.jpki_only else PIN) == "9000"
    assert send(card, "00B08A0000") == "9000 +256"
    assert send(card, signing) == ("9000 +96" if profile.elliptic else "9000 +256")


def test_a_phone_counts_its_tries_for_itself(tmp_path: Path) -> None:
    phone = personalise("taro", tmp_path, NOW, profile=profiles.ANDROID)
    assert send(phone, SELECT_JPKI, *[WRONG] * 3) == "63C0"

    assert send(personalise("taro", tmp_path, NOW), SELECT_JPKI, QUERY) == "63C3"


def test_a_quirk_is_one_switch_of_a_profile(tmp_path: Path) -> None:
    zeros = dataclasses.replace(PLASTIC, name="zeros", filler=0x00)
    card = personalise("taro", tmp_path, NOW, profile=zeros)
    send(card, SELECT_JPKI, "00A4020C02000A")
    answer = ResponseApdu.parse(card.execute(bytes.fromhex("00B0070000")))

    assert answer.body == bytes(256)


def test_2_1_select_without_a_name(tmp_path: Path) -> None:
    """00A40000 right after power-up and later, and 3F00, which is not there."""
    card = personalise("taro", tmp_path, NOW)

    assert [send(card, "00A40000"), send(card, SELECT_JPKI, "00A40000")] == ["6A86", "9000"]
    assert send(card, QUERY) == "63C3"
    assert send(card, "00A40000023F00") == "6A82"


@pytest.mark.parametrize(
    ("offset", "content"),
    [
        pytest.param(0, b"JPKIAPICCTOKEN2".ljust(32), id="label"),
        pytest.param(32, b"0" * 31 + b"1", id="manufacturer"),
        pytest.param(64, b"E16R01NJ        ", id="model"),
        pytest.param(80, b"0000000001000101", id="serial"),
        pytest.param(96, bytes.fromhex("0000040D"), id="flags"),
        pytest.param(100, bytes.fromhex("00000001000000000000000100000000"), id="sessions"),
        pytest.param(116, bytes.fromhex("0000001000000006"), id="PIN-lengths"),
        pytest.param(124, b"\xff" * 16, id="memory"),
        pytest.param(140, b"0301", id="versions"),
        pytest.param(144, b"9" * 16, id="time"),
    ],
)
def test_2_3_fields_of_the_token(tmp_path: Path, offset: int, content: bytes) -> None:
    card = personalise("taro", tmp_path, NOW)
    send(card, SELECT_JPKI)
    token = card.execute(bytes.fromhex("00B0860000"))[:-2]

    assert len(token) == 160
    assert content == token[offset : offset + len(content)]


@pytest.mark.parametrize(
    ("number", "good"),
    [("123456789018", True), ("100200300402", True), ("123456789019", False), ("12345678901", False)],
)
def test_2_7_check_digit(number: str, good: bool) -> None:
    assert people.is_my_number(number) is good
