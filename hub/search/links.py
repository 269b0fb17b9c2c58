"""Addresses of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote_plus, urlencode

from hub.search.criteria import LONGEST_QUERY, Criteria


def list_url(criteria: Criteria, suffix: str = "/") -> str:
    """Return the address of a list of cases; `suffix` is `/` for the page, `.json`, `.csv` or `.atom`."""
    pairs = criteria.to_pairs()
    return f"/cases{suffix}" + (f"?{urlencode(pairs)}" if pairs else "")


def narrowed_url(criteria: Criteria, **facets: tuple[str, ...]) -> str:
    """Return the address of the list of a result that has only these codes of some facets."""
    return list_url(replace(criteria, **facets, view="list", page=1))  # type: ignore[arg-type]


def narrowing(criteria: Criteria, facet: str) -> Callable[[Sequence[str]], str]:
    """Return what gives, for codes of a facet in their order, what `narrowed_url` does, many times as fast."""
    pairs = replace(criteria, **{facet: ("",)}, view="list", page=1).to_pairs()  # type: ignore[arg-type]
    at = next(number for number, (name, _) in enumerate(pairs) if name == facet)
    before, after = urlencode(pairs[:at]), urlencode(pairs[at + 1 :])

    def url(codes: Sequence[str]) -> str:
        narrowed = "&".join(f"{facet}={quote_plus(code)}" for code in codes)
        return "/cases/?" + "&".join(part for part in (before, narrowed, after) if part)

    return url


def with_principle_url(criteria: Criteria, code: str) -> str:
    """Return the address of the cases of a result that carry a principle; empty where none can be given.

    Two codes of one facet widen a result. So beside other codes the principle is asked for in words.
    """
    if not criteria.principle or code in criteria.principle:
        return narrowed_url(criteria, principle=(code,))
    words = f"({criteria.q})" if " OR " in criteria.q else criteria.q
    query = f"{words} principle:{code}".strip()
    return narrowed_url(replace(criteria, q=query)) if len(query) <= LONGEST_QUERY else ""


def follow_url(criteria: Criteria) -> str:
    """Return the address that says how to follow a search; its order, page and view are no part of it."""
    return "/follow?" + urlencode({"kind": "search", "query": urlencode(criteria.chips())})
