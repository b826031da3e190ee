"""What there are sounds of: the guidance, every text of the screens, numbers with their units, and public names.

Separate from `voices`, which makes the sounds: the list itself needs no voice and is checked. Nothing of a
person is in it. Municipalities come from their profiles, so `make voices` after a new profile lets it be heard.
"""

import re
from collections.abc import Iterable, Iterator

from kiosk.screens.speech import SPOKEN
from kiosk.screens.texts import Texts
from kiosk.settings import LANGUAGES
from municipality_client.centre import catalogue
from municipality_client.centre.forms import layout
from municipality_client.centre.profiles import Profile

_GUIDANCE = ("say", "alarm")
_ON_PAPER = ("slip", "receipt")
_ENDS = " \u3000\n"
_JAPANESE = re.compile("[\u3041-\u30fe\u4e00-\u9fff]")
_COUNTED = {
    "番目": 20, "文字": 16, "通": 10, "枚": 12, "まい": 12, "回": 9, "人": 9, "個": 20, "つ": 9,
    "時": 23, "月": 12, "日": 31,
}  # fmt: skip
_PLACE = re.compile(rf"{{\w+}}(?:(?:{'|'.join(_COUNTED)})(?!目))?")
"""What is filled in, with the unit that belongs to it: あと{tries}回入力できます is あと, 2回, 入力できます."""
_UNITS = (*_COUNTED, "E-", "円", "分", "年", "年度", "ページ", "令和", "平成", "番地", "番")
_RELATIONS = ("世帯主", "妻", "夫", "子", "父", "母", "祖父", "祖母", "兄", "弟", "姉", "妹", "孫", "同居人")


def guidance(texts: Texts) -> tuple[str, ...]:
    """Return every sentence that the loudspeaker may speak: none has a place to fill in, so no name is ever heard."""
    keys = (key for key in sorted(texts.keys) if key.partition(".")[2].split("-")[0] in _GUIDANCE)
    return tuple(dict.fromkeys(texts.of(key) for key in keys))


def phrases(towns: Iterable[Profile]) -> tuple[str, ...]:
    """Return everything that there is a sound of, each once, sorted; of `towns` what they say of themselves."""
    found = {phrase for language in (*SPOKEN, "speech.ja") for phrase in _written(Texts.load(language))}
    found |= {Texts.load(language).of("language.name") for language in LANGUAGES}
    found |= {Texts.load(SPOKEN[0]).of("head.language")}
    found |= {*_numbers(), *_UNITS, *_RELATIONS, *_kana()}
    found |= {name for profile in towns for name in _public(profile)}
    return tuple(sorted(found))


def _written(texts: Texts) -> Iterator[str]:
    """The texts of the screens, cut where something is filled in."""
    for key in texts.keys:
        if key.partition(".")[0] not in _ON_PAPER:
            parts = (part.strip(_ENDS).lstrip("、。") for part in _PLACE.split(texts.of_raw(key)))
            yield from (part for part in parts if _JAPANESE.search(part))


def _numbers() -> Iterator[str]:
    """0 to 99,999 by their places, and small numbers with their unit: 3通 is not said like 3 and 通."""
    yield "0"
    yield from (f"{figure}{zeros}" for figure in range(1, 10) for zeros in ("", "0", "00", "000", "0000"))
    yield from (f"{number}{unit}" for unit, most in _COUNTED.items() for number in range(1, most + 1))


def _kana() -> Iterator[str]:
    """The keys of the table of kana, and its rows."""
    table = Texts.load(SPOKEN[0]).of("enrol.kana").split(" ")
    yield from ("".join(table).replace("\u3000", ""))
    yield from (f"{row[0]}行" for row in table)


def _public(profile: Profile) -> Iterator[str]:
    """What a municipality says of itself: names, kinds and the texts that anybody may read."""
    advice = profile.advice
    yield from (profile.name, profile.prefecture, f"{profile.prefecture}{profile.name}", advice.contact)
    yield from (*advice.unlock, *advice.window, *advice.notes, *profile.lag.notes)
    for kind, terms in profile.certificates.items():
        form = layout.form(kind)
        yield from (terms.name, *terms.notes, *(variant.name for variant in terms.variants))
        yield from (form.items[item.id] for item in terms.items if form is not None)
    yield from (line for chapter in catalogue.about(profile) for line in chapter.lines)
