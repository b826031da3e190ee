"""P15: how fast scenarios play, on the page model and with PDF, over processes and over a cluster, and in what memory.

BENCH_REPLAY says how many scenarios the long rows play (a cluster against two processes, memory): 10000
is the goal's number and takes a quarter of an hour; without it they play a few hundred.
Real time is what a customer would have spent (docs/scenarios.md). The wall's figure is what the last
line of a replay says; the figure by CPU second is that of a core which nobody else uses.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import dask
import pytest

from kiosk.replay.feature import collect
from tests.benchmarks.measure import say, seconds
from tests.card.private_pcscd import private_pcscd, requires_pcscd
from tests.kiosk.replay.private_cluster import cluster, keys_in
from tests.printer.private_ipp_printer import private_ipp_printer, requires_ippeveprinter

_LONG = int(os.environ.get("BENCH_REPLAY", "300"))
_AFAR = min(_LONG, 2_000)
_LAST = re.compile(r"(\d+) passed, (\d+) failed, (\d+) times real time, ([\d.]+) scenarios/s")
_BURN = [sys.executable, "-c", "sum(number * number for number in range(8_000_000))"]
_MEMORY = """
import sys
from itertools import cycle, islice
from kiosk.replay.command import bound
from kiosk.replay.feature import collect
from kiosk.replay.machine import warm_up
from kiosk.replay.options import Options
from kiosk.replay.player import play

def resident():
    return int(open("/proc/self/status").read().partition("VmRSS:")[2].split()[0]) / 1024

many = int(sys.argv[1])
plays = collect(["scenarios"])
warm_up()
for number, turn in enumerate(islice(Options(repeat=many // len(plays) + 1).turns(plays), many), 1):
    play(turn, bound(turn.play))
    if number == many // 4:
        print(resident())
print(resident())
print(int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024)
"""


@dataclass(frozen=True, slots=True)
class _Played:
    """One run of `python -m kiosk replay`: its last line, and the CPU seconds of all its processes."""

    passed: int
    failed: int
    times: float
    rate: float
    cpu: float

    @property
    def wall(self) -> float:
        """Seconds on the wall that the rate stands for."""
        return (self.passed + self.failed) / self.rate

    @property
    def times_cpu(self) -> float:
        """Times real time for each CPU second."""
        return self.times * self.wall / self.cpu


def run() -> None:
    """Print the figures, each with its goal."""
    model = _replayed("--paper", "model")
    _said("all scenarios, one process, page model", model, "(goal ≥ 1,000 × real)")
    _said("all scenarios, one process, PDF", _replayed(), "(goal ≥ 100 × real)")
    _over_real_parts()
    two = _replayed("--paper", "model", "--jobs", "2")
    _said("all scenarios, two jobs, page model", two, f"× {two.rate / model.rate:.2f} of one job (goal ≥ 1.7)")
    say("two jobs of nothing but arithmetic", f"× {_two_cores():.2f}", "what two cores give here", "(floor)")
    _cluster()
    _memory()


def _replayed(*words: str, paths: tuple[str, ...] = ("scenarios",)) -> _Played:
    before = _cpu()
    done = subprocess.run([sys.executable, "-m", "kiosk", "replay", *paths, *words], capture_output=True, text=True)
    found = _LAST.search(done.stdout)
    if found is None:
        raise RuntimeError(f"the replay said nothing: {done.stderr.strip()[-200:]}")
    passed, failed, times, rate = map(float, found.groups())
    return _Played(int(passed), int(failed), times, rate, _cpu() - before)


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _said(name: str, one: _Played, goal: str) -> None:
    count = f"{one.passed} passed, {one.failed} failed, {one.rate:.1f}/s"
    say(name, f"{one.times:,.0f} × real", count, f"{one.times_cpu:,.0f} × by CPU {goal}")


def _over_real_parts() -> None:
    """Scenarios about money over pcscd, TLS 1.3 and an IPP printer, where they are installed."""
    name = "money.feature over pcscd, TLS and IPP"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as parts:
        try:
            requires_pcscd()
            requires_ippeveprinter()
        except (pytest.skip.Exception, pytest.fail.Exception) as missing:
            say(name, "not measured", str(missing), "")
            return
        daemon = parts.enter_context(private_pcscd())
        printer = parts.enter_context(private_ipp_printer(Path(folder) / "printer"))
        words = ("--parts", "real", "--vpcd", str(daemon.port), "--printer", printer.url)
        _said(name, _replayed(*words, paths=("scenarios/money.feature",)), "(goal ≥ 100 × real)")


def _two_cores() -> float:
    """How much faster two processes are together than one after the other."""
    one = seconds(lambda: [subprocess.run(_BURN, check=True) for _ in range(2)])
    return one / seconds(lambda: [process.wait() for process in [subprocess.Popen(_BURN) for _ in range(2)]])


def _cluster() -> None:
    """Two workers of a Dask cluster over TLS against two local processes, on the same scenarios."""
    words = ("--paper", "model", "--repeat", str(max(1, _AFAR // len(collect(["scenarios"])))))
    local = _replayed(*words, "--jobs", "2")
    with tempfile.TemporaryDirectory() as folder, dask.config.set(keys_in(Path(folder))):
        os.environ["DASK_INTERNAL_INHERIT_CONFIG"] = dask.config.serialize(dask.config.config)
        with cluster(2) as (engine, _workers):
            afar = _replayed(*words, "--engine", engine)
    many = afar.passed + afar.failed
    _said(f"{many:,} scenarios, two local jobs", local, "")
    _said(f"{many:,} scenarios, two Dask workers", afar, f"× {afar.rate / local.rate:.2f} of local (goal ≥ 0.9)")


def _memory() -> None:
    done = subprocess.run([sys.executable, "-c", _MEMORY, str(_LONG)], check=True, capture_output=True, text=True)
    early, late, peak = map(float, done.stdout.split())
    say(f"memory of a replay, {_LONG:,} scenarios", f"{peak:.0f} MB peak", "with PDF", "(goal ≤ 200 MB)")
    say("… after a quarter, and at the end", f"{early:.0f}, {late:.0f} MB", "", "(goal: flat)")
