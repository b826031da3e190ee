"""Every file of card.md §2, read from a card: physical size, content, who opens it. Ids name AP and EF."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from PIL import Image

from card import people
from card.authority import keys
from card.virtual import cv, profiles
from card.virtual.icc import VirtualCard
from card.virtual.personalise import personalise
from tests.card.cards import DIGEST_INFO, NOW, SELECT_ISD, SELECT_JPKI, send, verify

COMMON, RESIDENT = "00A4040C0A D3921000310001010100", "00A4040C0A D3921000310001010401"
TEXT, SURFACE = "00A4040C0A D3921000310001010408", "00A4040C0A D3921000310001010402"
PIN, PASSWORD = verify(b"1234"), verify(b"ABC123", 0x1B)
TEXT_PIN, CODE_A, CODE_B = verify(b"1111", 0x11), verify(b"100200300402", 0x14), verify(b"55021720362285", 0x15)
BIRTH, FACE_B, FACE_A = verify(b"550217", 0x11), verify(b"55021720362285", 0x12), verify(b"100200300402", 0x13)
WRONG = b"000000"


@pytest.fixture
def card(tmp_path: Path) -> VirtualCard:
    return personalise("taro", tmp_path, NOW)


def read(card: VirtualCard, fid: int) -> bytes:
    """The whole physical file, in blocks of 256."""
    content = b""
    card.execute(bytes.fromhex(f"00A4020C02{fid:04X}"))
    while (answer := card.execute(bytes.fromhex(f"00B0{len(content):04X}00")))[-2:] == b"\x90\x00":
        content += answer[:-2]
    return content


def objects(raw: bytes) -> dict[int, bytes]:
    """Objects of a BER-TLV value by tag, filler at the end left out."""
    found = {}
    while raw and raw[0] and raw[:2] != b"\xff\xff":
        tag_size = 2 if raw[0] & 0x1F == 0x1F else 1
        tag, raw = int.from_bytes(raw[:tag_size], "big"), raw[tag_size:]
        count = raw[0] & 0x7F if raw[0] & 0x80 else 0
        size = int.from_bytes(raw[1 : 1 + count], "big") if count else raw[0]
        found[tag], raw = raw[1 + count : 1 + count + size], raw[1 + count + size :]
    return found


def public_key(raw: bytes) -> rsa.RSAPublicKey:
    assert len(raw) == 265
    parts = objects(raw)
    return rsa.RSAPublicNumbers(int.from_bytes(parts[0x90], "big"), int.from_bytes(parts[0x91], "big")).public_key()


def checked(key: rsa.RSAPublicKey, signature: bytes, content: bytes) -> bool:
    key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
    return True


@pytest.mark.parametrize(
    ("select", "opens", "fid", "locked", "size"),
    [
        pytest.param(SELECT_JPKI, [PASSWORD], 0x01, "6982", 2048, id="JPKI-0001-password"),
        pytest.param(SELECT_JPKI, [], 0x02, "9000 +256", 2048, id="JPKI-0002-free"),
        pytest.param(SELECT_JPKI, [], 0x06, "9000 +160", 160, id="JPKI-0006-free"),
        pytest.param(SELECT_JPKI, [], 0x08, "9000 +3", 3, id="JPKI-0008-free"),
        pytest.param(SELECT_JPKI, [PIN, PASSWORD], 0x09, "6982", 0, id="JPKI-0009-nobody"),
        pytest.param(SELECT_JPKI, [], 0x0A, "9000 +256", 2048, id="JPKI-000A-free"),
        pytest.param(SELECT_JPKI, [], 0x0B, "9000 +256", 2048, id="JPKI-000B-free"),
        pytest.param(SELECT_JPKI, [PIN], 0x10, "6981", 0, id="JPKI-0010-reference"),
        pytest.param(SELECT_JPKI, [PIN], 0x16, "6981", 0, id="JPKI-0016-terminal-CA"),
        pytest.param(SELECT_JPKI, [PIN], 0x17, "6981", 0, id="JPKI-0017-key"),
        pytest.param(SELECT_JPKI, [PIN], 0x18, "6981", 0, id="JPKI-0018-PIN"),
        pytest.param(SELECT_JPKI, [PASSWORD], 0x1A, "6981", 0, id="JPKI-001A-key"),
        pytest.param(SELECT_JPKI, [PASSWORD], 0x1B, "6981", 0, id="JPKI-001B-password"),
        pytest.param(TEXT, [TEXT_PIN], 0x01, "6982", 17, id="text-0001-PIN"),
        pytest.param(TEXT, [CODE_A], 0x01, "6982", 17, id="text-0001-A"),
        pytest.param(TEXT, [CODE_B], 0x01, "6982", 0, id="text-0001-not-B"),
        pytest.param(TEXT, [TEXT_PIN], 0x02, "6982", 1024, id="text-0002-PIN"),
        pytest.param(TEXT, [CODE_B], 0x02, "6982", 1024, id="text-0002-B"),
        pytest.param(TEXT, [CODE_A], 0x02, "6982", 0, id="text-0002-not-A"),
        pytest.param(TEXT, [TEXT_PIN], 0x03, "6982", 336, id="text-0003-PIN"),
        pytest.param(TEXT, [CODE_A], 0x03, "6982", 336, id="text-0003-A"),
        pytest.param(TEXT, [CODE_B], 0x03, "6982", 336, id="text-0003-B"),
        pytest.param(TEXT, [], 0x04, "9000 +256", 568, id="text-0004-free"),
        pytest.param(TEXT, [], 0x05, "9000 +256", 256, id="text-0005-free"),
        pytest.param(TEXT, [CODE_B], 0x06, "6982", 269, id="text-0006-B"),
        pytest.param(TEXT, [CODE_A], 0x07, "6982", 536, id="text-0007-A"),
        pytest.param(TEXT, [TEXT_PIN], 0x08, "6982", 16, id="text-0008-PIN"),
        pytest.param(TEXT, [TEXT_PIN], 0x11, "6981", 0, id="text-0011-PIN"),
        pytest.param(TEXT, [TEXT_PIN], 0x13, "6981", 0, id="text-0013-key"),
        pytest.param(SURFACE, [BIRTH], 0x01, "6982", 547, id="surface-0001-birth"),
        pytest.param(SURFACE, [FACE_A, FACE_B], 0x01, "6982", 0, id="surface-0001-neither-A-nor-B"),
        pytest.param(SURFACE, [FACE_B], 0x02, "6982", 8192, id="surface-0002-B"),
        pytest.param(SURFACE, [FACE_A], 0x02, "6982", 8192, id="surface-0002-A"),
        pytest.param(SURFACE, [BIRTH], 0x02, "6982", 0, id="surface-0002-not-birth"),
        pytest.param(SURFACE, [], 0x03, "9000 +256", 320, id="surface-0003-free"),
        pytest.param(SURFACE, [], 0x04, "9000 +256", 568, id="surface-0004-free"),
        pytest.param(SURFACE, [FACE_A], 0x05, "6982", 1024, id="surface-0005-A"),
        pytest.param(SURFACE, [FACE_B], 0x05, "6982", 0, id="surface-0005-not-B"),
        pytest.param(SURFACE, [FACE_B], 0x06, "6982", 16, id="surface-0006-B"),
        pytest.param(SURFACE, [FACE_A], 0x13, "6981", 0, id="surface-0013-A"),
        pytest.param(SURFACE, [], 0x1A, "6981", 0, id="surface-001A-key"),
        pytest.param(COMMON, [], 0x01, "6981", 0, id="common-0001-records"),
        pytest.param(COMMON, [], 0x19, "6981", 0, id="common-0019-key"),
        pytest.param(RESIDENT, [], 0x02, "6981", 0, id="resident-0002-records"),
        pytest.param(RESIDENT, [], 0x1C, "6981", 0, id="resident-001C-PIN"),
    ],
)
def test_files_sizes_and_access(
    card: VirtualCard, select: str, opens: list[str], fid: int, locked: str, size: int
) -> None:
    assert locked == send(card, select, f"00B0{0x80 | fid:02X}0000")
    for command in opens:
        assert send(card, command) == "9000"
    assert size == len(read(card, fid))


def test_text_0001_is_the_number_with_two_bytes_of_filler(card: VirtualCard) -> None:
    send(card, TEXT, TEXT_PIN)

    assert bytes.fromhex("FF100C") + b"100200300402" + b"\xff\xff" == read(card, 0x01)


def test_text_0002_has_a_right_offset_table(card: VirtualCard) -> None:
    send(card, TEXT, TEXT_PIN)
    raw = read(card, 0x02)
    value = objects(raw)[0xFF20]
    fields = objects(value)
    table = fields[0xDF21]
    offsets = [int.from_bytes(table[at : at + 2], "big") for at in range(0, 8, 2)]

    assert [raw[at : at + 2].hex() for at in offsets] == ["df22", "df23", "df24", "df25"]
    assert "石狩　太郎".encode() == fields[0xDF22]
    assert "北海道石狩市花川北六条一丁目３０番地２".encode() == fields[0xDF23]
    assert (fields[0xDF24], fields[0xDF25]) == (b"19800217", b"1")
    assert set(raw[len(raw) - 800 :]) == {0xFF}


def test_text_0003_signs_the_digests_of_0001_and_0002(card: VirtualCard) -> None:
    """EF 0001 as stored, filler and all; of EF 0002 what follows the offset table."""
    send(card, TEXT, TEXT_PIN)
    raw = read(card, 0x03)
    parts = objects(objects(raw)[0xFF30])
    attributes = objects(read(card, 0x02))[0xFF20]
    certified = objects(objects(read(card, 0x04))[0x7F21])[0x5F4E]

    assert bytes.fromhex("FF3082014BDF3120") == raw[:8]
    assert hashlib.sha256(read(card, 0x01)).digest() == parts[0xDF31]
    assert hashlib.sha256(attributes[11:]).digest() == parts[0xDF32]
    assert checked(public_key(certified[32:]), parts[0xDF33], raw[5:75])


def test_text_0004_is_a_card_verifiable_certificate(card: VirtualCard) -> None:
    send(card, TEXT)
    raw = read(card, 0x04)
    parts = objects(objects(raw)[0x7F21])
    body = parts[0x5F4E]

    assert bytes.fromhex("7F218202335F4E820129") == raw[:10]
    assert (body[:16], body[16:32]) == (b"9000033\x08\x05001" + bytes(4), b"0123521\x08\x05000" + bytes(4))
    assert checked(keys.cv_key(cv.TEXT_CA).public_key(), parts[0x5F37], body)
    assert keys.cv_key(cv.MUNICIPALITY).public_key() == public_key(body[32:])


@pytest.mark.parametrize(("profile", "flag"), [(profiles.CONTACT, 0x00), (profiles.EXTENDED, 0x03)])
def test_text_0005_tells_extended_length(tmp_path: Path, profile: profiles.CardProfile, flag: int) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profile)
    send(card, TEXT)
    raw = read(card, 0x05)
    parts = objects(objects(raw)[0xFF40])

    assert bytes((0x01, flag, 0x0E, 0x01)) == parts[0xDF41]
    assert (len(parts[0xDF42]), len(parts[0xDF43]), len(raw)) == (16, 128, 256)
    assert parts[0xDF43][32:] == b"\xff" * 96


def test_text_0006_is_a_key_that_signs_nothing_here(card: VirtualCard) -> None:
    send(card, TEXT, CODE_A)
    session = public_key(objects(read(card, 0x06))[0xA1])

    assert keys.delivery_key("taro").public_key() == session
    assert keys.presence_key("taro").public_key() != session


def test_text_0007_and_0013_prove_that_the_chip_is_there(card: VirtualCard) -> None:
    send(card, TEXT, CODE_B)
    raw = read(card, 0x07)
    parts = objects(objects(raw)[0xFF50])
    own = public_key(parts[0xDF51])
    signature = card.execute(bytes.fromhex(f"802A000033{DIGEST_INFO.hex()}00"))

    assert bytes.fromhex("FF50820213DF51820109") == raw[:10]
    assert checked(keys.cv_key(cv.MUNICIPALITY).public_key(), parts[0xDF52], raw[5:275])
    assert own.recover_data_from_signature(signature[:-2], padding.PKCS1v15(), None) == DIGEST_INFO


def test_text_0008_is_sixteen_ff(card: VirtualCard) -> None:
    send(card, TEXT, CODE_A)

    assert read(card, 0x08) == b"\xff" * 16


def surface_key(card: VirtualCard) -> rsa.RSAPublicKey:
    """The municipality's key, certified in EF 0004."""
    parts = objects(objects(read(card, 0x04))[0x7F21])
    assert checked(keys.cv_key(cv.SURFACE_CA).public_key(), parts[0x5F37], parts[0x5F4E])
    return public_key(parts[0x5F4E][32:])


