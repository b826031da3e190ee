"""What 戸籍の附票の写し says, row by row (住民基本台帳法17条; service.md 2.6).

Separate from the drawing as `koseki_rows` is. Since 令和4年1月11日 birthday and sex are in it, and
本籍・筆頭者 and 在外選挙人名簿 only where asked for (I-34, X-32).
"""

from collections.abc import Collection, Sequence
from datetime import date

from municipality_client.centre.forms.facts import EMPTY, OMITTED, Words
from municipality_client.centre.forms.rows import Row, Word, Writer
from municipality_client.centre.forms.wareki import registered
from municipality_client.centre.koseki import Koseki, Member

NEW_FORM = date(2022, 1, 11).isoformat()
HONSEKI, OVERSEAS = "honseki", "overseas"


def rows(koseki: Koseki, members: Sequence[Member], items: Collection[str], words: Words) -> tuple[Row, ...]:
    """Return the rows of a copy that names `members`."""
    out, omitted = Writer(words), words[OMITTED]
    shown = HONSEKI in items
    out.write("pair", koseki.id, Word("honseki"), koseki.honseki if shown else omitted)
    out.write("pair", koseki.id, Word("hittosha"), koseki.hittosha if shown else omitted)
    made = words["made"].format(how=koseki.address_made_by, day=_day(koseki.address_made_on, words))
    out.write("pair", koseki.id, Word("made_on"), made)
    for member in members:
        _member(out, member, items)
    out.write("end", koseki.id, Word("end"))
    return tuple(out.rows)


def _member(out: Writer, member: Member, items: Collection[str]) -> None:
    words = out.words
    # With 本籍・筆頭者 the family name stands there already: 名 only (service.md 2.6).
    name = member.given_name if HONSEKI in items else member.name
    out.write("gap", member.id)
    out.write("person", member.id, Word("name"), name, Word("removed") if member.removed else None)
    # Who was removed before the new form has neither birthday nor sex in it.
    has_birth = not member.removed or (member.removed_on or NEW_FORM) >= NEW_FORM
    birthday, sex = (registered(member.birthday), member.sex) if has_birth else (words[EMPTY], words[EMPTY])
    out.write("birth", member.id, Word("birthday"), birthday, Word("sex"), sex)
    voter = (member.overseas_voter or words["not_registered"]) if OVERSEAS in items else words[OMITTED]
    out.write("voter", member.id, Word("overseas"), voter)
    out.write("addresses", member.id, Word("row"), Word("address"), Word("since"))
    for number, line in enumerate(member.addresses, 1):
        out.write("address", member.id, str(number), line.address, _day(line.since, words))
    if not member.addresses:
        out.write("address", member.id, "1", words[EMPTY], words[EMPTY])


def _day(said: str, words: Words) -> str:
    return registered(said) if said else words[EMPTY]
