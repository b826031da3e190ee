"""What comes over the wire that no kiosk sends: refused within bounds, and nothing in the books changes."""

import contextlib
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import pytest
from sqlalchemy import func, select

from municipality_client import messages as m
from municipality_client import wire
from municipality_client.centre import server
from municipality_client.centre.asgi import Application
from municipality_client.centre.handle import Centre
from municipality_client.centre.rates import Rates
from municipality_client.centre.store_tables import challenges
from municipality_client.client import CentreClient
from municipality_client.errors import CentreUnreachable
from municipality_client.transport import TlsTransport, patient
from tests.municipality_client.desk import ISHIKARI, MONDAY, PKI, Desk, build_centre, refused


@pytest.fixture
def place() -> Iterator[tuple[Centre, str]]:
    """A centre and where it listens."""
    centre = build_centre()
    with server.background(centre, PKI, lambda: MONDAY) as url:
        yield centre, url
    centre.close()


def context() -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(PKI / "tls/ca.crt.pem"))
    made.load_cert_chain(PKI / "tls/terminal-T00001.crt.pem", PKI / "tls/terminal-T00001.key.pem")
    return made


@dataclass
class Line:
    """A TLS connection on which a test says what it likes."""

    url: str

    def __enter__(self) -> ssl.SSLSocket:
        raw = socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), 30)
        self._wrapped = context().wrap_socket(raw, server_hostname="127.0.0.1")
        return self._wrapped

    def __exit__(self, *_: object) -> None:
        self._wrapped.close()


def answer(line: ssl.SSLSocket) -> bytes:
    """All that the server says until it is silent for good."""
    said = b""
    while chunk := line.recv(65536):
        said += chunk
    return said


def post(
    url: str, path: str, body: bytes, kind: str | None = "application/json", method: str = "POST"
) -> wire.Response:
    connection = http.client.HTTPSConnection("127.0.0.1", int(url.rpartition(":")[2]), context=context(), timeout=30)
    try:
        connection.request(method, path, body, {} if kind is None else {"Content-Type": kind})
        got = connection.getresponse()
        assert got.status == 200 or got.getheader("Content-Type") == "application/problem+json"
        if got.status == 405:
            assert got.getheader("Allow") in ("GET", "POST")
        return wire.Response(got.status, got.read())
    finally:
        connection.close()


def reason(response: wire.Response) -> str:
    """The reason of a problem, which must be one of RFC 9457 that names its own status."""
    problem = msgspec.json.decode(response.body, type=m.Problem)
    assert problem.status == response.status
    return problem.type.removeprefix(wire.PROBLEM_TYPE)


def nothing_given(centre: Centre) -> bool:
    with centre.registers.books() as books:
        return books._run(select(func.count()).select_from(challenges)).scalar_one() == 0


ASK = json.dumps({"request_id": "r1", "municipality": ISHIKARI}).encode()


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "said"),
    [
        ("POST", "/challenges", ASK, "text/plain", "not-json"),
        ("POST", "/challenges", ASK, None, "not-json"),
        ("POST", "/challenges", ASK[:-1], "application/json", "bad-request"),
        ("POST", "/challenges", b"", "application/json", "bad-request"),
        ("POST", "/challenges", b"[" * 60_000, "application/json", "bad-request"),
        ("POST", "/challenges", b'{"request_id":' * 4000, "application/json", "bad-request"),
        ("POST", "/challenges", b"\xff\xfe", "application/json", "bad-request"),
        ("POST", "/challenges", ASK[:-1] + b',"pin":"1234"}', "application/json", "bad-request"),
        ("POST", "/challenges", b" " * 300_000, "application/json", "too-large"),
        ("PUT", "/challenges", ASK, "application/json", "method-not-allowed"),
        ("GET", "/orders", b"", None, "method-not-allowed"),
        ("POST", "/challenges/../orders", ASK, "application/json", "no-such-path"),
        ("GET", "/municipalities/012351%00", b"", None, "no-such-path"),
        ("GET", "/" + "a" * 9000, b"", None, "no-such-path"),
    ],
)
def test_what_is_no_message_is_a_problem(
    place: tuple[Centre, str], method: str, path: str, body: bytes, kind: str | None, said: str
) -> None:
    centre, url = place
    assert reason(post(url, path, body, kind, method)) == said
    assert nothing_given(centre)


@pytest.mark.proves("fault-30")
@pytest.mark.parametrize("cut", [b"POST /chall", b"POST /challenges HTTP/1.1\r\nContent-Type: application/json\r\n"])
def test_a_request_that_breaks_off_changes_nothing(place: tuple[Centre, str], cut: bytes) -> None:
    centre, url = place
    with Line(url) as line:
        line.sendall(cut)
    with Line(url) as line:
        head = b"POST /challenges HTTP/1.1\r\nHost: c\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        line.sendall(head + ASK)
    assert nothing_given(centre)
    assert post(url, "/challenges", ASK).status == 200


@pytest.mark.proves("fault-30")
def test_headers_without_end_get_no_answer(place: tuple[Centre, str]) -> None:
    with Line(place[1]) as line, pytest.raises((ssl.SSLError, OSError)):
        for _ in range(100):
            line.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 4000 + b"\r\n")
            time.sleep(0.001)
        answer(line)
        raise OSError("the server hung up without a word")


