"""`python -m card status`: what the authority is told, and what it then says."""

from pathlib import Path

import pytest
from cryptography import x509

from card.__main__ import main


def serials(folder: Path, year: int = 2023) -> list[int]:
    return [one.serial_number for one in x509.load_der_x509_crl((folder / f"{year}.crl").read_bytes())]


def test_what_is_revoked_stands_in_the_lists(tmp_path: Path) -> None:
    state, folder = ["--state", str(tmp_path)], tmp_path / "lists"

    assert main(["status", "revoke", "taro", *state]) == 0
    assert main(["status", "revoke", "hanako", "--hold", *state, "--at", "2026-04-06"]) == 0
    assert main(["status", "lists", str(folder), *state, "--at", "2026-04-07T10:00:00"]) == 0
    assert serials(folder) == serials(folder, 2019) == [1000101, 1001101]
    assert main(["status", "lift", "hanako", *state]) == 0
    assert main(["status", "lists", str(folder), *state]) == 0
    assert serials(folder) == [1000101]
    assert main(["status", "revoke", "taro", "--generation", "2", *state]) == 0
    assert main(["status", "lists", str(folder), *state]) == 0
    assert serials(folder) == [1000101, 1000103]


def test_mistakes_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = ["--state", str(tmp_path)]

    assert main(["status", "lift", "taro", *state]) == 2
    assert main(["status", "revoke", "nobody", *state]) == 2
    assert main(["status", "serve", "--listen", "nowhere", *state]) == 2
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "revoked.json").write_text("[1]")
    assert main(["status", "lists", str(tmp_path / "lists"), *state]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in said] == ["card"] * 4
    assert said[3].endswith("not a list of what is revoked")
