"""Other people's programs at a served card: OpenSC, OpenSSL through its PKCS#11 engine, OpenSSH, our own tools.

Behind a pcscd of the tests' own (`private_pcscd`); where a part is missing the test skips with the
reason, or fails with REQUIRE_SYSTEM=1. Commands as in card.md §6.2, traps as in §6.5.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import assets
from card import authority
from card.virtual import profiles
from card.virtual.personalise import personalise
from card.virtual.profiles import CONTACT, CONTACTLESS, CardProfile
from tests.card.cards import JST, NOW
from tests.card.private_pcscd import PrivatePcscd, private_pcscd, requires_pcscd
from tests.card.test_command_line import COMMANDS, NEEDS_A_READER, ROOT, examples
from tests.card.test_system_pcsc import plugged

pytestmark = pytest.mark.system
MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
ENGINE = "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so"
AUTHENTICATION_KEY = "pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;id=%01;type=private;pin-value=1234"
_NO_TOKEN = "pkcs11:id=%01;type=private;pin-value=1234"
BOTH = pytest.mark.parametrize("profile", [CONTACT, CONTACTLESS], ids=lambda profile: profile.name)
PLASTIC = [profile for profile in profiles.PROFILES.values() if not profile.jpki_only and not profile.verified_query]
KEYS = pytest.mark.parametrize(
    ("slot", "pin", "key"), [("0", "1234", "01"), ("1", "ABC123", "02")], ids=["auth", "sign"]
)
PIN_OF = {"taro": "1234", "hanako": "2345"}


@pytest.fixture
def daemon() -> Iterator[PrivatePcscd]:
    requires_pcscd("opensc-tool", "pkcs11-tool", "pkcs15-tool")
    with private_pcscd() as running:
        yield running


def run(daemon: PrivatePcscd, *command: str, **more: str) -> str:
    environment = {**daemon.environment, **more}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sign(daemon: PrivatePcscd, folder: Path, slot: str, pin: str, key: str) -> tuple[str, str]:
    """Sign a text with pkcs11-tool; return the files of text and signature."""
    text, signature = str(folder / "text"), str(folder / f"signature{slot}{key}")
    Path(text).write_text("行政サービス")
    words = ["--slot-index", slot, "--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", key]
    run(daemon, "pkcs11-tool", *words, "--input-file", text, "--output-file", signature)
    return text, signature


def verified(daemon: PrivatePcscd, cert: str, text: str, signature: str) -> str:
    public = f"{cert}.pub"
    run(daemon, "openssl", "x509", "-in", cert, "-pubkey", "-noout", "-out", public)
    return run(daemon, "openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, text)


@pytest.mark.parametrize("profile", PLASTIC, ids=lambda profile: profile.name)
def test_opensc_knows_every_plastic_card(daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile) -> None:
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        assert run(daemon, "opensc-tool", "-r", "0", "-n") == "jpki\n"
        atr = run(daemon, "opensc-tool", "-r", "0", "-a").strip()

    assert bytes.fromhex(atr.replace(":", "")) == profile.atr


@BOTH
def test_pkcs15_lists_the_certificates(daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile) -> None:
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        said = run(daemon, "pkcs15-tool", "--list-certificates")

    assert said.count("X.509 Certificate [") == 4
    assert [line.split()[-1] for line in said.splitlines() if "Encoded serial" in line][:1] == ["0F42A5"]


@pytest.mark.proves("O-55")
@BOTH
@KEYS
def test_pkcs11_signs_and_openssl_verifies(
    daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile, slot: str, pin: str, key: str
) -> None:
    """The certificate is read by pkcs15-tool, that of the signature key behind its password."""
    requires_pcscd("openssl")
    cert, ident = str(tmp_path / "cert.pem"), str(int(key))
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        text, signature = sign(daemon, tmp_path, slot, pin, key)
        behind = ["--auth-id", ident, "--verify-pin", "--pin", pin] if key == "02" else []
        run(daemon, "pkcs15-tool", "--read-certificate", ident, *behind, "-o", cert)

    assert verified(daemon, cert, text, signature) == "Verified OK\n"


def test_the_signature_certificate_stays_shut_without_its_password(daemon: PrivatePcscd, tmp_path: Path) -> None:
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        words = ["pkcs15-tool", "--read-certificate", "2"]
        done = subprocess.run(words, env=daemon.environment, capture_output=True, text=True)

    assert done.returncode != 0
    assert "BEGIN CERTIFICATE" not in done.stdout


@BOTH
@KEYS
def test_pkcs11_finds_no_errors(
    daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile, slot: str, pin: str, key: str
) -> None:
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        said = run(daemon, "pkcs11-tool", "--slot-index", slot, "--login", "--pin", pin, "--test")

    assert said.endswith("No errors\n"), key


@pytest.mark.proves("I-08")
@BOTH
@pytest.mark.parametrize(
    ("slot", "tries", "other", "pin"), [("0", 3, "1", "ABC123"), ("1", 5, "0", "1234")], ids=["auth", "sign"]
)
def test_a_blocked_pin_leaves_the_other_usable(
    daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile, slot: str, tries: int, other: str, pin: str
) -> None:
    """card.md §6.5: with 63C0 to the retry query, OpenSC says *locked* for the one and works with the other."""
    wrong = ["pkcs11-tool", "--slot-index", slot, "--login", "--pin", "0000" if slot == "0" else "WRONG1", "--test"]
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        for _ in range(tries):
            done = subprocess.run(wrong, env=daemon.environment, capture_output=True, text=True)
            assert "CKR_PIN_INCORRECT" in done.stderr
        slots = run(daemon, "pkcs11-tool", "-L")
        said = run(daemon, "pkcs11-tool", "--slot-index", other, "--login", "--pin", pin, "--test")

    assert slots.count("user PIN locked") == 1
    assert said.endswith("No errors\n")


def test_a_childs_card_binds_too(daemon: PrivatePcscd, tmp_path: Path) -> None:
    with plugged(personalise("jiro", tmp_path, NOW), daemon.port):
        said = run(daemon, "pkcs11-tool", "--slot-index", "0", "--login", "--pin", "3456", "--test")

    assert said.endswith("No errors\n")


def test_a_retry_query_that_answers_9000_breaks_opensc(daemon: PrivatePcscd, tmp_path: Path) -> None:
    """The trap of card.md §6.5, which is why no other profile of ours answers so."""
    card = personalise("taro", tmp_path, NOW, profile=profiles.PROFILES["quirk-query-9000"])
    environment = {**daemon.environment, "OPENSC_DRIVER": "jpki"}
    with plugged(card, daemon.port):
        for words in (["--verify-pin", "--auth-id", "1", "--pin", "1234"], ["--list-certificates"]):
            done = subprocess.run(["pkcs15-tool", *words], env=environment, capture_output=True, text=True)

    assert done.returncode != 0
    assert "Unsupported card" in done.stderr


@pytest.mark.parametrize("mechanism", ["SHA256-RSA-PKCS-PSS", "RSA-PKCS-PSS"])
def test_opensc_offers_no_pss(daemon: PrivatePcscd, tmp_path: Path, mechanism: str) -> None:
    """The trap of card.md §6.5: TLS 1.3 is out of reach through OpenSC, though the card has PSS."""
    message = tmp_path / "message"
    message.write_bytes(bytes(32))
    words = ["pkcs11-tool", "--slot-index", "0", "--login", "--pin", "1234", "--sign", "--mechanism", mechanism]
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        done = subprocess.run(
            [*words, "--id", "01", "-i", str(message)], env=daemon.environment, capture_output=True, text=True
        )

    assert done.returncode != 0
    assert "mechanism" in done.stderr.lower()


def test_two_cards_at_once(daemon: PrivatePcscd, tmp_path: Path) -> None:
    first, second = (personalise(person, tmp_path, NOW) for person in PIN_OF)
    with plugged(first, daemon.port), plugged(second, daemon.port + 1):
        _both_readers(daemon)
        for number, (person, pin) in enumerate(PIN_OF.items()):
            cert = str(tmp_path / f"{person}.pem")
            run(daemon, "pkcs15-tool", "--reader", str(number), "--read-certificate", "1", "-o", cert)
            text, signature = sign(daemon, tmp_path, str(number * 2), pin, "01")
            assert verified(daemon, cert, text, signature) == "Verified OK\n"
            read = x509.load_pem_x509_certificate(Path(cert).read_bytes())
            assert read.public_bytes(Encoding.DER) == authority.issue_authentication_cert(person, 0, NOW)


def _both_readers(daemon: PrivatePcscd) -> None:
    until = time.monotonic() + 10
    while run(daemon, "opensc-tool", "-l").count("Yes") != 2 and time.monotonic() < until:
        time.sleep(0.05)


@BOTH
def test_ssh_keygen_finds_the_key(daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile) -> None:
    requires_pcscd("ssh-keygen", MODULE)
    with plugged(personalise("taro", tmp_path, NOW, profile=profile), daemon.port):
        said = run(daemon, "ssh-keygen", "-D", MODULE)

    cert = x509.load_der_x509_certificate(authority.issue_authentication_cert("taro", 0, NOW))
    expected = cert.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    assert expected in said


@BOTH
def test_tls_client_authentication_through_the_engine(
    daemon: PrivatePcscd, tmp_path: Path, profile: CardProfile
) -> None:
    """TLS 1.2 and rsa_pkcs1_sha256: 1.3 wants PSS, which OpenSC has not (card.md §6.5)."""
    requires_pcscd("openssl", MODULE, ENGINE)
    now = datetime.now(JST)  # OpenSSL looks at the machine's own clock
    cert = tmp_path / "auth.pem"
    with plugged(personalise("taro", tmp_path, now, profile=profile), daemon.port), _server(tmp_path) as port:
        run(daemon, "pkcs15-tool", "--read-certificate", "1", "-o", str(cert))
        words = ["-connect", f"127.0.0.1:{port}", "-engine", "pkcs11", "-keyform", "engine", "-key", AUTHENTICATION_KEY]
        done = subprocess.run(
            [
                "openssl",
                "s_client",
                *words,
                "-cert",
                str(cert),
                "-tls1_2",
                "-sigalgs",
                "RSA+SHA256:ECDSA+SHA256",
                "-quiet",
            ],
            input="GET / HTTP/1.0\n\n",
            env={**daemon.environment, "PKCS11_MODULE_PATH": MODULE},
            capture_output=True,
            text=True,
            timeout=60,
        )

    subject = x509.load_pem_x509_certificate(cert.read_bytes()).subject.rfc4514_string()
    assert "Verify return code: 0 (ok)" in done.stdout, done.stderr
    assert subject.split("CN=")[1].split(",")[0] in done.stdout


@pytest.mark.parametrize(("key", "good"), [(AUTHENTICATION_KEY, True), (_NO_TOKEN, False)], ids=["token", "none"])
def test_the_engine_wants_the_name_of_the_token(daemon: PrivatePcscd, tmp_path: Path, key: str, good: bool) -> None:
    """The trap of card.md §6.5: both slots bear the serial number 00000000, so a URI without `token=` finds no key."""
    requires_pcscd("openssl", MODULE, ENGINE)
    message = tmp_path / "message"
    message.write_bytes(b"message")
    words = ["openssl", "dgst", "-engine", "pkcs11", "-keyform", "engine", "-sha256", "-sign", key]
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        done = subprocess.run(
            [*words, "-out", str(tmp_path / "signature"), str(message)],
            env={**daemon.environment, "PKCS11_MODULE_PATH": MODULE},
            capture_output=True,
            timeout=60,
        )

    assert (done.returncode == 0) is good, done.stderr


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """A server of OpenSSL's that lets in only whom the test JPKI has certified."""
    issuers = folder / "issuers.pem"
    issuers.write_bytes(
        b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in authority.trusted_issuers())
    )
    tls = assets.path("pki/tls")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = ["-accept", f"127.0.0.1:{port}", "-cert", str(tls / "centre.crt.pem"), "-key", str(tls / "centre.key.pem")]
    trust = ["-CAfile", str(issuers), "-Verify", "1", "-verify_return_error", "-tls1_2", "-www"]
    log = (folder / "server.log").open("wb")
    with log, subprocess.Popen(["openssl", "s_server", *words, *trust], stdout=log, stderr=log) as server:
        try:
            _listening(port)
            yield port
        finally:
            server.terminate()


def _listening(port: int) -> None:
    until = time.monotonic() + 10
    wanted = f":{port:04X} "
    while time.monotonic() < until:
        if any(wanted in line and " 0A " in line for line in Path("/proc/net/tcp").read_text().splitlines()):
            return
        time.sleep(0.02)


def test_the_examples_that_need_a_reader_work_when_pasted(daemon: PrivatePcscd, tmp_path: Path) -> None:
    """All but those that ask at a terminal or start a daemon; *serve* is served until it is ended."""
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    environment = {
        **daemon.environment,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    pasted = 0
    with plugged(personalise("taro", tmp_path, NOW), daemon.port + 1):
        for command in COMMANDS:
            for example in examples([command]):
                if not any(words in f"{example}\n" for words in NEEDS_A_READER) or "card pin" in example:
                    continue
                if example.startswith("pcscd"):
                    continue
                limit = ["timeout", "--signal=INT", "2"] if " serve " in example else []
                line = [*limit, "bash", "-c", f"exec {example}" if limit else example]
                done = subprocess.run(
                    line, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
                )
                assert done.returncode in ({0, 124} if limit else {0}), (example, done.stderr)
                pasted += 1

    assert pasted >= 6
