"""Steps about the card: whose it is, where it lies, and its PIN, which no scenario ever spells out."""

from datetime import timedelta

from card.virtual.faults import (
    CardFault,
    Endless,
    Garbage,
    Moment,
    Mute,
    Of,
    OtherText,
    Slow,
    Tear,
    WrongAnswer,
    WrongLength,
)
from kiosk.replay.errors import ExpectationError
from kiosk.replay.steps import step
from kiosk.replay.world import World

_LONG_AHEAD = timedelta(days=6 * 366)
_CERT = 2
"""The second file that is read of a card is its certificate; the first is the token."""

_WRONG_CERTS: dict[str, CardFault] = {
    "空": WrongLength(0, _CERT, Of.READ),
    "短い": WrongLength(3, _CERT, Of.READ),
    "長すぎる": WrongAnswer(bytes(70_000), _CERT, Of.READ),
    "61xxの繰り返し": Endless(b"\x61\x10", _CERT, Of.READ),
    "6Cxxの繰り返し": Endless(b"\x6c\x10", _CERT, Of.READ),
    "状態語なし": WrongAnswer(b"\x90", _CERT, Of.READ),
    "長さの超過": Garbage("overrun", _CERT),
    "不定長": Garbage("indefinite", _CERT),
    "深い入れ子": Garbage("nested", _CERT),
    "16MiBの長さ": Garbage("16 MiB", _CERT),
    "負の通番": Garbage("negative serial", _CERT),
}
_WRONG_SIGNATURES: dict[str, CardFault] = {
    "別のものへの署名": OtherText(),
    "だれの鍵のものでもない署名": WrongAnswer(bytes(256) + b"\x90\x00", of=Of.SIGN),
    "空": WrongLength(0, of=Of.SIGN),
    "長すぎる": WrongAnswer(bytes(70_000), of=Of.SIGN),
    "61xxの繰り返し": Endless(b"\x61\x10", of=Of.SIGN),
}


def _named(faults: dict[str, CardFault], how: str) -> CardFault:
    if how not in faults:
        raise ExpectationError(f"expected one of {', '.join(faults)}, but it says {how}")
    return faults[how]


@step("「{人}」のカードを持っている", "card")
def hold(world: World, person: str) -> None:
    """Say whose card the customer has in hand."""
    world.customer.hold(person)


@step("カードを置く", "card")
def place(world: World) -> None:
    """Put the card in hand on the reader."""
    world.customer.place_card()


@step("「{人}」のカードを置く", "card")
def place_of(world: World, person: str) -> None:
    """Put somebody's card on the reader (a card that lies there is taken off first)."""
    world.customer.place_card(person)


@step("「{人}」の「{文}」型のカードを置く", "card")
def place_kind(world: World, person: str, profile: str) -> None:
    """Put somebody's card of a certain kind on the reader, as `card serve --profile` names it (fault-14)."""
    world.customer.place_card(person, profile=profile)


@step("「{人}」のまだ有効でないカードを置く", "card")
def place_early(world: World, person: str) -> None:
    """Put a card on the reader whose public-key certificates begin in six years (E-13)."""
    world.customer.place_card(person, issued=world.clock.now() + _LONG_AHEAD)


@step("期限の切れたカードを置く", "card")
def place_expired(world: World) -> None:
    """Put the card in hand on the reader as it is when nobody has renewed it (E-13)."""
    world.kiosk.bench.place_expired(world.customer.card_in_hand)
    world.pump()


@step("「{人}」の電子証明書が失効する", "card")
def revoked(world: World, person: str) -> None:
    """Let the test JPKI revoke the public-key certificate of the person's newest card (E-14)."""
    world.kiosk.bench.revoke(person)


@step("「{人}」の電子証明書が一時停止になる", "card")
def on_hold(world: World, person: str) -> None:
    """Put the public-key certificate of the person's newest card on hold (E-15)."""
    world.kiosk.bench.revoke(person, hold=True)


@step("「{人}」の電子証明書の一時停止が解かれる", "card")
def hold_lifted(world: World, person: str) -> None:
    """Lift the hold."""
    world.kiosk.bench.lift_hold(person)


@step("電子証明書を確かめる先が答えなくなる", "card")
def responder_silent(world: World) -> None:
    """Let the responder of the test JPKI fall silent; its lists are still there (fault-38)."""
    world.kiosk.bench.silence_responder(True)


@step("電子証明書を確かめる先の知らせが、これより新しくならない", "card")
def not_renewed(world: World) -> None:
    """Let everything that the test JPKI says be of this moment, however late it gets (F-21)."""
    world.kiosk.bench.stop_renewal()


@step("マイナンバーカードでないカードを置く", "card")
def place_other(world: World) -> None:
    """Put a card on the reader that is no My Number card."""
    world.customer.place_other_card()


@step("カードを取る", "card")
def remove(world: World) -> None:
    """Take the card off the reader, whatever the screen says."""
    world.customer.remove_card()


@step("暗証番号を入れる", "card")
def type_pin(world: World) -> None:
    """Touch the four digits of the card in hand."""
    world.customer.type_pin(right=True)


