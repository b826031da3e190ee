"""Text entry by touch: kana with marks and small ones, what is erased, what may be left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.buttons import Button
from kiosk.session.entries import LONGEST_NAME, Entries, Name, lot_typed
from kiosk.session.states import Step
from tests.kiosk.session.visit import DESK, at


@pytest.mark.parametrize(
    ("typed", "turns", "becomes"),
    [
        ("か", 1, "が"),
        ("か", 2, "か"),
        ("は", 1, "ば"),
        ("は", 2, "ぱ"),
        ("は", 3, "は"),
        ("う", 1, "ゔ"),
        ("な", 1, "な"),
        ("ー", 1, "ー"),
    ],
)
def test_one_key_gives_marks_and_takes_them_off_again(typed: str, turns: int, becomes: str) -> None:
    name = Name(reading="い" + typed)
    for _ in range(turns):
        name = name.voiced()

    assert name.reading == "い" + becomes


@pytest.mark.parametrize("pair", ["やゃ", "ゆゅ", "よょ", "つっ", "あぁ", "わゎ"])
def test_one_key_makes_small_and_large_again(pair: str) -> None:
    large, small = pair

    assert Name(reading=large).small().reading == small
    assert Name(reading=small).small().reading == large


@pytest.mark.parametrize("kana", ["か", "が", "ん", "ー", "ま"])
def test_what_has_no_small_form_stays(kana: str) -> None:
    assert Name(reading=kana).small().reading == kana


def test_erasing_takes_kana_first_and_then_what_is_done() -> None:
    name = Name().typed("い").typed("し").chosen("石").typed("か")

    assert (name.text, name.reading, name.is_done) == ("石", "か", False)
    assert name.erased() == Name(text="石")
    assert name.erased().is_done
    assert name.erased().erased() == Name()
    assert Name().erased().voiced().small() == Name()


@given(st.lists(st.sampled_from("あかさはつやんー"), max_size=60))
def test_a_name_never_grows_beyond_its_room(keys: list[str]) -> None:
    name = Name()
    for key in keys:
        name = name.typed(key).voiced().small()

    assert len(name.reading) <= LONGEST_NAME
    assert len(name.chosen("辻" * 30).text) == LONGEST_NAME


@pytest.mark.parametrize(
    ("keys", "lot"),
    [
        (("番地",), ""),
        (("1", "0", "番地"), "10番地"),
        (("1", "番地", "番地"), "1番地"),
        (("1", "番地", "の", "2"), "1番地の2"),
        (tuple("123456789012345"), "123456789012"),
    ],
)
def test_a_number_begins_with_a_digit_and_has_each_word_once(keys: tuple[str, ...], lot: str) -> None:
    typed: tuple[str, ...] = ()
    for key in keys:
        typed = lot_typed(typed, key)

    assert Entries(DESK, lot=typed).honseki == lot


@pytest.mark.parametrize("telephone", ["", "0133", "133721234", "9012345678"])
def test_no_number_that_cannot_be_called_goes_on(telephone: str) -> None:
    visit = at(Step.TELEPHONE)
    for digit in telephone:
        visit.touch(Button.KEY, digit)
    visit.touch(Button.NEXT)

    assert visit.step is Step.TELEPHONE


def test_back_leads_through_all_fields_and_nothing_is_lost() -> None:
    visit = at(Step.SIGN_PASSWORD)
    before = visit.session.enrolment
    for step in (Step.TELEPHONE, Step.GIVEN_NAME, Step.FAMILY_NAME, Step.HONSEKI_LOT, Step.HONSEKI_PLACE):
        visit.touch(Button.BACK)
        assert visit.step is step
    visit.touch(Button.BACK)

    assert visit.step is Step.ENROL_STATUS
    assert visit.session.enrolment == before


@pytest.mark.parametrize("step", [Step.ENROL_STATUS, Step.TELEPHONE, Step.SIGN_PASSWORD, Step.ENROL_CHECK])
def test_who_gives_up_leaves_nothing_in_the_session(step: Step) -> None:
    visit = at(step)
    visit.touch(Button.CANCEL)

    assert visit.step is Step.FAILED
    assert visit.session.enrolment is None


def test_a_session_shows_nothing_that_was_typed() -> None:
    session = at(Step.ENROL_CHECK).session
    assert session.enrolment is not None

    for secret in (session.enrolment.place, session.enrolment.telephone, "井"):
        assert secret not in repr(session)
        assert secret not in repr(session.enrolment)
