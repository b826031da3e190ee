"""Hostile terminals against the whole card: every application, every length; no counter ever rises."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assets
from card import errors, people
from card.virtual import profiles
from card.virtual.applets import ISD_AID, JPKI_AID
from card.virtual.common_card import COMMON_AID, RESIDENT_AID
from card.virtual.icc import VirtualCard
from card.virtual.personalise import personalise
from card.virtual.profiles import CardProfile
from card.virtual.surface import SURFACE_AID
from card.virtual.text import TEXT_AID
from tests.card.cards import NOW, SELECT_JPKI, seeded, send, verify

AIDS = {
    "JPKI": JPKI_AID,
    "text": TEXT_AID,
    "surface": SURFACE_AID,
    "resident": RESIDENT_AID,
    "common": COMMON_AID,
    "ISD": ISD_AID,
}
WORDS = {0x63, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E, 0x6F, 0x90}
_INS = [0x20, 0x24, 0x2A, 0x32, 0x54, 0x82, 0x84, 0x88, 0x8A, 0xA2, 0xA4, 0xAE, 0xB0, 0xB2, 0xCA, 0xFC]


@pytest.mark.parametrize("name", AIDS)
def test_2_1_every_application_by_name_and_by_prefix(tmp_path: Path, name: str) -> None:
    card, aid = personalise("taro", tmp_path, NOW), AIDS[name]

    assert send(card, f"00A4040C{len(aid):02X}{aid.hex()}") == "9000"
    assert send(card, f"00A40400{len(aid):02X}{aid.hex()}00") == "9000"
    assert send(card, f"00A4040C{len(aid) + 1:02X}{aid.hex()}00") == "6A82"
    for size in range(1, len(aid)):
        assert send(card, f"00A4040C{size:02X}{aid[:size].hex()}") == "9000"


@pytest.mark.parametrize("name", AIDS)
def test_2_1_only_channel_0(tmp_path: Path, name: str) -> None:
    card = personalise("taro", tmp_path, NOW)
    for cla in (0x01, 0x02, 0x03, 0x40, 0x5F):
        assert send(card, f"{cla:02X}A4040C{len(AIDS[name]):02X}{AIDS[name].hex()}") == "6881"


def _apdu(cla: int, ins: int, p1: int, p2: int, body: bytes, form: str) -> bytes:
    """Lengths right, wrong or extended, as `form` says."""
    header, size = bytes((cla, ins, p1, p2)), len(body)
    forms = {
        "short": bytes((size & 0xFF,)) + body,
        "short with Le": bytes((size & 0xFF,)) + body + b"\0",
        "extended": b"\0" + size.to_bytes(2, "big") + body,
        "extended with Le": b"\0" + size.to_bytes(2, "big") + body + b"\0\0",
        "extended, too long": b"\0" + (size + 3).to_bytes(2, "big") + body,
        "extended, zero": b"\0\0\0" + body,
        "no length": body,
    }
    return header + forms[form]


_FORMS = ["short", "short with Le", "extended", "extended with Le", "extended, too long", "extended, zero", "no length"]
selects = st.sampled_from(list(AIDS.values())).map(lambda aid: _apdu(0, 0xA4, 4, 0x0C, aid, "short"))
hostile = st.builds(
    _apdu,
    st.sampled_from([0x00, 0x80, 0x08, 0x0C, 0x10, 0x01, 0xFF]),
    st.sampled_from(_INS) | st.integers(0, 255),
    st.sampled_from([0x00, 0x01, 0x02, 0x04, 0x80, 0x98]) | st.integers(0, 255),
    st.sampled_from([0x00, 0x0C, 0x80, 0x91, 0x94, 0x97, 0x98, 0x9B, 0x9C, 0x0D]) | st.integers(0, 255),
    st.binary(max_size=20) | st.binary(min_size=250, max_size=300),
    st.sampled_from(_FORMS),
)


def _counters(card: VirtualCard) -> dict[str, int]:
    """All tries left, asked of the card, which comes back to the ISD."""
    found = {}
    for name, sfis in {
        "JPKI": (0x18, 0x1B),
        "text": (0x11, 0x14, 0x15),
        "common": (0x1C,),
        "resident": (0x1C,),
    }.items():
        send(card, f"00A4040C0A{AIDS[name].hex()}")
        for sfi in sfis:
            found[f"{name} {sfi:02X}"] = int(send(card, f"002000{0x80 | sfi:02X}")[-1], 16)
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([profiles.CONTACT, profiles.EXTENDED]), st.lists(selects | hostile, max_size=15))
def test_any_commands_get_a_status_word_and_no_counter_rises(
    tmp_path: Path, profile: CardProfile, commands: list[bytes]
) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profile, random_bytes=seeded(3))
    before = _counters(card)
    for command in commands:
        answer = card.execute(command)
        assert 2 <= len(answer) <= 65538
        assert answer[-2] in WORDS
    again = personalise("taro", tmp_path, NOW, random_bytes=seeded(4))
    after = _counters(again)

    # Nobody guesses these values by chance: tries may be spent, and none come back.
    assert all(after[name] <= before[name] for name in before)


@given(st.binary(max_size=70_000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_of_any_length(tmp_path: Path, command: bytes) -> None:
    card = personalise("hanako", tmp_path, NOW, profile=profiles.EXTENDED)

    assert card.execute(command)[-2] in WORDS


_PERSON = """[card]
pin = "1234"
birthday = 1980-01-01
auth_cert_serial = 1
prefecture = "A"
municipality = "B"
[card.face]
name = "x"
address = "y"
sex = "男"
my_number = "100200300402"
security_code = "0000"
expires = 2030-01-01
municipality_code = "01235"
"""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param(
            "100200300402", "100200300403", "15|card.face.my_number: Value error, must be twelve", id="check-digit"
        ),
        pytest.param("100200300402", "10020030040", "card.face.my_number", id="eleven-digits"),
        pytest.param("100200300402", "１００２００３００４０２", "card.face.my_number", id="full-width-digits"),
        pytest.param("1980-01-01", "1980-02-30", "not TOML", id="no-such-day"),
        pytest.param("1980-01-01", '"1980-01-01"', "card.birthday: Input should be a valid date", id="date-as-text"),
        pytest.param('sex = "男"', 'sex = "male"', "card.face.sex", id="sex"),
        pytest.param('"0000"', '"00000"', "card.face.security_code", id="security-code"),
        pytest.param("01235", "012351", "card.face.municipality_code", id="six-digit-municipality"),
        pytest.param("[card.face]", 'colour = "red"\n[card.face]', "card.colour: Extra inputs", id="unknown-key"),
        pytest.param('name = "x"', 'name = "x"\nnick = "z"', "card.face.nick: Extra inputs", id="unknown-key-of-face"),
        pytest.param(
            "birthday", 'text_pin = "12"\nbirthday', "card.text_pin: Value error, must be four", id="text-pin"
        ),
        pytest.param("birthday", "ca_year = 2016\nbirthday", "card.ca_year", id="generation"),
    ],
)
def test_a_people_file_with_a_mistake_names_file_line_and_field(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    path = tmp_path / "x.toml"
    path.write_text(_PERSON)
    assert people.read_file(path).face is not None
    path.write_text(_PERSON.replace(right, wrong))
    with pytest.raises(errors.PersonError) as caught:
        people.read_file(path)

    assert f"{path}:" in str(caught.value)
    assert said.rpartition("|")[2] in str(caught.value)
    assert "100200300" not in str(caught.value)


@pytest.mark.parametrize(
    ("number", "right"),
    [("123456789018", True), ("100200300402", True), ("123456789012", False), ("12345678901", False), ("", False)],
)
def test_2_7_the_check_digit_of_an_individual_number(number: str, right: bool) -> None:
    assert right == people.is_my_number(number)


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_2_7_one_check_digit_and_no_other(number: str) -> None:
    assert sum(people.is_my_number(number + digit) for digit in "0123456789") == 1


@pytest.mark.proves("fault-08")
@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 0.75, 0.99])
def test_a_state_file_cut_anywhere_is_refused_and_never_gives_tries_back(tmp_path: Path, part: float) -> None:
    card = personalise("taro", tmp_path, NOW)
    assert send(card, SELECT_JPKI, verify(b"9999")) == "63C2"
    path = tmp_path / "taro.json"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])

    assert send(card, verify(b"1234")) == "6581"
    with pytest.raises(errors.StateDamaged):
        personalise("taro", tmp_path, NOW)


def _in_both() -> list[str]:
    """Everybody who has a card with a face and stands in a register."""
    named = {person: tomllib.loads(assets.path(f"people/{person}.toml").read_text()) for person in people.ids()}
    return [person for person, one in named.items() if "face" in one["card"] and "register" in one]


def test_somebody_is_in_both() -> None:
    assert len(_in_both()) >= 8


@pytest.mark.parametrize("person", _in_both())
def test_the_face_of_a_card_agrees_with_the_register(person: str) -> None:
    """What a file says twice, for two readers, it says alike."""
    tables = tomllib.loads(assets.path(f"people/{person}.toml").read_text())
    face, register = tables["card"]["face"], tables["register"]

    between = " " if "foreign" in register else "　"
    name = f"{register['family_name']}{between}{register['given_name']}"
    # A card's text has the base character where the register has a variation sequence.
    assert "".join(one for one in name if not 0xE0100 <= ord(one) <= 0xE01EF) == face["name"]
    for key in ("sex", "my_number"):
        assert register[key] == face[key]
    # The card of somebody who moved abroad says so in the place of an address.
    assert face["address"] == register["address"] or face["address"].startswith("国外転出")
    known = str(register["birthday"]).partition("X")[0]  # the register may not know the day
    assert str(tables["card"]["birthday"]).startswith(known)
    assert register["municipality"].startswith(face["municipality_code"])
