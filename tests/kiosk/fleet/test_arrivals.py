"""Customers of a fleet: Poisson, shaped like a day where asked, the same for the same seed, none lost."""

import statistics
from itertools import pairwise
from pathlib import Path

import pytest

from assets.tables import FileError
from kiosk.fleet.arrivals import arrivals, read_mix, shared

MIX = read_mix(None)


def test_the_same_seed_is_the_same_customers() -> None:
    once, again, other = (arrivals(MIX, 8, 5, 60, seed, as_day=False) for seed in (1, 1, 2))

    assert once == again != other


def test_the_times_between_customers_are_those_of_a_poisson_process() -> None:
    at = [one.at for one in arrivals(MIX, 8, 10, 1000, 3, as_day=False)]
    gaps = [after - before for before, after in pairwise(at)]

    assert statistics.mean(gaps) == pytest.approx(0.1, rel=0.05)
    assert statistics.stdev(gaps) == pytest.approx(0.1, rel=0.05)


def test_a_day_has_its_rate_on_average_and_its_busy_hours() -> None:
    customers = arrivals(MIX, 8, 10, 1700, 4, as_day=True)
    by_hour = [sum(1 for one in customers if hour <= one.at / 100 < hour + 1) for hour in range(17)]

    assert len(customers) == pytest.approx(17_000, rel=0.03)
    assert by_hour.index(max(by_hour)) == sorted(MIX.day.hours).index(12)
    assert by_hour[0] < max(by_hour) / 5


def test_every_wish_comes_as_often_as_its_weight_says() -> None:
    customers = arrivals(MIX, 8, 10, 2000, 5, as_day=False)
    whole = sum(one.weight for one in MIX.visit)
    for visit in MIX.visit:
        share = sum(one.visit == visit for one in customers) / len(customers)
        assert share == pytest.approx(visit.weight / whole, abs=0.02)


@pytest.mark.parametrize(("kiosks", "jobs"), [(8, 1), (8, 3), (5, 5), (64, 7)])
def test_shared_out_every_customer_is_there_once_and_a_kiosk_stays_whole(kiosks: int, jobs: int) -> None:
    customers = arrivals(MIX, kiosks, 20, 60, 6, as_day=False)
    parts = shared(customers, kiosks, jobs)

    assert sorted((one for part in parts for one in part), key=lambda one: one.at) == list(customers)
    assert sum(len({one.kiosk for one in part}) for part in parts) == len({one.kiosk for one in customers})


def test_a_mix_with_mistakes_names_file_line_and_field(tmp_path: Path) -> None:
    path = tmp_path / "mix.toml"
    wrong = 'weight = 0\nperson = "taro"\nmunicipality = "12"\nkind = "seal"\n'
    path.write_text(f"[[visit]]\n{wrong}\n[day]\nhours = {{ 9 = 1 }}\n")

    with pytest.raises(FileError) as told:
        read_mix(path)
    assert f"{path}:2: visit.0.weight" in str(told.value)
    assert f"{path}:4: visit.0.municipality" in str(told.value)
