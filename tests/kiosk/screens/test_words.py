"""What the screens say: the words that the requirements ask for, and none that they forbid."""

import ast
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

import kiosk.screens
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.screens.view import Role
from kiosk.session import events as e
from kiosk.session.buttons import Button
from kiosk.session.states import Failure, Platform, Purpose, Session, Step
from municipality_client.messages import Municipalities
from tests.kiosk.screens.cases import ALL, CODES, NOTICES, TEXTS, failed, jammed, wrong_pin
from tests.kiosk.session.visit import BRIEFS, CLOSED, MUNICIPALITY, SERVICES, at, order


def words(session: Session) -> str:
    """Everything that is shown, as one text."""
    return "\n".join(show(session, TEXTS).words)


@pytest.mark.proves("S-00", "I-06")
def test_the_main_menu_offers_the_service_among_the_copiers_functions() -> None:
    shown = words(Session())

    for label in ("コピー", "プリント", "スキャン", "行政サービス"):
        assert label in shown
    assert "体験用" in shown


@pytest.mark.proves("fault-05", "S-00")
def test_without_a_reader_the_tile_says_so() -> None:
    view = show(Session(reader_ready=False), TEXTS)
    tile = next(press for press in view.buttons if press.button == Button.ADMINISTRATIVE_SERVICE)

    assert not tile.enabled
    assert "読み取り機" in tile.note


@pytest.mark.proves("S-01", "I-13", "E-22")
def test_the_service_menu_says_when_it_is_open() -> None:
    visit = at(Step.SERVICE_MENU)
    visit.do(e.ServicesKnown(visit.asked, Municipalities(service=CLOSED, municipalities=BRIEFS)))
    view = show(visit.session, TEXTS)
    issue = next(press for press in view.buttons if press.button == Button.ISSUE)

    assert not issue.enabled
    assert "利用時間外" in issue.note
    assert "06:30から23:00まで" in "".join(view.words)


@pytest.mark.proves("S-02", "I-09", "I-54", "I-59", "I-81", "I-82")
def test_consent_comes_after_what_one_must_know() -> None:
    shown = words(at(Step.CONSENT).session)

    assert "4けたの暗証番号が必要" in shown
    assert "3回続けてまちがえると" in shown
    assert "A4の用紙" in shown
    assert "ホチキスではとめません" in shown
    assert "交換や返金はできません" in shown
    assert "種類と部数をよくお確かめください" in shown


@pytest.mark.proves("O-48", "O-53", "O-45", "S-02")
def test_consent_says_the_same_to_everybody() -> None:
    shown = words(at(Step.CONSENT).session)

    for said in ("返金はできません", "ホチキスではとめません", "使えなくなり", "23:00"):
        assert said in shown


@pytest.mark.proves("S-05")
def test_municipalities_stand_in_the_order_of_their_kana() -> None:
    services = changed(SERVICES, municipalities=tuple(reversed(BRIEFS)))
    visit = at(Step.MUNICIPALITY)
    visit.touch(Button.REGISTER, "residence")
    view = show(replace(visit.session, services=services), TEXTS)

    assert [press.label for press in view.buttons if press.button == Button.MUNICIPALITY] == ["石狩市", "大衡村"]


@pytest.mark.proves("S-06", "I-08", "O-45", "E-10")
def test_the_pin_screen_shows_dots_and_the_tries_left() -> None:
    rejected = wrong_pin(2)
    rejected.do(e.DigitTouched(3))
    last = words(wrong_pin(1).session)

    assert "あと2回入力できます" in words(rejected.session)
    assert words(rejected.session).count("●") == 3
    assert "次にまちがえると、この暗証番号は使えなくなります" in last
    assert "あと1回だけ" in last


def test_the_keypad_has_ten_keys_correction_and_next_at_four_digits() -> None:
    visit = at(Step.PIN)
    empty = show(visit.session, TEXTS)
    visit.do(e.DigitTouched(4))
    full = show(visit.session, TEXTS)

    assert sorted(press.label for press in empty.buttons if press.button == Button.DIGIT) == list("0123456789")
    assert "訂正" in empty.words
    assert [press.enabled for press in (*empty.buttons, *full.buttons) if press.button == Button.NEXT] == [False, True]


@pytest.mark.proves("I-68", "S-08", "O-57")
def test_the_card_must_be_taken_before_anything_else() -> None:
    view = show(at(Step.REMOVE_CARD).session, TEXTS)

    assert "カードを取るまで、次に進めません。" in view.words
    assert {press.button for press in view.buttons if press.role is not Role.TOOL} == {Button.CANCEL}


@pytest.mark.proves("S-09", "I-39", "I-72", "I-75")
def test_kinds_show_their_fee_or_why_not_and_where_the_rest_is() -> None:
    view = show(at(Step.KIND).session, TEXTS)
    notes = {press.label: (press.enabled, press.note) for press in view.buttons if press.button == Button.KIND}

    assert notes["住民票の写し"] == (True, "1通 350円")
    assert notes["所得・課税証明書"] == (False, "この機械では取り扱っていません")
    assert any("市民課" in said for said in view.words)


