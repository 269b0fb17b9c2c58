"""Which addresses the server may fetch: http and https, the usual ports, and public machines only.

A pair `host:port` of the setting HUB_FETCH_ALLOW may be private and have any port.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from hub.core.text import N_, has_control_characters

MAX_ADDRESS = 2048
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?", re.I)
_UNICAST = ipaddress.ip_network("2000::/3")  # the only part of IPv6 that is given out to machines (RFC 4291)
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by customers of one carrier (RFC 6598)
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "240.0.0.0/4",
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)


class NotFetched(Exception):
    """Nothing was fetched; `reason` is a plain English sentence that doors translate."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


NOT_ALLOWED = N_("This address is not allowed: the hub reads public web addresses only.")
NOT_AN_ADDRESS = N_("This is not a web address. It begins with https:// or http://.")
HOLDS_PASSWORD = N_("This address holds a user name or a password. Take it out.")
ODD_PORT = N_("This address names an unusual port. The hub reads the ports 80 and 443 only.")


def is_public(address: str) -> bool:
    """Tell whether an IP address, as the resolver writes it, belongs to a machine on the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.scope_id or found not in _UNICAST:
            return False
    if any(found.version == network.version and found in network for network in _NOT_PUBLIC):
        return False
    return found.is_global and not found.is_multicast


def pair_of(parts: SplitResult) -> str:
    """Return host and port of an address as the setting writes them: `example.org:443`, `[::1]:8000`."""
    host = (parts.hostname or "").lower()
    return f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def check_address(url: str, allow: frozenset[str]) -> SplitResult:
    """Return the parts of an address that may be asked for; raises NotFetched.

    A host given by name is not looked up here: that is done once, when the connection is made.
    """
    if len(url) > MAX_ADDRESS or has_control_characters(url) or any(ch.isspace() or ch == "\\" for ch in url):
        raise NotFetched(NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
        port = parts.port
        pair = pair_of(parts)
    except ValueError:
        raise NotFetched(NOT_AN_ADDRESS) from None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(parts.hostname or ""):
        raise NotFetched(NOT_AN_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise NotFetched(HOLDS_PASSWORD)
    if pair in allow:
        return parts
    if port is not None and port not in _PORTS.values():
        raise NotFetched(ODD_PORT)
    if _is_literal(parts.hostname or "") and not is_public(parts.hostname or ""):
        raise NotFetched(NOT_ALLOWED)
    return parts


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
