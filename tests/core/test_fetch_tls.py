"""Certificates: asked of every site, and of every site the same."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub.core import fetch as client
from hub.core.fetch import NotFetched, fetch

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A test site")])


def certificate(address: str, path: Path) -> Path:
    """Write a certificate for an address, signed by itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(written + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["127.0.0.1", "127.0.0.2"])
def named(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path, int]]:
    """A site at 127.0.0.1 whose certificate names an address."""
    path = certificate(str(request.param), tmp_path / "site.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    plain, _place = server.accept()
                    with suppress(OSError), context.wrap_socket(plain, server_side=True) as sock:
                        sock.recv(65536)
                        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")

        threading.Thread(target=answer, daemon=True).start()
        yield str(request.param), path, server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_site_is_believed_only_with_a_certificate_of_its_own(
    named: tuple[str, Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, path, port = named

    def read() -> bytes:
        url, allow = f"https://127.0.0.1:{port}/", frozenset({f"127.0.0.1:{port}"})
        return fetch(url, allow=allow, contact="https://hub.example/about").content

    with pytest.raises(NotFetched) as refused:
        read()
    assert refused.value.reason == client.NOT_SAFE  # nobody vouches for it
    trusting = ssl.create_default_context(cafile=str(path))
    monkeypatch.setattr(client, "_trust", lambda: trusting)
    if address == "127.0.0.1":
        assert [read(), read()] == [b"safe", b"safe"]
    else:
        with pytest.raises(NotFetched) as refused:
            read()
        assert refused.value.reason == client.NOT_SAFE  # it is another's
