"""Replays on a Dask cluster over TLS: two workers, one of them killed, and a report that is whole."""

import io
import shutil
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import dask
import pytest

from kiosk.replay import command, engines
from kiosk.replay.errors import EngineError
from kiosk.replay.options import Options
from kiosk.report import files
from tests.kiosk.replay.private_cluster import ROOT, cluster, keys_in
from tests.kiosk.replay.written import feature


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> Iterator[None]:
    with dask.config.set(keys_in(tmp_path)):
        yield


class Heard(io.StringIO):
    """What a replay says; the first words set something off."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._then = then

    def write(self, words: str) -> int:
        if not self.tell():
            self._then()
        return super().write(words)


def replayed(path: Path, engine: str, outcomes: Path, out: Heard, *, repeat: int = 1) -> tuple[int, str]:
    options = Options(engine=engine, repeat=repeat, reports=[partial(files.outcomes, outcomes)])
    code = command.replay([str(path)], options, out=out, err=out)
    return code, out.getvalue()


def test_a_worker_killed_in_the_middle_leaves_a_whole_report_and_nothing_twice(tmp_path: Path) -> None:
    path = feature(
        tmp_path, "違う\nならば 画面はS-02である", "進む\n前提 「taro」のカードを持っている\nもし S-06まで進む"
    )
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    with cluster(2) as (engine, workers):
        code, said = replayed(path, engine, there, Heard(workers[0].kill), repeat=60)
        assert workers[0].wait() == -signal.SIGKILL

    assert code == 1
    assert said.splitlines()[-1].startswith("60 passed, 60 failed, ")
    assert replayed(path, "", here, Heard(), repeat=60)[0] == 1
    assert there.read_text("utf-8") == here.read_text("utf-8")


def test_a_worker_of_another_version_is_named_and_nothing_is_played(tmp_path: Path) -> None:
    path, program = feature(tmp_path, "撮る\nならば 画面はS-00である"), tmp_path / "program"
    for name in ("assets", "card", "kiosk", "municipality_client", "printer"):
        shutil.copytree(ROOT / name, program / name, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (program / "kiosk" / "added.py").write_text('"""One more."""\n', encoding="utf-8")
    with cluster(1, program) as (engine, _):
        code, said = replayed(path, engine, tmp_path / "out.jsonl", Heard())

    assert code == 2
    assert said.count("\n") == 1
    assert "runs another version of this program" in said


def test_a_cluster_without_workers_is_told(tmp_path: Path) -> None:
    with cluster(0) as (engine, _), pytest.raises(EngineError, match="there is no worker"), engines.opened(engine, 1):
        pass
