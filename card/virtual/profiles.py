"""What varies between cards of one kind: ATR, extended length, and habits seen on some cards.

Values only, apart from the commands that obey them. ATRs: card.md §1.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CardProfile:
    """`reset_keeps_status`: a reset does not drop verified PINs; `first_command_fails`: 6F00 after power-up."""

    name: str
    atr: bytes
    extended_length: bool = False
    reset_keeps_status: bool = False
    first_command_fails: bool = False


CONTACT = CardProfile("contact", bytes.fromhex("3BE000FF8131FE4514"))
"""The one ATR in OpenSC's table: T=1, no historical bytes."""
CONTACTLESS = CardProfile("contactless", bytes.fromhex("3B888001000005E0B381A1007F"), reset_keeps_status=True)
"""As a reader makes it up from a Type B card; on the measured card a reset kept the status (card.md §3.3)."""
EXTENDED = CardProfile("extended", bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B"), extended_length=True)
"""A contact card that declares extended Lc and Le."""

PROFILES = {profile.name: profile for profile in (CONTACT, CONTACTLESS, EXTENDED)}
