"""Fixtures of the centre: a fresh one in memory, and a terminal at it."""

from collections.abc import Iterator

import pytest

from municipality_client.centre.handle import Centre
from tests.municipality_client.desk import Desk, build_centre


@pytest.fixture
def centre() -> Iterator[Centre]:
    built = build_centre()
    yield built
    built.close()


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)