@step("「{人}」の暗証番号を入れる", "card")
def type_pin_of(world: World, person: str) -> None:
    """Touch the four digits of somebody's card."""
    world.customer.hold(person)
    world.customer.type_pin(right=True)


@step("違う暗証番号を入れる", "card")
def type_wrong_pin(world: World) -> None:
    """Touch four digits that are not the card's."""
    world.customer.type_pin(right=False)


@step("暗証番号を{数}桁だけ入れる", "card")
def type_some_digits(world: World, digits: int) -> None:
    """Touch only the first digits of the card in hand."""
    world.customer.type_pin(right=True, digits=digits)


@step("窓口で暗証番号を解除してもらう", "card")
def unblock(world: World) -> None:
    """Have the PIN of the card in hand unblocked at the window."""
    world.kiosk.bench.unblock(world.customer.card_in_hand)


@step("「{人}」の暗証番号を窓口で解除してもらう", "card")
def unblock_of(world: World, person: str) -> None:
    """Have the PIN of somebody's card unblocked at the window."""
    world.kiosk.bench.unblock(person)


@step("「{人}」の新しいカードを窓口で受け取る", "card")
def renew_of(world: World, person: str) -> None:
    """Get somebody a new card; the registers know it at once."""
    world.kiosk.bench.new_card(person)


@step("窓口で新しいカードを受け取る", "card")
def renew(world: World) -> None:
    """Get a new card with new public-key certificates; the registers know it at once."""
    world.kiosk.bench.new_card(world.customer.card_in_hand)


@step("窓口で今日、新しいカードを受け取る", "card")
def renew_today(world: World) -> None:
    """Get a new card on the clock's day; the municipality's waiting days count from it (I-76, O-49)."""
    bench = world.kiosk.bench
    bench.new_card(world.customer.card_in_hand, bench.now().date())


@step("カードの暗証番号は残り{数}回である", "card")
def tries_left(world: World, tries: int) -> None:
    """Ask how many tries the card itself has left (0: blocked)."""
    world.expect(world.customer.tries_left() == tries, f"{tries} tries left", f"{world.customer.tries_left()} left")


@step("暗証番号はカードに{数}回送られている", "card")
def sent_to_card(world: World, times: int) -> None:
    """Count the VERIFY commands with a PIN since the scenario began (I5)."""
    sent = world.verifies()
    world.expect(sent == times, f"{times} VERIFY commands", f"{sent} were sent")


@step("暗証番号を送っている最中にカードが抜ける", "card")
def torn(world: World) -> None:
    """Let the card leave in the middle of the next VERIFY (fault-02)."""
    world.kiosk.bench.tear(Tear(Moment.DURING, of=Of.VERIFY))


@step("カードを読んでいる最中にカードが抜ける", "card")
def torn_while_read(world: World) -> None:
    """Let the card leave while its public-key certificate is read next (fault-03)."""
    world.kiosk.bench.tear(Tear(Moment.DURING, _CERT, Of.READ))


@step("署名している最中にカードが抜ける", "card")
def torn_while_signing(world: World) -> None:
    """Let the card leave in the middle of the next signature, after a right PIN (fault-03)."""
    world.kiosk.bench.tear(Tear(Moment.DURING, of=Of.SIGN))


@step("気づかれずに「{人}」のカードに替わる", "card")
def swapped(world: World, person: str) -> None:
    """Let another person's card take the place of the one on the reader before it is selected next (fault-04)."""
    world.kiosk.bench.swap(person, Of.SELECT)


@step("署名の直前に「{人}」のカードに替わる", "card")
def swapped_before_signing(world: World, person: str) -> None:
    """Let another person's card take the place of the one on the reader between VERIFY and the signature (fault-12)."""
    world.kiosk.bench.swap(person, Of.SIGN)


@step("カードの署名に{数}秒かかる", "card")
def slow_signature(world: World, seconds: int) -> None:
    """Let the next signature of the card take so long (fault-09)."""
    world.kiosk.bench.tear(Slow(seconds * 1000.0, of=Of.SIGN))


@step("カードの次の電子証明書が「{文}」である", "card")
def wrong_cert(world: World, how: str) -> None:
    """Let the next reading of the card's certificate give what a word of the list says (fault-10, fault-11)."""
    world.kiosk.bench.tear(_named(_WRONG_CERTS, how))


@step("カードの次の署名が「{文}」である", "card")
def wrong_signature(world: World, how: str) -> None:
    """Let the next signature of the card be what a word of the list says (fault-10, fault-12)."""
    world.kiosk.bench.tear(_named(_WRONG_SIGNATURES, how))


@step("暗証番号を送っている最中に読取装置が止まる", "card")
def reader_stops(world: World) -> None:
    """Let the reader's service stop when the card has executed the next VERIFY (fault-06)."""
    world.kiosk.bench.stop_reader(Of.VERIFY)


@step("暗証番号を送るとカードが黙る", "card")
def mute(world: World) -> None:
    """Let the card execute the next VERIFY and give no answer (fault-09)."""
    world.kiosk.bench.tear(Mute(of=Of.VERIFY))
