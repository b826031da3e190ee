"""Reads `kiosk.toml`: every mistake with file, line and key (design 4, fault-47).

Separate from `kiosk.settings` because the checks need pydantic, which is not loaded for a kiosk
without a configuration file.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assets import tables
from kiosk import settings as s
from kiosk.errors import SettingsError

_Fingerprint = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
_TerminalId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,12}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Terminal(_Table):
    id: _TerminalId = "T00001"
    store: str = ""
    operator: str = ""
    phones: list[Literal["android", "iphone"]] = ["android", "iphone"]
    resets: list[Literal["authentication", "signature"]] = ["authentication", "signature"]
    emoney: bool = True


class _Panel(_Table):
    width_mm: int = Field(default=300, ge=100, le=1500)
    orientation: Literal["portrait", "landscape"] = "portrait"
    languages: list[s.Language] = Field(default_factory=lambda: list(s.LANGUAGES), min_length=1)
    headphones: str = ""


class _Card(_Table):
    source: str = s.EMBEDDED
    allow_real: bool = False
    real: dict[_Fingerprint, str] = {}


class _Centre(_Table):
    url: str = s.EMBEDDED
    pki: str | None = None


class _Trust(_Table):
    dir: str | None = None
    seal_ca: str | None = None


class _Printer(_Table):
    target: str | None = None
    certificate: str | None = None
    font: str = ""


class _State(_Table):
    dir: str | None = None


class _File(_Table):
    terminal: _Terminal = _Terminal()
    panel: _Panel = _Panel()
    card: _Card = _Card()
    centre: _Centre = _Centre()
    trust: _Trust = _Trust()
    printer: _Printer = _Printer()
    state: _State = _State()


def read(path: Path) -> s.Settings:
    """Return the settings of a file; folders in it are relative to the file. Raises SettingsError."""
    try:
        file = tables.read(path, _File)
    except tables.FileError as error:
        raise SettingsError(str(error)) from error
    try:
        card, centre = s.card_source(file.card.source), _centre(path, file.centre)
        printer = _printer(path, file.printer)
    except SettingsError as error:
        table, _, said = str(error).partition(": ")
        field = {"card": "source", "centre": "url", "printer": "target"}[table]
        line = tables.line_of(path, table, field)
        raise SettingsError(f"{path}:{line}: {table}.{field}: {said}") from error
    real = _real_cards(path, file.card, centre)
    own = file.terminal
    terminal = s.Terminal(own.id, own.store, own.operator, tuple(own.phones), tuple(own.resets), own.emoney)
    panel = s.Panel(file.panel.width_mm, file.panel.orientation, tuple(file.panel.languages), file.panel.headphones)
    trust = s.TrustList(_folder(path, file.trust.dir), file.trust.seal_ca)
    state = _folder(path, file.state.dir)
    return s.Settings(terminal, panel, card, centre, trust, printer, state, file.printer.font, real)


def _real_cards(path: Path, table: _Card, centre: s.EmbeddedCentre | s.RemoteCentre) -> tuple[s.RealCard, ...]:
    if not table.allow_real:
        return ()
    wrong = ""
    if not table.real:
        wrong = 'name each card in [card.real]: "SHA-256 of its certificate" = "person" (python -m card info shows it)'
    elif isinstance(centre, s.RemoteCentre):
        wrong = "only with the embedded centre"
    if wrong:
        raise SettingsError(f"{path}:{tables.line_of(path, 'card', 'allow_real')}: card.allow_real: {wrong}")
    return tuple(s.RealCard(bytes.fromhex(fingerprint), person) for fingerprint, person in table.real.items())


def _centre(path: Path, table: _Centre) -> s.EmbeddedCentre | s.RemoteCentre:
    centre = s.centre_at(table.url)
    return replace(centre, pki=_folder(path, table.pki)) if isinstance(centre, s.RemoteCentre) else centre


def _printer(path: Path, table: _Printer) -> s.FolderTarget | s.IppTarget:
    if table.target is None:
        return s.FolderTarget()
    target = s.print_target(table.target)
    if isinstance(target, s.IppTarget):
        return replace(target, certificate=_folder(path, table.certificate))
    return replace(target, directory=_folder(path, str(target.directory)))


def _folder(path: Path, name: str | None) -> Path | None:
    return None if name is None else path.parent / Path(name).expanduser()
