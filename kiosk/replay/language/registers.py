"""Steps about offices: what is entered in the registers of a municipality, and when the shop is open."""

from datetime import datetime, time

from kiosk.clock import in_jst
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("「{人}」の戸籍の届け出が処理中である", "machine")
def filing_pending(world: World, person: str) -> None:
    """Let a notice to the person's family register be on its way (I-26, E-35)."""
    world.kiosk.bench.notify_koseki(person)


@step("「{人}」の戸籍の届け出が記録される", "machine")
def filing_entered(world: World, person: str) -> None:
    """Let the notice be entered in the family register."""
    world.kiosk.bench.notify_koseki(person, pending=False)


@step("「{人}」の所得の申告が処理中である", "machine")
def declaration_pending(world: World, person: str) -> None:
    """Let a declaration of the newest year be on its way (O-52)."""
    world.kiosk.bench.declare_income(person)


@step("「{人}」の所得の申告が記録される", "machine")
def declaration_entered(world: World, person: str) -> None:
    """Let the declaration be worked into the tax register."""
    world.kiosk.bench.declare_income(person, awaiting=False)


@step("「{人}」の利用登録が承認される", "machine")
def enrolled(world: World, person: str) -> None:
    """Approve the 利用登録 of the person's newest card (I-24, O-12)."""
    world.kiosk.bench.enrol(person, "approved")


@step("「{人}」の利用登録が却下される", "machine")
def not_enrolled(world: World, person: str) -> None:
    """Reject the 利用登録 of the person's newest card (E-39)."""
    world.kiosk.bench.enrol(person, "rejected")


@step("「{人}」が {時刻} に引っ越しを届け出ている", "machine")
def moved(world: World, person: str, moment: datetime) -> None:
    """Enter a move within the municipality, made and notified on this day (I-33, I-77, O-51)."""
    day = in_jst(moment).date()
    world.kiosk.bench.register(person, address_since=day, notified_on=day)


@step("「{人}」の名前に、印刷できない文字がある", "machine")
def unprintable(world: World, person: str) -> None:
    """Give the person a name with a character of private use, which no font of certificates has (E-38)."""
    world.kiosk.bench.register(person, given_name="\ue000")


@step("「{人}」が転出する", "machine")
def left_town(world: World, person: str) -> None:
    """Let the person move out of the municipality (I-70)."""
    world.kiosk.bench.leave_town(person)


@step("「{人}」に支援措置がとられる", "machine")
def protected(world: World, person: str) -> None:
    """Put the person under protective measures (E-33)."""
    world.kiosk.bench.protect(person)


@step("この店の営業時間は{数}時から{数}時までである", "machine")
def store_hours(world: World, opens: int, closes: int) -> None:
    """Give the store that the kiosk stands in opening hours of its own (E-25)."""
    world.kiosk.bench.store_hours(time(opens), time(closes))


@step("「{人}」の市区町村から、登録の知らせが届く", "machine")
def news(world: World, person: str) -> None:
    """Let the municipality tell of every change until now (随時連携); an hour later it counts as stale (F-05, F-06)."""
    world.kiosk.bench.register_news(person)
