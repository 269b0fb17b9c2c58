"""A passkey device in software: P-256 keys, no attestation, and every slip that a real one must not make on demand."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
ORIGIN, HOST = "http://localhost", "localhost"
Answer = dict[str, Any]


def to_text(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def to_bytes(text: str) -> bytes:
    """Return what base64url without padding stands for."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Key:
    """One key pair that a device keeps for one account of one site."""

    private: ec.EllipticCurvePrivateKey
    id: bytes
    handle: str
    count: int = 0

    def cose(self) -> bytes:
        """Return the public key as COSE has it (RFC 9053)."""
        numbers = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return bytes(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))


@dataclass
class Authenticator:
    """A device with its keys, the newest last; `counts` is false for one that always says nought."""

    counts: bool = True
    keys: list[Key] = field(default_factory=list)

    def create(self, options: dict[str, Any], **slips: Any) -> Answer:
        """Make a key as a site asks, and return what the browser hands on."""
        key = Key(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32), options["user"]["id"])
        key.id = slips.get("id", key.id)
        self.keys.append(key)
        with_key = bytes(16) + len(key.id).to_bytes(2, "big") + key.id + key.cose()
        data = self._data(slips, HAS_KEY, 0) + with_key
        client = self._client("webauthn.create", options, slips)
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "id": to_text(key.id), "rawId": to_text(key.id), "type": "public-key",
            "response": {
                "clientDataJSON": to_text(client), "attestationObject": to_text(statement), "transports": ["internal"],
            },
        }  # fmt: skip

    def get(self, options: dict[str, Any], *, key: Key | None = None, **slips: Any) -> Answer:
        """Prove a key (the newest) to a site, and return what the browser hands on.

        The slips: `origin`, `host`, `kind`, `challenge` that are not the site's, `is_verified` and `is_present` false,
        a `count`, a `handle` of someone else, `signed_by` another key, and `tampered` bytes.
        """
        key = key or self.keys[-1]
        key.count = slips.get("count", key.count + 1 if self.counts else 0)
        data = self._data(slips, 0, key.count)
        client = self._client("webauthn.get", options, slips)
        signer = slips.get("signed_by", key).private
        signature = signer.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        if slips.get("tampered"):
            data = data[:-1] + bytes([data[-1] ^ 1])
        return {
            "id": to_text(key.id), "rawId": to_text(key.id), "type": "public-key",
            "response": {
                "clientDataJSON": to_text(client), "authenticatorData": to_text(data), "signature": to_text(signature),
                "userHandle": slips.get("handle", key.handle),
            },
        }  # fmt: skip

    def _data(self, slips: dict[str, Any], flags: int, count: int) -> bytes:
        flags |= PRESENT if slips.get("is_present", True) else 0
        flags |= VERIFIED if slips.get("is_verified", True) else 0
        return hashlib.sha256(slips.get("host", HOST).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], slips: dict[str, Any]) -> bytes:
        said = {
            "type": slips.get("kind", kind), "challenge": slips.get("challenge", options["challenge"]),
            "origin": slips.get("origin", ORIGIN), "crossOrigin": False,
        }  # fmt: skip
        return json.dumps(said).encode()


def post_json(client: FlaskClient, path: str, body: Any, *, page: str, token: str | None = None) -> TestResponse:
    """Send JSON as a page's script does, with the token that stands on the page."""
    if token is None:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(page).text)
        assert found, f"no token on {page}"
        token = found[1]
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    return client.post(path, json=body, headers=headers)


@dataclass
class Script:
    """What passkeys.js does with a browser and a device: two requests, with the device's answer in between."""

    client: FlaskClient
    device: Authenticator

    def run(
        self, path: str, *, page: str, way: str = "get", begin: str = "", fields: dict[str, str] | None = None,
        **slips: Any,
    ) -> TestResponse:  # fmt: skip
        """Go through a ceremony and return the second answer, or the first where nothing was begun."""
        fields = fields or {}
        begun = post_json(self.client, begin or f"{path}/begin", fields, page=page)
        if begun.status_code != 200 or "next" in begun.json:
            return begun
        answer = getattr(self.device, "create" if way == "create" else "get")(begun.json, **slips)
        return post_json(self.client, path, fields | {"answer": answer}, page=page)

    def add(self, name: str = "My phone", **slips: Any) -> TestResponse:
        """Add a passkey to the account of whoever is signed in."""
        path, page = "/account/security/passkeys", "/account/security/passkeys/new"
        return self.run(path, page=page, way="create", begin=f"{path}/begin", fields={"name": name}, **slips)

    def sign_in(self, fields: dict[str, str] | None = None, **slips: Any) -> TestResponse:
        """Sign in with a passkey."""
        return self.run("/login/passkey", page="/login", fields=fields, **slips)
