"""Fixtures of the centre: a fresh one on SQLite and one on PostgreSQL, and a terminal at it."""

from collections.abc import Iterator
from pathlib import Path

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
    """Whatever touches the books runs on each database; a module that does not says why in `ONE_DATABASE`."""
    if "database" in metafunc.fixturenames:
        one = hasattr(metafunc.module, "ONE_DATABASE")
        metafunc.parametrize("database", ["sqlite"] if one else ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """URL of a fresh database."""
    if request.param == "sqlite":
        return MEMORY
    postgres: PrivatePostgres = request.getfixturevalue("postgres")
    return postgres.create(request.getfixturevalue("filled"))


@pytest.fixture
def kept(database: str, tmp_path: Path) -> str:
    """URL of a fresh database that outlives a centre: on SQLite a file."""
    return f"sqlite:///{tmp_path / 'centre.db'}" if database == MEMORY else database


@pytest.fixture
def centre(database: str) -> Iterator[Centre]:
    built = build_centre(database=database)
    yield built
    built.close()


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)
