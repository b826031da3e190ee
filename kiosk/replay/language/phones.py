"""Steps about phones that carry the public-key certificates: whose, held how, and the machine that reads them."""

from card.virtual.faults import Moment, Of, Tear
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("「{人}」のスマートフォンを持っている", "phones")
def hold(world: World, person: str) -> None:
    """Say whose phone the customer has in hand; it has a PIN of its own."""
    world.customer.hold_phone(person)


@step("スマートフォンを置く", "phones")
def place(world: World) -> None:
    """Hold the phone in hand to the reader; an iPhone after its owner has confirmed on it."""
    world.customer.place_phone()


@step("本人確認をしたスマートフォンを置く", "phones")
def place_confirmed(world: World) -> None:
    """Hold the phone in hand to the reader after its owner has shown finger or face to it."""
    world.customer.place_phone(confirmed=True)


@step("本人確認をしないままスマートフォンを置く", "phones")
def place_unconfirmed(world: World) -> None:
    """Hold the phone in hand to the reader although its owner has not confirmed on it."""
    world.customer.place_phone(confirmed=False)


@step("前のスマートフォンを置く", "phones")
def place_older(world: World) -> None:
    """Hold the first phone of this person to the reader, which was given up."""
    world.customer.place_phone(0)


@step("スマートフォンを取る", "phones")
def remove(world: World) -> None:
    """Take the phone off the reader, whatever the screen says."""
    world.customer.remove_card()


@step("スマートフォンを買いかえる", "phones")
def renew(world: World) -> None:
    """Put the certificates on a new phone; the old phone's are revoked."""
    world.kiosk.bench.new_phone(world.customer.card_in_hand)


@step("署名している最中にスマートフォンが離れる", "phones")
def torn(world: World) -> None:
    """Let the phone leave in the middle of the next signature: it was taken away too early."""
    world.kiosk.bench.tear(Tear(Moment.DURING, of=Of.SIGN))


@step("この機械は「{文}」の店にある", "phones")
def operated_by(world: World, operator: str) -> None:
    """Say to which chain the machine belongs, before it is used."""
    world.set_up(operator=operator)


@step("この機械はスマートフォンを読み取れない", "phones")
def reads_no_phones(world: World) -> None:
    """Say that the machine reads no phones, before it is used."""
    world.set_up(phones=())


@step("「{人}」のスマートフォンを置く", "phones")
def place_of(world: World, person: str) -> None:
    """Hold somebody's phone to the reader."""
    world.customer.hold_phone(person)
    world.customer.place_phone()
