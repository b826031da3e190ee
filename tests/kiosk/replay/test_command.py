"""`python -m kiosk replay`: choice, order, report, exit code."""

import io
import json
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kiosk import commands
from kiosk.replay import command
from kiosk.replay.feature import read
from kiosk.replay.options import Fittings, Options, Selection
from kiosk.report import files
from tests.kiosk.replay.written import feature

GOOD = "始まる\nもし 「行政サービス」を押す\nならば 画面はS-01である"
BAD = "違う画面\nもし 「行政サービス」を押す\nならば 画面はS-02である"
USUAL = Options()
LAST = re.compile(r"^([0-9]+) passed, ([0-9]+) failed, [0-9]+ times real time, [0-9]+\.[0-9] scenarios/s$")


def run(*paths: Path, options: Options = USUAL) -> tuple[int, list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    code = command.replay([str(path) for path in paths], options, out=out, err=err)
    return code, out.getvalue().splitlines(), err.getvalue()


def test_all_passed_is_0_and_one_line(tmp_path: Path) -> None:
    code, out, err = run(feature(tmp_path, GOOD))

    assert (code, err) == (0, "")
    assert LAST.fullmatch(out[0]) is not None
    assert out[0].startswith("1 passed, 0 failed, ")


def test_a_failure_is_1_and_names_scenario_step_reason_and_screen(tmp_path: Path) -> None:
    path = feature(tmp_path, GOOD, BAD)
    code, out, _ = run(path)

    assert code == 1
    assert out[0] == f"{path}:8: failed: 違う画面"
    assert out[1] == f"  {path}:10: ならば 画面はS-02である"
    assert out[2] == "  expected screen S-02, but it is S-01"
    assert out[3].startswith("  seen: S-01: ")
    assert out[4].startswith("1 passed, 1 failed, ")


@pytest.mark.proves("fault-49")
def test_a_mistake_in_any_file_is_2_and_nothing_is_played(tmp_path: Path) -> None:
    good = feature(tmp_path, GOOD)
    bad = tmp_path / "bad.feature"
    bad.write_text("機能: x\n シナリオ: y\n  もし 飛ぶ\n  もし 歌う\n", encoding="utf-8")
    code, out, err = run(good, bad)

    assert (code, out) == (2, [])
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{bad}:3", f"{bad}:4"]


@pytest.mark.proves("fault-49")
def test_nothing_chosen_is_a_mistake_not_a_pass(tmp_path: Path) -> None:
    code, out, err = run(feature(tmp_path, GOOD), options=Options(Selection("ない名前")))

    assert (code, out) == (2, [])
    assert "no scenario fits" in err


def test_name_tag_and_line_choose(tmp_path: Path) -> None:
    path = feature(tmp_path, GOOD, BAD)
    path.write_text(path.read_text(encoding="utf-8").replace("  シナリオ: 違う", "  @I-06\n  シナリオ: 違う"), "utf-8")

    assert run(path, options=Options(Selection("始まる"), dry_run=True))[1][0] == f"{path}:4: 始まる"
    assert run(path, options=Options(Selection(only="@I-06"), dry_run=True))[1][0] == f"{path}:9: 違う画面"
    assert run(Path(f"{path}:10"), options=Options(dry_run=True))[1] == [
        f"{path}:9: 違う画面",
        "1 scenarios, 2 steps, nothing played",
    ]


def test_fail_fast_stops_at_the_first_failure(tmp_path: Path) -> None:
    code, out, _ = run(feature(tmp_path, BAD, GOOD), options=Options(fail_fast=True))

    assert code == 1
    assert out[-1].startswith("0 passed, 1 failed, ")


def test_a_shuffle_is_another_order_and_always_the_same_one(tmp_path: Path) -> None:
    path = feature(tmp_path, *(f"第{number}\nもし 「行政サービス」を押す" for number in range(8)))
    orders = [run(path, options=Options(Selection(shuffle=seed), dry_run=True))[1] for seed in (1, 1, 2)]

    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_junit_has_a_case_for_each_scenario(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run(feature(tmp_path, GOOD, BAD), options=Options(reports=[partial(files.junit, report)]))
    suite = ElementTree.parse(report).getroot()

    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["始まる", "違う画面"]
    assert suite[1][0].get("message") == "expected screen S-02, but it is S-01"


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    report = tmp_path / "nowhere" / "report.xml"
    code, _, err = run(feature(tmp_path, GOOD), options=Options(reports=[partial(files.junit, report)]))

    assert code == 2
    assert err == f"{report}: No such file or directory\n"


def test_a_report_that_cannot_be_written_is_told_before_anything_is_played(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "nowhere" / "report.html"
    code = commands.run(["replay", str(feature(tmp_path, GOOD)), "--report", str(report)])
    said = capfd.readouterr()

    assert (code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert str(report) in said.err


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        ("ray://localhost:1", "not like dask+tls://HOST:PORT"),
        ("dask+tcp://127.0.0.1:9", "127.0.0.1:9"),
    ],
)
def test_an_engine_that_cannot_be_had_is_one_line(tmp_path: Path, engine: str, why: str) -> None:
    code, out, err = run(feature(tmp_path, GOOD), options=Options(engine=engine))

    assert (code, out) == (2, [])
    assert err.count("\n") == 1
    assert why in err


def test_repetitions_have_other_seeds_and_equal_seeds_equal_digests(tmp_path: Path) -> None:
    path, found = feature(tmp_path, "撮る\n前提 「taro」のカードを持っている\nもし S-10まで進む"), []
    for number, seed in enumerate((7, 7, 8)):
        outcomes = tmp_path / f"{number}.jsonl"
        options = Options(seed=seed, repeat=2, reports=[partial(files.outcomes, outcomes)])
        assert run(path, options=options)[0] == 0
        found.append([json.loads(line)["digest"] for line in outcomes.read_text("utf-8").splitlines()])

    assert found[0] == found[1]
    assert len({*found[0], *found[2]}) == 4


def test_a_scenario_that_never_ends_is_stopped_and_named(tmp_path: Path) -> None:
    code, out, _ = run(feature(tmp_path, "いつまでも\nもし 99999999秒待つ"))

    assert code == 1
    assert out[0].endswith("failed: いつまでも")
    assert out[2] == "  expected an end within 30 simulated days, but it goes on and on"


def test_jobs_play_in_other_processes_with_the_same_result(tmp_path: Path) -> None:
    code, out, _ = run(feature(tmp_path, GOOD, BAD, "もう一つ\nならば 画面はS-00である"), options=Options(jobs=2))

    assert code == 1
    assert out[0].endswith("failed: 違う画面")
    assert out[-1].startswith("2 passed, 1 failed, ")


def test_a_terminal_gets_a_progress_bar(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, err = io.StringIO(), Terminal()
    code = command.replay([str(feature(tmp_path, GOOD, BAD))], out=out, err=err)

    assert code == 1
    assert "2/2" in err.getvalue()
    assert out.getvalue().count("\n") == 5


def test_pictures_in_a_language_that_is_not_there_are_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["screens", str(tmp_path), "--language", "xx"]) == 2
    assert "--language xx: there are ja, ja-easy, en" in capfd.readouterr().err


def test_steps_are_listed_by_chapter() -> None:
    out = io.StringIO()

    assert command.steps(out) == 0
    words = '「{人}」のカードを持っている\n  I have the card of "{person}"\n'
    assert f"\ncard\n  {words}      Say whose card the customer has in hand.\n" in out.getvalue()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--parts", "real", "--vpcd", "1"], "--parts real: "),
        (["--printer", "ipp://localhost/x"], "is for --parts real"),
        (["--parts", "real", "--printer", "ipp://localhost/x", "--paper", "model"], "takes no page model"),
        (["--only", "@I-99"], "no scenario fits --only @I-99"),
    ],
)
def test_what_cannot_be_played_so_is_one_line_and_nothing_is_played(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    code = commands.run(["replay", str(feature(tmp_path, GOOD)), *words])
    said = capfd.readouterr()

    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert why in said.err


def test_the_page_model_ends_as_the_pdf_does(tmp_path: Path) -> None:
    visit = "受け取る\n前提 「taro」のカードを持っている\nもし S-17まで進む\nならば 3枚の用紙が出る"
    path = feature(
        tmp_path, f"{visit}\nかつ 2枚目に「石狩 花子」と印刷されている", f"{visit[1:]}\nかつ 4枚の用紙が出る"
    )
    seen = [run(path, options=Options(fittings=Fittings(paper=paper))) for paper in ("pdf", "model")]

    assert [out[:4] for _, out, _ in seen] == [seen[0][1][:4]] * 2
    assert seen[0][0] == 1


def test_a_result_says_the_options_that_play_it_so_again(tmp_path: Path) -> None:
    plays = read(feature(tmp_path, GOOD))
    options = Options(seed=7, repeat=2, fittings=Fittings(paper="model"))

    assert [turn.words for turn in options.turns(plays)] == [
        "--seed 7 --paper model",
        "--seed 7 --repeat 2 --paper model",
    ]
    assert [turn.words for turn in Options().turns(plays)] == [""]
