"""E-mail addresses: one spelling, one address, deliverable everywhere."""

from __future__ import annotations

import re
import unicodedata

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}", re.ASCII)


def plain_address(text: str) -> str:
    """Return an address in its one spelling: without white space around it, letters folded to one form and case.

    What is still outside ASCII afterwards is no address here (`is_address`): a domain with other letters is to be
    written in the form that mail servers use, which begins with xn--.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def is_address(text: str) -> bool:
    """Tell whether a plain address is one mailbox that any mail server takes; quoted forms are refused."""
    if not 3 <= len(text) <= LONGEST_EMAIL or len(text.partition("@")[0]) > 64:
        return False
    return _ADDRESS.fullmatch(text) is not None
