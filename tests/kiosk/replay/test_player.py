"""The player: what passes, what fails, what is told of a failure, and that nothing is left to chance."""

from pathlib import Path

import pytest

from kiosk.replay.results import told
from kiosk.replay.route import Wishes
from kiosk.replay.world import World
from tests.kiosk.replay.written import played

TO_PIN = """見る
前提 「taro」のカードを持っている
もし S-06まで進む
"""


def test_a_visit_to_the_end_passes_and_counts_the_customers_time(tmp_path: Path) -> None:
    result = played(
        tmp_path,
        """受け取る
        前提 「taro」のカードを持っている
        もし S-17まで進む
        ならば 3枚の用紙が出る""",
    )

    assert result.failure is None
    assert 40 < result.simulated < 120


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("ならば 画面はS-07である", "expected screen S-07, but it is S-06"),
        ("ならば 「決定する」と表示される", "expected 「決定する」 on the screen, but it is not there"),
        ("ならば 「あと3回」と表示されない", "expected no 「あと3回」 on the screen, but it is there"),
        ("もし 「つぎへ」を押す", "expected 「つぎへ」 can be pressed, but it is grey: no reason shown"),
        ("もし 「決定する」を押す", "expected a button 「決定する」, but there is none"),
        ("ならば 「もどる」のボタンはない", "expected no button 「もどる」, but there is one"),
        ("もし 「hanako」のカードを置く", ""),
        ("もし 「nobody」のカードを置く", "expected a fictional person, but there is no assets/people/nobody.toml"),
        ("ならば 1枚の用紙が出る", "expected 1 sheets in the outlet, but 0 lie there"),
        ("ならば 1枚目に「氏名」と印刷されている", "expected a sheet 1, but 0 sheets were printed"),
        ("ならば すべての用紙の固有番号が同じである", "expected one unique number, but "),
        ("もし 5円を入れる", "expected coins from 10 yen up, but 5 yen are left over"),
        ("ならば 100円が戻っている", "expected 100 yen in the tray, but 0 yen"),
        ("ならば カードの暗証番号は残り2回である", "expected 2 tries left, but 3 left"),
        ("ならば 暗証番号はカードに1回送られている", "expected 1 VERIFY commands, but 0 were sent"),
        ("ならば 台帳に「order」と記録されている", "expected a record 「order」, but started "),
        ("ならば 領収書に「円」と書かれていない", "expected a receipt, but none was printed"),
    ],
)
def test_a_step_that_does_not_hold_says_what_it_wanted_and_what_was_there(tmp_path: Path, step: str, why: str) -> None:
    result = played(tmp_path, f"{TO_PIN}{step}")

    if not why:
        assert result.failure is None
        return
    assert result.failure is not None
    assert result.failure.why.startswith(why)
    assert result.failure.at.text == step.split(maxsplit=1)[1]
    assert result.failure.seen.startswith("S-06: 証明書交付サービス | ")


def test_a_failure_ends_the_scenario(tmp_path: Path) -> None:
    result = played(tmp_path, f"{TO_PIN}ならば 画面はS-01である\nもし カードを取る\nならば 画面はS-02である")

    assert result.failure is not None
    assert result.failure.at.text == "画面はS-01である"


@pytest.mark.proves("I-07")
def test_no_failure_tells_the_pin(tmp_path: Path) -> None:
    """Ken's PIN, 8901, does not stand on the keys in a row as taro's does."""
    scenario = f"{TO_PIN}もし 暗証番号を入れる\nかつ 暗証番号を入れる\nかつ 「ない」を押す".replace("taro", "ken")
    result = played(tmp_path, scenario)

    assert result.failure is not None
    assert "8901" not in told(result).replace(" | ", "")


def test_the_way_ends_where_a_person_cannot_go_on(tmp_path: Path) -> None:
    result = played(tmp_path, "断られる\n前提 「yoso」のカードを持っている\nもし S-06まで進む")

    assert result.failure is not None
    assert result.failure.why == "expected to come to S-06, but the way ends on S-04"


def test_a_wish_that_is_none_is_told(tmp_path: Path) -> None:
    result = played(tmp_path, f"{TO_PIN}もし 次のとおりにS-09まで進む\n| 色 | 赤 |")

    assert result.failure is not None
    assert result.failure.why.endswith("but there is 色 | 赤")


def test_the_same_scenario_leaves_the_same_bytes(tmp_path: Path) -> None:
    journals = [_journal(tmp_path / str(turn)) for turn in range(2)]

    assert journals[0] == journals[1]
    assert len(journals[0]) > 8


def _journal(folder: Path) -> list[tuple[str, str, dict[str, str | int]]]:
    folder.mkdir()
    world = World(folder, "same")
    try:
        world.customer.hold("taro")
        world.go_to("S-17", Wishes())
        return [(str(one.at), one.kind, dict(one.fields)) for one in world.records()]
    finally:
        world.close()
