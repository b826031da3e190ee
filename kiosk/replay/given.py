"""What a recording says first where the machine is not as new, as steps (前提).

Separate from the recorder, which listens to what is done from then on. What no step can say is a
reason not to begin.
"""

from collections.abc import Iterator

from kiosk.bench_standing import Standing, UsedCard
from kiosk.emoney import Medium, ReaderFault
from kiosk.errors import RecordNotWritten
from kiosk.session.states import Secret, Session, Step
from kiosk.settings import Terminal

SECRETS = {Secret.AUTHENTICATION: "暗証番号", Secret.SIGNATURE: "署名用パスワード"}
FAULTS = {
    "media-jam": "紙がつまる",
    "media-empty": "紙がなくなる",
    "door-open": "カバーが開く",
    "shutdown": "プリンターが止まる",
}
"""Faults of the printer at a sheet, by their IPP words."""
RECEIPTS = {
    "media-empty": "領収書の紙がない",
    "shutdown": "領収書のプリンターが止まっている",
    None: "領収書のプリンターを直す",
}
MEDIA = {Medium.CARD: "カード", Medium.PHONE: "スマートフォン"}
READER = {
    ReaderFault.OUT: "電子マネーの読取機が止まる",
    ReaderFault.REFUSES: "電子マネーの読取機がカードを断る",
    ReaderFault.MUTE: "電子マネーの読取機の返事が届かなくなる",
    ReaderFault.TORN_BEFORE: "次の支払いで、引かれる前に電子マネーが離れる",
    ReaderFault.TORN_AFTER: "次の支払いで、引かれた後に電子マネーが離れる",
    None: "電子マネーの読取機を直す",
}
_PRINTER = {
    "media-jam": "プリンターに紙がつまっている",
    "media-empty": "プリンターの紙がない",
    "door-open": "プリンターのカバーが開いている",
    "shutdown": "プリンターが止まっている",
}


def check(session: Session, standing: Standing) -> None:
    """Raise RecordNotWritten where a recording could not be replayed on a new machine."""
    if session.step is not Step.IDLE:
        raise RecordNotWritten(f"a visit is under way ({session.step}): end it, then record from the first screen")
    if session.out_of_service:
        raise RecordNotWritten("the operator has closed the kiosk: open it in the operator's menu, then record")
    if standing.left:
        raise RecordNotWritten("paper or money of the visit before lies there: take it, then record")
    unsaid = set(standing.printer_faults) - set(_PRINTER)
    if unsaid:
        raise RecordNotWritten(f"the printer has {', '.join(sorted(unsaid))}: mend it, then record")


def steps(standing: Standing, terminal: Terminal) -> Iterator[str]:
    """Return the steps that make a new machine stand so."""
    yield from _machine(terminal)
    for used in standing.used:
        yield from _card(used)
    yield from (words for is_so, words in _switches(standing) if is_so)
    yield from (f"{MEDIA[one]}の電子マネーの残高が{yen}円になる" for one, yen in standing.balances.items())
    yield from (_PRINTER[fault] for fault in standing.printer_faults)
    yield from (f"{sheet}枚目で{FAULTS[fault]}" for sheet, fault in standing.printer_awaits.items())
    yield from _on_reader(standing)


def _machine(terminal: Terminal) -> Iterator[str]:
    usual = Terminal()
    if terminal.id != usual.id:
        yield f"この機械の番号は「{terminal.id}」である"
    if terminal.operator != usual.operator:
        yield f"この機械は「{terminal.operator}」の店にある"
    if not terminal.phones:
        yield "この機械はスマートフォンを読み取れない"
    if not terminal.emoney:
        yield "この機械では電子マネーを使えない"
    if terminal.resets == (Secret.SIGNATURE,):
        yield "この機械では署名用パスワードだけ再設定できる"


def _card(used: UsedCard) -> Iterator[str]:
    thing = "スマートフォン" if used.is_phone else "カード"
    if not used.is_phone:
        yield from [f"「{used.person}」の新しいカードを窓口で受け取る"] * used.generation
    for secret, times in used.mistakes.items():
        yield f"「{used.person}」の{thing}で{SECRETS[secret]}を{times}回まちがえてある"


def _switches(standing: Standing) -> tuple[tuple[bool, str], ...]:
    return (
        (standing.reader_is_out, "カード読取装置が外れる"),
        (standing.line_is_cut, "センターとの回線が切れる"),
        (standing.loses_answers, "センターの返事だけが届かなくなる"),
        (standing.latency > 0, f"センターの返事に{standing.latency:.0f}秒かかる"),
        (standing.refuses_notes, "紙幣が使えなくなる"),
        (not standing.gives_change, "つり銭がなくなる"),
        (standing.emoney_fault is not None, READER[standing.emoney_fault]),
        (standing.receipt_fault is not None, RECEIPTS[standing.receipt_fault]),
    )


def _on_reader(standing: Standing) -> Iterator[str]:
    if standing.on_reader == "other":
        yield "マイナンバーカードでないカードを置く"
    elif standing.on_reader is not None:
        yield f"「{standing.on_reader}」の{'スマートフォン' if standing.is_phone else 'カード'}を置く"
