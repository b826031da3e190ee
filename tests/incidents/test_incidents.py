"""Every incident in a short run; and with its guard taken off, the same play finds it."""

from collections.abc import Iterator

import pytest

from tests.incidents.cases import INCIDENTS
from tests.incidents.play import play
from tests.municipality_client.desk import build_centre
from tests.municipality_client.private_postgres import PrivatePostgres, private_postgres

# A pair is two visits at one instant; `make incidents` plays 10,000.
PAIRS = 4


@pytest.fixture(scope="module")
def postgres() -> Iterator[PrivatePostgres]:
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def filled(postgres: PrivatePostgres) -> str:
    url = postgres.create()
    build_centre(database=url).close()
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def database(postgres: PrivatePostgres, filled: str) -> str:
    return postgres.create(filled)


@pytest.mark.parametrize("name", [pytest.param(one, marks=pytest.mark.proves(one)) for one in INCIDENTS])
def test_the_guard_holds(name: str, database: str) -> None:
    amiss, line = play(name, database, PAIRS)

    assert amiss == 0, line
    assert " 0 wrong, 0 duplicate" in line
    assert ", 0 right," not in line


@pytest.mark.parametrize("name", INCIDENTS)
def test_without_the_guard_the_same_play_finds_it(name: str, database: str) -> None:
    amiss, line = play(name, database, PAIRS, guarded=False)

    assert amiss > 0, line
