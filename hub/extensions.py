"""The Flask extensions, not yet bound to an application; the database is the core's."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_wtf import CSRFProtect


def network_of_client() -> str:
    """Return what limits are counted by: the IPv4 address, or the /64 network that an IPv6 line has to itself."""
    given = request.remote_addr or "127.0.0.1"
    try:
        address = ip_address(given.partition("%")[0])
    except ValueError:
        return "unknown"  # what a proxy may write instead of an address counts together
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def _what_is_asked() -> str:
    """Return the endpoint; an address that leads nowhere is counted like any other."""
    return request.endpoint or "nowhere"


babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(network_of_client, headers_enabled=False, request_identifier=_what_is_asked)
login_manager = LoginManager()
