"""What 戸籍全部事項証明書 and 戸籍個人事項証明書 say, row by row (戸籍法施行規則73条; service.md 2.5).

Separate from the drawing: composer and signer both write these rows, each from its own reading
of the register. A removed member stands in the whole register, marked 除籍.
"""

from collections.abc import Sequence

from municipality_client.centre.forms.facts import Words
from municipality_client.centre.forms.rows import Row, Word, Writer
from municipality_client.centre.forms.wareki import in_words, registered
from municipality_client.centre.koseki import Event, Koseki, Line, Member


def rows(koseki: Koseki, members: Sequence[Member], words: Words) -> tuple[Row, ...]:
    """Return the rows of a certificate that names `members`."""
    out = Writer(words)
    out.write("top", koseki.id, Word("honseki"), koseki.honseki)
    out.write("top", koseki.id, Word("name"), koseki.hittosha)
    if koseki.family_kana:
        out.write("under", koseki.id, None, _line(words, words["family_kana"], koseki.family_kana))
    out.write("section", koseki.id, Word("register_events"))
    _events(out, koseki.id, koseki.events)
    for member in members:
        _member(out, member)
    out.write("end", koseki.id, Word("end"))
    return tuple(out.rows)


def _member(out: Writer, member: Member) -> None:
    out.write("member", member.id, Word("member"), Word("given_name"), member.given_name)
    lines = {
        "given_kana": member.given_kana,
        "birthday": registered(member.birthday),
        "spouse": member.spouse,
        "father": member.father,
        "mother": member.mother,
        "relation": member.relation,
        "adoptive_father": member.adoptive_father,
        "adoptive_mother": member.adoptive_mother,
        "adoptive_relation": member.adoptive_relation,
    }
    said = [_line(out.words, out.words[name], value) for name, value in lines.items() if value]
    for number, line in enumerate(said):
        # 除籍 stands beside the first of them.
        mark = member.removed and number == 0
        out.write("removed" if mark else "fact", member.id, Word("removed") if mark else None, line)
    out.write("heading", member.id, Word("personal_events"))
    _events(out, member.id, member.events)


def _events(out: Writer, person: str, events: Sequence[Event]) -> None:
    for event in events:
        for number, line in enumerate(event.lines):
            _write(out, person, "event" if number == 0 else "line", event.title if number == 0 else None, line)


def _write(out: Writer, person: str, style: str, title: str | None, line: Line) -> None:
    out.write(style, person, title, _line(out.words, line.name, in_words(line.value)))
    for inner in line.nested:
        _write(out, person, "nested", None, inner)


def _line(words: Words, name: str, value: str) -> str:
    return words["line"].format(name=name, value=value)
