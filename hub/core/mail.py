"""One way out for mail: to a folder of .eml files (the default) or to an SMTP server."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import localtime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hub.core.files import write_atomically


class _AddressHeader(UnstructuredHeader, BaseHeader):
    """A header that is one long address: never folded or encoded, for programs read it as it stands (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


STEP_SECONDS = 10  # that a mail server may take for each step until it is handed the message
TAKING_SECONDS = 60  # and to take it: some look it through first, and the lease of a mail is longer
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _AddressHeader)
_POLICY = default.clone(header_factory=_headers)


def compose(
    *, sender: str, to: str, subject: str, text: str, html: str | None, key: str, host: str,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:  # fmt: skip
    """Return a message whose Message-ID follows from `key`, so that sending it twice is seen as one mail."""
    message = EmailMessage(policy=_POLICY)
    message["From"], message["To"], message["Subject"] = sender, to, " ".join(subject.split())
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"
    message["Date"] = localtime()
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = " ".join(value.split())
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def send(message: EmailMessage, mail_url: str, data_dir: Path) -> None:
    """Send by the `HUB_MAIL_URL` sink: `file:` or `file:/folder` writes .eml, `smtp://` and `smtps://` deliver.

    Raises OSError or smtplib.SMTPException when the sink refuses, ValueError for an unknown scheme.
    """
    parts = urlsplit(mail_url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path)) if parts.path else data_dir / "mail"
        name = str(message["Message-ID"]).strip("<>").replace("/", "_")
        write_atomically(folder / f"{name}.eml", bytes(message))
        return
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"HUB_MAIL_URL: unknown scheme {parts.scheme!r}")
    host, is_tls = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()  # a certificate that does not prove the host is refused
    server: smtplib.SMTP
    if is_tls:
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=STEP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=STEP_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if not is_tls and server.has_extn("starttls"):
            server.starttls(context=context)
            is_tls = True
        if parts.username:
            _sign_in(server, parts.username, parts.password or "", is_safe=is_tls or host in _LOOPBACK)
        if server.sock is not None:
            server.sock.settimeout(TAKING_SECONDS)
        server.send_message(message)
        with suppress(OSError, smtplib.SMTPException):
            server.quit()  # the mail was taken, however the server says goodbye
    finally:
        server.close()


def _sign_in(server: smtplib.SMTP, user: str, password: str, *, is_safe: bool) -> None:
    if not is_safe:
        raise smtplib.SMTPNotSupportedError("the server offers no encryption, so the password was not sent")
    server.login(unquote(user), unquote(password))
