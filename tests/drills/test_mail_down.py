"""The mail server is down, refuses, hangs or breaks off: nobody who writes notices, and every mail comes once."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select

from hub.core import mail
from hub.core.db import db
from hub.core.outbox import OutgoingMail
from hub.core.readers import lag
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until
from tests.drills.mailserver import DROPS, HANGS, LEAVES, REFUSES, SWALLOWS, TAKES, MailServer
from tests.nodes import inside

pytestmark = pytest.mark.alone
ROUNDS = 5 if FULL else 1
EACH = 10 if FULL else 4  # mails while it goes wrong in one way
DOWN = "is down"
TEAM = "/cities/gwangju/people"


@pytest.fixture
def post() -> Iterator[MailServer]:
    """A mail server."""
    with MailServer() as server:
        yield server


@pytest.fixture
def posting_house(tmp_path: Path, request: pytest.FixtureRequest, post: MailServer) -> Iterator[House]:
    """A house whose mail goes there."""
    yield from house(tmp_path, request, MAIL_URL=f"smtp://127.0.0.1:{post.port}")


def unsent(posting_house: House) -> int:
    """How many mails wait."""
    with inside(posting_house.app):
        return db.session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_(None))) or 0


def tried(posting_house: House) -> int:
    """How many of the mails that wait were tried at least once, or are being tried."""
    with inside(posting_house.app):
        waits = (OutgoingMail.sent_at.is_(None), (OutgoingMail.attempts > 0) | OutgoingMail.lease_until.is_not(None))
        return db.session.scalar(select(func.count()).where(*waits)) or 0


def test_every_mail_comes_once_whatever_the_server_does(
    posting_house: House, post: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    hands = posting_house.coordinator("writer@example.org", "gwangju")
    numbers, minutes, slowest = count(1), 0, 0.0
    invited: dict[str, str] = {}
    with posting_house.serving():
        for mode in ROUNDS * (DOWN, REFUSES, HANGS, DROPS, SWALLOWS, LEAVES):
            post.mode = mode
            if mode == DOWN:
                post.shut()
            for _ in range(EACH):
                address = f"guest{next(numbers)}@example.org"
                answer = hands.fill(TEAM, TEAM, {"email": address, "role": "contributor"})
                assert answer.status_code == 303, answer.text
                slowest = max(slowest, answer.elapsed.total_seconds())
                invited[address] = mode
            if mode == LEAVES:
                wait_until(lambda: not unsent(posting_house), "the mails that were taken count as sent")
            else:
                wait_until(lambda: tried(posting_house) > 0, "a mail is tried")
                wait_until(lambda: lag_of(posting_house) == 0, "the readers of the log go on")
            if mode == DOWN:
                post.open()
            post.mode = TAKES
            while unsent(posting_house):
                minutes += 30  # a refused mail waits a while
                posting_house.clock.set(minutes=minutes)
                posting_house.keep_fresh(minutes)
                wait_for_round(posting_house)
    with capsys.disabled():
        print(f"\n{len(invited)} mails: {sum(post.to.values())} taken; slowest request {slowest:.1f} s")
    assert post.to.keys() >= invited.keys()
    assert {to: (mode, post.to[to]) for to, mode in invited.items() if mode != SWALLOWS and post.to[to] != 1} == {}
    again = {name: number for name, number in post.took.items() if number > 1}
    swallowed = {to for to, mode in invited.items() if mode == SWALLOWS and post.to[to] > 1}
    assert len(again) == len(swallowed), "what was sent again came under another Message-ID"


def lag_of(posting_house: House) -> int:
    """How far the notifications are behind."""
    with inside(posting_house.app):
        return lag("notifications")


def wait_for_round(posting_house: House) -> None:
    """Wait until all mail went out, or half a minute."""
    try:
        wait_until(lambda: not unsent(posting_house), "mail goes out", 30)
    except AssertionError:
        return


def certificate(folder: Path, *names: str) -> tuple[Path, ssl.SSLContext]:
    """Make a self-signed certificate; return its file and what a server shows it with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")]), datetime.now(UTC)
    others = [x509.IPAddress(ip_address(each)) if each[0].isdigit() else x509.DNSName(each) for each in names]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return file, context


def send(url: str, folder: Path) -> None:
    """Send one mail."""
    message = mail.compose(
        sender="Hub <hub@localhost>", to="a@example.org", subject="Hello", text="Words", html=None, key="k",
        host="localhost",
    )  # fmt: skip
    mail.send(message, url, folder)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_does_not_prove_who_it_is_gets_nothing(scheme: str, tmp_path: Path) -> None:
    _file, context = certificate(tmp_path, "localhost")
    with MailServer(context, is_tls=scheme == "smtps") as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            send(f"{scheme}://user:password@localhost:{server.port}", tmp_path)
        assert not any(b"MAIL" in line or b"AUTH" in line for line in server.said)
        assert server.messages == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_trusted_certificate_must_be_of_the_host(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, "localhost", "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with MailServer(context, is_tls=scheme == "smtps") as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            send(f"{scheme}://127.0.0.1:{server.port}", tmp_path)
        assert server.messages == []
        send(f"{scheme}://localhost:{server.port}", tmp_path)
        assert [message["To"] for message in server.messages] == ["a@example.org"]
        if scheme == "smtp":
            assert any(line.startswith(b"STARTTLS") for line in server.said)


def test_a_password_is_not_sent_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_LOOPBACK", ())
    with MailServer() as server:
        with pytest.raises(mail.smtplib.SMTPNotSupportedError):
            send(f"smtp://user:password@127.0.0.1:{server.port}", tmp_path)
        assert not any(b"AUTH" in line for line in server.said)


def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye(tmp_path: Path) -> None:
    with MailServer() as server:
        server.mode = LEAVES
        send(f"smtp://127.0.0.1:{server.port}", tmp_path)
        assert len(server.messages) == 1
