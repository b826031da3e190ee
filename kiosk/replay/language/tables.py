"""Steps that say in a table what would otherwise take a step for each line: people, cards, money, faults.

Separate because these have no acts of their own: a row names a person or a part and what is the matter
with it, in the words of the single steps, and does what that step does.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from kiosk.replay.errors import ExpectationError
from kiosk.replay.language import card, machine, money, printer, registers
from kiosk.replay.steps import step
from kiosk.replay.world import World

Table = tuple[tuple[str, ...], ...]
T = TypeVar("T")
_Words = tuple[str, ...]
_OfPerson = Callable[[World, str], None]
_AtSheet = Callable[[World, int], None]


def _in_both(*rows: tuple[_Words, _Words, T]) -> dict[_Words, T]:
    """Japanese words, English words, and what they do."""
    return {said: act for japanese, english, act in rows for said in (japanese, english)}


_PEOPLE: dict[_Words, _OfPerson] = _in_both(
    (("印鑑登録がない",), ("no seal registration",), machine.seal_void),
    (("転出した",), ("moved out",), registers.left_town),
    (("支援措置",), ("protective measures",), registers.protected),
    (("戸籍の届け出が処理中",), ("notice pending",), registers.filing_pending),
    (("所得の申告が処理中",), ("declaration pending",), registers.declaration_pending),
    (("利用登録が承認された",), ("enrolment approved",), registers.enrolled),
    (("利用登録が却下された",), ("enrolment rejected",), registers.not_enrolled),
    (("印刷できない文字",), ("unprintable name",), registers.unprintable),
)
_CARDS: dict[_Words, _OfPerson] = _in_both(
    (("失効",), ("revoked",), card.revoked),
    (("一時停止",), ("on hold",), card.on_hold),
    (("新しいカード",), ("new card",), card.renew_of),
)
_FAULTS: dict[_Words, Callable[[World], None]] = _in_both(
    (("プリンター", "紙がない"), ("printer", "no paper"), printer.no_paper),
    (("プリンター", "カバーが開いている"), ("printer", "cover open"), printer.cover_is_open),
    (("プリンター", "止まっている"), ("printer", "off"), printer.is_off),
    (("領収書", "紙がない"), ("receipt", "no paper"), printer.no_receipt_paper),
    (("領収書", "止まっている"), ("receipt", "off"), printer.receipt_printer_off),
    (("読取装置", "外れる"), ("reader", "unplugged"), machine.reader_unplugged),
    (("回線", "切れる"), ("line", "cut"), machine.line_cut),
    (("回線", "返事が届かない"), ("line", "answers lost"), machine.answers_lost),
    (("つり銭", "なくなる"), ("change", "none"), money.no_change),
    (("紙幣", "使えない"), ("notes", "refused"), money.no_notes),
)
_AT_SHEET: dict[_Words, _AtSheet] = _in_both(
    (("プリンター", "紙がつまる"), ("printer", "jam"), printer.jam),
    (("プリンター", "紙がなくなる"), ("printer", "paper out"), printer.paper_out),
    (("プリンター", "インクがなくなる"), ("printer", "toner out"), printer.toner_out),
    (("プリンター", "カバーが開く"), ("printer", "cover opened"), printer.cover_open),
    (("プリンター", "裏が白紙で出る"), ("printer", "blank back"), printer.blank_back),
)


@step("人々は次のとおりである", "machine", table=True)
def people_are(world: World, table: Table) -> None:
    """Enter in the registers what the table says: a person, and 印鑑登録がない, 転出した, 支援措置."""
    for person, state in _rows(table, 2):
        _named(_PEOPLE, state)(world, person)


@step("カードは次のとおりである", "card", table=True)
def cards_are(world: World, table: Table) -> None:
    """Let people's newest cards be as the table says: a person, and 失効, 一時停止 or 新しいカード."""
    for person, state in _rows(table, 2):
        _named(_CARDS, state)(world, person)


@step("次のお金を入れる", "money", table=True)
def insert_pieces(world: World, table: Table) -> None:
    """Insert coins and notes as the table says, in its order: a piece in yen, and how many of it."""
    for piece, count in _rows(table, 2):
        world.customer.insert_pieces([_number(piece)] * _number(count))


@step("金庫に次のお金だけがある", "money", table=True)
def cash_is(world: World, table: Table) -> None:
    """Let the cash box hold these pieces and no others: a piece in yen, and how many of it."""
    world.kiosk.bench.stock({_number(piece): _number(count) for piece, count in _rows(table, 2)})


@step("次の故障が起きる", "machine", table=True)
def faults_are(world: World, table: Table) -> None:
    """Let parts fail as the table says: which part, how, and for a printer's job on which sheet (else empty)."""
    for part, how, sheet in _rows(table, 3):
        if sheet:
            _named(_AT_SHEET, part, how)(world, _number(sheet))
        else:
            _named(_FAULTS, part, how)(world)


def _rows(table: Table, columns: int) -> Table:
    for row in table:
        if len(row) != columns:
            raise ExpectationError(f"expected {columns} columns, but there is {' | '.join(row)}")
    return table


def _named(known: Mapping[_Words, T], *said: str) -> T:
    if said not in known:
        raise ExpectationError(f"expected one of {', '.join(map(' '.join, known))}, but it says {' '.join(said)}")
    return known[said]


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ExpectationError(f"expected a number, but it says {text}")
    return int(text)
