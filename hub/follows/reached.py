"""Which saved searches a case has come into: they find it now and did not just before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from hub.cases.content import content_of_text, text_of
from hub.cases.models import CaseRevision, CaseStudy, CaseTag
from hub.cities.models import City
from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.models import SEARCH
from hub.follows.queries import searches_followed
from hub.follows.searches import find_search
from hub.follows.targets import Target
from hub.search.percolate import finding
from hub.search.sources import case_document
from hub.search.translated import MORE_WORDS

_WORDS = ("language", "title", "summary", "problem", "action", "results", "lessons", *MORE_WORDS)


def searches_reached(case: CaseStudy, entry: LogEntry) -> list[Target]:
    """Return the searches followed when an entry was written whose result a published case came into by it."""
    followed = searches_followed(entry.recorded_at)
    searches = {key: criteria for key, query in followed if (criteria := find_search(query)) is not None}
    found = finding(case_document(case), searches)
    former = case_before(case, entry) if found else None
    if former is not None:
        held = set(finding(case_document(former), {key: searches[key] for key in found}))
        found = [key for key in found if key not in held]
    return [(SEARCH, key) for key in found]


def case_before(case: CaseStudy, entry: LogEntry) -> CaseStudy | None:
    """Return a case as it was in the lists before an entry, in no session; None when it was not, or nobody knows."""
    if entry.kind == "CasePublished":
        return None
    if entry.kind == "CaseMoved":
        city_id = entry.payload.get("from_city_id")
        city = db.session.get(City, city_id) if isinstance(city_id, int) else None
        return _as_it_was(case, content_of_text(text_of(case)), city, city.country if city else _country(case, entry))
    content = _version(case, CaseRevision.recorded_at < entry.recorded_at)
    return None if content is None else _as_it_was(case, content, case.city, case.country)


def _country(case: CaseStudy, entry: LogEntry) -> str:
    """Return the country of a national programme before a city took it: its last version says, as a move makes none."""
    content = _version(case, CaseRevision.recorded_at <= entry.recorded_at)
    return str(content.get("country", case.country)) if content else case.country


def _version(case: CaseStudy, condition: Any) -> dict[str, Any] | None:
    """Return what the newest of those versions of a case says."""
    versions = select(CaseRevision.content).where(CaseRevision.case_id == case.id, condition)
    content: dict[str, Any] | None = db.session.scalar(versions.order_by(CaseRevision.number.desc()).limit(1))
    return content


def _as_it_was(case: CaseStudy, content: Mapping[str, Any], city: City | None, country: str) -> CaseStudy:
    words = {name: content.get(name) or "" for name in _WORDS}
    started, tags = content.get("started"), content.get("tags", [])
    former = CaseStudy(id=case.id, country=country, started=started, published_at=case.published_at, **words)
    former.city = city
    former.tags = [CaseTag(scheme=scheme, code=code, rank=rank) for rank, (scheme, code) in enumerate(tags)]
    return former
