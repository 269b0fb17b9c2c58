"""What someone can do about what went wrong with an address, said without any jargon."""

from __future__ import annotations

from hub.core import addresses, fetch
from hub.core.text import N_
from hub.feeds import parse, parsing, sync

LATER = N_("Try again later. If it stays so, tell the people who run the site.")
ASK = N_("Write to the people who run the site and ask them to let the hub read their news.")
COPY = N_("Open the site in your browser and copy its address from the bar at the top.")
FIRST_PAGE = N_("Open it in your browser. If the page has moved, try the first page of the site instead.")
NEWS_PAGE = N_("Try the first page of the site, or the page where its news stand: the hub looks for the feed itself.")
SMALLER = N_("Look on the site for a feed of its newest news only.")
PUBLIC_ONLY = N_(
    "Give an address that anyone can open on the internet, not one inside the network of an office or on this machine."
)
CLOSED = N_("The site has closed this feed. Look for another one, beginning at the first page of the site.")
TELL_THEM = N_("Tell the people who run the site. Until it is mended, the hub cannot read it.")

_BY_REASON = {
    addresses.NOT_ALLOWED: PUBLIC_ONLY,
    addresses.NOT_AN_ADDRESS: COPY,
    addresses.ODD_PORT: COPY,
    fetch.TOO_SLOW: LATER,
    fetch.TOO_LARGE: SMALLER,
    fetch.NOT_FOUND: COPY,
    fetch.NOT_REACHED: LATER,
    fetch.NOT_SAFE: TELL_THEM,
    fetch.BROKE_OFF: LATER,
    fetch.TOO_MANY_HOPS: FIRST_PAGE,
    fetch.LEADS_TO_UNSAFE: TELL_THEM,
    fetch.UNREADABLE: LATER,
    sync.STATUS_WORDS[403]: ASK,
    sync.STATUS_WORDS[404]: FIRST_PAGE,
    sync.STATUS_WORDS[410]: CLOSED,
    sync.STATUS_WORDS[429]: LATER,
    sync.SITE_FAULT: LATER,
    sync.ODD_ANSWER: FIRST_PAGE,
    parse.EMPTY: LATER,
    parse.WEB_PAGE: NEWS_PAGE,
    parse.NO_FEED: NEWS_PAGE,
    parsing.TOO_HARD: TELL_THEM,
}


def advice_of(reason: str) -> str:
    """Return what to do about a reason that a fetch or a check gave, in plain English; empty where nobody can help."""
    return _BY_REASON.get(reason, "")
