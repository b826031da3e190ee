"""Steps about 利用登録: what is written by hand at the kiosk, and the municipality's answer."""

from kiosk.replay import enrolling
from kiosk.replay.steps import step
from kiosk.replay.world import World
from kiosk.session.states import Step
from municipality_client.enrolment import NO_SUCH_REGISTER, NOT_IN_REGISTER


@step("利用登録申請の画面を開く", "enrolment")
def open_enrolment(world: World) -> None:
    """From the first screen touch 「行政サービス」 and 「戸籍証明書の利用登録申請」."""
    world.customer.press("行政サービス")
    world.customer.press("戸籍証明書の利用登録申請")


@step("番地「{文}」を入れる", "enrolment")
def lot(world: World, number: str) -> None:
    """Touch the digits and words of a number like 10番地2."""
    enrolling.write_lot(world, number)


@step("よみ「{文}」を入れる", "enrolment")
def reading(world: World, kana: str) -> None:
    """Touch kana on the keyboard; voiced and small ones take a second touch."""
    enrolling.write_reading(world, kana)


@step("町名「{文}」を選ぶ", "enrolment")
def place(world: World, name: str) -> None:
    """Look for a place by its kana and through the pages, and touch it."""
    world.expect_screen(Step.HONSEKI_PLACE)
    enrolling.choose_place(world, name)


@step("電話番号「{文}」を入れる", "enrolment")
def telephone(world: World, digits: str) -> None:
    """Touch the digits of a telephone number."""
    enrolling.write_keys(world, digits)


@step("署名用パスワードを入れる", "enrolment")
def password(world: World) -> None:
    """Touch the signature password of the card in hand."""
    world.customer.type_present(right=True)


@step("違う署名用パスワードを入れる", "enrolment")
def wrong_password(world: World) -> None:
    """Touch a password that is not the card's."""
    world.customer.type_present(right=False)


@step("署名用パスワードに数字だけを入れる", "enrolment")
def digits_alone(world: World) -> None:
    """Touch eight digits, which no card has for a password."""
    world.customer.type_keys("12345678")


@step("「{文}」の窓口が、届いた申請を承認する", "enrolment")
def approve(world: World, code: str) -> None:
    """Let the clerk of a municipality (6-digit code) approve the application that came in last."""
    clerk = world.kiosk.bench.clerk(code)
    clerk.approve(clerk.newest())


@step("「{文}」の窓口が、届いた申請を戸籍なしとして却下する", "enrolment")
def reject_register(world: World, code: str) -> None:
    """Let the clerk reject the application that came in last: no such register."""
    _reject(world, code, NO_SUCH_REGISTER)


@step("「{文}」の窓口が、届いた申請を本人なしとして却下する", "enrolment")
def reject_person(world: World, code: str) -> None:
    """Let the clerk reject the application that came in last: the applicant is not in that register."""
    _reject(world, code, NOT_IN_REGISTER)


def _reject(world: World, code: str, reason: str) -> None:
    clerk = world.kiosk.bench.clerk(code)
    clerk.reject(clerk.newest(), reason)


@step("「{人}」の戸籍が「{文}」に移る", "machine")
def transferred(world: World, person: str, honseki: str) -> None:
    """Record 転籍 within the municipality: a new register, for which nobody has asked for 利用登録 yet (X-31)."""
    world.kiosk.bench.transfer(person, honseki)