@pytest.mark.proves("I-55", "S-09")
def test_the_municipalitys_own_notes_stand_with_the_kinds() -> None:
    assert MUNICIPALITY.notes[0] in words(at(Step.KIND).session)


@pytest.mark.proves("S-11", "I-18")
def test_my_number_is_asked_about_once_more() -> None:
    assert "「マイナンバー」をのせますか？" in words(ALL["S-11 sure?"])
    assert "提出先" in words(ALL["S-11 sure?"])


@pytest.mark.proves("S-12", "S-13", "I-37", "I-62", "O-64")
def test_the_fee_is_per_set_and_the_total_is_shown() -> None:
    visit = at(Step.COPIES)
    visit.touch(Button.MORE)

    assert "1通につき350円" in words(visit.session)
    assert "合計 700円" in words(visit.session)
    visit.touch(Button.NEXT)
    assert "700円" in words(visit.session)


@pytest.mark.proves("S-13", "I-82", "I-81", "O-48")
def test_confirming_shows_shortened_names_and_warns() -> None:
    shown = words(at(Step.CONFIRM).session)

    assert "石○ 太○、石○ 花○、石○ 次○" in shown
    assert "種類と部数をよくお確かめください" in shown
    assert "交換や返金ができません" in shown


@pytest.mark.proves("S-15")
def test_paying_shows_due_inserted_and_missing() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(100))
    shown = words(visit.session)

    assert all(yen in shown for yen in ("350円", "100円", "250円"))


@pytest.mark.proves("S-16")
def test_printing_says_which_sheet_of_how_many() -> None:
    visit = at(Step.PRINTING)
    visit.do(e.SheetPrinted(visit.asked, 1))

    assert "3枚のうち2枚目" in words(visit.session)
    assert "2分以上" in words(visit.session)


@pytest.mark.proves("I-59", "I-60", "I-61", "I-63", "O-53", "O-54")
def test_taking_paper_tells_what_makes_a_set() -> None:
    shown = words(at(Step.TAKE_PAPER).session)

    assert "ホチキスではとめていません" in shown
    assert "012351-20260406-T00001-00000001-7" in shown
    assert "1/3  2/3  3/3" in shown
    assert "全部の用紙がそろって、1通として使えます" in shown
    assert "固有番号とページ番号をお確かめください" in shown
    assert "置き忘れないで" in shown


@pytest.mark.proves("S-17", "I-60")
def test_every_set_of_a_large_order_is_listed() -> None:
    shown = words(replace(at(Step.TAKE_PAPER).session, order=order("x", 10, 3)))

    assert shown.count("012351-20260406-T00001-") == 10
    assert "1/3 から 3/3 まで" in shown


@pytest.mark.proves("S-20", "O-57", "O-58", "I-68")
def test_forgotten_things_are_named_and_the_data_is_gone() -> None:
    shown = words(ALL["S-20 all"])

    assert all(thing in shown for thing in ("マイナンバーカード", "用紙 3枚", "お金 150円"))
    assert "データは消去しました" in shown


# Ways to end


@pytest.mark.parametrize("code", CODES)
def test_every_end_says_what_card_money_next_and_whom(code: str) -> None:
    shown = show(failed(code), TEXTS).words

    for part in ("what", "why"):
        assert TEXTS.of(f"{code}.{part}") in shown
    for name in ("カード", "お金", "つぎに", "連絡先"):
        assert name in shown
    assert "いただいていません。" in shown
    assert "読み取り台にあります。取ってください。" in shown


def test_a_code_without_words_is_shown_as_a_fault_of_the_machine() -> None:
    assert TEXTS.of("E-99.what") in words(failed("E-77"))


@pytest.mark.proves("E-33", "E-30")
def test_protective_measures_read_exactly_like_not_found() -> None:
    parts = [key.removeprefix("E-33.") for key in TEXTS.keys if key.startswith("E-33.")]

    assert len(parts) == 5
    assert all(TEXTS.of(f"E-33.{part}", advice="") == TEXTS.of(f"E-30.{part}", advice="") for part in parts)
    assert TEXTS.of("reason.E-33") == TEXTS.of("reason.E-30") == TEXTS.of("reason.E-32")
    assert words(failed("E-33")) == words(failed("E-32")) == words(failed("E-30"))


@pytest.mark.proves("I-10", "O-46", "E-11")
def test_a_blocked_pin_shows_the_municipalitys_own_way_out() -> None:
    known = words(failed("E-11"))
    unknown = words(replace(failed("E-11"), municipality=None))

    assert all(line in known for line in MUNICIPALITY.unlock)
    assert "石狩市 市民課" in known
    assert "お住まいの市区町村の窓口" in unknown


@pytest.mark.proves("I-76", "I-77", "O-49", "E-30")
def test_not_found_tells_of_the_days_after_delivery_or_a_move() -> None:
    assert MUNICIPALITY.lag[0] in words(failed("E-30"))


