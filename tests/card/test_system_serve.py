"""`card new FILE` and `card serve FILE` as their user types them, behind a pcscd of the test's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from card import authority, jpki
from card.connection import Presence
from card.pcsc import PcscReader
from tests.card.cards import DIGEST
from tests.card.private_pcscd import PrivatePcscd, private_pcscd, requires_pcscd
from tests.card.test_system_pcsc import wait_for

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]
_PATIENCE = 20.0


def _card(*words: str) -> list[str]:
    return [sys.executable, "-m", "card", *words]


@contextmanager
def _serving(daemon: PrivatePcscd, file: Path, options: list[str]) -> Iterator[subprocess.Popen[str]]:
    command = _card("serve", str(file), "--port", str(daemon.port), *options)
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        try:
            yield program
        finally:
            program.terminate()


def test_a_card_made_of_a_file_elsewhere_is_served(tmp_path: Path) -> None:
    """Made once, served, read and signed with through pcscd, with the PIN and serial of that file."""
    requires_pcscd()
    file, options = tmp_path / "somebody.toml", ["--at", "2026-04-06", "--state", str(tmp_path / "cards")]
    text = (ROOT / "assets/people/taro.toml").read_text()
    file.write_text(text.replace('pin = "1234"', 'pin = "8642"', 1).replace("1000101", "7000001"))
    with private_pcscd() as daemon:
        refused = subprocess.run(
            _card("serve", str(file), "--port", str(daemon.port), *options), cwd=ROOT, capture_output=True, text=True
        )
        assert refused.returncode == 2
        assert f"python -m card new {file}" in refused.stderr
        subprocess.run(_card("new", str(file), *options), cwd=ROOT, check=True, capture_output=True)
        with _serving(daemon, file, options) as program:
            wait_for(Presence.CARD)
            connection = PcscReader().connect()
            found = jpki.probe(connection, authority.trusted_issuers())
            assert isinstance(found, jpki.MyNumberCard) and found.issuer_known
            assert isinstance(jpki.sign(connection, bytearray(b"8642"), DIGEST, found.auth_cert), jpki.Signed)
            connection.disconnect()
            said, _ = program.communicate("pull somebody\nquit\n", timeout=_PATIENCE)
            assert program.returncode == 0, said
        wait_for(Presence.EMPTY)

    assert "somebody" in said
