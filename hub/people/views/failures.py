"""What is counted when someone cannot prove who she is: by network address, and by account where many addresses try.

An address without an account is counted like any other, so that the counting tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import structlog
from flask import current_app, g

from hub.people.addresses import LONGEST_EMAIL, plain_address
from hub.web import limits

log = structlog.get_logger()


def mark_of(address: str) -> str:
    """Return what stands for an e-mail address in counts and logs; nobody without the hub's key can turn it back."""
    key: str = current_app.config["HUB"].secret_key
    spelled = plain_address(address[:LONGEST_EMAIL]).encode("utf-8", "replace")
    return hmac.new(key.encode(), b"address:" + spelled, hashlib.sha256).hexdigest()[:24]


def count_failures(whose: Callable[[], str]) -> Callable[[Any], Any]:
    """Limit how often the proof for one account may fail; `whose` returns the account's mark for this request."""
    return limits.failures(whose, lambda: bool(g.get("has_failed")))


def note_failure(step: str, mark: str = "") -> None:
    """Log that someone did not prove who she is, and have it counted for the account."""
    g.has_failed = True
    log.warning("proof refused", step=step, account=mark)
