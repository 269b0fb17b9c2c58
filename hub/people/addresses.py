"""E-mail addresses: one spelling, one address, deliverable everywhere."""

from __future__ import annotations

import re

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}", re.ASCII)


def plain_address(text: str) -> str:
    """Return an address as accounts keep it: without white space around it, in lower case."""
    return text.strip().lower()


def is_address(text: str) -> bool:
    """Tell whether a plain address is one mailbox that any mail server takes; quoted forms are refused."""
    if not 3 <= len(text) <= LONGEST_EMAIL or len(text.partition("@")[0]) > 64:
        return False
    return _ADDRESS.fullmatch(text) is not None
