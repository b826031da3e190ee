"""Fixtures of the centre: a fresh one, on SQLite or PostgreSQL, and a terminal at it."""

from collections.abc import Iterator

import pytest

from municipality_client.centre.engines import MEMORY
from municipality_client.centre.handle import Centre
from tests.municipality_client.desk import Desk, build_centre
from tests.municipality_client.private_postgres import PrivatePostgres, private_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A private PostgreSQL; tests that need one are skipped without it."""
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def filled(postgres: PrivatePostgres) -> str:
    """Name of a database with everybody in its registers, to be copied."""
    url = postgres.create()
    build_centre(database=url).close()
    return url.partition("?")[0].rpartition("/")[2]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Modules that are about the books say so, and run on each database."""
    if "database" in metafunc.fixturenames:
        both = getattr(metafunc.module, "BOTH_DATABASES", False)
        metafunc.parametrize("database", ["sqlite", "postgres"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """URL of a fresh database."""
    if request.param == "sqlite":
        return MEMORY
    postgres: PrivatePostgres = request.getfixturevalue("postgres")
    return postgres.create(request.getfixturevalue("filled"))


@pytest.fixture
def centre(database: str) -> Iterator[Centre]:
    built = build_centre(database=database)
    yield built
    built.close()


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)
