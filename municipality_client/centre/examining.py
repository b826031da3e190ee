"""Does an application for 利用登録 agree with the family register? What a clerk compares, as pure functions.

Separate from enrolling, which knows books and days. Whoever signed is known by the attributes of the
signature certificate; 本籍 and 筆頭者 are compared as a clerk reads them: full and half width, 番地の and
hyphens, and variants of one character in a name are the same. Source: service.md §1.3 V-3; §9.
"""

import re
import unicodedata

from asn1crypto import core, x509  # type: ignore[import-untyped]  # ships no types

from municipality_client.centre import registered_dates
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.koseki import Koseki, Member
from municipality_client.enrolment import NO_SUCH_REGISTER, NOT_IN_REGISTER, Application

_NAME, _BIRTHDAY = 1, 4
_VARIANTS = str.maketrans("髙﨑邉邊齋齊斉濵濱桒𠮷澤嶋廣德ヶが", "高崎辺辺斎斎斎浜浜桑吉沢島広徳ケケ")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BETWEEN_NUMBERS = re.compile("(?:番地|番|号|の|-|－|―|ー|‐|−)+")


def objection(application: Application, attributes: dict[int, str], dossier: Dossier, town: str) -> str:
    """Return "" where everything agrees, else the reason for 不一致.

    `town` is the municipality's name, after which a 本籍 is compared; `attributes` as of `attributes_of`.
    """
    koseki, member = dossier.koseki, dossier.member
    # Protective measures look like a register that is not here (E-33).
    if koseki is None or member is None or any(one.protected for one in dossier.members):
        return NO_SUCH_REGISTER
    if not _same_register(application, koseki, town):
        return NO_SUCH_REGISTER
    return "" if _is(member, attributes) else NOT_IN_REGISTER


def attributes_of(sign_cert: bytes, arc: str) -> dict[int, str]:
    """Return the attributes (number under `arc` -> text) in the alternative name of a signature certificate."""
    names = x509.Certificate.load(sign_cert).subject_alt_name_value or ()
    others = (name.chosen for name in names if name.name == "other_name")
    under = f"{arc}."
    return {
        int(one["type_id"].dotted.removeprefix(under)): one["value"].parse(core.UTF8String).native
        for one in others
        if one["type_id"].dotted.startswith(under)
    }


def _same_register(application: Application, koseki: Koseki, town: str) -> bool:
    here = koseki.honseki.partition(town)[2]
    return _place(application.honseki) == _place(here) and _name(application.hittosha) == _name(koseki.hittosha)


def _is(member: Member, attributes: dict[int, str]) -> bool:
    """The signer is the member: the same name and, where the register knows the day, the same birthday."""
    born = registered_dates.latest(member.birthday)
    day = "" if born is None else f"{born:%Y%m%d}"
    same_day = day == attributes.get(_BIRTHDAY, "")[1:] or born is None
    return _name(attributes.get(_NAME, "")) == _name(member.name) and same_day


def _name(text: str) -> str:
    return _SELECTORS.sub("", _plain(text)).translate(_VARIANTS)


def _place(text: str) -> str:
    """Return a 本籍 with its numbers alone after the name of the place: 駒場字蕨崎4-2."""
    plain = _name(text)
    begins = re.search("[0-9]", plain)
    if begins is None:
        return plain
    return plain[: begins.start()] + _BETWEEN_NUMBERS.sub("-", plain[begins.start() :]).strip("-")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
