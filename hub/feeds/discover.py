"""The feeds that a web page says it has (autodiscovery: `<link rel=alternate>` in its head)."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from hub.core.text import excerpt, safe_url

TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
VAGUE = {  # of these only what is named like a feed: pages give much else as JSON and XML
    "application/json": re.compile(r"feed[\w.-]*\.json$|/feed/json/?$", re.I),
    "application/xml": re.compile(r"rss|atom|feed", re.I),
    "text/xml": re.compile(r"rss|atom|feed", re.I),
}
MAX_PAGE = 200_000
MAX_FEEDS = 20


@dataclass(frozen=True)
class FoundFeed:
    """The address of a feed, and what the page calls it."""

    address: str
    title: str


def find_feeds(text: str, address: str) -> list[FoundFeed]:
    """Return the feeds that the head of a page names, each once; `address` is where the page came from.

    Whether they may be fetched is not asked here.
    """
    reader = _Head(address)
    with suppress(AssertionError, ValueError):  # it has such faults on broken declarations; what came before counts
        reader.feed(text[:MAX_PAGE])
    found: dict[str, FoundFeed] = {}
    for base_and_href, title in reader.links:
        try:
            target = safe_url(urldefrag(urljoin(*base_and_href))[0])
        except ValueError:
            continue
        if target:
            found.setdefault(target, FoundFeed(target, excerpt(title, 120)))
    return list(found.values())[:MAX_FEEDS]


class _Head(HTMLParser):
    """Collects links until the body begins."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.has_base, self.is_done = address, False, False
        self.links: list[tuple[tuple[str, str], str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a link to a feed, or the base of all links."""
        values = {name: value or "" for name, value in attributes}
        if tag == "body":
            self.is_done = True
        if self.is_done:
            return
        if tag == "base" and not self.has_base and values.get("href"):
            self.base, self.has_base = _joined(self.base, values["href"]), True
        if tag == "link" and values.get("href") and "alternate" in values.get("rel", "").lower().split():
            kind = values.get("type", "").split(";")[0].strip().lower()
            if kind in TYPES or (kind in VAGUE and VAGUE[kind].search(_path(values["href"]))):
                self.links.append(((self.base, values["href"].strip()), values.get("title", "")))


def _path(href: str) -> str:
    try:
        return urlsplit(href.strip()).path
    except ValueError:
        return ""


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target.strip())
    except ValueError:
        return base
