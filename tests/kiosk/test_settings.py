"""Every mistake in kiosk.toml or on the command line is one line that says where it is."""

from pathlib import Path

import pytest

from kiosk import settings as s
from kiosk.app import build
from kiosk.clock import JumpingClock
from kiosk.errors import PartMissing, SettingsError
from kiosk.replay.machine import BEGIN


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_has_a_working_default() -> None:
    settings = s.load()

    assert settings == s.Settings()
    assert settings.print_folder == settings.state_folder / "printed"
    assert settings.state_folder.name == "certificate-kiosk"


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    assert s.load(written(tmp_path, "")) == s.Settings()


def test_a_whole_file(tmp_path: Path) -> None:
    text = """
[terminal]
id = "T00042"
store = "見本店"
operator = "見本"
[panel]
width_mm = 345
orientation = "landscape"
languages = ["ja"]
[card]
source = "pcsc:ACS"
[centre]
url = "https://centre.example:8443"
pki = "keys"
[trust]
dir = "trust"
seal_ca = "ca.pem"
[printer]
target = "folder:out"
font = "biz-ud-mincho-1.05"
[state]
dir = "state"
"""
    settings = s.load(written(tmp_path, text))

    assert settings == s.Settings(
        s.Terminal("T00042", "見本店", "見本"),
        s.Panel(345, "landscape", ("ja",)),
        s.PcscCard("ACS"),
        s.RemoteCentre("https://centre.example:8443", tmp_path / "keys"),
        s.TrustList(tmp_path / "trust", "ca.pem"),
        s.FolderTarget(tmp_path / "out"),
        tmp_path / "state",
        "biz-ud-mincho-1.05",
    )


def test_real_cards_are_named_by_fingerprint_and_only_where_they_are_allowed(tmp_path: Path) -> None:
    named = f'[card]\nallow_real = {{}}\n[card.real]\n"{"ab" * 32}" = "taro"\n'

    allowed = s.load(written(tmp_path, named.format("true")))
    assert allowed.real_cards == (s.RealCard(b"\xab" * 32, "taro"),)
    assert s.load(tmp_path / "kiosk.toml", centre="https://centre.example:8443").real_cards == ()
    assert s.load(written(tmp_path, named.format("false"))).real_cards == ()


def test_options_stand_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[card]\nsource = "pcsc"\n[centre]\nurl = "https://a:1"\npki = "keys"\n')
    settings = s.load(path, card="embedded", centre="https://b:2", printer="folder:out", state=tmp_path / "here")

    assert settings.card == s.EmbeddedCard()
    assert settings.centre == s.RemoteCentre("https://b:2", tmp_path / "keys")
    assert (settings.printer, settings.state) == (s.FolderTarget(Path("out")), tmp_path / "here")


@pytest.mark.proves("fault-47")
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[terminal]\nid = "too long an id"\n', 2, "terminal.id"),
        ("[panel]\n\nwidth_mm = 5\n", 3, "panel.width_mm"),
        ('[panel]\norientation = "round"\n', 2, "panel.orientation"),
        ('[card]\nsource = "nfc"\n', 2, "card.source"),
        ("[card]\nallow_real = true\n", 2, "card.allow_real"),
        (
            f'[card]\nallow_real = true\n[card.real]\n"{"ab" * 32}" = "taro"\n[centre]\nurl = "https://c"\n',
            2,
            "embedded",
        ),
        ('[card]\nallow_real = true\n[card.real]\n"ab" = "taro"\n', 4, "card.real"),
        ('# so\n[centre]\nurl = "http://plain"\n', 3, "centre.url"),
        ('[centre]\nurl = "https://centre:65536"\n', 2, "centre.url"),
        ('[printer]\ntarget = "lpt1"\n', 2, "printer.target"),
        ('[printer]\ntarget = "ipp://printer:99999/ipp/print"\n', 2, "printer.target"),
        ("[colour]\nred = 1\n", 1, "colour"),
        ("[terminal\n", 1, "not TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(SettingsError) as told:
        s.load(path)
    assert str(told.value).startswith(f"{path}:{line}: ")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        s.load(written(tmp_path, '[terminal]\nid = "x"\n[panel]\nwidth_mm = 5\n'))

    assert len(str(told.value).splitlines()) == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nothing here"):
        s.load(tmp_path / "nothing here.toml")


@pytest.mark.parametrize("option", [{"card": "usb"}, {"centre": "ftp://x"}, {"printer": "folder:"}, {"printer": "x"}])
def test_a_wrong_option_is_said(option: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(option))):
        s.load(**option)  # type: ignore[arg-type]


@pytest.mark.proves("E-38")
def test_a_font_that_is_not_installed_is_said_before_anybody_pays(tmp_path: Path) -> None:
    with pytest.raises(PartMissing, match=r"^font no-such-font-1\.0 is not installed$"):
        build(s.Settings(state=tmp_path, font="no-such-font-1.0"), JumpingClock(BEGIN), inline=True)
