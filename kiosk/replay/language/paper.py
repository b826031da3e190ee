"""Steps about paper: how many sheets come out, what stands on them, and that they belong together."""

from kiosk.replay.labels import plain
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("{数}枚の用紙が出る", "paper")
def sheets_come_out(world: World, sheets: int) -> None:
    """Wait for the printer and count the sheets that lie in the outlet."""
    world.expect_sheets(sheets)


@step("これまでに{数}枚の用紙が印刷されている", "paper")
def sheets_so_far(world: World, sheets: int) -> None:
    """Count all sheets printed since the scenario began, taken or not."""
    printed = len(world.sheets())
    world.expect(printed == sheets, f"{sheets} sheets so far", f"{printed} were printed")


@step("用紙は出ていない", "paper")
def no_sheet(world: World) -> None:
    """Make sure that nothing was printed since the scenario began."""
    world.expect(not world.sheets(), "no sheet", f"{len(world.sheets())} sheets were printed")


@step("用紙を取る", "paper")
def take_paper(world: World) -> None:
    """Take all sheets out of the outlet."""
    world.customer.take_paper()


@step("すべての用紙の固有番号が同じである", "paper")
def one_number(world: World) -> None:
    """Read the unique number on every sheet: one set, one number (I-60, O-54)."""
    world.expect(len(set(world.numbers())) == 1, "one unique number", " / ".join(sorted(set(world.numbers()))))


@step("用紙の固有番号が画面にも表示されている", "paper")
def numbers_shown(world: World) -> None:
    """Look on the screen for the unique number of every sheet (I-63, O-54)."""
    missing = [number for number in world.numbers() if not world.sees(number)]
    world.expect(bool(world.numbers()) and not missing, "all unique numbers on the screen", f"missing: {missing}")


@step("固有番号は{数}種類である", "paper")
def numbers(world: World, kinds: int) -> None:
    """Count the different unique numbers on all sheets: one for each set."""
    world.expect(len(set(world.numbers())) == kinds, f"{kinds} numbers", " / ".join(sorted(set(world.numbers()))))


@step("{数}枚目に「{文}」と印刷されている", "paper")
def printed_on(world: World, number: int, words: str) -> None:
    """Look for words on the face of one sheet (from 1), in the order of printing."""
    face = world.face(number)
    world.expect(plain(words) in plain(face), f"「{words}」 on sheet {number}", _told(face))


@step("{数}枚目に「{文}」と印刷されていない", "paper")
def not_printed_on(world: World, number: int, words: str) -> None:
    """Make sure that words are not on one sheet."""
    face = world.face(number)
    world.expect(plain(words) not in plain(face), f"no 「{words}」 on sheet {number}", _told(face))


@step("どの用紙にも「{文}」と印刷されている", "paper")
def printed_on_all(world: World, words: str) -> None:
    """Look for words on the face of every sheet."""
    without = [place for place, face in enumerate(world.faces(), 1) if plain(words) not in plain(face)]
    world.expect(bool(world.faces()) and not without, f"「{words}」 on every sheet", f"not on {without}")


@step("どの用紙にも「{文}」と印刷されていない", "paper")
def printed_nowhere(world: World, words: str) -> None:
    """Make sure that words are on no sheet."""
    bearing = [place for place, face in enumerate(world.faces(), 1) if plain(words) in plain(face)]
    world.expect(bool(world.faces()) and not bearing, f"「{words}」 on no sheet", f"on {bearing}")


@step("領収書に「{文}」と書かれている", "paper")
def on_receipt(world: World, words: str) -> None:
    """Look for words on the receipts printed so far."""
    receipts = world.receipts()
    world.expect(plain(words) in plain(receipts), f"「{words}」 on the receipt", _told(receipts))


@step("領収書に「{文}」と書かれていない", "paper")
def not_on_receipt(world: World, words: str) -> None:
    """Make sure that words are on no receipt, and that there is one."""
    receipts = world.receipts()
    world.expect(bool(receipts), "a receipt", "none was printed")
    world.expect(plain(words) not in plain(receipts), f"no 「{words}」 on the receipt", _told(receipts))


def _told(face: str) -> str:
    """The text of a face in one line."""
    return "there is: " + " | ".join(line.strip() for line in face.splitlines())
