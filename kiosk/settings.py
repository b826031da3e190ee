"""What a kiosk is set up as: defaults, `kiosk.toml`, and the command line over both.

Plain values, so that the panel can know them before anything heavy is loaded; the file itself is
read and checked by `kiosk.settings_file`, only where there is one (design 4).
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kiosk.errors import SettingsError

if TYPE_CHECKING:
    from printer.formats import FormatName

EMBEDDED = "embedded"
Language = Literal["ja", "ja-easy", "en", "zh", "ko", "vi", "pt"]
LANGUAGES: tuple[Language, ...] = ("ja", "ja-easy", "en", "zh", "ko", "vi", "pt")
"""Codes of assets/text, in the order in which the panel offers them."""
_PNG = "?png"
_PORT = "(?::(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
"""None, or :1 to :65535"""
_IPP = re.compile(rf"ipps?://[^/\s:]+{_PORT}/\S+")
_HTTPS = re.compile(rf"https://[^/\s:]+{_PORT}/?")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who this kiosk is: the id that its TLS certificate carries, the store and its operator.

    `operator` as municipalities name the chain; `phones` (android, iphone) are those that this machine
    reads, `resets` (authentication, signature) the secrets that it may set anew; `emoney`: fees may be
    paid with e-money, too.
    """

    id: str = "T00001"
    store: str = ""
    operator: str = ""
    phones: tuple[str, ...] = ("android", "iphone")
    resets: tuple[str, ...] = ("authentication", "signature")
    emoney: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """The touch panel: width in mm, `portrait` or `landscape`, languages in the order offered.

    `headphones`: the sound device behind their jack, as the system names it; "": this kiosk has none.
    """

    width_mm: int = 300
    orientation: str = "portrait"
    languages: tuple[Language, ...] = LANGUAGES
    headphones: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedCard:
    """A virtual card in a virtual slot."""


@dataclass(frozen=True, slots=True)
class PcscCard:
    """A PC/SC reader: the one whose name holds `reader`, or the first when it is empty."""

    reader: str = ""


@dataclass(frozen=True, slots=True)
class RealCard:
    """A card that another CA has issued, let in by the operator (`allow_real`).

    `fingerprint` is SHA-256 of its user-authentication certificate (DER), `person` the id of the fictional
    person whose records it opens.
    """

    fingerprint: bytes
    person: str


@dataclass(frozen=True, slots=True)
class EmbeddedCentre:
    """An issue centre in this process, with its register in the state folder."""


@dataclass(frozen=True, slots=True)
class RemoteCentre:
    """An issue centre at `url` over mutual TLS; `pki` holds the keys (None: the committed test keys)."""

    url: str
    pki: Path | None = None


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """The emulated printer; `directory` None means `printed` in the state folder. `pictures`: PNG beside PDF.

    `format`: what it is given, see `printer.formats`.
    """

    directory: Path | None = None
    pictures: bool = False
    format: "FormatName" = "pdf"


@dataclass(frozen=True, slots=True)
class IppTarget:
    """A real printer at `url` (ipp or ipps); `certificate`: PEM file that an ipps printer is known by."""

    url: str
    certificate: Path | None = None


@dataclass(frozen=True, slots=True)
class TrustList:
    """Which municipal seals count: a folder of certificates and its pinned CA; None for the test list."""

    directory: Path | None = None
    seal_ca: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything of `kiosk.toml`; each part has a working default.

    `font`: the id of the font that certificates are printed in (`printer.fonts`); "": the best installed.
    """

    terminal: Terminal = Terminal()
    panel: Panel = Panel()
    card: EmbeddedCard | PcscCard = EmbeddedCard()
    centre: EmbeddedCentre | RemoteCentre = EmbeddedCentre()
    trust: TrustList = TrustList()
    printer: FolderTarget | IppTarget = FolderTarget()
    state: Path | None = None
    font: str = ""
    real_cards: tuple[RealCard, ...] = ()

    @property
    def state_folder(self) -> Path:
        """Where journal, card, centre and printed pages are kept."""
        return self.state if self.state is not None else default_state()

    @property
    def print_folder(self) -> Path:
        """Where the emulated printer puts what it prints."""
        target = self.printer
        directory = target.directory if isinstance(target, FolderTarget) else None
        return directory if directory is not None else self.state_folder / "printed"


def default_state() -> Path:
    """The user's own state folder."""
    from platformdirs import user_state_path

    return user_state_path("certificate-kiosk")


def load(
    config: Path | None = None,
    *,
    card: str | None = None,
    centre: str | None = None,
    printer: str | None = None,
    state: Path | None = None,
) -> Settings:
    """Read `config` where given, put the options over it; raises SettingsError, one line a mistake."""
    settings = Settings()
    if config is not None:
        from kiosk.settings_file import read

        settings = read(config)
    if card is not None:
        settings = replace(settings, card=card_source(card))
    if centre is not None:
        settings = replace(settings, centre=_with_pki(centre_at(centre), settings.centre))
    if printer is not None:
        settings = replace(settings, printer=_with_certificate(print_target(printer), settings.printer))
    # Only an embedded centre can believe a card of another CA.
    if isinstance(settings.centre, RemoteCentre):
        settings = replace(settings, real_cards=())
    return settings if state is None else replace(settings, state=state)


def card_source(text: str) -> EmbeddedCard | PcscCard:
    """Parse `embedded` or `pcsc[:READER]`; raises SettingsError."""
    if text == EMBEDDED:
        return EmbeddedCard()
    kind, _, reader = text.partition(":")
    if kind != "pcsc":
        raise SettingsError(f"card: {text!r} is neither embedded nor pcsc[:READER]")
    return PcscCard(reader)


def centre_at(text: str) -> EmbeddedCentre | RemoteCentre:
    """Parse `embedded` or `https://HOST:PORT`; raises SettingsError."""
    if text == EMBEDDED:
        return EmbeddedCentre()
    if not _HTTPS.fullmatch(text):
        raise SettingsError(f"centre: {text!r} is neither embedded nor https://HOST:PORT")
    return RemoteCentre(text.rstrip("/"))


def print_target(text: str) -> FolderTarget | IppTarget:
    """Parse `folder:DIR[?png]` or `ipp://HOST[:PORT]/PATH`, ipps likewise; raises SettingsError."""
    if _IPP.fullmatch(text):
        return IppTarget(text)
    kind, _, directory = text.partition(":")
    if kind != "folder" or not directory:
        raise SettingsError(f"printer: {text!r} is neither folder:DIR nor ipp://HOST:PORT/PATH")
    return FolderTarget(Path(directory.removesuffix(_PNG)).expanduser(), directory.endswith(_PNG))


def _with_certificate(
    wanted: FolderTarget | IppTarget, configured: FolderTarget | IppTarget
) -> FolderTarget | IppTarget:
    if isinstance(wanted, IppTarget) and isinstance(configured, IppTarget):
        return replace(wanted, certificate=configured.certificate)
    return wanted


def _with_pki(
    wanted: EmbeddedCentre | RemoteCentre, configured: EmbeddedCentre | RemoteCentre
) -> EmbeddedCentre | RemoteCentre:
    if isinstance(wanted, RemoteCentre) and isinstance(configured, RemoteCentre):
        return replace(wanted, pki=configured.pki)
    return wanted
