"""The HTML report: reads like a story, stands alone, says how to play again, and keeps secrets."""

import re
from functools import partial
from pathlib import Path

import pytest

from kiosk.replay import command
from kiosk.replay.options import Options
from kiosk.replay.secrets import found_in
from kiosk.report import page
from tests import system

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "failing.feature"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    money = f"{ROOT / 'scenarios' / 'money.feature'}:8"
    code = command.replay([str(EXAMPLE), money], Options(telling=True, reports=[partial(page.write, path)]))
    assert code == 1
    return path


def test_every_step_of_the_failed_scenario_is_told_in_order(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    steps = [
        "「taro」のカードを持っている",
        "次のとおりにS-15まで進む",
        "500円を入れる",
        "3枚の用紙が出る",
        "250円が戻っている",
    ]
    places = [html.index(step, html.index("<ol>")) for step in steps]

    assert places == sorted(places)
    assert "<td>だれの</td><td>全員</td>" in html
    assert "expected 250 yen in the tray, but 150 yen" in html
    assert "COMPUTE DIGITAL SIGNATURE" in html
    assert "POST /orders → 200" in html
    assert re.search(r"fee|paid", html)


def test_one_pasted_command_plays_the_failed_scenario_again(report: Path) -> None:
    words = re.search(r"<pre>python -m kiosk replay ([^<]+)</pre>", report.read_text(encoding="utf-8"))

    assert words is not None
    assert command.replay([words[1]]) == 1


def test_the_page_needs_no_network_and_tells_each_requirement_its_outcome(report: Path) -> None:
    html = report.read_text(encoding="utf-8")

    assert not re.search(r"""(src|href)=["'](?!data:image/png)""", html)
    assert "url(" not in html
    assert re.search(r'<td>I-61</td><td><span class="failed">', html)
    assert re.search(r'<td>S-15</td><td><span class="passed">', html)


def test_no_pin_password_or_name_stands_in_the_words(report: Path) -> None:
    words = re.sub(r"data:image/png;base64,[^\"]+", "", report.read_text(encoding="utf-8"))

    assert list(found_in(words.encode())) == []


@pytest.mark.system
def test_a_browser_shows_every_picture_and_complains_of_nothing(report: Path) -> None:
    system.requires("chromium", "chromedriver")
    from tests.kiosk.report.browser import chromium

    with chromium() as browser:
        browser.get(report.as_uri())
        widths = browser.execute_script("return [...document.images].map(one => one.naturalWidth)")
        overflow = browser.execute_script("return document.body.scrollWidth - document.documentElement.clientWidth")

        assert browser.title == "シナリオ再生の報告"
        assert len(widths) == 8
        assert min(widths) >= 270
        assert overflow <= 0
        assert browser.get_log("browser") == []
