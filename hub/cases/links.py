"""Documents of a case that are no longer found at their address, in the words of the current language."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from hub.cases.models import CaseStudy

ARCHIVE = "https://web.archive.org/web/*/"  # lists what the Internet Archive keeps of an address


class GoneLink(NamedTuple):
    """A document that is not where it was, since when, and where a copy may be."""

    title: str
    since: date
    archive_url: str


def gone_links(case: CaseStudy) -> dict[str, GoneLink]:
    """Return the documents of a case that are not found at their address, by that address."""
    return {
        source.url: GoneLink(source.title or source.url, source.link_broken_at.date(), ARCHIVE + source.url)
        for source in case.sources
        if source.url and source.link_broken_at is not None
    }
