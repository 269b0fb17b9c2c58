"""One way out for mail: to a folder of .eml files (the default) or to an SMTP server."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
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
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        with smtplib.SMTP_SSL(
            parts.hostname or "localhost", parts.port or 465, timeout=30, context=context
        ) as over_tls:
            _deliver(over_tls, parts.username, parts.password, message)
    else:
        with smtplib.SMTP(parts.hostname or "localhost", parts.port or 25, timeout=30) as plain:
            if plain.has_extn("starttls"):
                plain.starttls(context=context)
            _deliver(plain, parts.username, parts.password, message)


def _deliver(server: smtplib.SMTP, user: str | None, password: str | None, message: EmailMessage) -> None:
    if user:
        server.login(unquote(user), unquote(password or ""))
    server.send_message(message)