@pytest.mark.proves("fault-02", "E-03")
def test_a_card_lost_during_verify_is_never_called_a_wrong_pin() -> None:
    shown = words(ALL["E-00 E-03 sent"])

    assert "確かめられませんでした" in shown
    assert "ちがいます" not in shown


@pytest.mark.proves("fault-40", "X-26", "E-61")
def test_a_jam_says_what_becomes_of_fee_and_sheets() -> None:
    jam = jammed()
    assert "350円をお返しできていません" in words(jam.session)
    assert "出てきた1枚は使えません" in words(jam.session)

    jam.do(e.MoneyReturned(500))

    assert "500円をお返しします" in words(jam.session)
    assert "できていません" not in words(jam.session)


@pytest.mark.parametrize(
    ("session", "told"),
    [
        (at(Step.CONSENT).session, "料金はかかりません"),
        (at(Step.PIN).session, "カードをお取りください"),
        (replace(at(Step.PIN).session, platform=Platform.ANDROID), "スマホをお取りください"),
        (at(Step.COPIES).session, "料金はかかりません"),
        (replace(at(Step.PAYING).session, inserted=100), "入れたお金は戻ります"),
        (replace(at(Step.PIN).session, card_present=False, purpose=Purpose.REPRINT), "あとで続けられます"),
    ],
)
def test_cancelling_says_what_it_means_for_card_and_money_now(session: Session, told: str) -> None:
    [cancel] = [press for press in show(session, TEXTS).buttons if press.button == Button.CANCEL]

    assert cancel.note == told


def test_a_printer_that_waits_is_not_said_to_print() -> None:
    shown = words(replace(at(Step.PRINTING).session, printer_code="E-61"))

    assert "印刷が止まっています" in shown
    assert "店員にお知らせください" in shown
    assert "印刷しています" not in shown


def test_a_municipalitys_japanese_advice_is_for_readers_of_japanese() -> None:
    session = replace(at(Step.KIND).session, step=Step.FAILED, failure=Failure("E-30"))
    shown = {language: "\n".join(show(session, Texts.load(language)).words) for language in ("ja", "en")}

    assert MUNICIPALITY.lag[0] in shown["ja"]
    assert MUNICIPALITY.lag[0] not in shown["en"]


def test_cancelling_with_money_inside_says_that_it_comes_back() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(300))
    visit.touch(Button.CANCEL)

    assert "300円をお返しします" in words(visit.session)


@pytest.mark.proves("E-17")
def test_a_foreign_card_is_named_before_the_pin() -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())
    visit.do(e.CardRefused(visit.asked, "E-17", "JPKI for user authentication"))

    assert "JPKI for user authentication" in words(visit.session)
    assert "暗証番号は入力しないでください" in words(visit.session)


@pytest.mark.proves("fault-18", "E-63")
def test_recovery_offers_a_reprint_or_the_money() -> None:
    shown = words(ALL["R-01"])

    assert "同じカードで続きを印刷" in shown
    assert "返金" in shown
    assert "30分" in shown


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith("time short")])
def test_short_time_can_be_lengthened(name: str) -> None:
    assert "もっと時間が必要" in show(ALL[name], TEXTS).words


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_says_what_to_do(notice: str) -> None:
    shown = next(words(session) for name, session in ALL.items() if name.endswith(f" {notice}"))

    assert TEXTS.of(f"notice.{notice}.title", detail="石狩市") in shown


# The words themselves


def test_a_missing_text_or_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS.of("S-06.nothing")
    with pytest.raises(KeyError):
        TEXTS.of("S-06.tries")
    with pytest.raises(FileNotFoundError):
        Texts.load("xx")


def test_every_code_of_the_catalogue_has_words() -> None:
    used = [*range(1, 5), 10, 11, *range(13, 18), *range(20, 25), *range(30, 35), 38, 39, *range(40, 45), 50]

    assert {f"E-{number:02d}" for number in (*used, *range(60, 65), 70, 99)} | {"cancelled"} <= set(CODES)


def test_no_japanese_stands_in_the_code() -> None:
    root = Path(kiosk.screens.__file__).parent
    for folder in (root, root.parent / "session"):
        for path in folder.glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            documented = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if _may_be_documented(node)}
            for text in texts:
                if isinstance(text, str) and len(text) > 1 and text not in documented:
                    assert not any("CJK" in unicodedata.name(char, "") or _kana(char) for char in text), path.name


def _may_be_documented(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)


def _kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30fa"


def test_the_words_are_plain() -> None:
    for key in TEXTS.keys:
        text = TEXTS.of(key, **dict.fromkeys(re.findall(r"{(\w+)}", TEXTS._texts[key]), "x"))
        assert text == unicodedata.normalize("NFC", text)
        assert len(text) <= 130, key


def test_failure_repr_of_a_session_shows_no_offer() -> None:
    assert "石○" not in repr(at(Step.CONFIRM).session)
    assert Failure("E-99").refund_owed == 0
