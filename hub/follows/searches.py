"""Searches that people follow: one spelling for one state of the case list, whoever follows it."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from hub.core.errors import Invalid
from hub.search.asking import understand
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES

LONGEST_SEARCH = 6000  # characters of the query as it stands in an address: 500 of any script fit
MOST_SEARCHES = 50  # that one person follows
_SINGLE = frozenset({"q", "year_from", "year_to"})


def read_search(query: str) -> Criteria:
    """Return what a query of the case list looks for; its order, page and view are left out.

    Raises Invalid naming the query when it holds no search, or the filter that makes no sense.
    """
    if len(query) > LONGEST_SEARCH:
        raise Invalid("query", "It is longer than %(limit)s characters.", limit=LONGEST_SEARCH)
    criteria = _criteria(query)
    if not criteria.chips():
        raise Invalid("query", "It holds no search.")
    if all(name == "q" for name, _value in criteria.chips()) and understand(criteria.q).tree is None:
        raise Invalid("query", "It holds no word to search for.")
    return criteria


def _criteria(query: str) -> Criteria:
    data: dict[str, object] = {}
    for name, value in parse_qsl(query):
        if name in FACET_NAMES:
            held = data.setdefault(name, [])
            assert isinstance(held, list)
            held.append(value)
        elif name in _SINGLE:
            if name in data:
                raise Invalid(name, "It was given more than once.")
            data[name] = value
    return Criteria.build(data)


def find_search(query: str) -> Criteria | None:
    """Return what a query that was kept looks for; None for one that makes no sense any more."""
    try:
        return _criteria(query)
    except Invalid:
        return None


def spelled(criteria: Criteria) -> str:
    """Return the one spelling of a search, as the query of an address."""
    return urlencode(criteria.chips())


def search_key(query: str) -> str:
    """Return the key under which a search in its one spelling is followed: its sha256 in hexadecimal."""
    return sha256(query.encode()).hexdigest()


def list_path(query: str, suffix: str = "/") -> str:
    """Return the address of the list of cases that a search finds; `suffix` is `/` for the page, `.atom` the feed."""
    return f"/cases{suffix}?{query}"
