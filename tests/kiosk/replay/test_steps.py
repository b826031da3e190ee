"""The list of steps: how words find their step, and what is said when they do not."""

import re
from pathlib import Path

import pytest

from kiosk.replay.command import bound
from kiosk.replay.errors import StepError
from kiosk.replay.feature import Line, read
from kiosk.replay.guide import GUIDE, written_into
from kiosk.replay.options import Turn
from kiosk.replay.player import play
from kiosk.replay.results import told
from kiosk.replay.steps import CHAPTERS, bind, known, step
from tests.kiosk.replay.written import played

ENGLISH = """# language: en
Feature: a first certificate

  Scenario: Taro gets the certificate of his household
    Given it is 2026-04-06 10:00
    And I have the card of "taro"
    When I press "行政サービス"
    And I go on as follows to S-15
      | certificate | 住民票の写し |
      | who         | 世帯の全員   |
    And I insert 500 yen
    Then 3 sheets come out
    And 150 yen were given back
    And sheet 2 says "石狩 花子"
    And "ここにない" is not shown
    And the journal has "fee-taken"
"""


def line(text: str, table: tuple[tuple[str, ...], ...] = ()) -> Line:
    return Line("f.feature", 7, "もし", text, table)


@pytest.mark.proves("fault-49")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("カードを置きます", "near: カードを置く"),
        ("「taro」のカードもっている", "near: 「{人}」のカードを持っている"),
        ("画面がS-01である", "near: 画面は{画面}である"),
        ("まったく別のこと", "see python -m kiosk steps"),
    ],
)
def test_an_unknown_step_names_its_place_and_the_nearest_known_ones(text: str, said: str) -> None:
    with pytest.raises(StepError) as caught:
        bind(line(text))

    assert str(caught.value).startswith(f"f.feature:7: unknown step '{text}'; ")
    assert said in str(caught.value)


def test_a_table_stands_where_it_is_wanted_and_nowhere_else() -> None:
    with pytest.raises(StepError, match=r"f\.feature:7: .* needs a table"):
        bind(line("次のとおりにS-09まで進む"))
    with pytest.raises(StepError, match=r"f\.feature:7: .* takes no table"):
        bind(line("カードを置く", (("a", "b"),)))


def test_two_steps_of_the_same_words_are_a_mistake_of_the_program() -> None:
    with pytest.raises(StepError, match="カードを置く: entered twice"):
        step("カードを置く", "card")(lambda _world: None)


def test_every_step_has_a_chapter_and_a_meaning_and_its_own_words_fit_it_alone() -> None:
    samples = {
        "{文}": "あ",
        "{数}": "3",
        "{円}": "350",
        "{時刻}": "2026-04-06 10:00",
        "{日}": "2026-04-06",
        "{画面}": "S-06",
        "{人}": "taro",
    }

    for kind in known():
        text = kind.words
        for name, sample in samples.items():
            text = text.replace(name, sample)
        assert kind.chapter in CHAPTERS
        assert kind.meaning.endswith(".")
        assert bind(line(text, (("証明書", "x"),) if kind.table else ())).line.text == text


def test_the_guide_lists_every_step() -> None:
    written = GUIDE.read_text(encoding="utf-8")

    assert written == written_into(written), "python -m kiosk.replay.guide"


def test_a_text_without_marks_is_not_written_into() -> None:
    with pytest.raises(ValueError, match="steps: begin"):
        written_into("# Scenarios\n")


def test_the_guides_first_scenario_can_be_played(tmp_path: Path) -> None:
    from kiosk.replay.command import bound
    from kiosk.replay.feature import read
    from kiosk.replay.options import Turn
    from kiosk.replay.player import play

    example = GUIDE.read_text(encoding="utf-8").split("```gherkin\n")[1].split("```")[0]
    path = tmp_path / "first.feature"
    path.write_text(example, encoding="utf-8")
    (one,) = read(path)

    assert play(Turn(one), bound(one)).failure is None


def test_every_step_has_its_english_with_values_of_the_same_sorts_in_the_same_order() -> None:
    sorts = {"文": "text", "数": "number", "円": "yen", "時刻": "time", "日": "day", "画面": "screen", "人": "person"}
    wrong = [
        kind.words
        for kind in known()
        if [sorts[one] for one in re.findall(r"{(.+?)}", kind.words)] != re.findall(r"{(.+?)}", kind.english)
    ]

    assert wrong == []
    assert len({kind.english for kind in known()}) == len(known())


def test_a_scenario_in_english_plays(tmp_path: Path) -> None:
    path = tmp_path / "english.feature"
    path.write_text(ENGLISH, encoding="utf-8")
    (one,) = read(path)
    result = play(Turn(one), bound(one))

    assert result.failure is None, told(result)


def test_tables_are_read_in_english_too(tmp_path: Path) -> None:
    path = tmp_path / "tables.feature"
    path.write_text(
        "# language: en\nFeature: tables\n  Scenario: one of each\n"
        "    Given people are as follows\n      | hanako | no seal registration |\n"
        "    And the cards are as follows\n      | hanako | on hold |\n"
        "    And these parts fail\n      | notes | refused | |\n      | printer | paper out | 2 |\n"
        "    And the cash box holds only this\n      | 100 | 9 |\n      | 50 | 9 |\n      | 10 | 9 |\n"
        '    And I have the card of "taro"\n    When I go on to S-15\n'
        "    And I insert these coins and notes\n      | 100 | 3 |\n      | 50 | 1 |\n"
        "    Then 350 yen were given back\n",
        encoding="utf-8",
    )
    (one,) = read(path)

    assert play(Turn(one), bound(one)).failure is None


@pytest.mark.parametrize(
    ("step", "row", "why"),
    [
        ("人々は次のとおりである", "| taro | 元気 |", "expected one of 印鑑登録がない, "),
        ("カードは次のとおりである", "| taro |", "expected 2 columns, but there is taro"),
        ("次の故障が起きる", "| プリンター | 紙がつまる | 二 |", "expected a number, but it says 二"),
        ("次の故障が起きる", "| 天井 | 落ちる | |", "but it says 天井 落ちる"),
        ("次のお金を入れる", "| 百円 | 1 |", "expected a number, but it says 百円"),
    ],
)
def test_a_row_that_says_nothing_known_names_what_is_known(tmp_path: Path, step: str, row: str, why: str) -> None:
    result = played(tmp_path, f"表\nもし {step}\n{row}")

    assert result.failure is not None
    assert why in result.failure.why
