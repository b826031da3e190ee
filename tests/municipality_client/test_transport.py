"""The way to the centre: one contract for both transports, and what mutual TLS refuses."""

import asyncio
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from typer.testing import CliRunner

from card import jpki
from card.authority import trusted_issuers
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from municipality_client import messages as m
from municipality_client import wire
from municipality_client.centre import keymaking, server
from municipality_client.centre.__main__ import app
from municipality_client.centre.asgi import Application, terminal_of
from municipality_client.client import CentreClient
from municipality_client.errors import CentreUnreachable, KeysMissing, OutcomeUnknown, ProtocolError
from municipality_client.messages import Kind
from municipality_client.transport import InProcess, TlsTransport
from tests.municipality_client.desk import ISHIKARI, MONDAY, PKI, Clock, Desk, build_centre, refused
from tests.municipality_client.test_wire import ASKS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A real server on loopback, for the whole module."""
    centre = build_centre()
    with server.background(centre, PKI, lambda: MONDAY) as url:
        yield url
    centre.close()


@pytest.fixture(params=["in process", "tls"])
def desk(request: pytest.FixtureRequest, address: str) -> Iterator[Desk]:
    """A terminal on either transport; the TLS server's books are shared, so each terminal is new."""
    clock = Clock()
    centre = build_centre()
    if request.param == "in process":
        yield Desk(centre, clock, client=CentreClient(InProcess(centre, "T00001", clock).send, "T00001"))
    else:
        transport = TlsTransport(address, PKI, "T00001", 10)
        tls = Desk(centre, clock, client=CentreClient(transport.send, "T00001"))
        tls.request_id = unique(request.node.name)  # type: ignore[method-assign]
        yield tls
        transport.close()
    centre.close()


def unique(name: str) -> Callable[[], str]:
    """Request ids that no other test of the module uses."""
    numbers = iter(range(1000))
    plain = "".join(one if one.isalnum() else "-" for one in name)[:50]
    return lambda: f"{plain}-{next(numbers)}"


# The contract


def test_lists_and_texts_arrive(desk: Desk) -> None:
    listing, ishikari = desk.client.municipalities(), desk.client.municipality(ISHIKARI)

    assert isinstance(listing, m.Municipalities)
    assert [one.name for one in listing.municipalities] == ["石狩市", "大衡村"]
    assert isinstance(ishikari, m.Municipality)
    assert ishikari.name == "石狩市"


@pytest.mark.proves("I-65", "O-60", "X-35")
def test_a_set_is_issued_settled_and_gone(desk: Desk) -> None:
    issued = desk.issued("taro", everybody=True)
    (number,) = (one.set_number for one in issued.sets)

    assert desk.client.ask_order(issued.request_id) == issued
    results = [m.SetResult(number, m.Outcome.DELIVERED, 3)]
    assert desk.client.report(issued.request_id, results) == m.Settled(issued.request_id, {number: "printed"})
    assert refused(desk.client.ask_order(issued.request_id), "E-99", "order-settled")


def test_refusals_arrive_as_values(desk: Desk) -> None:
    assert refused(desk.client.municipality("131016"), "E-20", "no-such-municipality")
    assert refused(desk.open("akari"), "E-30", "not-found")
    assert refused(desk.client.ask_order("never"), "E-99", m.ORDER_UNKNOWN)
    assert refused(desk.place("hanako", Kind.SEAL), "E-34", "no-seal")


def test_void_travels(desk: Desk) -> None:
    issued = desk.issued("taro", copies=2)

    settled = desk.client.void(issued.request_id)
    assert isinstance(settled, m.Settled)
    assert set(settled.states.values()) == {"void"}


@pytest.mark.proves("I-07", "I-12", "O-55")
def test_a_virtual_card_authenticates(desk: Desk, tmp_path: Path) -> None:
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, MONDAY))
    request_id = desk.request_id()
    challenge = desk.client.challenge(request_id, ISHIKARI)
    assert isinstance(challenge, m.Challenge)
    connection = slot.connect()
    found = jpki.probe(connection, trusted_issuers())
    assert isinstance(found, jpki.MyNumberCard)
    assert found.issuer_known
    signed = jpki.sign(connection, bytearray(b"1234"), desk.client.digest(challenge, ISHIKARI))
    connection.disconnect()

    assert isinstance(signed, jpki.Signed)
    offer = desk.client.open_session(request_id, ISHIKARI, challenge.challenge, signed.auth_cert, signed.signature)
    assert isinstance(offer, m.Offer)
    assert offer.holder == "石○ 太○"


