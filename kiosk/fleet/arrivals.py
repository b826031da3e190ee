"""When customers come: a Poisson process, even or with the shape of a day, and what each wants.

Separate because it is arithmetic over a seed: the same seed gives the same day, whoever plays it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assets import tables

USUAL = Path(__file__).with_name("mix.toml")


class Visit(BaseModel):
    """One sort of visit: whose card, which register, which paper, for oneself (`self`) or `all`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: float = Field(gt=0)
    person: str = Field(pattern="^[a-z]+$")
    municipality: str = Field(pattern="^[0-9]{6}$")
    kind: str
    who: Literal["self", "all"] = "self"


class Day(BaseModel):
    """Share of a day's visits by hour of the clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: dict[int, float]


class Mix(BaseModel):
    """What a fleet's customers want, and when in the day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visit: list[Visit] = Field(min_length=1)
    day: Day


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer: `at` seconds after the beginning, at kiosk `kiosk` (from 0), wanting `visit`."""

    at: float
    kiosk: int
    visit: Visit


def read_mix(path: Path | None) -> Mix:
    """Read a mix, the usual one for None; raises assets.tables.FileError naming file, line and field."""
    return tables.read(path or USUAL, Mix)


def arrivals(mix: Mix, kiosks: int, rate: float, seconds: float, seed: int, *, as_day: bool) -> tuple[Arrival, ...]:
    """Draw the customers of `seconds`, on average `rate` a second over all `kiosks`.

    `as_day`: the time stands for one day, and the rate follows the mix's hours.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret: the same seed is the same day
    weights = [one.weight for one in mix.visit]
    moments = _even(chance, rate, seconds)
    if as_day:
        moments = _shaped(chance, mix.day, rate, seconds)
    return tuple(Arrival(at, chance.randrange(kiosks), chance.choices(mix.visit, weights)[0]) for at in moments)


def _even(chance: random.Random, rate: float, seconds: float) -> Iterator[float]:
    at = chance.expovariate(rate)
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


def _shaped(chance: random.Random, day: Day, rate: float, seconds: float) -> Iterator[float]:
    """Thin out a process of the busiest hour's rate (Lewis and Shedler 1979)."""
    shares = [day.hours[hour] for hour in sorted(day.hours)]
    mean, most = sum(shares) / len(shares), max(shares)
    for at in _even(chance, rate * most / mean, seconds):
        if chance.random() * most < shares[int(at / seconds * len(shares))]:
            yield at


def shared(all_of_them: Sequence[Arrival], kiosks: int, jobs: int) -> tuple[tuple[Arrival, ...], ...]:
    """Split the customers by kiosk into `jobs` parts; a kiosk's customers stay together and in order."""
    edges = [0, *accumulate(kiosks // jobs + (number < kiosks % jobs) for number in range(jobs))]
    return tuple(tuple(one for one in all_of_them if first <= one.kiosk < last) for first, last in pairwise(edges))
