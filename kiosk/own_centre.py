"""The issue centre inside the kiosk's own process: its books in the state folder, and the line to it.

Separate from `parts` because it brings the database, the forms and the rules, which a kiosk that asks
a centre elsewhere never loads.
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import assets
from card import authority
from card.errors import CardError
from municipality_client.centre.handle import Centre, embedded
from municipality_client.centre.revocation import Evidence
from municipality_client.client import Send
from municipality_client.transport import InProcess, TlsTransport

if TYPE_CHECKING:
    from kiosk.parts import Base


def opened(base: "Base", status: authority.StatusService) -> Centre:
    """Return the centre on its books; `status` says which cards are revoked."""
    folder = base.state / "centre"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    centre = embedded(
        authority.trusted_issuers(),
        base.chance,
        database=f"sqlite:///{folder / 'centre.db'}",
        revocation=partial(_evidence, status),
        signature_issuers=authority.signature_issuers(),
        pinned={one.fingerprint: one.person for one in base.settings.real_cards},
    )
    base.closing.callback(centre.close)
    return centre


def line(base: "Base", centre: Centre) -> Send:
    """Return the way to `centre`: a call, or with `wires` a socket, as if it were elsewhere."""
    if base.wires is None:
        return InProcess(centre, base.settings.terminal.id, base.clock.now).send
    from municipality_client.centre.server import background

    pki = assets.path("pki")
    url = base.closing.enter_context(background(centre, pki, base.clock.now))
    transport = TlsTransport(url, pki, base.settings.terminal.id)
    base.closing.callback(transport.close)
    return transport.send


def _evidence(status: authority.StatusService, cert: bytes, now: datetime) -> Evidence:
    """Ask the responder first; its lists are for when it is silent (fault-38)."""
    try:
        answer = status.about(cert, now)
    except (CardError, ValueError):
        return Evidence()
    return Evidence(responses=(answer,)) if answer else Evidence(lists=status.lists(now))
