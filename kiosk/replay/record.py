"""Writes what is done at a machine as a scenario that replays: `python -m kiosk record FILE.feature`.

Separate from the player and the panel: it listens at the runner and stands between workbench and
bench. It never meets a PIN: digits go to the pad without it, and whether they were right it learns
from the card's answer (design 3). The file is whole after every act.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from kiosk.app import Kiosk
from kiosk.bench import Bench
from kiosk.errors import RecordNotWritten
from kiosk.replay import given
from kiosk.replay.labels import named
from kiosk.screens.view import Touch, View
from kiosk.session import events as ev
from kiosk.session.buttons import Button
from kiosk.session.states import Step

_DONE, _SEEN, _REMARK = "もし", "ならば", "#"
_Acted = Callable[[str, tuple[object, ...]], None]

_FLAWS = {"blank-back": "1枚目の裏が白紙で出る", "foreign-sheet": "1枚目に前の人の用紙がまじる"}
_WHILE = {"verify": "暗証番号を送っている", "read": "カードを読んでいる", "sign": "署名している"}
_ACTS: dict[str, Callable[..., str]] = {
    "place": lambda person: f"「{person}」のカードを置く",
    "place_phone": lambda person: f"「{person}」のスマートフォンを置く",
    "reserve_reset": lambda person, secret: f"「{person}」がアプリで{given.SECRETS[secret]}の再設定を予約する",
    "place_other": lambda: "マイナンバーカードでないカードを置く",
    "remove": lambda: "カードを取る",
    "insert": lambda yen: f"{yen}円を入れる",
    "take_money": lambda: "お金を取る",
    "take_paper": lambda: "用紙を取る",
    "hold_emoney": lambda medium: f"{given.MEDIA[medium]}の電子マネーをタッチする",
    "charge": lambda yen: f"カードの電子マネーの残高が{yen}円になる",
    "emoney_fault": lambda fault: given.READER[fault],
    "unblock": lambda person: f"「{person}」の暗証番号を窓口で解除してもらう",
    "new_card": lambda person: f"「{person}」の新しいカードを窓口で受け取る",
    "printer_fault": lambda reason, sheet: f"{sheet}枚目で{given.FAULTS[reason]}",
    "clear_printer_fault": lambda: "プリンターを直す",
    "cut_line": lambda cut: f"センターとの回線が{'切れる' if cut else 'つながる'}",
    "unplug_reader": lambda out: f"カード読取装置が{'外れる' if out else 'つながる'}",
    "lose_answers": lambda lost: f"センターの返事{'だけが届かなくなる' if lost else 'がまた届く'}",
    "centre_latency": lambda seconds: f"センターの返事に{seconds:.0f}秒かかる",
    "receipt_fault": lambda reason: given.RECEIPTS[reason],
    "plug_headphones": lambda plugged: f"ヘッドホンを{'挿す' if plugged else '抜く'}",
    "refuse_notes": lambda refused: f"紙幣が{'使えなくなる' if refused else 'また使える'}",
    "empty_change": lambda empty: f"つり銭が{'なくなる' if empty else '補充される'}",
    "printer_flaw": lambda flaw: _FLAWS[flaw],
    "printer_forgets": lambda: "プリンターが仕事を忘れる",
    "tear_at": lambda command: f"{_WHILE[command]}最中にカードが抜ける",
    "stop_reader_at": lambda command: f"{_WHILE[command]}最中に読取装置が止まる",
    "set_clock": lambda moment: f"時計が {moment:%Y-%m-%d %H:%M:%S} になる",
}
"""What each act of the bench is called in the step language."""
_REMARKED: dict[str, Callable[..., str]] = {
    "run_clock": lambda speed: f"時計の速さが{speed:g}倍になる",
    "silence_responder": lambda silent: f"電子証明書を確かめる先が{'答えなくなる' if silent else 'また答える'}",
}
"""Acts that have no step of their own: a remark says that they were done."""
_NEW = "新しいものを入れる"
"""What is typed on S-73 and S-74; the replay takes its own new secret, whatever was typed."""
_PRESENT = {
    str(Step.PIN): ("「{person}」の暗証番号を入れる", "違う暗証番号を入れる"),
    str(Step.PIN_PRESENT): ("いまのものを入れる", "いまのものをまちがえて入れる"),
    str(Step.SIGN_PASSWORD): ("署名用パスワードを入れる", "違う署名用パスワードを入れる"),
}
"""What is typed on a screen that asks for a present secret, if it is right and if it is wrong."""


def recorded(kiosk: Kiosk, path: Path) -> "Recorder":
    """Record everything that is done at `kiosk` from now on into `path`, which must be new, until `finish`.

    Raises RecordNotWritten where the file is there already or cannot be written, or where what lies
    behind the machine could not be said in steps.
    """
    bench, runner = kiosk.bench, kiosk.runner
    touched, heard = runner.on_touch, runner.on_event

    def detach() -> None:
        kiosk.bench, runner.on_touch, runner.on_event = bench, touched, heard

    def on_event(event: ev.Event) -> None:
        heard(event)
        recorder.happened(event)

    recorder = Recorder(path, kiosk, detach)
    kiosk.bench = cast(Bench, _Hands(bench, recorder.acted))
    runner.on_touch, runner.on_event = recorder.touched, on_event
    return recorder


def check(path: Path) -> None:
    """Raise RecordNotWritten where no recording can be begun at `path`."""
    if path.exists():
        raise RecordNotWritten(f"{path}: is there already; a recording never writes over a file")
    if not path.parent.is_dir():
        raise RecordNotWritten(f"{path}: there is no folder {path.parent}")


class _Hands:
    """The bench, and what was done with it told to the recorder."""

    def __init__(self, bench: Bench, acted: _Acted) -> None:
        self._bench, self._acted = bench, acted

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._bench, name)
        if name not in _ACTS and name not in _REMARKED:
            return found

        def act(*values: object) -> object:
            self._acted(name, values)
            return found(*values)

        return act


class Recorder:
    """One scenario in the making."""

    def __init__(self, path: Path, kiosk: Kiosk, detach: Callable[[], None]) -> None:
        """Begin the file; `detach` ends the listening."""
        self._path, self._runner, self._bench = path, kiosk.runner, kiosk.bench
        self._detach = detach
        begun, standing = kiosk.bench.now(), kiosk.bench.standing()
        check(path)
        given.check(kiosk.runner.session, standing)
        self._lines: list[tuple[str, str]] = []
        self._last_screen = self._shown = str(Step.IDLE)
        self._digits = 0
        self._guess: tuple[int, str] | None = None
        self._head = (
            "# language: ja",
            "機能: 記録した操作",
            "",
            f"  シナリオ: {begun:%Y年%m月%d日 %H時%M分}からの操作",
            f"    前提 いま {begun:%Y-%m-%d %H:%M:%S} である",
            *(f"    かつ {words}" for words in given.steps(standing, kiosk.settings.terminal)),
        )
        self._person = "" if standing.on_reader is None else standing.on_reader
        self._write()

    def acted(self, act: str, values: tuple[object, ...]) -> None:
        """Something was done to an emulated part."""
        if act in ("place", "place_phone"):
            self._person = str(values[0])
        self._see()
        if act == "take_paper" and (sheets := self._bench.paper_waiting):
            self._add(_SEEN, f"{sheets}枚の用紙が出る")
        if act == "take_money" and (yen := self._bench.money.tray):
            self._add(_SEEN, f"{yen}円が戻っている")
        if act in _REMARKED:
            self._add(_REMARK, _REMARKED[act](*values))
        else:
            self._add(_DONE, _ACTS[act](*values))

    def touched(self, view: View, touch: Touch) -> None:
        """A button was touched on `view`; keys of a secret pad never come here."""
        self._see()
        if self._digits:
            self._typed(view.step, whole=touch.button == Button.NEXT)
        self._add(_DONE, f"{named(view, touch)}を押す")

    def happened(self, event: ev.Event) -> None:
        """The flow has taken an event."""
        match event:
            case ev.DigitTouched(count):
                self._digits = count
            case ev.PinRejected() | ev.PinBlocked():
                self._was_wrong()
            case ev.CardSigned() | ev.SecretChanged() | ev.ChangeUnknown() | ev.ApplicationSigned():
                self._guess = None
            case ev.TimedOut():
                self._see(self._shown)
                self._add(_DONE, "時間切れになるまで待つ")
        self._shown = self._screen

    def finish(self) -> None:
        """Write which screen is left behind, and listen no more."""
        self._see()
        self._detach()

    @property
    def _screen(self) -> str:
        return str(self._runner.session.step)

    def _typed(self, screen: str, *, whole: bool) -> None:
        """A secret was typed; a present one is written down as right, until the card says otherwise."""
        if screen == Step.PIN and not whole:
            self._add(_DONE, f"暗証番号を{self._digits}桁だけ入れる")
        elif screen in _PRESENT:
            right, wrong = _PRESENT[screen]
            self._guess = len(self._lines), wrong
            self._add(_DONE, right.format(person=self._person))
        elif screen in (Step.PIN_NEW, Step.PIN_AGAIN):
            self._add(_DONE, _NEW)
        self._digits = 0

    def _was_wrong(self) -> None:
        """Only the card knew that the secret was not the right one."""
        if self._guess is not None:
            line, words = self._guess
            self._lines[line] = (_DONE, words)
            self._guess = None
            self._write()

    def _see(self, screen: str = "") -> None:
        """Note the screen, the present one unless given, where it has changed since the last act."""
        screen = screen or self._screen
        if screen != self._last_screen:
            self._last_screen = screen
            self._add(_SEEN, f"画面は{screen}である")

    def _add(self, keyword: str, words: str) -> None:
        self._lines.append((keyword, words))
        self._write()

    def _write(self) -> None:
        text = "\n".join((*self._head, *_spoken(self._lines))) + "\n"
        try:
            self._path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise RecordNotWritten(f"{self._path}: {error.strerror}") from error


def _spoken(lines: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Say かつ where the keyword is that of the line before."""
    before = ""
    for keyword, words in lines:
        if keyword == _REMARK:
            yield f"    {keyword} {words}"
            continue
        yield f"    {'かつ' if keyword == before else keyword} {words}"
        before = keyword