def test_surface_0001_is_a_signed_date_of_birth(card: VirtualCard) -> None:
    send(card, SURFACE, BIRTH)
    raw = read(card, 0x01)
    parts = objects(objects(raw)[0xFF10])

    assert bytes.fromhex("FF1082021EDF1108") + b"19800217" + bytes.fromhex("DF12820109") == raw[:21]
    assert checked(surface_key(card), parts[0xDF13], raw[5 : 5 + 11 + 270])
    assert keys.presence_key("taro").public_key() == public_key(parts[0xDF12])


def test_surface_0002_is_the_face_with_offsets_and_a_signature_in_three_parts(card: VirtualCard) -> None:
    send(card, SURFACE, FACE_B)
    raw = read(card, 0x02)
    value = objects(raw)[0xFF20]
    parts = objects(value)
    table = parts[0xDF21]
    offsets = [int.from_bytes(table[at : at + 2], "big") for at in range(0, len(table), 2)]
    ends = [*offsets[1:], len(value) + 5]
    fields = [raw[start:end] for start, end in zip(offsets, ends, strict=True)]
    digests = [hashlib.sha256(b"".join(fields[at:to])).digest() for at, to in ((0, 3), (3, 5), (5, 6))]

    assert [field[:2].hex() for field in fields] == [f"df{tag:02x}" for tag in range(0x22, 0x2B)]
    assert (parts[0xDF22], parts[0xDF23], parts[0xDF29]) == (b"19800217", b"1", b"20360217")
    assert checked(surface_key(card), parts[0xDF28], b"".join(digests))
    assert set(raw[5 + len(value) :]) == {0xFF}


