"""Revocation, expiry and generations: what the centre believes of a card, and the exact reason why not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from card import authority, people
from card.authority import Ca, StatusService, issue, keys, names
from card.authority.revocation import Revoked, revocation_list
from card.status_server import StatusServer
from municipality_client import messages as m
from municipality_client.centre import profiles, revocation, validity
from municipality_client.centre.revocation import Evidence, Folder, Limits, Responder
from municipality_client.centre.validity import Valid, Validator
from municipality_client.errors import KeysMissing
from tests.municipality_client.desk import MONDAY, Desk, build_centre, refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TARO = 1000101


class Jpki:
    """The test JPKI's status service as a source of evidence; `kind` chooses list or OCSP."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.service = StatusService(folder / "revoked.json")
        self.kind = kind

    def __call__(self, cert: bytes, now: datetime) -> Evidence:
        if self.kind == "ocsp":
            try:
                return Evidence(responses=(self.service.about(cert, now),))
            except ValueError:  # bytes that are no certificate: nobody asks a responder about them
                return Evidence()
        return Evidence(lists=self.service.lists(now))


@pytest.fixture(params=["list", "ocsp"])
def jpki(request: pytest.FixtureRequest, tmp_path: Path) -> Jpki:
    return Jpki(tmp_path, request.param)


@pytest.fixture
def desk(jpki: Jpki) -> Iterator[Desk]:
    centre = build_centre(revocation=jpki)
    yield Desk(centre)
    centre.close()


def of_year(person: str, year: int) -> bytes:
    """The person's certificate as an older generation of the CA would have issued it."""
    holder = people.read(person).model_copy(update={"ca_year": year})
    return issue._authentication(person, holder, 0, MONDAY.year, False)


@pytest.mark.proves("E-14", "E-15", "fault-38", "fault-13")
def test_revoked_and_on_hold_have_reasons_of_their_own(desk: Desk, jpki: Jpki) -> None:
    assert isinstance(desk.open("taro"), m.Offer)

    jpki.service.revoke(TARO, MONDAY - HOUR, suspended=True)
    assert refused(desk.open("taro"), "E-15")
    assert isinstance(desk.open("hanako"), m.Offer)
    jpki.service.lift(TARO)
    assert isinstance(desk.open("taro"), m.Offer)
    jpki.service.revoke(TARO, MONDAY - HOUR)
    assert refused(desk.open("taro"), "E-14")
    with pytest.raises(LookupError):
        jpki.service.lift(TARO)


@pytest.mark.proves("E-42", "fault-38", "F-21")
def test_evidence_has_an_age_limit_and_may_not_come_from_the_future(desk: Desk, jpki: Jpki) -> None:
    limit = timedelta(hours=48) if jpki.kind == "list" else timedelta(minutes=60)
    jpki.service.standing_since = MONDAY

    desk.clock.at = MONDAY + limit
    assert isinstance(desk.open("taro"), m.Offer)
    desk.clock.wait(1)
    assert refused(desk.open("taro"), "E-42")
    desk.clock.at = MONDAY - timedelta(seconds=60)
    assert isinstance(desk.open("taro"), m.Offer)
    desk.clock.wait(-1)
    assert refused(desk.open("taro"), "E-42")


@pytest.mark.proves("E-13", "E-16", "E-02", "E-42")
def test_other_reasons_come_before_revocation(desk: Desk, jpki: Jpki) -> None:
    cert = desk.cert("taro")
    signature_cert = authority.issue_signature_cert("taro", 0, MONDAY)

    jpki.service.revoke(TARO, MONDAY - HOUR)
    assert refused(desk.open("yoso"), "E-02")
    assert refused(desk.open("taro", cert=signature_cert), "E-02")
    assert refused(desk.open("taro", cert=cert[:-5]), "E-16")
    desk.clock.at = MONDAY + 5 * 366 * DAY
    assert refused(desk.open("taro", cert=cert), "E-13")


@pytest.mark.proves("fault-13", "E-14")
@pytest.mark.parametrize("year", [2023, 2019])
def test_a_generation_speaks_for_its_own(desk: Desk, jpki: Jpki, year: int) -> None:
    """Ken's card is of 2019, Taro's of 2023: one name, two keys, each with its list and its responder."""
    person, serial = ("taro", TARO) if year == 2023 else ("ken", 1008101)
    other = "ken" if year == 2023 else "taro"

    assert isinstance(desk.open(person), m.Offer)
    jpki.service.revoke(serial, MONDAY - DAY)
    assert refused(desk.open(person), "E-14")
    assert isinstance(desk.open(other), m.Offer)


@pytest.mark.proves("fault-13")
def test_a_serial_counts_within_one_generation(desk: Desk) -> None:
    """Somebody with Taro's serial under the CA of 2019 is not Taro; under that of 2015, over since 2025, nobody."""
    assert refused(desk.open("taro", cert=of_year("taro", 2019)), "E-30")
    assert refused(desk.open("taro", cert=of_year("taro", 2015)), "E-13")