# What TLS refuses


def context(cert: str | None = "terminal-T00001", folder: Path = PKI) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(PKI / "tls" / "ca.crt.pem"))
    if cert is not None:
        made.load_cert_chain(folder / f"tls/{cert}.crt.pem", folder / f"tls/{cert}.key.pem")
    return made


def get(address: str, tls: ssl.SSLContext, host: str = "127.0.0.1") -> int:
    connection = http.client.HTTPSConnection(host, int(address.rsplit(":", 1)[1]), context=tls, timeout=10)
    try:
        connection.request("GET", "/municipalities")
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.proves("fault-31")
def test_without_a_client_certificate_there_is_nothing(address: str) -> None:
    with pytest.raises((ssl.SSLError, OSError)):
        get(address, context(None))
    assert get(address, context()) == 200


@pytest.mark.proves("fault-32", "X-35")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2])
def test_older_tls_is_refused(address: str, version: ssl.TLSVersion) -> None:
    old = context()
    old.minimum_version = old.maximum_version = version

    with pytest.raises((ssl.SSLError, OSError)):
        get(address, old)


@pytest.mark.proves("fault-31")
def test_a_terminal_of_another_authority_is_refused(address: str, tmp_path: Path) -> None:
    keymaking.make_tls_keys(tmp_path / "tls", ["T00001"])
    foreign = tmp_path / "tls/ca.crt.pem"
    foreign.write_bytes((PKI / "tls/ca.crt.pem").read_bytes())

    with pytest.raises(CentreUnreachable):
        CentreClient(TlsTransport(address, tmp_path, "T00001", 10).send, "T00001").municipalities()


@pytest.mark.proves("fault-31")
def test_a_centre_of_another_authority_is_not_spoken_to(tmp_path: Path) -> None:
    keymaking.make_tls_keys(tmp_path / "tls", ["T00001"])
    centre = build_centre()
    with server.background(centre, tmp_path, lambda: MONDAY) as url:
        client = CentreClient(TlsTransport(url, PKI, "T00001", 10).send, "T00001")
        with pytest.raises(CentreUnreachable):
            client.void("r1")
    centre.close()


@pytest.mark.proves("fault-31")
def test_a_centre_of_another_name_is_not_spoken_to(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    transport = TlsTransport(f"https://127.0.0.2:{port}", PKI, "T00001", 10)

    with pytest.raises(CentreUnreachable):
        transport.send(wire.Request("GET", "/municipalities"))


def test_the_server_certificate_is_no_terminal() -> None:
    terminal = ssl.PEM_cert_to_DER_cert((PKI / "tls/terminal-T00001.crt.pem").read_text())
    centre = ssl.PEM_cert_to_DER_cert((PKI / "tls/centre.crt.pem").read_text())

    assert terminal_of(terminal) == "T00001"
    assert terminal_of(centre) is None
    assert terminal_of(b"\x30\x00") is None
    assert terminal_of(None) is None


def test_missing_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match=r"terminal-T00009\.crt\.pem"):
        TlsTransport("https://localhost:1", PKI, "T00009")
    with pytest.raises(KeysMissing, match=r"ca\.crt\.pem"):
        TlsTransport("https://localhost:1", tmp_path, "T00001")
    with pytest.raises(ProtocolError):
        TlsTransport("http://localhost:1", PKI, "T00001")


# Broken lines


@pytest.mark.proves("fault-26")
def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = TlsTransport(f"https://127.0.0.1:{port}", PKI, "T00001", 5)

    with pytest.raises(CentreUnreachable):
        transport.send(wire.Request("POST", "/orders", b"{}"))