def test_surface_pictures_are_what_a_reader_expects(card: VirtualCard) -> None:
    send(card, SURFACE, FACE_A)
    face, number = objects(objects(read(card, 0x02))[0xFF20]), objects(objects(read(card, 0x05))[0xFF40])
    raw = {0xDF27: face[0xDF27], 0xDF2A: face[0xDF2A], 0xDF41: number[0xDF41], 0xDF25: face[0xDF25]}
    pictures = {tag: Image.open(io.BytesIO(content)) for tag, content in raw.items()}

    assert {tag: (one.format, one.mode) for tag, one in pictures.items()} == {
        0xDF27: ("JPEG2000", "L"),
        0xDF2A: ("PNG", "1"),
        0xDF41: ("PNG", "1"),
        0xDF25: ("PNG", "1"),
    }
    assert raw[0xDF27][4:8] == b"jP  "
    assert (pictures[0xDF41].size, pictures[0xDF2A].size) == ((72, 12), (24, 12))
    assert all(one.convert("L").getextrema() != (255, 255) for one in pictures.values())


def test_surface_0003_names_the_municipality(card: VirtualCard) -> None:
    send(card, SURFACE)
    parts = objects(objects(read(card, 0x03))[0xFF30])

    assert (parts[0xDF31], parts[0xDF33], parts[0xDF34]) == (bytes.fromhex("06000E01"), b"\0", b"01235")
    assert (len(parts[0xDF32]), len(parts[0xDF35])) == (16, 272)


