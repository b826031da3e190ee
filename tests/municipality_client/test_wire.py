"""Messages, order bytes and set numbers: what is encoded comes back, anything else is refused."""

import string
from datetime import date

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipality_client import messages as m
from municipality_client import set_number, wire
from municipality_client.client import CentreClient
from municipality_client.errors import AnswerSwapped, ProtocolError
from municipality_client.order import Order, auth_digest, order_bytes, read_order

WORDS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
ORDERS = st.builds(
    Order,
    WORDS,
    WORDS,
    WORDS,
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=16, max_size=16),
    WORDS,
    st.lists(WORDS, max_size=20).map(tuple),
    st.lists(WORDS, max_size=20).map(tuple),
    st.integers(1, 99),
    WORDS,
)
ASKS: list[m.Ask] = [
    m.AskMunicipalities(),
    m.AskMunicipality("012351"),
    m.AskChallenge("r1", "012351"),
    m.OpenSession("r1", "012351", bytes(32), b"cert", b"signature"),
    m.OpenEnrolment("r1", "012351", bytes(32), b"cert", b"signature"),
    m.Apply("r1", "token", b"signed"),
    m.AuthoriseReset("r1", m.ResetSecret.SIGNATURE, b"cert", bytes(16)),
    m.PlaceOrder("r2", "token", b"order"),
    m.AskOrder("r2"),
    m.Results("r2", (m.SetResult("n", m.Outcome.DELIVERED, 3),)),
    m.Void("r2"),
]


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: type(ask).__name__)
def test_each_question_travels_and_comes_back(ask: m.Ask) -> None:
    assert wire.from_request(wire.to_request(ask)) == ask


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize(
    "request_",
    [
        wire.Request("POST", "/challenges", b""),
        wire.Request("POST", "/challenges", b"{}"),
        wire.Request("POST", "/challenges", b'{"request_id":"a b","municipality":"012351"}'),
        wire.Request("POST", "/challenges", b'{"request_id":"a","municipality":"012351","terminal":"T2"}'),
        wire.Request("POST", "/orders/x/void", b'{"request_id":"y"}'),
        wire.Request("POST", "/orders", b"[" * 50_000),
        wire.Request("POST", "/orders", b'"' + b"a" * wire.MAX_REQUEST + b'"'),
        wire.Request("GET", "/municipalities/0123"),
        wire.Request("GET", "/municipalities/012351/"),
        wire.Request("DELETE", "/orders/x"),
    ],
)
def test_what_is_no_message_is_refused(request_: wire.Request) -> None:
    with pytest.raises(ProtocolError):
        wire.from_request(request_)


@pytest.mark.parametrize(
    "response",
    [
        wire.Response(200, b"<html>"),
        wire.Response(302, b""),
        wire.Response(500, b"oops"),
        wire.Response(200, b'{"request_id":"r","sets":[],"fee":1}'),
    ],
)
def test_an_answer_that_is_none_is_refused(response: wire.Response) -> None:
    with pytest.raises(ProtocolError):
        wire.from_response(response, m.Issued)


@pytest.mark.proves("fault-29")
def test_an_answer_to_another_request_is_not_used() -> None:
    other = msgspec.json.encode(m.Issued("r-other", (), 0, 0))
    client = CentreClient(lambda _request: wire.Response(200, other), "T00001")

    with pytest.raises(AnswerSwapped):
        client.ask_order("r-mine")


@given(ORDERS)
def test_an_order_has_one_form(order: Order) -> None:
    assert read_order(order_bytes(order)) == order


@given(st.binary(max_size=200))
def test_bytes_that_are_no_order_are_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_order(raw)


@given(ORDERS, st.integers(0, 10))
def test_an_order_spelt_otherwise_is_refused(order: Order, field: int) -> None:
    spelt = cbor2.loads(order_bytes(order))
    spelt[field] = None

    with pytest.raises(ProtocolError):
        read_order(cbor2.dumps(spelt))
    with pytest.raises(ProtocolError):
        read_order(order_bytes(order) + b"\x00")


def test_the_digest_binds_all_four() -> None:
    base = auth_digest(bytes(32), "T00001", "012351", "r1")

    others = {
        auth_digest(b"\x01" * 32, "T00001", "012351", "r1"),
        auth_digest(bytes(32), "T00002", "012351", "r1"),
        auth_digest(bytes(32), "T00001", "044245", "r1"),
        auth_digest(bytes(32), "T00001", "012351", "r2"),
    }
    assert len(base) == 32
    assert len(others | {base}) == 5


@given(st.integers(1, 99_999_999), st.dates(date(2017, 1, 1), date(2045, 1, 1)))
def test_a_set_number_is_valid_and_one_wrong_character_is_not(serial: int, day: date) -> None:
    number = set_number.make("012351", day, "T00001", serial)

    assert set_number.is_valid(number)
    for place in (0, 8, 17, 25):
        other = "1" if number[place] != "1" else "2"
        assert not set_number.is_valid(number[:place] + other + number[place + 1 :])


def test_the_check_character_is_that_of_the_standard() -> None:
    # ISO/IEC 7064 MOD 37-36 as published for the Global Release Identifier A1-2425G-ABC1234002-M.
    assert set_number.check_character("A12425GABC1234002") == "M"
