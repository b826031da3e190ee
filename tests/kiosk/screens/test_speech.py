"""What headphones speak: everything a screen says, never a name, never a digit of a secret; only what has a sound."""

import re
import tomllib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import assets
from kiosk.screens.show import show
from kiosk.screens.speech import SPOKEN, Vocabulary, control, screen, vocabulary
from kiosk.screens.texts import Texts
from kiosk.screens.view import Label, View
from kiosk.session.buttons import Button
from kiosk.session.states import Display, Session, Step
from tests.kiosk.screens.cases import ALL, TEXTS
from tests.kiosk.session.visit import at

UNSAID = re.compile(
    r".*○.*"  # persons
    r"|[0-9A-Z]{6}-\d{8}-.*"  # numbers of sets
    r"|.*E-(\d\d-[a-z-]+|77)|.*Example CA.*|.*(あ|い|う|か|き)町|架空[市県].*"  # of tests only
    r"|あと石狩市回.*|[A-Z]|戸籍( 1通.*)?|「マイナンバー」.*|マイナンバー",
    re.DOTALL,
)
"""What is never spoken, and names that only the tests have."""
TYPED_IN = (Step.HONSEKI_PLACE, Step.HONSEKI_LOT, Step.FAMILY_NAME, Step.GIVEN_NAME, Step.ENROL_CHECK)
"""利用登録: places, addresses and names in Chinese characters are not spoken."""


def view_of(session: Session, language: str = "ja") -> View:
    return show(replace(session, headphones=True), Texts.load(language))


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("1通 350円", ("1通", "300", "50", "円")),
        ("合計 12,000円", ("合計", "10000", "2000", "円")),
        ("0円", ("0", "円")),
        ("あと2回入力できます", ("あと", "2回", "入力できます")),
        ("（6:30から）", ("6時", "30", "分", "から）")),
        ("お知らせ番号 E-01", ("お知らせ番号", "E-", "0", "1")),
        ("石狩市で、いま受け取れる証明書です。", ("石狩市", "で、いま受け取れる証明書です。")),
    ],
)
def test_texts_are_put_together_from_phrases(text: str, phrases: tuple[str, ...]) -> None:
    assert vocabulary().said(text) == phrases


def texts_of(view: View) -> set[str]:
    labels = {element.text for element in view.elements if isinstance(element, Label)}
    return {view.title, *labels, *(text for press in view.buttons for text in (press.label, press.note))}


@pytest.mark.parametrize("language", SPOKEN)
def test_every_text_of_every_screen_is_spoken(language: str) -> None:
    views = [view_of(session, language) for session in ALL.values() if session.step not in TYPED_IN]
    texts = {text for view in views for text in texts_of(view) if not set(text) <= set("●○ ")}
    silent = {text for text in texts if vocabulary().said(text) is None}

    assert len(texts) > 500
    assert {text for text in silent if not UNSAID.fullmatch(text)} == set()


def personal() -> list[str]:
    """Names, readings, addresses and numbers of everybody there is, whole and cut at the spaces."""
    found: list[str] = []

    def collect(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(inner, name)
        elif isinstance(value, list):
            for inner in value:
                collect(inner, key)
        elif isinstance(value, str) and any(part in key for part in ("name", "kana", "address", "my_number", "pin")):
            found.append(value)

    for file in assets.path("people").rglob("*.toml"):
        collect(tomllib.loads(file.read_text(encoding="utf-8")))
    return [part for one in found for part in {one, *one.split()} if not part.isdigit()]


@pytest.mark.proves("O-58")
def test_nobody_is_ever_named() -> None:
    known, people = vocabulary(), personal()

    assert len(people) > 200
    assert {one for one in people if known.said(one)} == set()


@given(st.text("山田太郎花子石狩次あいうえおかきくけこさとし", min_size=2, max_size=6))
@example("あと")
def test_no_name_is_spelt(name: str) -> None:
    """Of these characters nothing can be said but あと, which is a word of the screens."""
    assert set(vocabulary().said(name) or ()) <= {"あと"}


@pytest.mark.proves("O-58")
@pytest.mark.parametrize("step", [Step.PIN, Step.PIN_PRESENT, Step.PIN_NEW, Step.PIN_AGAIN, Step.SIGN_PASSWORD])
def test_every_key_of_a_secret_sounds_alike_and_only_how_many_is_told(step: Step) -> None:
    view = view_of(at(step).session)
    keys = [press for press in view.buttons if press.button == Button.DIGIT]
    typed = screen(view_of(replace(at(step).session, digits=3)), view, vocabulary())

    assert len({control(view, press, vocabulary()) for press in keys}) == 1
    assert "3文字" in "".join(typed)


def test_a_person_is_spoken_by_place_and_not_by_name() -> None:
    view = view_of(ALL["S-10 some"])
    second = [press for press in view.buttons if press.button == Button.PERSON][1]

    assert control(view, second, vocabulary())[0] == "2番目"


def test_a_screen_says_its_title_the_step_and_what_cannot_be_chosen_and_why() -> None:
    said = "".join(screen(view_of(ALL["S-01 before and after"]), None, vocabulary()))

    for words in ("行政サービスメニュー", "6つの手順のうち", "1番目", "いまは選べません", "選べるものは"):
        assert words in said
    assert said.index("行政サービスメニュー") < said.index("どの手続きをしますか") < said.index("選べるものは")


def test_only_what_is_new_is_spoken_again() -> None:
    before = view_of(at(Step.COPIES).session)
    more = at(Step.COPIES)
    more.touch(Button.MORE)
    said = "".join(screen(view_of(more.session), before, vocabulary()))

    assert "2通" in said
    assert "合計" in said
    assert "何通必要ですか" not in said


def test_an_answer_says_when_it_is_chosen_and_when_not_any_more() -> None:
    visit = at(Step.PERSONS)
    blank = view_of(visit.session)
    visit.touch(Button.WHO, "self")
    mine = view_of(visit.session)
    visit.touch(Button.WHO, "all")
    everybody = view_of(visit.session)

    assert screen(mine, blank, vocabulary()) == ("本人だけ", "選ばれています")
    assert "選ばれていません" in screen(everybody, mine, vocabulary())


def test_the_settings_of_the_panel_are_spoken() -> None:
    session = replace(at(Step.KIND).session, display=Display(contrast=True))
    view = view_of(session)

    assert control(view, view.buttons[0], vocabulary()) == ("Language",)


def test_what_cannot_be_said_is_owned_up_to() -> None:
    said = screen(view_of(at(Step.TAKE_PAPER).session), None, vocabulary())

    assert "読み上げないところがあります" in said


def test_a_vocabulary_says_only_what_it_knows() -> None:
    known = Vocabulary(["犬", "猫が", "円", "5"])

    assert known.said("犬") == ("犬",)
    assert known.said("犬猫が") is None
    assert known.said("猫が 5円") == ("猫が", "5", "円")
    assert known.said("") == ()
    assert TEXTS.of("S-00.title") in vocabulary().said(TEXTS.of("S-00.title")) or ()