@pytest.mark.proves("fault-30")
def test_a_slow_request_is_left(place: tuple[Centre, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_HEADER_TIME", 0.3)
    begun = time.monotonic()
    with Line(place[1]) as line:
        line.sendall(b"GET /municipalities HTTP/1.1\r\nX: ")
        with contextlib.suppress(OSError):
            assert answer(line) == b""
    assert time.monotonic() - begun < 5


@pytest.mark.proves("fault-30")
def test_a_slow_body_is_told_so(place: tuple[Centre, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Application, "body_time", 0.3)
    with Line(place[1]) as line:
        line.sendall(
            b"POST /challenges HTTP/1.1\r\nHost: c\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        assert answer(line).startswith(b"HTTP/1.1 408 ")


@pytest.mark.proves("fault-31")
def test_a_refused_certificate_is_counted_and_noted(
    place: tuple[Centre, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "municipality_client.centre.server")
    before = server.REFUSED._value.get()
    stranger = ssl.create_default_context(cafile=str(PKI / "tls/ca.crt.pem"))
    raw = socket.create_connection(("127.0.0.1", int(place[1].rpartition(":")[2])), 10)
    with stranger.wrap_socket(raw, server_hostname="127.0.0.1") as line, pytest.raises((ssl.SSLError, OSError)):
        line.sendall(b"GET /municipalities HTTP/1.1\r\n\r\n")
        raise OSError(answer(line) or "no answer")

    assert server.REFUSED._value.get() == before + 1
    assert "PEER_DID_NOT_RETURN_A_CERTIFICATE" in caplog.text


@pytest.mark.proves("fault-12", "fault-28")
def test_a_replayed_answer_to_a_challenge_opens_nothing(place: tuple[Centre, str]) -> None:
    transport = TlsTransport(place[1], PKI, "T00001", 10)
    sent: list[wire.Request] = []

    def send(request: wire.Request) -> wire.Response:
        sent.append(request)
        return transport.send(request)

    assert isinstance(Desk(place[0], client=CentreClient(send, "T00001")).open("taro"), m.Offer)
    again = transport.send(sent[-1])
    transport.close()
    assert (again.status, reason(again)) == (403, "challenge-unknown")


# Deadlines


@pytest.mark.proves("F-01")
def test_what_is_ready_too_late_is_undone(place: tuple[Centre, str]) -> None:
    centre, _ = place
    desk = Desk(centre)
    offer = desk.offer("hanako")
    request_id, raw = desk.order(offer, "hanako")
    order = wire.to_request(m.PlaceOrder(request_id, offer.session, raw))
    moments = iter([True, False])
    late = centre.respond(order, "T00001", MONDAY, lambda: next(moments))
    never = centre.respond(order, "T00001", MONDAY, lambda: False)

    assert reason(late) == reason(never) == "too-late"
    assert refused(desk.client.ask_order(request_id), "E-99", m.ORDER_UNKNOWN)
    issued = desk.client.place_order(request_id, offer.session, raw)
    assert isinstance(issued, m.Issued)
    assert issued.sets[0].set_number.split("-")[3] == "00000001"


@pytest.mark.proves("F-01")
def test_what_a_terminal_tells_is_kept_however_late(place: tuple[Centre, str]) -> None:
    centre, _ = place
    desk = Desk(centre)
    issued = desk.issued("hanako")
    void = centre.respond(wire.to_request(m.Void(issued.request_id)), "T00001", MONDAY, lambda: False)

    assert void.status == 200
    assert refused(desk.client.ask_order(issued.request_id), "E-99", m.ORDER_VOID)


# Too much


def test_rates_let_a_burst_through_and_then_a_steady_stream() -> None:
    rates = Rates(8, 16)

    assert [rates.wait("T1", 0.0) for _ in range(16)] == [0] * 16
    assert rates.wait("T1", 0.0) == 1
    assert rates.wait("T2", 0.0) == 0
    assert [rates.wait("T1", 0.125), rates.wait("T1", 0.125)] == [0, 1]
    assert rates.wait("T1", 100.0) == 0


def test_a_kiosk_waits_as_long_as_it_is_told_and_no_longer() -> None:
    answers = iter([wire.Response(429, b"", 2), wire.Response(503, b"", 3), wire.Response(200, b"yes")])
    slept: list[float] = []
    assert patient(lambda _: next(answers), slept.append)(wire.Request("GET", "/")).status == 200
    assert slept == [2, 3]

    slept.clear()
    assert patient(lambda _: wire.Response(429, b"", 4), slept.append)(wire.Request("GET", "/")).status == 429
    assert slept == [4, 4]
    assert patient(lambda _: wire.Response(503, b""), slept.append)(wire.Request("GET", "/")).status == 503
    assert slept == [4, 4]


def test_a_terminal_gone_wild_is_told_when_to_come_again() -> None:
    centre = build_centre()
    with server.background(centre, PKI, lambda: MONDAY, rates=Rates(5, 5)) as url:
        transport = TlsTransport(url, PKI, "T00001", 10)
        answers = [transport.send(wire.Request("GET", "/municipalities")) for _ in range(7)]
        transport.close()
    centre.close()

    assert [one.status for one in answers][:5] == [200] * 5
    assert (answers[-1].status, reason(answers[-1]), answers[-1].retry_after) == (429, "too-many", 1)


def test_the_description_is_served(place: tuple[Centre, str]) -> None:
    served = post(place[1], "/openapi.json", b"", None, "GET")
    assert json.loads(served.body)["openapi"] == "3.1.0"


def test_nobody_is_told_anything_after_the_stop() -> None:
    centre = build_centre()
    with server.background(centre, PKI, lambda: MONDAY) as url:
        transport = TlsTransport(url, PKI, "T00001", 10)
        assert transport.send(wire.Request("GET", "/municipalities")).status == 200
    with pytest.raises(CentreUnreachable):
        transport.send(wire.Request("GET", "/municipalities"))
    centre.close()
