"""Steps about the card: whose it is, where it lies, and its PIN, which no scenario ever spells out."""

from card.virtual.faults import Moment, Mute, Of, Tear
from kiosk.replay.steps import step
from kiosk.replay.world import World


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


@step("暗証番号を送るとカードが黙る", "card")
def mute(world: World) -> None:
    """Let the card execute the next VERIFY and give no answer (fault-09)."""
    world.kiosk.bench.tear(Mute(of=Of.VERIFY))
