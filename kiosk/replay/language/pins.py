"""Steps about new PINs and passwords; none of them ever spells one out."""

from card.virtual.faults import Moment, Of, Tear
from kiosk.replay.steps import step
from kiosk.replay.world import World
from kiosk.session.states import Secret

_SECRETS = {"暗証番号": Secret.AUTHENTICATION, "署名用パスワード": Secret.SIGNATURE}


@step("いまのものを入れる", "pins")
def present(world: World) -> None:
    """Touch the PIN or password that the screen asks for, as the card in hand has it now."""
    world.customer.type_present(right=True)


@step("いまのものをまちがえて入れる", "pins")
def wrong(world: World) -> None:
    """Touch another PIN or password than the card in hand has."""
    world.customer.type_present(right=False)


@step("新しいものを入れる", "pins")
def new(world: World) -> None:
    """Touch a new PIN or password that nothing speaks against; always the same one."""
    world.customer.type_new()


@step("新しいものに「{文}」を入れる", "pins")
def unwanted(world: World, which: str) -> None:
    """Touch a new one that is no good: 順番の数字, くり返し, 誕生日, いまと同じもの, 数字だけ, まちがえたもの."""
    world.customer.type_new(which)


@step("カードの{文}は新しいものになっている", "pins")
def holds_now(world: World, which: str) -> None:
    """Ask the card itself, outside the kiosk: the new one opens it. The customer uses it from now on."""
    secret = _SECRETS[which]
    world.expect(world.customer.opens(secret, new=True), "the card to take the new one", "it does not")
    world.customer.use_new(secret)


@step("カードの{文}は前のままである", "pins")
def holds_still(world: World, which: str) -> None:
    """Ask the card itself, outside the kiosk: the one of before opens it."""
    world.expect(world.customer.opens(_SECRETS[which], new=False), "the card to take the old one", "it does not")


@step("番号を書き込んでいる最中にカードが抜ける", "pins")
def torn(world: World) -> None:
    """Let the card leave in the middle of the coming change, after it has accepted the present one."""
    world.kiosk.bench.tear(Tear(Moment.BEFORE, of=Of.CHANGE))


@step("番号を書き込んだ直後にカードが抜ける", "pins")
def torn_after(world: World) -> None:
    """Let the card leave when the change is done and only its answer is lost."""
    world.kiosk.bench.tear(Tear(Moment.AFTER, of=Of.CHANGE))


@step("アプリで{文}の再設定を予約する", "pins")
def reserve(world: World, which: str) -> None:
    """Reserve with the phone app of the card's holder, face check passed; good for 24 hours and one reset."""
    world.kiosk.bench.reserve_reset(world.customer.card_in_hand, _SECRETS[which])


@step("本物のカードを置く", "pins")
def place_real(world: World) -> None:
    """Put the card in hand on the reader as a real one answers: without our own exchange to set PINs anew."""
    world.kiosk.bench.place(world.customer.card_in_hand, profile="contact")
    world.pump()


@step("この機械では署名用パスワードだけ再設定できる", "pins")
def resets_signature_only(world: World) -> None:
    """Say what the machine's operator offers, before it is used."""
    world.set_up(resets=(Secret.SIGNATURE,))


@step("「{人}」のカードで{文}を{数}回まちがえてある", "pins")
def mistaken(world: World, person: str, which: str, times: int) -> None:
    """Use up tries of somebody's card elsewhere, before the visit."""
    world.kiosk.bench.mistake(person, _SECRETS[which], times)


@step("「{人}」のスマートフォンで暗証番号を{数}回まちがえてある", "pins")
def mistaken_on_phone(world: World, person: str, times: int) -> None:
    """Use up tries of somebody's phone elsewhere, before the visit."""
    world.kiosk.bench.mistake(person, Secret.AUTHENTICATION, times, phone=True)


@step("「{人}」がアプリで{文}の再設定を予約する", "pins")
def reserve_for(world: World, person: str, which: str) -> None:
    """Reserve with the phone app of somebody, face check passed; good for 24 hours and one reset."""
    world.kiosk.bench.reserve_reset(person, _SECRETS[which])
