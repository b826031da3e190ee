"""A third municipality is a file, a seal key and its people: no line of code."""

import random
from pathlib import Path

import pytest

from card.authority import trusted_issuers
from municipality_client import messages as m
from municipality_client.centre import handle, keymaking, people, profiles
from municipality_client.client import CentreClient
from municipality_client.errors import KeysMissing
from municipality_client.transport import InProcess
from printer.document import decode_page, decode_seal, text_lines
from printer.trust import load_trust
from tests.municipality_client.desk import ISHIKARI, Clock, Desk

CODE = "131016"


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """A folder with one town of its own, written from another town's file."""
    text = (profiles.FOLDER / "012351-ishikari.toml").read_text(encoding="utf-8")
    for old, new in (
        (ISHIKARI, CODE),
        ("石狩市", "見本区"),
        ("いしかりし", "みほんく"),
        ("fee = 350  ", "fee = 120  "),
        ('{ id = "my_number", warning = true }', '{ id = "my_number", default = true, warning = false }'),
    ):
        text = text.replace(old, new)
    folder = tmp_path / "towns"
    folder.mkdir()
    (folder / f"{CODE}-mihon.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def residents(tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    folder.mkdir()
    text = (people.FOLDER / "hanako.toml").read_text(encoding="utf-8")
    text = text.replace(ISHIKARI, CODE).replace("head = false", "head = true").replace('"妻"', '"世帯主"')
    (folder / "hanako.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_town_is_a_file(towns: Path, residents: Path, tmp_path: Path) -> None:
    known = profiles.load_all(towns)
    with pytest.raises(KeysMissing, match=CODE):
        handle.embedded(trusted_issuers(), random.Random(1).randbytes, municipalities=towns, pki=tmp_path)
    keymaking.make_seal_keys(tmp_path / "seal", known.values())
    keymaking.draw_seals(residents, known.values())
    centre = handle.embedded(
        trusted_issuers(), random.Random(1).randbytes, municipalities=towns, residents=residents, pki=tmp_path
    )
    clock = Clock()
    desk = Desk(centre, clock, client=CentreClient(InProcess(centre, "T00001", clock).send, "T00001"))
    offer = desk.offer("hanako", CODE)
    request_id, raw = desk.order(offer, "hanako", items=("my_number",))
    issued = desk.client.place_order(request_id, offer.session, raw)
    centre.close()

    assert isinstance(issued, m.Issued)
    assert issued.total == 120
    (page,) = issued.sets[0].pages
    assert "見本区長　見本　一郎" in text_lines(decode_page(page.page))
    assert load_trust(tmp_path / "seal").keys[decode_seal(page.seal).key_id].municipality == CODE
    assert any(item.default for item in offer.kinds[0].items)
