"""Counters for Prometheus: what is asked, refused and issued, and how long it takes.

Separate as the door to its library. Labels name terminals' questions, codes, towns and kinds, never a
person. With several worker processes each writes its own file in PROMETHEUS_MULTIPROC_DIR, and
whoever is asked adds them up.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import REGISTRY as OWN
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from typing_extensions import override

from municipality_client.centre.observing import Event

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_QUESTIONS = Counter(
    "centre_questions", "Questions of terminals by kind of message and HTTP status", ["message", "status"]
)
_REFUSALS = Counter("centre_refusals", "Problems by code of the screen and reason", ["code", "reason"])
_SETS = Counter("centre_sets", "Sets by municipality, kind and what became of them", ["municipality", "kind", "state"])
_SECONDS = Histogram(
    "centre_answer_seconds", "From question to answer", ["message"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10)
)


def count(event: Event) -> None:
    """Take notice of one event."""
    _QUESTIONS.labels(event.message, event.status).inc()
    _SECONDS.labels(event.message).observe(event.seconds)
    if event.reason:
        _REFUSALS.labels(event.code, event.reason).inc()
    # Issued by PlaceOrder alone: asked for again, a set is the same one.
    if event.message == "PlaceOrder":
        for number in event.sets:
            _SETS.labels(number.split("-")[0], event.kind, "issued").inc()
    for number, state in event.states.items():
        _SETS.labels(number.split("-")[0], "", state).inc()


Gauges = Callable[[], Sequence[tuple[str, str, dict[str, str], float]]]
"""Gives, when asked, (name, meaning, labels, value) of what stands in the books."""


class _Books(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    @override
    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, meaning, labels, value in self._gauges():
            family = families.setdefault(name, GaugeMetricFamily(name, meaning, labels=list(labels)))
            family.add_metric(list(labels.values()), value)
        yield from families.values()


def text(gauges: Gauges) -> bytes:
    """Return everything in Prometheus's text format."""
    registry: CollectorRegistry = CollectorRegistry()
    folder = os.environ.get(_FOLDER)
    if folder is None:
        registry.register(OWN)
    else:
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # registers itself
    registry.register(_Books(gauges))
    return generate_latest(registry)


@contextmanager
def shared() -> Iterator[Path]:
    """Let the processes that are started within the block count together."""
    with tempfile.TemporaryDirectory(prefix="centre-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[_FOLDER]
