"""What the kiosk asks of the centre, one method a question.

Separate from the transports: the client knows messages, a transport knows how to carry bytes.
The seam is one function, `send(request) -> response`. A no of the centre is a `Refusal`;
errors are raised by the transport (`CentreUnreachable`, `OutcomeUnknown`) or here
(`ProtocolError`, `AnswerSwapped`).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from municipality_client import messages as m
from municipality_client import order, wire
from municipality_client.enrolment import Applied, Apply, EnrolmentDesk, OpenEnrolment
from municipality_client.errors import AnswerSwapped

Send = Callable[[wire.Request], wire.Response]
Echoing = TypeVar("Echoing", m.Challenge, m.Offer, m.Issued, m.Settled, EnrolmentDesk, Applied, m.ResetAuthorised)


class CentreClient:
    """The issue centre as seen from one terminal; thread-safe where `send` is."""

    def __init__(self, send: Send, terminal: str) -> None:
        """Keep the transport's `send` and the id that this terminal's public-key certificate carries."""
        self._send = send
        self.terminal = terminal

    def municipalities(self) -> m.Municipalities | m.Refusal:
        """Whether the service is open, and who takes part (S-05)."""
        return wire.from_response(self._send(wire.to_request(m.AskMunicipalities())), m.Municipalities)

    def municipality(self, code: str) -> m.Municipality | m.Refusal:
        """Fees, hours and texts of one municipality (6-digit code); E-20 when it takes no part."""
        answer = wire.from_response(self._send(wire.to_request(m.AskMunicipality(code))), m.Municipality)
        if isinstance(answer, m.Municipality) and answer.code != code:
            raise AnswerSwapped("answer about another municipality")
        return answer

    def challenge(self, request_id: str, municipality: str) -> m.Challenge | m.Refusal:
        """Fetch 32 bytes to be signed by the card, good once and for 60 s."""
        return self._ask(m.AskChallenge(request_id, municipality), m.Challenge)

    def digest(self, challenge: m.Challenge, municipality: str) -> bytes:
        """Return the SHA-256 (32 bytes) that the card signs in answer to `challenge`."""
        return order.auth_digest(challenge.challenge, self.terminal, municipality, challenge.request_id)

    def open_session(
        self, request_id: str, municipality: str, challenge: bytes, auth_cert: bytes, signature: bytes
    ) -> m.Offer | m.Refusal:
        """Hand in certificate (DER) and signature; the request id is the challenge's.

        Refusals: E-02 E-13 E-14 E-16 (the public-key certificate), E-43 (signature or challenge),
        E-70 (challenge expired), E-20 E-22 E-23 E-24 E-30 E-31 E-32.
        """
        ask = m.OpenSession(request_id, municipality, challenge, auth_cert, signature)
        return self._ask(ask, m.Offer)

    def open_enrolment(
        self, request_id: str, municipality: str, challenge: bytes, auth_cert: bytes, signature: bytes
    ) -> EnrolmentDesk | m.Refusal:
        """Ask how 利用登録 stands for this card; arguments and refusals as for `open_session`."""
        return self._ask(OpenEnrolment(request_id, municipality, challenge, auth_cert, signature), EnrolmentDesk)

    def apply(self, request_id: str, session: str, application: bytes) -> Applied | m.Refusal:
        """Hand in a signed application (`cms.assemble`). Idempotent: same id and bytes, same answer.

        Refusals: E-19 (the signature certificate), E-29 (there is one already), E-43, E-70.
        """
        return self._ask(Apply(request_id, session, application), Applied)

    def place_order(self, request_id: str, session: str, order_raw: bytes) -> m.Issued | m.Refusal:
        """Place the order (`order.order_bytes`). Idempotent: same id and bytes, same answer."""
        return self._ask(m.PlaceOrder(request_id, session, order_raw), m.Issued)

    def ask_order(self, request_id: str) -> m.Issued | m.Refusal:
        """Ask what became of an order; `Refusal.reason` is ORDER_UNKNOWN when it never arrived."""
        return self._ask(m.AskOrder(request_id), m.Issued)

    def report(self, request_id: str, results: Sequence[m.SetResult]) -> m.Settled | m.Refusal:
        """Report what became of each set; may be repeated."""
        return self._ask(m.Results(request_id, tuple(results)), m.Settled)

    def void(self, request_id: str) -> m.Settled | m.Refusal:
        """Make every set of the order void that is not delivered; an order yet to arrive is refused later."""
        return self._ask(m.Void(request_id), m.Settled)

    def authorise_reset(
        self, request_id: str, secret: str, auth_cert: bytes, challenge: bytes
    ) -> m.ResetAuthorised | m.Refusal:
        """Have a reservation honoured for this card (DER) and its challenge. Refusals: E-46, and those of a card."""
        ask = m.AuthoriseReset(request_id, m.ResetSecret(secret), auth_cert, challenge)
        return self._ask(ask, m.ResetAuthorised)

    def _ask(
        self,
        ask: m.AskChallenge | m.OpenSession | m.AboutOrder | m.AboutEnrolment | m.AuthoriseReset,
        expected: type[Echoing],
    ) -> Echoing | m.Refusal:
        answer = wire.from_response(self._send(wire.to_request(ask)), expected)
        # A refusal says nothing that could be taken for another's pages; an answer must echo the request.
        if not isinstance(answer, m.Refusal) and answer.request_id != ask.request_id:
            raise AnswerSwapped("answer to another request")
        return answer
