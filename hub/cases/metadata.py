"""What others need to know about a case: how to cite it, what it is to a search engine, in which formats it comes."""

from __future__ import annotations

from typing import Any

from hub.cases.citation import LICENCE, LICENCE_URL, PUBLISHER, Citation
from hub.cases.models import CaseStudy
from hub.cases.page import clause_tags, place, provenance
from hub.cases.rows import case_path, city_label
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


def structured_data(case: CaseStudy) -> dict[str, Any]:
    """Return the case as schema.org knows an article; to be written with every < > & escaped."""
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
        "contentLocation": _location(case),
        "citation": [url for url in (safe_url(source.url) for source in case.sources) if url],
    }
    if case.published_at:
        data["datePublished"] = case.published_at.isoformat()
    return data


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