def test_surface_0005_is_the_signed_picture_of_the_number(card: VirtualCard) -> None:
    send(card, SURFACE, FACE_A)
    raw = read(card, 0x05)
    value = objects(raw)[0xFF40]
    parts = objects(value)

    assert checked(surface_key(card), parts[0xDF43], value[: len(value) - 261])
    assert keys.presence_key("taro").public_key() == public_key(parts[0xDF42])


def test_surface_key_proves_that_the_chip_is_there(card: VirtualCard) -> None:
    send(card, SURFACE)
    signature = card.execute(bytes.fromhex(f"802A000033{DIGEST_INFO.hex()}00"))[:-2]
    key = keys.presence_key("taro").public_key()

    assert key.recover_data_from_signature(signature, padding.PKCS1v15(), None) == DIGEST_INFO
    assert send(card, "0088009A015A00") == "6985"


def test_text_0012_is_blocked_on_every_card(card: VirtualCard) -> None:
    assert send(card, TEXT, "00200092") == "63C0"
    assert send(card, verify(b"1111", 0x12)) == "6984"


def test_common_0001_holds_number_municipality_and_last_day(card: VirtualCard) -> None:
    send(card, COMMON)
    record = card.execute(bytes.fromhex("00B2010C00"))[:-2]

    assert record == b"\x01\x1c" + b"000000001000101" + b"01235" + b"20360217"
    assert record == card.execute(bytes.fromhex("00B2010400"))[:-2]
    assert record == card.execute(bytes.fromhex("00B2010D00"))[:-2]


