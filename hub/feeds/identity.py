"""When two addresses are one, and when a story was edited."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

from hub.core.log import canonical
from hub.core.text import folded, plain_text
from hub.feeds.parse import ParsedEntry

_TRACKING = re.compile(r"(utm_[^=&]*|fbclid|gclid)(=|$)")


def address_key(url: str) -> str:
    """Return the same for all spellings of an address: with or without https, www, a last slash, a fragment, tracking.

    An address that cannot be taken apart stands for itself.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip(".").removeprefix("www."), parts.port
    except ValueError:
        return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair))
    shown = f":{port}" if port not in (None, 80, 443) else ""
    return hashlib.sha256(f"{host}{shown}{parts.path.rstrip('/')}?{query}".encode("utf-8", "replace")).hexdigest()


def second_key(guid: str) -> str | None:
    """Return a hash of a name without scheme and host, where it is a web address; a site that moves keeps it.

    A tag or a number has none, nor has an address that is only a host.
    """
    try:
        parts = urlsplit(guid.strip())
    except ValueError:
        return None
    rest = f"{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"
    if parts.scheme not in ("http", "https") or not parts.hostname or rest == "?#":
        return None
    return hashlib.sha256(rest.encode("utf-8", "replace")).hexdigest()


def words_of(title: str, summary_html: str) -> str:
    """Return the text of a story as it is compared with what someone seeks."""
    return folded(f"{title} {plain_text(summary_html)}")


def content_key(entry: ParsedEntry) -> str:
    """Return a hash of what readers see of a story; a new date of change alone is no edit."""
    parts = [
        entry.url, entry.title, entry.summary_html, entry.body_html, [each.url for each in entry.enclosures],
        entry.language, str(entry.published_at), entry.date_text,
    ]  # fmt: skip
    return hashlib.sha256(canonical(parts)).hexdigest()
