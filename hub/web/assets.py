"""Static files with a fingerprint in their address, and the stylesheet joined from its layers."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from flask import Blueprint, Response, current_app

from hub.core.paths import STATIC
from hub.web.gate import public

bp = Blueprint("assets", __name__)


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Return the layers of the stylesheet joined in the order of `static/css/ORDER`."""
    names = (STATIC / "css" / "ORDER").read_text(encoding="utf-8").split()
    return "\n".join((STATIC / "css" / name).read_text(encoding="utf-8") for name in names)


@lru_cache(maxsize=256)
def fingerprint(name: str) -> str:
    """Return the first digits of a static file's sha256; raises FileNotFoundError for a file that is not there."""
    content = stylesheet().encode() if name == "hub.css" else (STATIC / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]


def asset(name: str) -> str:
    """Return the address of a static file; it changes when the file does."""
    if current_app.debug:
        stylesheet.cache_clear()
        fingerprint.cache_clear()
    return f"/static/{name}?v={fingerprint(name)}"


@bp.get("/static/hub.css")
@public
def serve_stylesheet() -> Response:
    """Serve the joined stylesheet."""
    response = Response(stylesheet(), content_type="text/css; charset=utf-8")
    response.set_etag(fingerprint("hub.css"))
    return response
