"""What others need to know about a case: how to cite it, what it is to a search engine, in which formats it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from hub.cases.citation import LICENCE, LICENCE_URL, PUBLISHER, Citation
from hub.cases.models import CaseStudy
from hub.cases.page import chosen_goals, clause_tags, place, provenance
from hub.cases.rows import case_path, city_label
from hub.cases.translations import Translated
from hub.core.text import safe_url
from hub.web.formats import absolute
from hub.web.locale import country_name, format_date
from hub.web.locale import gettext as _

MEDIA_TYPES = {
    "json": "application/json",
    "md": "text/markdown",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "pdf": "application/pdf",
}


def format_url(case: CaseStudy, suffix: str) -> str:
    """Return the path of the case in another format."""
    return f"{case_path(case.slug)}.{suffix}"


def link_header(case: CaseStudy) -> str:
    """Return the value of a Link header (RFC 8288) that names every other format of the case."""
    links = [f'<{format_url(case, suffix)}>; rel="alternate"; type="{kind}"' for suffix, kind in MEDIA_TYPES.items()]
    return ", ".join(links)


def citation(case: CaseStudy) -> Citation:
    """Return what citing the case takes."""
    return Citation(
        slug=case.slug,
        title=case.title,
        author=PUBLISHER if case.is_compiled or case.city is None else city_label(case.city),
        place=place(case),
        language=case.language,
        summary=case.summary,
        version=case.version,
        updated_at=case.updated_at,
        url=absolute(case_path(case.slug)),
        keywords=tuple(f"{tag.code} {tag.label}" for tag in clause_tags(case)),
        note=" ".join(part for part in (provenance(case), f"{LICENCE}.") if part),
    )


def structured_data(
    case: CaseStudy, others: Sequence[Translated] = (), told: Translated | None = None
) -> dict[str, Any]:
    """Return the case as schema.org knows an article; to be written with every < > & escaped.

    `told` is the translation that is read, `others` are those beside it.
    """
    cited = citation(case)
    publisher = {"@type": "Organization", "name": PUBLISHER, "url": absolute("/")}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": cited.url,
        "url": cited.url,
        "headline": case.title,
        "abstract": case.summary,
        "inLanguage": case.language,
        "dateModified": case.updated_at.isoformat(),
        "version": case.version,
        "author": publisher if cited.author == PUBLISHER else {"@type": "GovernmentOrganization", "name": cited.author},
        "publisher": publisher,
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "keywords": list(cited.keywords),
        "about": _about(case),
        "contentLocation": (location := _location(case)),
        "spatialCoverage": location,
        "citation": [url for url in (safe_url(source.url) for source in case.sources) if url],
    }
    if case.published_at:
        data["datePublished"] = case.published_at.isoformat()
    if span := _span(case):
        data["temporalCoverage"] = span
    if origin := safe_url(case.adapted_from_url):
        data["isBasedOn"] = origin
    if partners := [str(row[0]) for row in case.partners if row[0]]:
        data["contributor"] = [{"@type": "Organization", "name": name} for name in partners]
    if translations := [each for each in (told, *others) if each]:
        data["workTranslation"] = [_translation(cited.url, each) for each in translations]
    return data


def _about(case: CaseStudy) -> list[dict[str, Any]]:
    """Return the clauses and goals of a case as terms of their own charters."""
    tags = [(tag.code, tag.label, absolute(tag.url)) for tag in clause_tags(case)]
    terms = [{"@type": "DefinedTerm", "termCode": code, "name": name, "url": url} for code, name, url in tags]
    return [*terms, *({"@type": "DefinedTerm", "name": words} for words in chosen_goals(case))]


def _span(case: CaseStudy) -> str:
    """Return when the practice ran as an interval of ISO 8601, open at its end while it runs; empty where unknown."""
    if case.started is None:
        return f"../{case.ended:04d}" if case.ended is not None else ""
    if case.is_ongoing:
        return f"{case.started:04d}/.."
    is_one_year = case.ended in (None, case.started)
    return f"{case.started:04d}" if is_one_year else f"{case.started:04d}/{case.ended:04d}"


def _translation(url: str, told: Translated) -> dict[str, Any]:
    return {
        "@type": "Article", "inLanguage": told.language, "url": f"{url}?text={quote(told.language)}",
        "dateModified": told.updated_at.isoformat(),
    }  # fmt: skip


def _location(case: CaseStudy) -> dict[str, Any]:
    country = {"@type": "Country", "name": country_name(case.country), "identifier": case.country}
    city = case.city
    if city is None:
        return country
    location: dict[str, Any] = {"@type": "Place", "name": city_label(city), "containedInPlace": country}
    if city.lat is not None and city.lon is not None:
        location["geo"] = {"@type": "GeoCoordinates", "latitude": city.lat, "longitude": city.lon}
    return location


def cited_in_words(case: CaseStudy) -> tuple[str, str, str]:
    """Return the citation in words as three parts: before the title, the title, after it."""
    cited = citation(case)
    version = _("case %(slug)s, version %(number)d, %(date)s", slug=case.slug, number=case.version,
                date=format_date(case.updated_at))  # fmt: skip
    after = f"{cited.place}. {PUBLISHER}, {version}. {cited.note} {cited.url}"
    return f"{cited.author} ({case.updated_at.year}).", case.title, after
