"""The dictionary of readings: what a customer types in kana becomes the name in the family register."""

import bz2
from pathlib import Path

import pytest

import assets
from assets import readings
from assets.readings import Sort, build, candidates


@pytest.mark.parametrize(
    ("sort", "reading", "name"),
    [
        (Sort.FAMILY, "いしかり", "石狩"),
        (Sort.FAMILY, "さとう", "佐藤"),
        (Sort.GIVEN, "ただし", "正"),
        (Sort.GIVEN, "けい", "慶"),
        (Sort.CHARACTER, "おお", "大"),
        (Sort.CHARACTER, "こう", "衡"),
        (Sort.CHARACTER, "しゅつ", "出"),
    ],
)
def test_a_reading_leads_to_the_name(sort: Sort, reading: str, name: str) -> None:
    assert name in candidates(sort, reading)


def test_the_kana_themselves_are_always_offered_last() -> None:
    assert candidates(Sort.GIVEN, "ぬぬぬ") == ("ぬぬぬ", "ヌヌヌ")
    assert candidates(Sort.FAMILY, "さとう")[-2:] == ("さとう", "サトウ")
    assert candidates(Sort.FAMILY, "") == ()


def test_the_files_are_small_and_say_where_they_come_from() -> None:
    files = [assets.path(f"readings/{sort}.tsv") for sort in Sort]
    assert sum(file.stat().st_size for file in files) < 700_000
    notice = assets.path("readings/COPYING").read_text(encoding="utf-8")
    assert "Nara Institute of Science and Technology" in notice
    assert "Unicode, Inc." in notice


@pytest.mark.parametrize(
    ("romaji", "kana"),
    [
        ("SHUTSU", "しゅつ"),
        ("KYOU", "きょう"),
        ("NIPPON", "にっぽん"),
        ("JOU", "じょう"),
        ("X", ""),
        ("TADASHII", "ただしい"),
    ],
)
def test_readings_of_unihan_become_hiragana(romaji: str, kana: str) -> None:
    assert build.hiragana(romaji) == kana


def test_the_files_are_made_from_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        "佐藤,1,1,4579,名詞,固有名詞,人名,姓,*,*,佐藤,サトウ,サトー",
        "左藤,1,1,9000,名詞,固有名詞,人名,姓,*,*,左藤,サトウ,サトー",
        "サトウ,1,1,1,名詞,固有名詞,人名,姓,*,*,サトウ,サトウ,サトー",
        "慶,1,1,9,名詞,固有名詞,人名,名,*,*,慶,ケイ,ケイ",
    ]
    (tmp_path / "Noun.name.csv").write_text("\n".join(rows), encoding="euc_jp")
    unihan = tmp_path / "readings.bz2"
    unihan.write_bytes(
        bz2.compress(b"# note\nU+6176\tkJapaneseOn\tKEI\nU+4F50\tkJapaneseOn\tSA X\nU+5927\tkJapaneseKun\tOOKII\n")
    )
    monkeypatch.setattr(build, "HERE", tmp_path)
    build.main(tmp_path, unihan)

    made = {sort: (tmp_path / f"{sort}.tsv").read_text(encoding="utf-8").splitlines()[1:] for sort in Sort}
    assert made == {
        readings.Sort.FAMILY: ["さとう\t佐藤 左藤"],
        readings.Sort.GIVEN: ["けい\t慶"],
        readings.Sort.CHARACTER: ["おお\t大", "おおき\t大", "おおきい\t大", "けい\t慶", "さ\t佐"],
    }