def test_common_0002_and_resident_0002_are_the_same_key_reference(card: VirtualCard) -> None:
    found = []
    for select in (COMMON, RESIDENT):
        send(card, select)
        found.append(card.execute(bytes.fromhex("00B2011400")))

    assert found[0] == found[1]
    assert found[0][:2] == b"\x01\x10"


def test_common_0019_answers_a_challenge(card: VirtualCard) -> None:
    send(card, COMMON)
    answer = card.execute(bytes.fromhex("0088009910" + "5A" * 16 + "00"))

    assert checked(keys.cv_key("internal-authentication").public_key(), answer[:-2], b"\x5a" * 16)
    assert send(card, "00880099", "00880099FF" + "5A" * 255 + "00") == "9000 +256"


@pytest.mark.parametrize(
    ("select", "command", "answer"),
    [
        pytest.param(SELECT_JPKI, "00880097015A00", "6982", id="JPKI-key-behind-a-PIN"),
        pytest.param(TEXT, "00880093015A00", "6985", id="text-key-signs-otherwise"),
        pytest.param(COMMON, "0088009C015A00", "6981", id="common-PIN-is-no-key"),
        pytest.param(COMMON, "0088009900", "6700", id="common-no-challenge"),
        pytest.param(COMMON, "802A0099015A00", "6985", id="common-key-signs-nothing"),
        pytest.param(COMMON, "802A0000015A00", "6A86", id="common-has-no-own-key"),
        pytest.param(TEXT, "802A0100015A00", "6A86", id="text-key-pads-only"),
        pytest.param(TEXT, "802A0093015A00", "9000 +256", id="text-key-by-short-id"),
    ],
)
def test_what_other_keys_say(card: VirtualCard, select: str, command: str, answer: str) -> None:
    assert answer == send(card, select, command)


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        pytest.param(0x0042, b"9000020\x08\x05001" + bytes(4), id="0042-issuer"),
        pytest.param(0x0045, b"000000001000101", id="0045-card-number"),
        pytest.param(0x00F0, b"01235", id="00F0-municipality"),
        pytest.param(0x00F2, b"20360217", id="00F2-expiry"),
        pytest.param(0x00F7, b"9000021\x08\x05001" + bytes(4), id="00F7-intermediate"),
        pytest.param(0x5F51, profiles.CONTACT.atr[1:], id="5F51-contact-ATR"),
    ],
)
def test_data_objects_of_the_isd(card: VirtualCard, tag: int, content: bytes) -> None:
    assert content + b"\x90\x00" == card.execute(bytes.fromhex(f"00CA{tag:04X}00"))
    assert content + b"\x90\x00" == card.execute(bytes.fromhex(f"00CA{tag:04X}{len(content):02X}"))
    assert send(card, SELECT_JPKI, SELECT_ISD, f"00CA{tag:04X}00") == f"9000 +{len(content)}"


