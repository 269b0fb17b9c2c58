"""Passkeys: what a browser is asked, and whether its answer holds (Web Authentication, Level 2).

Nothing here reads or writes the record. What an answer may hold is up to whoever sends it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.people.models import Passkey

SITE_NAME = "Human Rights Cities Hub"
TIMEOUT_MS = 5 * 60 * 1000
LONGEST_ID = 1023  # bytes; Web Authentication, section 4, credential id
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
_TRANSPORTS = {each.value for each in AuthenticatorTransport}

Answer = dict[str, Any]


class Refused(Exception):
    """The answer of a browser does not prove what it should."""


@dataclass(frozen=True)
class Site:
    """Whom a passkey is for: the host of the base address, and the origin that pages come from."""

    host: str
    origin: str


class NewKey(NamedTuple):
    """A key that a device made just now."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: list[str]


def site_of(base_url: str) -> Site:
    """Return whom passkeys of this installation are for; the origin as browsers write it, without a usual port."""
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return Site(host, f"{parts.scheme}://{host}{port}")


def ask_new(
    site: Site, *, challenge: bytes, handle: str, address: str, name: str, known: Sequence[Passkey]
) -> dict[str, Any]:
    """Return what a browser is asked to make a passkey: kept on the device, opened by the person herself there."""
    options = generate_registration_options(
        rp_id=site.host, rp_name=SITE_NAME, user_id=base64url_to_bytes(handle), user_name=address,
        user_display_name=name, challenge=challenge, timeout=TIMEOUT_MS, exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )  # fmt: skip
    asked: dict[str, Any] = json.loads(options_to_json(options))
    return asked


def ask_proof(site: Site, *, challenge: bytes, known: Sequence[Passkey] = ()) -> dict[str, Any]:
    """Return what a browser is asked to prove a passkey: one of those known, or any that it has for this site."""
    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, timeout=TIMEOUT_MS, allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    asked: dict[str, Any] = json.loads(options_to_json(options))
    return asked


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(each.credential_id),
            transports=[AuthenticatorTransport(name) for name in each.transports if name in _TRANSPORTS],
        )
        for each in known
    ]


def read_new(answer: Answer, *, challenge: bytes, site: Site) -> NewKey:
    """Return the key that a browser's answer brings; raises Refused when it is not for this challenge and site."""
    try:
        found = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # whatever hostile bytes make a parser of CBOR, keys and certificates raise
        raise Refused(str(error)) from error
    if not 0 < len(found.credential_id) <= LONGEST_ID:
        raise Refused("the id of the key is too long")
    response = answer.get("response")
    named = response.get("transports") if isinstance(response, dict) else None
    transports = [name for name in named if name in _TRANSPORTS] if isinstance(named, list) else []
    return NewKey(
        bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key), found.sign_count,
        list(dict.fromkeys(transports)),
    )  # fmt: skip


def named_key(answer: Answer) -> str:
    """Return the id of the passkey that an answer says it is of, empty when it says none that could be one."""
    named = answer.get("id")
    return named if isinstance(named, str) and _ID.fullmatch(named) else ""


def read_proof(answer: Answer, *, passkey: Passkey, challenge: bytes, site: Site) -> int:
    """Return the count that a device gives with its proof; raises Refused when the proof does not hold.

    Whether the count went on is asked where it is written down (`service.passkeys.use_passkey`).
    """
    try:
        found = verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key), credential_current_sign_count=0,
            require_user_verification=True,
        )  # fmt: skip
        handle = answer["response"].get("userHandle")
    except Exception as error:  # as above
        raise Refused(str(error)) from error
    if bytes_to_base64url(found.credential_id) != passkey.credential_id:
        raise Refused("the proof is of another key")
    if handle and str(handle).rstrip("=") != passkey.user_handle:
        raise Refused("the key is of another account")
    return found.new_sign_count
