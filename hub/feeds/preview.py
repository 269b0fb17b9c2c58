"""What an address that an organizer typed leads to, before it is added; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hub.core.addresses import NotFetched, check_address
from hub.core.fetch import fetch
from hub.core.text import N_
from hub.feeds.discover import FoundFeed
from hub.feeds.parse import ParsedFeed, UnreadableFeed
from hub.feeds.parsing import Parser, WebPage
from hub.feeds.sync import ACCEPT, Reach, words_of

NO_FEEDS = N_(
    "This is a web page, and it names no feed. Look on the site for “RSS”, “Atom” or “feed” and paste that address."
)


@dataclass(frozen=True)
class Preview:
    """A feed that can be added, or feeds to choose from, or what is wrong in a plain English sentence."""

    address: str
    feed: ParsedFeed | None = None
    choices: tuple[FoundFeed, ...] = ()
    found_on: str = ""  # the web page that named the feed
    problem: str = ""


def typed_address(text: str) -> str:
    """Return what a person typed as a whole address: `city.example` and `feed://city.example` are https."""
    text = text.strip()
    if text.lower().startswith("feed:"):
        text = text[5:].lstrip("/")
    scheme, mark, rest = text.partition("://")
    if mark:
        return f"{scheme.lower()}://{rest}"
    return f"https://{text}" if text and ":" not in text.split("/")[0].partition(":")[0] else text


def look(address: str, reach: Reach) -> Preview:
    """Fetch an address and return what is there; a page that names one feed is followed to it."""
    with Parser() as parser:
        seen = _look(address, reach, parser)
        if len(seen.choices) == 1:
            return replace(_look(seen.choices[0].address, reach, parser), found_on=seen.address)
    return seen


def _look(address: str, reach: Reach, parser: Parser) -> Preview:
    try:
        fetched = fetch(address, allow=reach.allow, contact=reach.contact, accept=ACCEPT, limits=reach.limits)
        if fetched.status != 200:
            return Preview(address, problem=words_of(fetched.status))
        found = parser.read(fetched.content, fetched.headers.get("Content-Type", ""), fetched.url)
    except NotFetched as error:
        return Preview(address, problem=error.reason)
    except UnreadableFeed as error:
        return Preview(address, problem=str(error))
    if isinstance(found, WebPage):
        choices = tuple(each for each in found.feeds if _is_allowed(each.address, reach))
        return Preview(fetched.url, choices=choices, problem="" if choices else NO_FEEDS)
    return Preview(fetched.url if fetched.moved_for_good else address, feed=found)


def _is_allowed(address: str, reach: Reach) -> bool:
    try:
        check_address(address, reach.allow)
    except NotFetched:
        return False
    return True