def test_data_object_0066_is_card_recognition_data(card: VirtualCard) -> None:
    answer = card.execute(bytes.fromhex("00CA006600"))

    assert answer.startswith(bytes.fromhex("73")) and bytes.fromhex("06072A864886FC6B01") in answer
    assert len(answer) - 4 == answer[1]


def test_the_certificates_of_the_isd_are_a_chain_and_need_extended_length(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.EXTENDED)
    assert send(card, "00CA00F800") == "6700"
    upper, lower = (objects(card.execute(bytes.fromhex(f"00CA{tag}000000"))[:-2]) for tag in ("00F8", "7F21"))

    assert checked(keys.cv_key(cv.CARD_CA).public_key(), upper[0x5F37], upper[0x5F4E])
    assert checked(public_key(upper[0x5F4E][32:]), lower[0x5F37], lower[0x5F4E])
    assert upper[0x5F4E][16:32] == lower[0x5F4E][:16]
    assert send(card, "00CA9F7F00") == "6A88"


def test_a_card_without_a_face_has_the_jpki_application_alone(tmp_path: Path) -> None:
    phone = personalise("taro", tmp_path, NOW, profile=profiles.ANDROID)

    assert send(phone, SELECT_JPKI) == "9000"
    for select in (TEXT, SURFACE, COMMON, RESIDENT):
        assert send(phone, select) == "6A82"
    assert send(phone, SELECT_ISD, "00CA004500") == "6A88"


COUNTERS = [
    pytest.param(SELECT_JPKI, 0x18, 3, b"1234", id="JPKI-0018"),
    pytest.param(SELECT_JPKI, 0x1B, 5, b"ABC123", id="JPKI-001B"),
    pytest.param(TEXT, 0x11, 3, b"1111", id="text-0011"),
    pytest.param(TEXT, 0x14, 10, b"100200300402", id="text-0014-A"),
    pytest.param(TEXT, 0x15, 10, b"55021720362285", id="text-0015-B"),
    pytest.param(SURFACE, 0x11, 10, b"550217", id="surface-0011-birth"),
    pytest.param(SURFACE, 0x12, 10, b"55021720362285", id="surface-0012-B"),
    pytest.param(SURFACE, 0x13, 10, b"100200300402", id="surface-0013-A"),
    pytest.param(COMMON, 0x1C, 3, b"2222", id="common-001C"),
    pytest.param(RESIDENT, 0x1C, 3, b"2222", id="resident-001C"),
]


