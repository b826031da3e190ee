"""Steps about the machine and what befalls it: power, reader, line, and what the books say."""

from datetime import date, datetime, timedelta

from kiosk.clock import in_jst
from kiosk.replay.steps import step
from kiosk.replay.world import World

_SERVICES = {"証明書": "issue", "利用登録申請": "registration", "暗証番号": "pins"}
"""Entries of the kiosk's menu by what scenarios call them."""


@step("電源が切れて、また入る", "machine")
def power_cut(world: World) -> None:
    """Cut the power without any cleaning up, and start the machine again on what it had written."""
    world.cut_power()


@step("台帳に「{文}」と書く直前に電源が切れる", "machine")
def cut_before_record(world: World, kind: str) -> None:
    """Cut the power, and start again, just before the next record of this kind is written (fault-16)."""
    world.cut_power_at(f"journal {kind}: begin")


@step("台帳に「{文}」と書いた直後に電源が切れる", "machine")
def cut_after_record(world: World, kind: str) -> None:
    """Cut the power, and start again, when the next record of this kind has just been written (fault-16)."""
    world.cut_power_at(f"journal {kind}: done")


@step("電源が切れて、一晩たってから入る", "machine")
def power_cut_over_night(world: World) -> None:
    """Cut the power, let a night pass that is not counted as time waited, and start the machine again."""
    world.cut_power(timedelta(hours=12))


@step("{時刻} から {時刻} までメンテナンスである", "machine")
def maintenance(world: World, starts: datetime, ends: datetime) -> None:
    """Announce maintenance of the whole service (E-24)."""
    world.kiosk.bench.close_service(in_jst(starts), in_jst(ends))


@step("「{文}」の手続きは {日} からである", "machine")
def service_begins(world: World, entry: str, first: date) -> None:
    """Say from which day an entry of the menu is there (V-11)."""
    _service_days(world, entry, first, None)


@step("「{文}」の手続きは {日} までである", "machine")
def service_ends(world: World, entry: str, last: date) -> None:
    """Say to which day an entry of the menu is there."""
    _service_days(world, entry, None, last)


def _service_days(world: World, entry: str, first: date | None, last: date | None) -> None:
    world.expect(entry in _SERVICES, f"one of {'、'.join(_SERVICES)}", entry)
    world.kiosk.bench.service_days(_SERVICES[entry], first, last)


@step("カード読取装置が外れる", "machine")
def reader_unplugged(world: World) -> None:
    """Unplug the card reader (fault-05)."""
    world.kiosk.bench.unplug_reader(True)


@step("カード読取装置がつながる", "machine")
def reader_plugged(world: World) -> None:
    """Plug the card reader in again."""
    world.kiosk.bench.unplug_reader(False)


@step("「{人}」の印鑑登録がなくなる", "machine")
def seal_void(world: World, person: str) -> None:
    """Make a person's seal registration void in the municipality's register."""
    world.kiosk.bench.register(person, seal_void=True)


@step("センターとの回線が切れる", "machine")
def line_cut(world: World) -> None:
    """Cut the line to the issue centre before the next request (fault-26)."""
    world.kiosk.bench.cut_line(True)


@step("センターとの回線がつながる", "machine")
def line_back(world: World) -> None:
    """Bring the line to the issue centre back."""
    world.kiosk.bench.cut_line(False)


@step("センターの返事だけが届かなくなる", "machine")
def answers_lost(world: World) -> None:
    """Let the centre hear everything and every answer be lost (fault-27)."""
    world.kiosk.bench.lose_answers(True)


@step("センターの返事がまた届く", "machine")
def answers_back(world: World) -> None:
    """Let the centre's answers arrive again."""
    world.kiosk.bench.lose_answers(False)


@step("センターの返事に{数}秒かかる", "machine")
def slow_centre(world: World, seconds: int) -> None:
    """Make every answer of the centre take so long."""
    world.kiosk.bench.centre_latency(seconds)


@step("台帳に「{文}」と記録されている", "machine")
def journal_has(world: World, kind: str) -> None:
    """Look for a kind of record in the kiosk's durable journal, since the scenario began."""
    world.settle(lambda: kind in world.journal_kinds())
    world.expect(kind in world.journal_kinds(), f"a record 「{kind}」", " ".join(world.journal_kinds()))


@step("台帳に「{文}」は{数}回だけ記録されている", "machine")
def journal_has_times(world: World, kind: str, times: int) -> None:
    """Count the records of a kind in the journal."""
    found = world.journal_kinds().count(kind)
    world.expect(found == times, f"{times} records 「{kind}」", f"{found} are there")


@step("台帳に「{文}」と記録されていない", "machine")
def journal_has_not(world: World, kind: str) -> None:
    """Make sure that a kind of record is not in the journal."""
    world.expect(kind not in world.journal_kinds(), f"no record 「{kind}」", " ".join(world.journal_kinds()))


@step("この機械の番号は「{文}」である", "machine")
def terminal_is(world: World, terminal: str) -> None:
    """Say which terminal the machine is, before it is used: in a town hall, or for practice."""
    world.set_up(id=terminal)
