"""Makes the files of readings: `python -m assets.readings.build IPADIC_FOLDER UNIHAN_READINGS` (`make readings`).

Separate from asking them because it needs sources that are not shipped: `Noun.name.csv` of IPADIC
(Debian package mecab-ipadic) and `Unihan_Readings.txt`, also as .bz2 (Debian package unicode-data).
Only characters of Windows-31J are taken, which panel and certificate fonts have.
"""

import bz2
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
_NOTE = "# Made by python -m assets.readings.build; see COPYING\n"
_SORTS = {"姓": "family", "名": "given"}
_SURFACE, _COST, _SORT, _READING = 0, 3, 7, 11
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_JAPANESE = "kJapaneseKun"
_FIELDS = ("kJapaneseOn", _JAPANESE)
_ROWS = {
    "": "あいうえお",
    "K": "かきくけこ",
    "S": "さ_すせそ",
    "T": "た__てと",
    "N": "なにぬねの",
    "H": "はひ_へほ",
    "M": "まみむめも",
    "Y": "や_ゆ_よ",
    "R": "らりるれろ",
    "W": "わ___を",
    "G": "がぎぐげご",
    "Z": "ざ_ずぜぞ",
    "D": "だぢづでど",
    "B": "ばびぶべぼ",
    "P": "ぱぴぷぺぽ",
}
_SYLLABLES = {"SHI": "し", "CHI": "ち", "TSU": "つ", "FU": "ふ", "JI": "じ", "N": "ん"}
_SYLLABLES |= {
    row + vowel: kana
    for row, column in _ROWS.items()
    for vowel, kana in zip("AIUEO", column, strict=True)
    if kana != "_"
}
_SYLLABLES |= {
    begin + vowel: kana + small
    for begin, kana in [
        *((f"{row}Y", column[1]) for row, column in _ROWS.items()),
        ("SH", "し"),
        ("CH", "ち"),
        ("J", "じ"),
    ]
    for vowel, small in zip("AUO", "ゃゅょ", strict=True)
    if kana != "_"
}

Entries = dict[str, list[str]]


def names(file: Path) -> dict[str, Entries]:
    """Return family and given names by reading, likely (cheap) ones first."""
    found: dict[str, dict[str, dict[str, int]]] = {sort: defaultdict(dict) for sort in _SORTS.values()}
    for row in csv.reader(file.read_text(encoding="euc_jp").splitlines()):
        sort, surface, reading = _SORTS.get(row[_SORT]), row[_SURFACE], row[_READING].translate(_TO_HIRAGANA)
        if sort and _is_written(surface):
            costs = found[sort][reading]
            costs[surface] = min(int(row[_COST]), costs.get(surface, sys.maxsize))
    return {
        sort: {reading: sorted(costs, key=lambda one: (costs[one], one)) for reading, costs in by_reading.items()}
        for sort, by_reading in found.items()
    }


def characters(lines: Iterable[str], common: Counter[str]) -> Entries:
    """Return single characters by reading; those that many names have come first.

    After them those whose Japanese reading only begins so: who thinks of 大 as おおきい types おお.
    """
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for line in lines:
        code, _, rest = line.partition("\t")
        field, _, readings = rest.partition("\t")
        if code.startswith("U+") and field in _FIELDS and _is_written(character := chr(int(code[2:], 16))):
            for reading in filter(None, map(hiragana, readings.split())):
                found[reading][character] = True
                for size in range(2, len(reading)) if field == _JAPANESE else ():
                    found[reading[:size]].setdefault(character, False)
    return {
        reading: sorted(whole, key=lambda one: (not whole[one], -common[one], one)) for reading, whole in found.items()
    }


def hiragana(romaji: str) -> str:
    """Return a reading as Unihan writes it (SHUTSU) in hiragana, nothing where it is no syllables."""
    kana, rest = "", romaji.upper()
    while rest:
        if len(rest) > 1 and rest[0] == rest[1] and rest[0] in "KSTPCGZDBJ":
            kana, rest = f"{kana}っ", rest[1:]
            continue
        size = next((size for size in (3, 2, 1) if rest[:size] in _SYLLABLES), 0)
        if not size:
            return ""
        kana, rest = kana + _SYLLABLES[rest[:size]], rest[size:]
    return kana


def _is_written(surface: str) -> bool:
    """Kanji (with kana, perhaps) that the fonts have; kana alone are offered anyway."""
    try:
        surface.encode("cp932")
    except UnicodeEncodeError:
        return False
    return any("\u3400" <= one <= "\ufaff" or one == "々" for one in surface)


def _lines(entries: Entries) -> Iterator[str]:
    return (f"{reading}\t{' '.join(words)}\n" for reading, words in sorted(entries.items()))


def main(ipadic: Path, unihan: Path) -> None:
    """Write the three files."""
    made = names(ipadic / "Noun.name.csv")
    common = Counter(one for entries in made.values() for words in entries.values() for word in words for one in word)
    raw = unihan.read_bytes()
    text = (bz2.decompress(raw) if unihan.suffix == ".bz2" else raw).decode()
    made["characters"] = characters(text.splitlines(), common)
    for sort, entries in made.items():
        (HERE / f"{sort}.tsv").write_text(_NOTE + "".join(_lines(entries)), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m assets.readings.build IPADIC_FOLDER UNIHAN_READINGS")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