class Listener:
    """A TLS server of the right name that answers whatever the test says, then hangs up."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(PKI / "tls/centre.crt.pem", PKI / "tls/centre.key.pem")
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        raw, _ = self._socket.accept()
        with self._context.wrap_socket(raw, server_side=True) as connection:
            asked = b""
            while not asked.endswith(b"}"):
                asked += connection.recv(65536)
            connection.sendall(self._answer)

    def close(self) -> None:
        self._thread.join(10)
        self._socket.close()


@pytest.mark.proves("fault-27", "fault-30", "fault-33")
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nContent-", OutcomeUnknown),
        (b"nonsense\r\n\r\n", OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n", OutcomeUnknown),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", ProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", ProtocolError),
    ],
)
def test_an_order_without_a_whole_answer_is_unknown(answer: bytes, error: type[Exception]) -> None:
    listener = Listener(answer)
    transport = TlsTransport(listener.url, PKI, "T00001", 10)

    try:
        with pytest.raises(error):
            CentreClient(transport.send, "T00001").place_order("r1", "token", b"order")
    finally:
        transport.close()
        listener.close()


@pytest.mark.proves("fault-30")
def test_a_silent_centre_is_left_after_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = TlsTransport(f"https://127.0.0.1:{silent.getsockname()[1]}", PKI, "T00001", 0.2)
        with pytest.raises(CentreUnreachable):
            transport.send(wire.Request("POST", "/orders", b"{}"))


@pytest.mark.proves("fault-36")
def test_a_client_finds_a_restarted_centre_by_itself() -> None:
    centre = build_centre()
    listening = server.listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    listening.close()
    transport = TlsTransport(f"https://127.0.0.1:{port}", PKI, "T00001", 10)
    client = CentreClient(transport.send, "T00001")

    for _ in range(2):
        with server.background(centre, PKI, lambda: MONDAY, port=port):
            assert isinstance(client.challenge("r1", ISHIKARI), m.Challenge)
    with pytest.raises(CentreUnreachable):
        client.challenge("r2", ISHIKARI)
    transport.close()
    centre.close()


def test_a_server_in_the_background_ends_even_before_it_was_made() -> None:
    centre, before = build_centre(), set(threading.enumerate())
    with server.background(centre, PKI, lambda: MONDAY):
        (serving,) = set(threading.enumerate()) - before
    centre.close()

    assert not serving.is_alive()


@pytest.mark.proves("fault-33")
def test_a_body_beyond_the_bound_is_refused(address: str) -> None:
    transport = TlsTransport(address, PKI, "T00001", 10)

    answer = transport.send(wire.Request("POST", "/orders", b" " * (wire.MAX_REQUEST + 1)))
    assert answer.status == 413
    transport.close()


def test_a_centre_that_is_full_says_so_at_once() -> None:
    centre = build_centre()
    application = Application(centre, lambda: MONDAY, threads=1, waiting=0)
    cert = ssl.PEM_cert_to_DER_cert((PKI / "tls/terminal-T00001.crt.pem").read_text())
    sent = asyncio.run(asked(application, {"tls": {"client_cert": cert}}))
    without = asyncio.run(asked(application, {}))
    application.close()
    centre.close()

    assert sent[0]["status"] == 503
    assert (b"retry-after", b"1") in sent[0]["headers"]
    assert without[0]["status"] == 403


async def asked(application: Application, extensions: dict[str, Any]) -> list[dict[str, Any]]:
    """What the application sends back on one GET."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    where = {"method": "GET", "path": "/municipalities", "raw_path": b"/municipalities", "query_string": b""}
    scope = {"type": "http", "http_version": "1.1", "scheme": "https", "headers": [], "root_path": "", **where}
    await application.asgi({**scope, "extensions": extensions}, receive, send)
    return sent


# The program


def run(*words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "municipality_client.centre", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)


