"""The enquiry page over real HTTP: what it answers, what it refuses, and that it keeps nothing."""

import http.client
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from printer import imaging, pdf, photocopy, words
from printer.enquiry import application, server
from printer.errors import ListenError
from tests.printer import press
from tests.printer.scanner import Scan, scanned

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(place: Path) -> Iterator[int]:
    """The page on a free port, believing the press's keys."""
    opened = server.listen("127.0.0.1:0")
    running = server.server(application.Enquiry(press.trust(place), lambda: press.NOW))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        yield opened.getsockname()[1]
    finally:
        running.should_exit = True
        thread.join()
        opened.close()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("keys")) as found:
        yield found


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pdf.render(press.set_of(1, tmp_path_factory.mktemp("paper")))


def ask(port: int, *files: bytes, query: str | None = None, language: str = "ja") -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sizes = "&".join(f"size={len(one)}" for one in files) if query is None else query
    connection.request("POST", f"/{language}/answer?{sizes}", b"".join(files))
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer, said


def test_a_genuine_set_is_told_with_what_its_face_must_say(port: int, paper: bytes) -> None:
    status, told = ask(port, paper)
    assert (status, told["answer"]) == (200, "genuine")
    pages, faces = told["pages"], told["faces"]
    assert isinstance(pages, list)
    assert isinstance(faces, list)
    assert (len(pages), len(faces)) == (1, 1)
    assert "石狩　太郎" in pages[0]["lines"]
    assert faces[0].startswith("data:image/png;base64,")
    assert told["proves"] == [words.verdict().proves, words.verdict().not_proven]


def test_scans_upside_down_are_read_and_half_a_page_is_told_apart(port: int, paper: bytes) -> None:
    back = scanned(photocopy.printed(paper, 1), Scan(dpi=200, skew=-1.5, turned=180))
    face = scanned(photocopy.printed(paper, 0), Scan(dpi=150))
    _, told = ask(port, back, face, language="en")
    assert (told["answer"], told["summary"]) == (
        "genuine",
        [{"kind": "answer", "text": "Genuine"}, {"kind": "finding", "text": words.verdict("en").look}],
    )
    (grey,) = imaging.pages(back, 1)
    _, told = ask(port, imaging.write_png(grey[: grey.shape[0] // 3]))
    assert (told["answer"], told["pages"]) == ("unreadable", [])


@pytest.mark.proves("fault-33")
def test_what_is_no_scan_is_named_by_its_number(port: int, paper: bytes) -> None:
    for junk in (b"hello", b"%PDF-1.7 junk", b"\x89PNG\r\n\x1a\n" + bytes(50), paper[: len(paper) // 2]):
        _, told = ask(port, paper, junk)
        assert told == {"error": words.enquiry("ja").unreadable.format(number=2)}


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize(
    "query",
    ["", "size=3", "size=0&size=5", "size=-5&size=10", "size=%EF%BC%95", "size=99999999", "&".join(["size=1"] * 21)],
)
def test_more_than_was_promised_or_than_fits_is_refused_unread(query: str, port: int) -> None:
    status, told = ask(port, b"hello", query=query)
    assert (status, told) == (413, {"error": words.enquiry("ja").too_large})


def test_pages_ask_for_nothing_from_elsewhere_and_speak_two_languages(port: int) -> None:
    for language, title in (("ja", "証明書の確認"), ("en", "Check a certificate")):
        answer, said = get(port, f"/{language}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert f"<h1>{title}</h1>" in said
        assert f'<html lang="{language}">' in said
        assert words.verdict(language).test_keys in said
        assert set(re.findall(r'(?:src|href)="(.*?)"', said)) <= {"/page.css", "/page.js", "/ja", "/en"}
        assert "$" not in said
    assert get(port, "/", **{"Accept-Language": "en-GB,en;q=0.9"})[0].headers["Location"] == "/en"
    assert get(port, "/", **{"Accept-Language": "ja,en;q=0.9"})[0].headers["Location"] == "/ja"
    assert get(port, "/")[0].headers["Location"] == "/ja"
    assert get(port, "/../printer/errors.py")[0].status == 404


def test_both_languages_have_the_same_words() -> None:
    assert words.verdict("en").answers.keys() == words.verdict("ja").answers.keys()
    assert words.verdict("en").reasons.keys() == words.verdict("ja").reasons.keys()


def test_nothing_is_kept_on_disk_or_said_in_a_log(paper: bytes, tmp_path: Path) -> None:
    program = "-c", "from printer.__main__ import main; import sys; sys.exit(main())"
    (tmp_path / "tmp").mkdir()
    running = subprocess.Popen(
        [sys.executable, *program, "enquiry", "--listen", "127.0.0.1:0"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    url = running.stdout.readline()
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", url)
    assert found, url
    _, told = ask(int(found[1]), paper)
    assert told["answer"] == "key unknown"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (out, err) == ("", "")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("place", ["127.0.0.1", ":80", "127.0.0.1:http", "127.0.0.1:99999", "192.0.2.1:8080"])
def test_an_address_that_cannot_be_listened_on_is_named(place: str) -> None:
    with pytest.raises(ListenError, match=re.escape(place)):
        server.listen(place)


def test_a_full_house_says_so_at_once(paper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "_WAITING", -application._AT_ONCE)
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as found:
        assert ask(found, paper) == (503, {"error": words.enquiry("ja").busy})
