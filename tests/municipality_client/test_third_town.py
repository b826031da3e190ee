"""A third municipality made by following docs/add-a-municipality.md: files, and no line of code."""

import itertools
import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from card.authority import trusted_issuers
from municipality_client import messages as m
from municipality_client.centre import handle, keymaking, people, profiles
from municipality_client.centre.__main__ import app
from municipality_client.centre.handle import Centre
from municipality_client.client import CentreClient
from municipality_client.errors import KeysMissing
from municipality_client.messages import Kind
from municipality_client.transport import InProcess
from printer.document import decode_page, decode_seal, text_lines
from printer.trust import load_trust
from tests.municipality_client.desk import Clock, Desk, at, offered, refused

CODE = "490016"
FILES = Path(__file__).parent / "third_town"
_NUMBERS = itertools.count()
GUIDE = Path(__file__).parents[2] / "docs" / "add-a-municipality.md"


@pytest.fixture
def town(tmp_path: Path) -> tuple[Centre, Path]:
    """A centre that knows this town only, its keys and pictures made anew."""
    folder = tmp_path / "town"
    shutil.copytree(FILES, folder)
    known = profiles.load_all(folder)
    with pytest.raises(KeysMissing, match=CODE):
        _centre(folder)
    keymaking.make_seal_keys(folder / "seal", known.values())
    keymaking.draw_seals(folder / "people", known.values())
    return _centre(folder), folder


def _centre(folder: Path) -> Centre:
    return handle.embedded(
        trusted_issuers(),
        random.Random(1).randbytes,
        municipalities=folder,
        residents=folder / "people",
        pki=folder,
    )


def desk_of(centre: Centre, moment: str) -> Desk:
    clock = Clock(at(moment))
    return Desk(centre, clock, client=CentreClient(InProcess(centre, "T00001", clock).send, "T00001"))


def issued(desk: Desk, person: str, kind: Kind, *, everybody: bool = False) -> tuple[m.Issued, list[str]]:
    offer = desk.offer(person, CODE)
    request_id, raw = desk.order(offer, person, kind, everybody=everybody, request_id=f"order-{next(_NUMBERS)}")
    answer = desk.client.place_order(request_id, offer.session, raw)
    assert isinstance(answer, m.Issued), answer
    return answer, [line for page in answer.sets[0].pages for line in text_lines(decode_page(page.page))]


def test_a_household_on_one_sheet_at_the_fee_of_the_day(town: tuple[Centre, Path]) -> None:
    centre, folder = town
    for moment, fee in (("2026-04-06T10:00:00", 300), ("2026-05-15T10:00:00", 250), ("2026-06-01T10:00:00", 300)):
        answer, said = issued(desk_of(centre, moment), "hanako", Kind.RESIDENCE_COPY, everybody=True)
        assert (answer.fee, len(answer.sets[0].pages)) == (fee, 1)
        assert "夢見\u3000花子" in said
        assert "夢見\u3000太郎" in said
    seal = decode_seal(answer.sets[0].pages[0].seal)
    assert load_trust(folder / "seal").keys[seal.key_id].municipality == CODE
    centre.close()


def test_whoever_stands_in_for_the_mayor_certifies(town: tuple[Centre, Path]) -> None:
    centre, _ = town

    _, before = issued(desk_of(centre, "2026-06-30T10:00:00"), "hanako", Kind.RESIDENCE_COPY)
    _, after = issued(desk_of(centre, "2026-07-01T10:00:00"), "hanako", Kind.RESIDENCE_COPY)
    assert "夢見町長　見本　夢子" in before
    assert "夢見町長職務代理者　夢見町副町長　見本　代助" in after
    centre.close()


def test_a_kind_begins_and_ends_with_its_day(town: tuple[Centre, Path]) -> None:
    centre, _ = town

    def kinds(moment: str) -> set[Kind]:
        return {one.kind for one in desk_of(centre, moment).offer("hanako", CODE).kinds}

    assert Kind.RESIDENCE_ITEMS not in kinds("2026-06-30T10:00:00")
    assert Kind.RESIDENCE_ITEMS in kinds("2026-07-01T10:00:00")
    assert Kind.SEAL in kinds("2026-12-28T10:00:00")
    assert Kind.SEAL not in kinds("2027-01-04T10:00:00")
    centre.close()


@pytest.mark.proves("X-12", "X-09", "X-02")
def test_its_own_years_hours_and_rules(town: tuple[Centre, Path]) -> None:
    centre, _ = town
    offer = desk_of(centre, "2026-04-06T10:00:00").offer("hanako", CODE)

    assert [one.year for one in offered(offer, Kind.TAX).years] == [2024, 2023]
    assert offered(offer, Kind.KOSEKI_WHOLE).available
    evening = desk_of(centre, "2026-04-06T17:00:00").offer("hanako", CODE)
    assert offered(evening, Kind.KOSEKI_WHOLE).code == "E-22"
    maintained = desk_of(centre, "2026-05-11T08:00:00").offer("hanako", CODE)
    assert offered(maintained, Kind.KOSEKI_WHOLE).code == "E-24"
    centre.registers.notify_koseki(CODE, "hanako")
    pending = desk_of(centre, "2026-04-06T10:00:00").offer("hanako", CODE)
    assert offered(pending, Kind.KOSEKI_WHOLE).warnings == ("stale-filing",)
    assert offered(desk_of(centre, "2026-04-06T10:00:00").offer("akio", CODE), Kind.KOSEKI_WHOLE).code == "E-27"
    centre.close()


@pytest.mark.proves("X-10", "X-09")
def test_its_own_lag_and_block_after_a_move(town: tuple[Centre, Path]) -> None:
    centre, _ = town
    centre.registers.move(CODE, "hanako", "架空県夢見町二丁目２番２号", date(2026, 4, 3))

    assert refused(desk_of(centre, "2026-04-06T10:00:00").open("hanako", CODE), "E-30")
    offer = desk_of(centre, "2026-04-07T10:00:00").offer("hanako", CODE)
    assert offered(offer, Kind.RESIDENCE_COPY).code == "E-30"
    assert offered(offer, Kind.KOSEKI_WHOLE).available
    later = desk_of(centre, "2026-04-08T10:00:00").offer("hanako", CODE)
    assert offered(later, Kind.RESIDENCE_COPY).available
    centre.close()


def test_a_declaration_blocks_all_papers_of_its_year(town: tuple[Centre, Path]) -> None:
    centre, _ = town
    desk = desk_of(centre, "2026-04-06T10:00:00")

    assert offered(desk.offer("hanako", CODE), Kind.TAX).years[0].available
    centre.registers.declare(CODE, "hanako")
    assert offered(desk.offer("hanako", CODE), Kind.TAX).years[0].code == "E-28"
    centre.close()


def test_its_name_is_that_of_the_day() -> None:
    town = profiles.load(FILES / "490016-yumemi.toml")

    assert [town.on(day).name for day in (date(2026, 3, 31), date(2026, 4, 1))] == ["夢見村", "夢見町"]


def test_the_command_line_finds_nothing_wrong_and_lists_what_to_confirm() -> None:
    files = [str(path) for path in sorted(FILES.rglob("*.toml")) if path.parent.name != people.FOLDER.name]
    done = CliRunner().invoke(app, ["check", "--inferred", *files[:1]])

    assert done.exit_code == 0
    assert "min_age_honseki: inferred, the page speaks of residents only" in done.output


def test_the_guide_shows_this_very_town() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    file = (FILES / "490016-yumemi.toml").read_text(encoding="utf-8")

    shown = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert shown
    for block in shown:
        assert block.strip() in file