def test_the_program_serves_with_keys_of_its_own_and_stops_when_told(tmp_path: Path) -> None:
    made = run("init", str(tmp_path / "centre"), "--terminal", "T00007")
    assert made.returncode == 0, made.stderr
    pki = tmp_path / "centre/pki"
    command = [sys.executable, "-m", "municipality_client.centre", "serve", "--listen", "127.0.0.1:0"]
    command += [
        "--database",
        f"sqlite:///{tmp_path / 'centre/centre.db'}",
        "--pki",
        str(pki),
        "--at",
        "2026-04-06T10:00:00",
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "log"
    with (
        log.open("wb") as err,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=err, text=True, env=environment) as process,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        transport = TlsTransport(url, pki, "T00007", 10)
        outside = build_centre()
        desk = Desk(outside, terminal="T00007", client=CentreClient(transport.send, "T00007"))
        issued = desk.issued("taro", items=("my_number",))
        process.terminate()
        assert process.wait(20) == 0
        transport.close()
        outside.close()

    assert issued.sets[0].set_number.startswith("012351-20260406-T00007-00000001-")
    written = log.read_text(encoding="utf-8")
    assert "T00007 POST /orders 200" in written
    for secret in ("太郎", "100200300402", "花川"):
        assert secret not in written


def test_init_names_the_centre_and_adds_terminals_later(tmp_path: Path) -> None:
    folder, names = str(tmp_path / "centre"), ["--name", "centre.example", "--name", "10.0.0.1"]
    init = partial(CliRunner().invoke, app)
    assert init(["init", folder, *names]).exit_code == 0
    cert = x509.load_pem_x509_certificate((tmp_path / "centre/pki/tls/centre.crt.pem").read_bytes())
    said = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert said.get_values_for_type(x509.DNSName) == ["localhost", "centre.example"]
    assert "10.0.0.1" in map(str, said.get_values_for_type(x509.IPAddress))

    again = init(["init", folder, *names, "--terminal", "T00009"])
    assert again.exit_code == 0
    assert {Path(line).name for line in again.stdout.split()} == {
        *("terminal-T00009.crt.pem", "terminal-T00009.key.pem", "centre.db"),
        *(one.name for one in (tmp_path / "centre/pki/jpki").iterdir()),
    }
    for wrong in ("other.example", "no name"):
        refused = init(["init", folder, "--name", wrong])
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
        assert wrong in refused.stderr


def test_check_names_file_line_and_field_and_says_two(tmp_path: Path) -> None:
    profile = str(ROOT / "municipality_client/profiles/012351-ishikari.toml")
    good = CliRunner().invoke(app, ["check", profile, str(PKI.parent / "people/taro.toml"), "--inferred"])
    bad = tmp_path / "999999-nowhere.toml"
    bad.write_text('code = "999999"\n[hours]\nopens = "6:30"\n', encoding="utf-8")
    wrong = CliRunner().invoke(app, ["check", str(bad), str(tmp_path / "missing.toml")])

    assert good.exit_code == 0
    assert "min_age: inferred, X-06" in good.stdout
    assert wrong.exit_code == 2
    assert f"{bad}:1: code: " in wrong.stderr
    assert f"{bad}:3: hours.opens: " in wrong.stderr
    assert "missing.toml: No such file" in wrong.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--listen", "nonsense"),
        ("serve", "--listen", "127.0.0.1:1x"),
        ("serve", "--database", "sqlite:////no/such/folder/x.db", "--listen", "127.0.0.1:0"),
        ("serve", "--database", "nonsense", "--listen", "127.0.0.1:0"),
        ("serve", "--database", "sqlite://", "--pki", "/no/such/folder"),
        ("serve", "--at", "tomorrow"),
        ("bake",),
    ],
)
def test_bad_use_says_two_and_why(words: tuple[str, ...]) -> None:
    wrong = CliRunner().invoke(app, list(words))

    assert wrong.exit_code == 2
    assert wrong.stderr
    assert wrong.exception is None or isinstance(wrong.exception, SystemExit)


def test_the_interface_describes_itself() -> None:
    printed = CliRunner().invoke(app, ["openapi"])

    described = json.loads(printed.stdout)
    assert described["openapi"] == "3.1.0"
    operations = [(method.upper(), path) for path, item in described["paths"].items() for method in item]
    assert sorted(operations) == sorted(
        (request.method, re.sub("/(012351|r2)", lambda part: PLACES[part.group(1)], request.path))
        for request in map(wire.to_request, ASKS)
    )
    for reference in re.findall(r'"#/components/schemas/(\w+)"', printed.stdout):
        assert reference in described["components"]["schemas"]


PLACES = {"012351": "/{code}", "r2": "/{request_id}"}
