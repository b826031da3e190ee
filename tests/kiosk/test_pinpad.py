"""The PIN is in one buffer, bound to one request, and gone on every way out."""

import pytest

from kiosk import new_secret
from kiosk.pinpad import PinPad
from kiosk.session.states import Secret


def typed(digits: str) -> PinPad:
    pad = PinPad()
    for digit in digits:
        pad.press(digit)
    return pad


def test_counts_digits_and_drops_a_fifth() -> None:
    pad = typed("12345")
    pad.commit("a")

    with pad.taken("a") as pin:
        assert bytes(pin) == b"1234"


def test_the_lent_buffer_is_overwritten_after_use() -> None:
    pad = typed("1234")
    pad.commit("a")
    with pad.taken("a") as pin:
        pass

    assert bytes(4) == bytes(pin)


def test_the_lent_buffer_is_overwritten_when_the_card_breaks() -> None:
    pad = typed("1234")
    pad.commit("a")
    with pytest.raises(RuntimeError), pad.taken("a") as pin:
        raise RuntimeError

    assert bytes(4) == bytes(pin)


@pytest.mark.proves("I4")
def test_a_request_given_up_finds_no_digits_and_never_the_next_customers() -> None:
    pad = typed("1234")
    pad.commit("first")
    pad.drop("first")
    for digit in "9999":
        pad.press(digit)
    pad.commit("second")

    with pad.taken("first") as pin:
        assert bytes(pin) == b""


def test_digits_are_taken_once() -> None:
    pad = typed("1234")
    pad.commit("a")
    with pad.taken("a"):
        pass

    with pad.taken("a") as pin:
        assert bytes(pin) == b""


def test_correct_forgets_all_digits() -> None:
    pad = typed("12")

    assert pad.correct() == 0
    assert pad.press("7") == 1


def test_wipe_all_reaches_what_was_set_aside() -> None:
    pad = typed("1234")
    pad.commit("a")
    pad.wipe_all()

    with pad.taken("a") as pin:
        assert bytes(pin) == b""


@pytest.mark.parametrize("key", ["", "12", "x", "-", "４"])
def test_only_keys_of_the_pad(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        PinPad().press(key)


def test_says_nothing_about_itself() -> None:
    pad = typed("1234")

    assert "1234" not in repr(pad)


def test_small_letters_of_a_password_count_as_capitals_and_never_cost_a_try() -> None:
    pad = PinPad()
    for key in "abc123":
        pad.press(key, Secret.SIGNATURE)
    pad.commit("a")

    with pad.taken("a") as password:
        assert bytes(password) == b"ABC123"
    with pytest.raises(ValueError, match="not a key"):
        pad.press("a", Secret.AUTHENTICATION)
    with pytest.raises(ValueError, match="not a key"):
        pad.press("ß", Secret.SIGNATURE)


def keyed(pad: PinPad, keys: str, secret: Secret = Secret.AUTHENTICATION) -> PinPad:
    for key in keys:
        pad.press(key, secret)
    return pad


def test_the_present_and_the_new_one_go_with_one_request_and_are_wiped_together() -> None:
    pad = keyed(PinPad(), "1234")
    pad.keep()
    assert pad.count == 0
    assert keyed(pad, "8051").accept(Secret.AUTHENTICATION, changes=True) == ""
    assert keyed(pad, "8051").repeats()
    pad.commit("a")

    with pad.all_taken("a") as secrets:
        assert [bytes(one) for one in secrets] == [b"1234", b"8051"]
    assert [bytes(one) for one in secrets] == [bytes(4), bytes(4)]
    with pad.all_taken("a") as secrets:
        assert secrets == ()


def test_another_new_one_takes_the_place_of_the_one_before() -> None:
    pad = keyed(PinPad(), "1234")
    pad.keep()
    keyed(pad, "8051").accept(Secret.AUTHENTICATION, changes=True)
    assert not keyed(pad, "8052").repeats()
    keyed(pad, "9063").accept(Secret.AUTHENTICATION, changes=True)
    pad.commit("a")

    with pad.all_taken("a") as secrets:
        assert [bytes(one) for one in secrets] == [b"1234", b"9063"]


def test_what_was_kept_is_wiped_with_the_rest() -> None:
    pad = keyed(PinPad(), "1234")
    pad.keep()
    pad.wipe()
    keyed(pad, "8051").commit("a")

    with pad.all_taken("a") as secrets:
        assert [bytes(one) for one in secrets] == [b"8051"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("1234", "in-order"),
        ("8765", "in-order"),
        ("7890", "in-order"),
        ("7777", "repeated"),
        ("1212", "repeated"),
        ("0229", "date"),
        ("1231", "date"),
        ("1954", "date"),
        ("2011", "date"),
        ("805", "form"),
        ("3971", "same"),
        ("8051", ""),
        ("1301", ""),
        ("2099", ""),
    ],
)
def test_what_others_try_first_is_refused_as_a_new_pin(new: str, said: str) -> None:
    assert new_secret.objection(Secret.AUTHENTICATION, new.encode(), b"3971") == said


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("KIOSK2026", ""),
        ("A19800401", "date"),
        ("TARO20010229X", "date"),
        ("AAAAA1", "repeated"),
        ("ABCDEF", "form"),
        ("123456", "form"),
        ("AB123", "form"),
        ("ABC123", "same"),
    ],
)
def test_what_others_try_first_is_refused_as_a_new_password(new: str, said: str) -> None:
    assert new_secret.objection(Secret.SIGNATURE, new.encode(), b"ABC123") == said


def test_few_pins_are_refused() -> None:
    refused = sum(bool(new_secret.objection(Secret.AUTHENTICATION, f"{pin:04d}".encode())) for pin in range(10_000))

    assert refused < 700
