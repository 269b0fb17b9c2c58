"""One city's page: what is known of it, in the order and words a reader needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from hub.cities.coalitions import coalition_for
from hub.cities.models import MEMBER, SUSPENDED, City
from hub.cities.queries import label_of, other_name_of
from hub.cities.standing import Standing, host
from hub.core.text import safe_url
from hub.people.addresses import is_address
from hub.vocabularies.queries import Vocabulary
from hub.web.formats import absolute
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _
from hub.web.maps import Cluster, locator_box, project

GEONAMES = "https://www.geonames.org/"


@dataclass(frozen=True)
class Fact:
    """One dated step of how it came about; `year` and `iso` order the steps."""

    year: int
    iso: str
    date_text: str
    text: Markup
    wait: int = 0


@dataclass(frozen=True)
class Locator:
    """Where a city is on its small map, and whose coordinates these are."""

    box: str
    points: list[Cluster]
    source: str
    source_url: str


@dataclass(frozen=True)
class Link:
    """An address elsewhere, with its host to show."""

    url: str
    host: str


def link(url: str | None) -> Link | None:
    """Return a link to an address elsewhere, None where there is none that may be opened."""
    address = safe_url(url or "")
    return Link(address, host(address)) if address else None


def contact(city: City) -> Link | None:
    """Return where the city's office is reached: a page, or an e-mail address shown in full."""
    address = city.contact_address or ""
    return Link(f"mailto:{quote(address, safe='@')}", address) if is_address(address) else link(address)


def membership_words(membership: str) -> str:
    """Return in words whether a city takes part."""
    if membership == MEMBER:
        return _("Member")
    if membership == SUSPENDED:
        return _("Suspended")
    return _("On record, not a member")


def names(city: City) -> tuple[str, str, str]:
    """Return the city's name for this reader, its other name, and the language of that."""
    parts = (city.name, city.name_native, city.native_language, language())
    return label_of(*parts), *other_name_of(*parts)


def term_label(scheme: str, code: str | None, terms: Vocabulary) -> str:
    """Return a term of a list in the current language, empty where there is none."""
    term = terms.find(scheme, code or "")
    return in_language(term.labels) if term else ""


def locator(city: City) -> Locator | None:
    """Return the small map of a city, None where no coordinates are known."""
    if city.lat is None or city.lon is None:
        return None
    x, y = project(city.lat, city.lon)
    number = re.search(r"GeoNames (\d+)", city.geo_source or "")
    url = f"{GEONAMES}{number[1]}" if number else GEONAMES
    return Locator(locator_box(city.lat, city.lon), [Cluster(x, y, (0,))], city.geo_source or "", url)


def forum_years(text: str | None) -> list[int]:
    """Return the years written as 2011-2026 or 2018;2020; what is not a year is left out."""
    years: set[int] = set()
    for first, last in re.findall(r"(\d{4})(?:\s*-\s*(\d{4}))?", text or ""):
        years.update(range(int(first), min(int(last or first), int(first) + 100) + 1))
    return sorted(years)


def years_words(years: Sequence[int]) -> str:
    """Return years with neighbours joined: 2011–2016, 2020."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def timeline(city: City, known: Iterable[Standing], cases: Iterable[tuple[Any, Any]]) -> list[Fact]:
    """Return the dated and sourced steps: the act of the human rights city, statuses with a date, practices begun."""
    facts: list[Fact] = []
    if city.hrc_since:
        act = Markup('<span lang="en">{}</span>').format(city.hrc_basis or "")
        text = Markup.escape(_("Human rights city: %(act)s")) % {"act": act}
        since = str(city.hrc_since)
        facts.append(Fact(city.hrc_since, since, since, text + _source(city.hrc_source)))
    for status in known:
        if status.since_iso:
            words = Markup('<a href="/commitments/{}">{}</a>').format(status.item.code, in_language(status.item.labels))
            source = _source(status.evidence[0].url if status.evidence else "")
            facts.append(status_fact(status, words, source))
    for case, row in cases:
        if case.started:
            title = Markup('<a href="{}" lang="{}">{}</a>').format(row.url, row.language, row.title)
            begun = f"±{case.started}" if case.is_approximate else str(case.started)
            facts.append(
                Fact(case.started, str(case.started), begun, Markup.escape(_("Case: %(title)s")) % {"title": title})
            )
    return with_waits(facts)


def status_fact(status: Standing, item: Markup, source: Markup) -> Fact:
    """Return a dated status as a step: the year beside the line, the exact date in the text where it is known."""
    words = {"item": item, "status": status.label, "date": status.since_words}
    exact = len(status.since_iso) > 4
    text = _("%(item)s: %(status)s, %(date)s") if exact else _("%(item)s: %(status)s")
    return Fact(int(status.since_iso[:4]), status.since_iso, status.since_year, Markup.escape(text) % words + source)


def with_waits(facts: Iterable[Fact]) -> list[Fact]:
    """Return the steps in order, the line to the next one longer where the wait was longer."""
    ordered = sorted(facts, key=lambda fact: fact.iso)
    gaps = [later.year - fact.year for fact, later in pairwise(ordered)]
    waits = [4 if gap >= 10 else 3 if gap >= 5 else 2 if gap >= 2 else 0 for gap in gaps]
    return [replace(fact, wait=wait) for fact, wait in zip(ordered, [*waits, 0], strict=False)]


def _source(url: str | None) -> Markup:
    found = link(url)
    return (
        Markup(' <small class="quiet"><a href="{}">{}</a></small>').format(found.url, found.host)
        if found
        else Markup("")
    )


def document(city: City, known: int, items: int, case_items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a city as a JSON document; of `items` commitments so many are `known`."""
    path = f"/cities/{city.slug}"
    return {
        "slug": city.slug,
        "name": city.name,
        "name_native": city.name_native,
        "native_language": city.native_language,
        "country": city.country,
        "country_name": country_name(city.country),
        "region": city.region,
        "coalition": coalition_for(city.coalition, city.country, city.region),
        "government_type": city.gov_type,
        "membership": city.membership,
        "lat": city.lat,
        "lon": city.lon,
        "geo_source": city.geo_source,
        "website": city.website,
        "contact_office": city.contact_office,
        "contact_address": city.contact_address,
        "hrc_since": city.hrc_since,
        "hrc_basis": city.hrc_basis,
        "hrc_source": city.hrc_source,
        "forum_years": forum_years(city.forum_editions),
        "forum_source": city.forum_source,
        "notes": city.notes,
        "cases": list(case_items),
        "commitments_known": known,
        "commitments_unknown": items - known,
        "commitments_url": absolute(f"{path}/commitments.json"),
        "updated_at": city.updated_at.isoformat(),
        "url": absolute(path),
    }
