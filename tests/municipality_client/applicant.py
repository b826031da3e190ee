"""A terminal at which somebody applies for 利用登録: the card's two keys, and what is typed."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from card import authority, people
from card.authority import keys
from municipality_client import cms, enrolment
from municipality_client import messages as m
from municipality_client.centre.handle import Centre
from municipality_client.enrolment import Application, Applied, EnrolmentDesk
from tests.municipality_client.desk import MONDAY, Clock, Desk, card_signature

HERE = {
    "akio": ("012351", "浜益区浜益１０番地", "石狩\u3000正"),
    "haruka": ("012351", "浜益区浜益10", "石狩\u3000正"),
    "kei": ("044245", "駒場字蕨崎4番地", "大衡\u3000慶"),
}
"""Municipality, 本籍 after its name, 筆頭者, as each of them would write it."""


@dataclass
class Applicant:
    """One person with one card at one terminal."""

    centre: Centre
    person: str
    generation: int = 0

    def __post_init__(self) -> None:
        self.clock = Clock(MONDAY)
        self.desk = Desk(self.centre, self.clock)
        self.code, self.honseki, self.hittosha = HERE[self.person]
        self.telephone = "0133721234"

    @property
    def auth_cert(self) -> bytes:
        return self.desk.cert(self.person, self.generation)

    def sign_cert(self) -> bytes:
        holder = people.read(self.person)
        face = holder.face
        assert face is not None
        attributes = authority.Attributes(face.name, face.sex, holder.birthday, face.address)
        cert = authority.issue_signature_cert(self.person, self.generation, self.clock(), attributes)
        assert cert is not None
        return cert

    def ask(self) -> EnrolmentDesk:
        """How things stand; fails the test for a refusal."""
        answer = self.open()
        assert isinstance(answer, EnrolmentDesk), answer
        return answer

    def open(self) -> EnrolmentDesk | m.Refusal:
        request_id = self.desk.request_id()
        challenge = self.desk.client.challenge(request_id, self.code)
        assert isinstance(challenge, m.Challenge), challenge
        digest = self.desk.client.digest(challenge, self.code)
        signature = card_signature(self.person, digest)
        return self.desk.client.open_enrolment(request_id, self.code, challenge.challenge, self.auth_cert, signature)

    def application(self, **changes: object) -> tuple[str, bytes]:
        """A fresh challenge's request id, and the bytes to be signed."""
        request_id = self.desk.request_id()
        challenge = self.desk.client.challenge(request_id, self.code)
        assert isinstance(challenge, m.Challenge), challenge
        told = {
            "request_id": request_id,
            "terminal": self.desk.terminal,
            "municipality": self.code,
            "challenge": challenge.challenge,
            "cert_sha256": enrolment.cert_sha256(self.auth_cert),
            "honseki": self.honseki,
            "hittosha": self.hittosha,
            "telephone": self.telephone,
        } | changes
        return request_id, enrolment.application_bytes(Application(**told))  # type: ignore[arg-type]

    def signed(self, content: bytes, signer: str = "") -> bytes:
        """The CMS document, signed with the signature key of this person, or of `signer`."""
        key = keys.signature_key(signer or self.person)
        prehashed = utils.Prehashed(hashes.SHA256())
        signature = key.sign(cms.digest(content), padding.PKCS1v15(), prehashed)
        return cms.assemble(content, self.sign_cert(), signature)

    def apply(self, **changes: object) -> Applied | m.Refusal:
        """Ask how things stand, and hand in an application in which `changes` differ from the usual."""
        desk = self.ask()
        request_id, content = self.application(**changes)
        return self.desk.client.apply(request_id, desk.session, self.signed(content))
