"""The PIN is in one buffer, bound to one request, and gone on every way out."""

import pytest

from kiosk.pinpad import PinPad


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
