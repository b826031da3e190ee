"""What each municipality wants read is on the panel, in its own words, as the page of the day says."""

from dataclasses import replace
from datetime import date

import pytest
from msgspec.structs import replace as changed

from kiosk.screens.show import show
from kiosk.session.states import Step
from municipality_client.centre import catalogue, profiles
from municipality_client.centre.profiles import PhoneStore
from tests.kiosk.screens.cases import TEXTS
from tests.kiosk.session.visit import MUNICIPALITY, at

ISHIKARI, OHIRA = "012351", "044245"
DAY = date(2026, 4, 6)
BRANDS = ("セブン・イレブン・ジャパン", "ローソン", "ファミリーマート", "セイコーマート", "イオン北海道", "日本郵便")
OHIRA_BRANDS = ("セブン-イレブン", "ローソン", "ファミリーマート", "ミニストップ", "イオンリテール 他")


def read(code: str, chapter: str, day: date = DAY) -> str:
    """Everything on the screen when a chapter is open."""
    town = changed(MUNICIPALITY, about=catalogue.about(profiles.load_all()[code].on(day)))
    session = replace(at(Step.KIND).session, municipality=town, notice="about", notice_detail=chapter)
    return "\n".join(show(session, TEXTS).words)


@pytest.mark.proves("I-43", "I-44", "I-45", "I-46", "I-47", "I-48")
@pytest.mark.parametrize(
    "brand",
    ["セブン・イレブン・ジャパン", "ローソン", "ファミリーマート", "セイコーマート", "イオン北海道", "日本郵便"],
)
def test_brands_of_ishikari_as_spelt_on_the_page(brand: str) -> None:
    assert brand in profiles.load_all()[ISHIKARI].brands
    assert brand in read(ISHIKARI, "stores")


@pytest.mark.proves("I-49", "I-50", "X-19")
@pytest.mark.parametrize("brand", ["ラルズ", "サッポロドラックストアー"])
def test_more_brands_of_ishikari(brand: str) -> None:
    assert brand in read(ISHIKARI, "stores")
    assert "ミニストップ" not in read(ISHIKARI, "stores")


@pytest.mark.proves("O-21", "O-22", "O-23", "O-24", "O-25", "X-19")
@pytest.mark.parametrize(
    "brand", ["セブン-イレブン", "ローソン", "ファミリーマート", "ミニストップ", "イオンリテール 他"]
)
def test_brands_of_ohira(brand: str) -> None:
    assert brand in read(OHIRA, "stores")


@pytest.mark.proves("I-51", "I-52", "I-03", "O-20", "O-26", "O-02")
def test_which_stores_and_that_there_are_others() -> None:
    assert "マルチコピー機のある店舗だけ" in read(ISHIKARI, "stores")
    assert "このほかにも、全国の店舗で利用できます" in read(ISHIKARI, "stores")
    assert "マルチコピー機のある店舗だけ" in read(OHIRA, "stores")
    assert "約54,000店舗以上" in read(OHIRA, "stores")


@pytest.mark.proves("I-75", "I-79", "I-80", "I-83", "I-72", "I-73")
def test_what_is_had_at_the_window_only() -> None:
    shown = read(ISHIKARI, "not-offered")

    for said in ("住民票記載事項証明書", "身分証明書", "無料となる証明書", "公的年金", "児童扶養手当", "除票"):
        assert said in shown
    for window in ("市民課", "厚田支所 市民福祉課", "浜益支所 市民福祉課"):
        assert window in shown


@pytest.mark.proves("I-84", "I-85", "I-86", "I-87", "I-88", "I-94")
def test_what_ishikari_says_of_phones() -> None:
    shown = read(ISHIKARI, "phone")

    assert "スマートフォンだけで利用できます" in shown
    assert "署名用電子証明書が必要" in shown
    assert "窓口ではできません。ご自身のスマートフォンから" in shown
    assert "操作の案内はしていません" in shown
    assert "0120-95-0178" in shown
    assert "利用登録申請は、スマートフォンではできません" in shown
    assert not profiles.load_all()[ISHIKARI].phone.riyo_toroku


