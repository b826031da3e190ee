"""What varies between cards of one kind: ATR, token, extended length, and habits seen on some cards.

Values only, apart from the commands that obey them: another card is another row. ATRs: card.md §1;
habits: §3.2, §3.3, §6.5; phones: §9.
"""

from dataclasses import dataclass, replace

from card.apdu import StatusWord

PLASTIC, ANDROID_TOKEN, IPHONE_TOKEN, OLD_TOKEN = (
    "JPKIAPICCTOKEN2",
    "JPKIAPGPSETOKEN",
    "JPKIAPIOSTOKEN",
    "JPKIAPICCTOKEN",
)


@dataclass(frozen=True)
class CardProfile:
    """One kind of card, and its documented variants as switches.

    `token` is the label in EF 0006. `cert_needs_pin`: EF 000A opens with the PIN only.
    `user_present`: the device has verified its user by itself, so the PIN of EF 0018 counts as shown.
    `jpki_only`: no application besides JPKI and ISD. `last_command`: 80 FC 00 00 is accepted.
    `reset_keeps_status`: a reset does not drop verified PINs. `first_command_fails`: 6F00 after
    power-up. `blocked_word`: the answer to VERIFY of a blocked PIN. `verified_query`: the retry query
    of a verified PIN answers 9000, which breaks OpenSC. `reads_all_records`: READ RECORD with P2 x05.
    `gives_fci`: SELECT by name with P2 00 answers a template. `filler`: what stands behind the content
    of a file. `client_auth`: the authentication certificate names an extended key usage.
    `administration`: the test issuer can set PINs anew (`card.resetting`).
    `elliptic`: the user authentication key is P-384 (the next-generation experiment).
    """

    name: str
    atr: bytes
    token: str = PLASTIC
    extended_length: bool = False
    cert_needs_pin: bool = False
    user_present: bool = False
    jpki_only: bool = False
    last_command: bool = False
    reset_keeps_status: bool = False
    first_command_fails: bool = False
    blocked_word: int = StatusWord.REFERENCE_DATA_BLOCKED
    verified_query: bool = False
    reads_all_records: bool = True
    gives_fci: bool = False
    filler: int = 0xFF
    client_auth: bool = False
    administration: bool = False
    elliptic: bool = False


def _atr(text: str) -> bytes:
    return bytes.fromhex(text)


CONTACT = CardProfile("contact", _atr("3BE000FF8131FE4514"))
"""The one ATR in OpenSC's table: T=1, no historical bytes."""
RESETTABLE = replace(CONTACT, name="resettable", administration=True)
"""The same, with our own exchange to set a forgotten PIN anew; no real card has it."""
CONTACTLESS = CardProfile("contactless", _atr("3B888001000005E0B381A1007F"), reset_keeps_status=True)
"""As a reader makes it up from a Type B card; on the measured card a reset kept the status (card.md §3.3)."""
EXTENDED = CardProfile("extended", _atr("3BDA13FF8131FB468012392F31C173C601C03B"), extended_length=True)
"""A contact card that declares extended Lc and Le."""
CONTACT_SHORT = CardProfile("contact-short", _atr("3BC5FF8131FB458073C6010000"))
"""A contact card that declares short identifiers, neither extended length nor chaining."""
CONTACT_FAST = CardProfile("contact-fast", _atr("3BF59100FF918171FE400042000100D1D6"))
"""T=1 in specific mode, 372/1 left behind."""
CONTACTLESS_GOVERNMENT = replace(
    CONTACTLESS, name="contactless-government", atr=_atr("3B888001000041E0B381A1003B"), extended_length=True
)
"""As `contactless` with other application data; the chip takes extended length, which its ATR cannot say."""
CONTACTLESS_OLD = replace(CONTACTLESS, name="contactless-old", atr=_atr("3B888001000014E0B38191005E"), token=OLD_TOKEN)
"""The resident card (住基カード) that came before: FWI 9 and the old token."""
ANDROID = CardProfile(
    "android", _atr("3B80800101"), token=ANDROID_TOKEN, extended_length=True, cert_needs_pin=True, jpki_only=True
)
"""A phone's secure element: its certificate opens with its own PIN."""
ANDROID_BIOMETRICS = replace(ANDROID, name="android-biometrics", user_present=True)
"""The same, unlocked with finger or face before it was laid on the reader."""
IPHONE = replace(ANDROID_BIOMETRICS, name="iphone", token=IPHONE_TOKEN, last_command=True)
"""A phone that never asks for a PIN at the kiosk and wants to hear of the last command."""
IPHONE_DECLINED = replace(IPHONE, name="iphone-declined", user_present=False)
"""The same, whose owner has not confirmed on it."""

NEXT_GENERATION = replace(EXTENDED, name="next-generation", elliptic=True)
"""An experiment: ECDSA P-384 over SHA-384 in today's application (card.md §9). Nobody has seen such a card [B]."""

QUIRK_FIRST = replace(CONTACTLESS, name="quirk-first-6f00", first_command_fails=True)
QUIRK_BLOCKED = replace(CONTACT, name="quirk-blocked-6983", blocked_word=StatusWord.AUTHENTICATION_METHOD_BLOCKED)
QUIRK_QUERY = replace(CONTACT, name="quirk-query-9000", verified_query=True)
QUIRK_RESET = replace(CONTACT, name="quirk-reset-keeps", reset_keeps_status=True)
QUIRK_FILLER = replace(
    CONTACT, name="quirk-filler-00", filler=0x00, gives_fci=True, client_auth=True, reads_all_records=False
)
"""The remaining variants together: filler 00, FCI, extended key usage, single records only."""

PROFILES = {
    profile.name: profile
    for profile in (
        *(CONTACT, RESETTABLE, CONTACTLESS, EXTENDED, ANDROID, ANDROID_BIOMETRICS, IPHONE, IPHONE_DECLINED),
        *(CONTACT_SHORT, CONTACT_FAST, CONTACTLESS_GOVERNMENT, CONTACTLESS_OLD, NEXT_GENERATION),
        *(QUIRK_FIRST, QUIRK_BLOCKED, QUIRK_QUERY, QUIRK_RESET, QUIRK_FILLER),
    )
}