@pytest.mark.parametrize(("select", "sfi", "most", "value"), COUNTERS)
def test_every_counter_counts_for_itself(
    card: VirtualCard, tmp_path: Path, select: str, sfi: int, most: int, value: bytes
) -> None:
    query = f"002000{0x80 | sfi:02X}"
    others = [(one.values[0], one.values[1], one.values[2]) for one in COUNTERS if one.values[:2] != (select, sfi)]
    assert f"63C{most:X}" == send(card, select, query)
    for left in reversed(range(most)):
        assert f"63C{left:X}" == send(card, verify(WRONG, sfi))
    assert send(card, verify(value, sfi)) == "6984"
    assert send(card, query) == "63C0"
    for other, its_sfi, its_most in others:
        assert send(card, str(other), f"002000{0x80 | int(str(its_sfi)):02X}") == f"63C{its_most:X}"
    assert send(personalise("taro", tmp_path, NOW), select, query) == "63C0"


@pytest.mark.parametrize(("select", "sfi", "most", "value"), COUNTERS)
def test_a_match_gives_all_tries_back(card: VirtualCard, select: str, sfi: int, most: int, value: bytes) -> None:
    query = f"002000{0x80 | sfi:02X}"

    assert send(card, select, verify(WRONG, sfi), query) == f"63C{most - 1:X}"
    assert send(card, verify(value, sfi), query) == f"63C{most:X}"


@pytest.mark.parametrize(
    ("select", "sfi", "value", "change", "refused"),
    [
        pytest.param(TEXT, 0x11, b"1111", "00240191", "80320091", id="text-0011-by-CHANGE-REFERENCE-DATA"),
        pytest.param(COMMON, 0x1C, b"2222", "8032009C", "0024019C", id="common-001C-by-CHANGE-KEY"),
        pytest.param(RESIDENT, 0x1C, b"2222", "8032009C", "0024019C", id="resident-001C-by-CHANGE-KEY"),
    ],
)
def test_pins_are_changed_by_the_instruction_of_their_application(
    card: VirtualCard, tmp_path: Path, select: str, sfi: int, value: bytes, change: str, refused: str
) -> None:
    new = "04" + b"8642".hex()

    assert send(card, select, change + new) == "6982"
    assert send(card, verify(value, sfi), refused + new) == "6985"
    assert send(card, change + "03" + b"864".hex()) == "6A80"
    assert send(card, change + new) == "9000"
    again = personalise("taro", tmp_path, NOW)
    assert send(again, select, verify(value, sfi)) == "63C2"
    assert send(again, verify(b"8642", sfi)) == "9000"


def test_the_numbers_printed_on_a_card_are_not_the_holders_to_change(card: VirtualCard) -> None:
    assert send(card, TEXT, CODE_A, "00240194 0C" + b"100200300402".hex()) == "6982"


@pytest.mark.parametrize("person", [person for person in people.ids() if people.read(person).face])
def test_every_card_opens_with_its_own_numbers(tmp_path: Path, person: str) -> None:
    holder = people.read(person)
    card = personalise(person, tmp_path, NOW)
    assert holder.face is not None

    assert send(card, TEXT, verify(holder.face.my_number.encode(), 0x14)) == "9000"
    assert holder.face.my_number.encode() in read(card, 0x01)
    assert send(card, COMMON, verify((holder.resident_pin or holder.pin).encode(), 0x1C)) == "9000"


_READERS: dict[str, Callable[[VirtualCard], bytes]] = {
    "all at once": lambda card: card.execute(bytes.fromhex("00B0860000"))[:-2],
    "twenty (TRET)": lambda card: card.execute(bytes.fromhex("00B0860014"))[:-2],
    "thirty-two (myna)": lambda card: card.execute(bytes.fromhex("00B0860020"))[:-2],
}


@pytest.mark.parametrize("way", _READERS)
def test_token_0006_as_clients_read_it(card: VirtualCard, way: str) -> None:
    send(card, SELECT_JPKI)

    assert _READERS[way](card)[:20] == b"JPKIAPICCTOKEN2     "
