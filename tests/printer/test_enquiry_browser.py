"""The enquiry page as a recipient uses it: a real browser, files chosen, the answer read, also on a phone."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from printer import pdf, photocopy, words
from tests.kiosk.report.browser import chromium
from tests.printer import press
from tests.printer.scanner import Scan, scanned
from tests.printer.test_enquiry import serving
from tests.system import requires

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    requires("chromium", "/usr/bin/chromedriver")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("keys")) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """set.pdf, the scans of its two sheets, a scan of a sheet whose number was blotted out, and junk."""
    place = tmp_path_factory.mktemp("files")
    written = pdf.render(press.set_of(2, place))
    (place / "set.pdf").write_bytes(written)
    for side, name in enumerate(("face-1", "back-1", "face-2", "back-2")):
        (place / f"{name}.jpg").write_bytes(scanned(photocopy.printed(written, side), Scan(dpi=150)))
    other = press.Press(signer="a thief").sign([press.demo_page(1, 1)])
    forged = press.checked([press.demo_page(1, 1)], place).pages[0]
    thief = pdf.render([type(forged)(other[0], forged.page, forged.seal)])
    (place / "forged.pdf").write_bytes(thief)
    (place / "junk.png").write_bytes(b"no picture")
    return place


def ask(browser: Chrome, url: str, *files: Path) -> str:
    """Choose the files, press the button, return the status line or else the answer's first line."""
    browser.get(url)
    browser.find_element(By.ID, "files").send_keys("\n".join(map(str, files)))
    browser.find_element(By.CSS_SELECTOR, "button").click()
    button = browser.find_element(By.CSS_SELECTOR, "button")
    WebDriverWait(browser, 60).until(lambda _: button.is_enabled())
    status = browser.find_element(By.ID, "status").text
    return status or browser.find_element(By.CSS_SELECTOR, "#summary .answer").text


def test_a_genuine_set_is_shown_with_each_face_beside_its_text(browser: Chrome, home: str, files: Path) -> None:
    names = ("back-2", "face-1", "back-1", "face-2")
    assert ask(browser, f"{home}/ja", *(files / f"{name}.jpg" for name in names)) == "真正です"
    pairs = browser.find_elements(By.CSS_SELECTOR, "#pages .pair")
    assert [len(pair.find_elements(By.TAG_NAME, "img")) for pair in pairs] == [1, 1]
    assert all("石狩　太郎" in pair.text for pair in pairs)
    wide = browser.execute_script("return [...document.querySelectorAll('#pages img')].map(i => i.naturalWidth)")
    assert wide == [620, 620]
    assert words.verdict().look in browser.find_element(By.ID, "summary").text
    assert words.verdict().not_proven in browser.find_element(By.ID, "proves").text
    assert browser.switch_to.active_element.get_attribute("id") == "result"
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("en", ["set.pdf"], "Genuine"),
        ("en", ["back-1.jpg"], "Incomplete"),
        ("ja", ["forged.pdf"], words.verdict().answers["altered"]),
        ("ja", ["face-1.jpg"], words.verdict().answers["unreadable"]),
        ("en", ["back-1.jpg", "junk.png"], "File 2 could not be read. Use PDF, PNG, JPEG or TIFF."),
    ],
)
def test_every_other_answer_is_said(
    language: str, names: list[str], said: str, browser: Chrome, home: str, files: Path
) -> None:
    assert ask(browser, f"{home}/{language}", *(files / name for name in names)) == said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    language: str, browser: Chrome, home: str, files: Path, tmp_path: Path
) -> None:
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        ask(browser, f"{home}/{language}", files / "set.pdf")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        touched = browser.find_elements(By.CSS_SELECTOR, "button, input, a, label")
        assert min(part.size["height"] for part in touched) >= 44
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (tmp_path / "phone.png").write_bytes(base64.b64decode(shot["data"]))
        assert (tmp_path / "phone.png").stat().st_size > 20_000
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _tab(browser: Chrome) -> WebElement:
    """The next place that a keyboard reaches."""
    ActionChains(browser).send_keys(Keys.TAB).perform()
    return browser.switch_to.active_element


def test_the_page_can_be_used_by_keyboard_and_names_its_parts(browser: Chrome, home: str) -> None:
    browser.get(f"{home}/ja")
    chooser = browser.find_element(By.ID, "files")
    assert words.enquiry("ja").choose in chooser.accessible_name
    reached = [_tab(browser).tag_name for _ in range(3)]
    assert reached == ["a", "input", "button"]
    assert browser.find_element(By.CSS_SELECTOR, "button").accessible_name == "確かめる"
    assert browser.find_element(By.ID, "status").get_attribute("role") == "status"
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "ja"
    browser.find_element(By.LINK_TEXT, "English").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Check a certificate"
