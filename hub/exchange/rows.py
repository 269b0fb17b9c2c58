"""An adaptation as lists show it, and as programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.cases.models import CaseStudy
from hub.cases.rows import case_path, city_label, is_current_language
from hub.cities.models import City
from hub.cities.standing import host
from hub.core.text import safe_url
from hub.exchange.models import Adaptation
from hub.exchange.words import origin_place, state_label, state_since
from hub.web.formats import absolute


@dataclass(frozen=True)
class CaseLink:
    """A case by its title; `language` is empty where the page is in it."""

    url: str
    title: str
    language: str


@dataclass(frozen=True)
class AdaptationRow:
    """Who took up whose practice, how far, and who says so."""

    id: int
    url: str
    state: str
    state_label: str
    state_since: str  # the state with its date, in words
    since: str  # YYYY, YYYY-MM or YYYY-MM-DD, empty where it is not known
    city_name: str
    city_url: str
    practice: CaseLink  # without a url for a practice that the hub does not hold, unless its page elsewhere is known
    is_held: bool  # the practice is a case of the hub
    from_name: str
    from_url: str  # empty for what is no city on record
    own: CaseLink | None  # the case that came of it
    changed: str
    reason: str
    language: str  # of these two texts
    source_title: str  # the document that says so; empty: the city itself does
    source_url: str
    source_host: str
    is_demo: bool

    @property
    def is_documented(self) -> bool:
        """Whether a document says so and not the city itself."""
        return bool(self.source_title)


def adaptation_path(adaptation_id: int) -> str:
    """Return the path of an adaptation's page."""
    return f"/exchange/adaptations/{adaptation_id}"


def case_link(case: CaseStudy) -> CaseLink:
    """Return a case as a link."""
    return CaseLink(case_path(case.slug), case.title, "" if is_current_language(case.language) else case.language)


def practice_of(adaptation: Adaptation) -> CaseLink:
    """Return the practice that was taken up as a link; its language is not known where the hub does not hold it."""
    if adaptation.origin is not None:
        return case_link(adaptation.origin)
    return CaseLink(safe_url(adaptation.origin_url), adaptation.origin_title, "")


def adaptation_row(adaptation: Adaptation) -> AdaptationRow:
    """Return what lists show of an adaptation."""
    origin_city = adaptation.from_city
    return AdaptationRow(
        id=adaptation.id,
        url=adaptation_path(adaptation.id),
        state=adaptation.state,
        state_label=state_label(adaptation.state),
        state_since=state_since(adaptation.state, adaptation.since),
        since=adaptation.since,
        city_name=city_label(adaptation.city),
        city_url=f"/cities/{adaptation.city.slug}",
        practice=practice_of(adaptation),
        is_held=adaptation.origin is not None,
        from_name=origin_place(adaptation),
        from_url=f"/cities/{origin_city.slug}" if origin_city is not None else "",
        own=case_link(adaptation.own_case) if adaptation.own_case is not None else None,
        changed=adaptation.changed,
        reason=adaptation.reason,
        language=adaptation.language,
        source_title=adaptation.source_title,
        source_url=safe_url(adaptation.source_url),
        source_host=host(adaptation.source_url) if safe_url(adaptation.source_url) else "",
        is_demo=adaptation.is_demo,
    )


def adaptation_item(adaptation: Adaptation) -> dict[str, Any]:
    """Return an adaptation as an item of JSON; the codes of `state` are stable, texts are as they were written."""
    origin, own = adaptation.origin, adaptation.own_case
    return {
        "id": adaptation.id,
        "state": adaptation.state,
        "since": adaptation.since or None,
        "city": _city(adaptation.city),
        "practice": {
            "title": origin.title if origin is not None else adaptation.origin_title,
            "slug": origin.slug if origin is not None else None,
            "url": absolute(case_path(origin.slug)) if origin is not None else safe_url(adaptation.origin_url) or None,
            "city": _city(adaptation.from_city),
            "place": adaptation.origin_place or None,
        },
        "own_case": {"slug": own.slug, "title": own.title, "url": absolute(case_path(own.slug))} if own else None,
        "changed": adaptation.changed,
        "reason": adaptation.reason,
        "language": adaptation.language,
        "source": {"title": adaptation.source_title, "url": safe_url(adaptation.source_url)}
        if adaptation.source_title
        else None,
        "is_demo": adaptation.is_demo,
        "recorded_at": adaptation.created_at.isoformat(),
        "updated_at": adaptation.updated_at.isoformat(),
        "url": absolute(adaptation_path(adaptation.id)),
    }


def _city(city: City | None) -> dict[str, str] | None:
    if city is None:
        return None
    return {"slug": city.slug, "name": city.name, "country": city.country}
