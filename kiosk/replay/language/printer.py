"""Steps about what befalls the printer: it stops, its paper comes out wrong, it forgets, the power goes.

Separate from the other parts of the machine because a printer has more ways to fail than all of them.
"""

from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("{数}枚目で紙がつまる", "printer")
def jam(world: World, sheet: int) -> None:
    """Let the printer jam on this sheet of the next job (fault-40)."""
    world.kiosk.bench.printer_fault("media-jam", sheet)


@step("{数}枚目で紙がなくなる", "printer")
def paper_out(world: World, sheet: int) -> None:
    """Let the printer run out of paper on this sheet of the next job (fault-41)."""
    world.kiosk.bench.printer_fault("media-empty", sheet)


@step("{数}枚目でインクがなくなる", "printer")
def toner_out(world: World, sheet: int) -> None:
    """Let the printer run out of toner on this sheet of the next job (fault-41)."""
    world.kiosk.bench.printer_fault("marker-supply-empty", sheet)


@step("{数}枚目でカバーが開く", "printer")
def cover_open(world: World, sheet: int) -> None:
    """Let somebody open the printer's cover on this sheet of the next job (fault-41)."""
    world.kiosk.bench.printer_fault("door-open", sheet)


@step("{数}枚目でプリンターが止まる", "printer")
def shut_down(world: World, sheet: int) -> None:
    """Switch the printer off on this sheet of the next job (fault-42)."""
    world.kiosk.bench.printer_fault("shutdown", sheet)


@step("プリンターの紙がない", "printer")
def no_paper(world: World) -> None:
    """Empty the printer's tray now (fault-41)."""
    world.kiosk.bench.printer_fault("media-empty")


@step("プリンターのカバーが開いている", "printer")
def cover_is_open(world: World) -> None:
    """Open the printer's cover now (fault-41)."""
    world.kiosk.bench.printer_fault("door-open")


@step("プリンターに紙がつまっている", "printer")
def jammed(world: World) -> None:
    """Let the printer be jammed now (fault-40)."""
    world.kiosk.bench.printer_fault("media-jam")


@step("プリンターが止まっている", "printer")
def is_off(world: World) -> None:
    """Switch the printer off now (fault-42)."""
    world.kiosk.bench.printer_fault("shutdown")


@step("プリンターを直す", "printer")
def repair(world: World) -> None:
    """Clear the jam, refill paper and toner, shut the cover, switch it on."""
    world.kiosk.bench.clear_printer_fault()


@step("{数}枚目で印刷の指示が失われる", "printer")
def job_lost(world: World, sheet: int) -> None:
    """Let the printer lose the job before this sheet (fault-42)."""
    world.kiosk.bench.printer_flaw("lost", sheet)


@step("{数}枚目の裏が白紙で出る", "printer")
def blank_back(world: World, sheet: int) -> None:
    """Let this sheet of the next set come out without its back (F-32, fault-44)."""
    world.kiosk.bench.printer_flaw("blank-back", sheet)


@step("{数}枚目の表と裏が逆に出る", "printer")
def flipped(world: World, sheet: int) -> None:
    """Let face and back of this sheet of the next set change places (fault-44)."""
    world.kiosk.bench.printer_flaw("flipped", sheet)


@step("{数}枚目に前の人の用紙がまじる", "printer")
def foreign_sheet(world: World, sheet: int) -> None:
    """Let a sheet of the set printed before come out instead of this one (F-04, F-07, fault-44)."""
    world.kiosk.bench.printer_flaw("foreign-sheet", sheet)


@step("用紙が逆の順に出る", "printer")
def reversed_order(world: World) -> None:
    """Let the sheets of the next set come out last sheet first (fault-44)."""
    world.kiosk.bench.printer_flaw("reversed")


@step("同じ用紙が二度出る", "printer")
def printed_twice(world: World) -> None:
    """Let the whole next set come out twice (fault-43)."""
    world.kiosk.bench.printer_flaw("twice")


@step("{数}枚目が出る直前に電源が切れる", "printer")
def cut_before_sheet(world: World, sheet: int) -> None:
    """Cut the power of kiosk and printer, and start them again, just before this sheet comes out (fault-19)."""
    world.cut_power_at(f"printer sheet {sheet}: begin")


@step("{数}枚目が出た直後に電源が切れる", "printer")
def cut_after_sheet(world: World, sheet: int) -> None:
    """Cut the power of kiosk and printer, and start them again, when this sheet has just come out (fault-19)."""
    world.cut_power_at(f"printer sheet {sheet}: done")


@step("領収書の紙がない", "printer")
def no_receipt_paper(world: World) -> None:
    """Let the receipt printer run out of paper (F-46)."""
    world.kiosk.bench.receipt_fault("media-empty")


@step("領収書のプリンターが止まっている", "printer")
def receipt_printer_off(world: World) -> None:
    """Switch the receipt printer off (F-46)."""
    world.kiosk.bench.receipt_fault("shutdown")


@step("領収書のプリンターを直す", "printer")
def receipt_printer_mended(world: World) -> None:
    """Put paper in and switch the receipt printer on."""
    world.kiosk.bench.receipt_fault(None)


@step("プリンターが仕事を忘れる", "printer")
def forgets(world: World) -> None:
    """Let the printer lose its memory of all jobs: what became of them cannot be known any more (fault-19)."""
    world.kiosk.bench.printer_forgets()