@pytest.mark.proves("E-42", "fault-38")
def test_a_list_of_another_generation_proves_nothing() -> None:
    other = revocation_list(Ca.USER_AUTHENTICATION, [], MONDAY - HOUR, 1, year=2019)
    hostile = revocation_list(Ca.FOREIGN, [], MONDAY - HOUR, 1)
    for evidence in (Evidence(), Evidence(lists=(other,)), Evidence(lists=(hostile, b"\x30\x00", b""))):
        centre = build_centre(revocation=lambda _cert, _now, known=evidence: known)  # type: ignore[misc]
        assert refused(Desk(centre).open("taro"), "E-42")
        centre.close()


@pytest.mark.parametrize(("year", "code"), [(2023, ""), (2019, "E-42")])
def test_a_list_that_names_no_key_is_believed_by_its_signature(year: int, code: str) -> None:
    ca = Ca.USER_AUTHENTICATION
    builder = x509.CertificateRevocationListBuilder(names.ca_name(ca), MONDAY - HOUR, MONDAY + DAY)
    raw = builder.sign(keys.ca_key(ca, year), hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    centre = build_centre(revocation=lambda _cert, _now: Evidence(lists=(raw,)))
    opened = Desk(centre).open("taro")
    assert refused(opened, code) if code else isinstance(opened, m.Offer)
    centre.close()


@pytest.mark.proves("E-14")
def test_a_folder_of_lists_is_read_anew(tmp_path: Path) -> None:
    def publish(*revoked: Revoked) -> None:
        raw = revocation_list(Ca.USER_AUTHENTICATION, revoked, MONDAY - HOUR, 1)
        (tmp_path / "2023.crl").write_bytes(raw + b"")

    publish()
    centre = build_centre(revocation=Folder(tmp_path))
    desk = Desk(centre)
    assert isinstance(desk.open("taro"), m.Offer)
    publish(Revoked(TARO, MONDAY - DAY))
    assert refused(desk.open("taro"), "E-14")
    (tmp_path / "2023.crl").unlink()
    assert refused(desk.open("taro"), "E-42")
    with pytest.raises(KeysMissing, match="no folder"):
        Folder(tmp_path / "nowhere")
    centre.close()


@pytest.mark.proves("E-14", "E-42", "F-21", "fault-38")
def test_a_responder_is_asked_over_http_and_silence_refuses(tmp_path: Path) -> None:
    service = StatusService(tmp_path / "revoked.json")
    server = StatusServer(("127.0.0.1", 0), service, lambda: MONDAY)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = revocation.source([server.url], authority.trusted_issuers())
    centre = build_centre(revocation=found)
    desk = Desk(centre)
    try:
        assert isinstance(desk.open("taro"), m.Offer)
        service.revoke(TARO, MONDAY - HOUR)
        assert refused(desk.open("taro"), "E-14")
        assert isinstance(desk.open("hanako"), m.Offer)
        service.answering = False
        assert refused(desk.open("hanako"), "E-42")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert refused(desk.open("hanako"), "E-42")
    centre.close()


@pytest.mark.proves("fault-38")
def test_an_answer_to_another_question_is_none(tmp_path: Path) -> None:
    """An old response, however fresh its time, does not carry the nonce that was asked with."""
    service = StatusService(tmp_path / "revoked.json")
    cert = authority.issue_authentication_cert("taro", 0, MONDAY)
    old = service.about(cert, MONDAY)

    class Replaying(Responder):
        def _post(self, body: bytes) -> bytes:
            return old

    assert Replaying("http://nowhere.invalid", authority.trusted_issuers())(cert, MONDAY) == Evidence()
    foreign = authority.issue_authentication_cert("yoso", 0, MONDAY)
    assert Responder("http://nowhere.invalid", authority.trusted_issuers())(foreign, MONDAY) == Evidence()


@pytest.mark.proves("F-02")
def test_threads_do_not_disturb_each_other(desk: Desk) -> None:
    """What is parsed once and shared is parsed lazily: two that look at once must not see half of it."""
    people = ("taro", "hanako", "midori", "ken") * 25
    certs = [desk.cert(one) for one in people]
    validity._root.cache_clear()
    revocation._list.cache_clear()
    lists = StatusService(Path("/nonexistent/revoked.json")).lists(MONDAY)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            limits = Limits(DAY, HOUR, HOUR)
            policies = profiles.national().auth_policies
            source = Evidence(lists=lists)
            checker = Validator(
                authority.trusted_issuers(), policies, 2048, limits, lambda _cert, _now, known=source: known
            )
            found = list(pool.map(lambda der, one=checker: one.check(der, MONDAY), certs))
            assert all(isinstance(one, Valid) for one in found)
            validity._root.cache_clear()
            revocation._list.cache_clear()
