"""Feature files: what is read from them, and how a mistake is told."""

from pathlib import Path

import pytest

from kiosk.replay.errors import FeatureError
from kiosk.replay.feature import collect, read

TWO = """# language: ja
@I-08
機能: 本人の確認
  背景:
    前提 いま 2026-04-06 10:00 である

  @fault-07
  シナリオ: 間違える
    もし 「taro」のカードを持っている
    ならば 画面は S-00 である

  シナリオアウトライン: 取る
    もし <画面> まで進む
      | 証明書 | <証明書> |
    ならば 画面は <画面> である

    @O-45
    例:
      | 画面 | 証明書 |
      | S-04 | 住民票 |
      | S-05 | 印鑑   |
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "one.feature"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_scenarios_are_flat_with_background_first_and_know_their_lines(tmp_path: Path) -> None:
    plain, first, second = collect([written(tmp_path, TWO)])

    assert plain.steps[0].text == "いま 2026-04-06 10:00 である"
    assert plain.tags == ("I-08", "fault-07")
    assert (plain.line, plain.steps[1].line, plain.steps[1].keyword) == (8, 9, "もし")
    assert first.name == "取る [S-04, 住民票]"
    assert first.tags == ("I-08", "O-45")
    assert second.steps[1].text == "S-05 まで進む"
    assert second.steps[1].table == (("証明書", "印鑑"),)
    assert second.place.endswith("one.feature:21")


def test_a_line_names_a_scenario_an_outline_or_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)

    assert [play.line for play in collect([f"{path}:8"])] == [8]
    assert [play.line for play in collect([f"{path}:10"])] == [8]
    assert [play.line for play in collect([f"{path}:12"])] == [20, 21]
    assert [play.line for play in collect([f"{path}:21"])] == [21]
    with pytest.raises(FeatureError, match=r"one\.feature:3: no scenario on this line"):
        collect([f"{path}:3"])


def test_a_scenario_named_twice_is_played_once(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)

    assert len(collect([path, f"{path}:8", str(tmp_path)])) == 3


@pytest.mark.proves("fault-49")
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no feature"),
        ("# language: ja\n機能: 何もない\n", 2, "no scenario"),
        ("機能: x\nシナリオ: y\n", 2, "without steps"),
        ("機能: x\nシナリオ: y\n  前提 a\n  でたらめ\n", 4, "got 'でたらめ'"),
        ("機能: x\nシナリオアウトライン: y\n  前提 <a>\n  例:\n    | b |\n    | 1 |\n", 3, "no column <a>"),
        ("機能: x\nシナリオアウトライン: y\n  前提 <a>\n  例:\n    | a |\n", 4, "without rows"),
        ("機能: x\nシナリオアウトライン: y\n  前提 <a>\n  例:\n", 4, "without rows"),
        ("機能: x\nシナリオアウトライン: y\n  前提 <a>\n  例:\n    | a | b |\n    | 1 |\n", 6, "cell count"),
        ("# language: klingon\n機能: x\n", 1, "klingon"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(FeatureError) as caught:
        collect([path])

    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_mistakes_of_all_files_are_told_in_order(tmp_path: Path) -> None:
    bad = written(tmp_path, "機能: x\nシナリオ: y\n  前提 a\n  ？\n  ！\n")

    with pytest.raises(FeatureError) as caught:
        collect([bad, str(tmp_path / "missing.feature"), str(tmp_path / "nowhere")])

    places = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert places == [f"{bad}:4", f"{bad}:5", f"{tmp_path / 'missing.feature'}:1", f"{tmp_path / 'nowhere'}:1"]


def test_a_folder_without_features_and_a_file_that_is_no_text_are_mistakes(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "raw.feature").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(FeatureError, match=r"empty:1: no feature file"):
        collect([str(tmp_path / "empty")])
    with pytest.raises(FeatureError, match=r"raw\.feature:1: not UTF-8 at byte 0"):
        read(tmp_path / "raw.feature")


def test_a_file_of_another_kind_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("# Notes\n\nabout this\nand that\n", encoding="utf-8")

    with pytest.raises(FeatureError) as caught:
        read(file)
    assert str(caught.value) == f"{file}:3: no feature file: one begins with 機能:"