@pytest.mark.proves("I-89", "I-90", "I-91", "I-92", "X-18")
def test_phones_by_brand_and_day() -> None:
    town = profiles.load_all()[ISHIKARI]
    since = date(2024, 1, 22)

    stores = (PhoneStore.model_validate({"brand": name, "from": since}) for name in ("ローソン", "ファミリーマート"))
    assert town.on(since).phone.stores == tuple(stores)
    assert town.on(date(2024, 1, 21)).phone.stores == ()
    assert [town.on(date(2025, 6, day)).phone.os for day in (23, 24)] == [("android",), ("android", "ios")]
    assert "ローソンとファミリーマートの全国の店舗で、令和6年1月22日から" in read(ISHIKARI, "phone")
    assert "ほかの店舗も順次" in read(ISHIKARI, "phone")
    assert "iPhoneは未定" in read(ISHIKARI, "phone", date(2025, 6, 23))
    assert "iPhoneは未定" not in read(ISHIKARI, "phone")


@pytest.mark.proves("O-13", "O-14", "O-15", "O-18", "X-23")
def test_what_ohira_says_of_phones() -> None:
    phone, shown = profiles.load_all()[OHIRA].phone, read(OHIRA, "phone")

    assert (phone.any_store, phone.biometrics, phone.riyo_toroku) == (True, True, False)
    assert "カードがなくても、スマートフォンだけで、カードと同じように" in shown
    assert "生体認証" in shown
    assert "利用登録申請は、スマートフォンではできません" in shown


@pytest.mark.proves("O-07", "O-49", "O-50", "O-51", "O-52", "I-77")
def test_days_on_which_it_may_not_work_are_said() -> None:
    shown = read(OHIRA, "days")

    for said in ("障害や臨時のメンテナンス", "交付を受けた当日", "継続利用の手続きをした当日", "反映された証明書"):
        assert said in shown
    assert "所得の申告や修正申告をしたときは、数日、所得証明書" in shown
    assert "すぐにはご利用いただけない場合があります" in read(ISHIKARI, "days")


@pytest.mark.proves("I-78", "I-10", "O-46", "X-27")
def test_longer_waits_and_the_way_out_of_a_blocked_pin() -> None:
    assert "土日・祝日やシステムメンテナンスをはさむ場合は" in read(ISHIKARI, "days")
    assert "厚田支所・浜益支所の各市民福祉課" in read(ISHIKARI, "pin")
    assert "署名用の暗証番号か4けたの暗証番号の、どちらか" in read(OHIRA, "pin")
    assert "役場 住民生活課" in read(OHIRA, "pin")
    assert "スマートフォンのアプリとコンビニの端末" in read(OHIRA, "pin")


@pytest.mark.proves("O-43", "O-44", "O-12", "X-31")
def test_that_enrolment_comes_first_and_once_for_each_card() -> None:
    assert "住民でない方で本籍が大衡村にある方は、はじめに一度" in read(OHIRA, "notes")
    for code in (ISHIKARI, OHIRA):
        assert "電子証明書ごとに必要" in read(code, "notes")


@pytest.mark.proves("O-62", "O-63", "X-20")
def test_the_legal_basis_of_the_fee_is_that_of_the_day() -> None:
    assert "地方自治法施行令158条1項" in read(OHIRA, "legal", date(2024, 3, 31))
    after = read(OHIRA, "legal")
    assert "地方自治法243条の2" in after
    assert "東京都千代田区一番町25番地" in after


@pytest.mark.proves("I-11", "I-95", "O-08", "O-19", "O-47", "X-34")
def test_links_are_kept_by_title_without_an_address() -> None:
    for code in (ISHIKARI, OHIRA):
        links = profiles.load_all()[code].links
        assert all(one.title in read(code, "links") for one in links)
        assert {one.address for one in links} == {""}
