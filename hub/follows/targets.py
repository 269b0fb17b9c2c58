"""Which follows an event reaches, the most specific first: case, city, clause, principle, commitment, country."""

from __future__ import annotations

from collections.abc import Iterable

from hub.cases.carriers import Carrier
from hub.cases.models import CLAUSE, ITEM, US_PRINCIPLE, CaseStudy
from hub.cities.models import City
from hub.commitments.models import StatusRecord
from hub.exchange.models import Adaptation
from hub.feeds.models import FeedEntry
from hub.follows.models import CASE, CITY, COMMITMENT, COUNTRY, PRINCIPLE, SOURCE
from hub.vocabularies.queries import Vocabulary

Target = tuple[str, str]  # kind and key of a follow


def charter_codes(tags: Iterable[Carrier], terms: Vocabulary) -> list[str]:
    """Return the codes of all charters that a case with these tags counts for, parts before what they are part of.

    The other way round than `hub.cases.carriers`: a clause reaches itself, its principle, the themes of the
    Declaration that the crosswalk ties to it, and what these belong to; a US statement itself and its principle.
    """
    parts: list[str] = []
    for scheme, code in tags:
        if scheme in (CLAUSE, US_PRINCIPLE):
            parts.append(code)
        if scheme == CLAUSE:
            parts.extend(terms.targets(code, "theme"))
    wholes = [terms.principle_of(code) for code in parts]
    known = [code for code in dict.fromkeys(parts + wholes) if terms.find_principle(code) is not None]
    return sorted(known, key=lambda code: terms.principle_of(code) == code)  # stable: the rank of the tags stays


def of_place(city: City | None, country: str = "") -> list[Target]:
    """Return the follows of a city and of its country; of the country alone where no city is named."""
    if city is not None:
        return [(CITY, city.slug), (COUNTRY, city.country)]
    return [(COUNTRY, country)] if country else []


def of_case(case: CaseStudy, terms: Vocabulary) -> list[Target]:
    """Return the follows that the publication of a case reaches."""
    tags = [(tag.scheme, tag.code) for tag in case.tags]
    country = case.city.country if case.city is not None else case.country
    return [
        (CASE, case.slug),
        *([(CITY, case.city.slug)] if case.city is not None else []),
        *((PRINCIPLE, code) for code in charter_codes(tags, terms)),
        *((COMMITMENT, code) for scheme, code in tags if scheme == ITEM),
        (COUNTRY, country),
    ]


def of_change(case: CaseStudy) -> list[Target]:
    """Return the follows that a revision or translation of a case reaches: of the case, its city, its country."""
    return [(CASE, case.slug), *of_place(case.city, case.country)]


def of_status(status: StatusRecord) -> list[Target]:
    """Return the follows that a status record, or a check of it, reaches."""
    return of_commitment(status.city, status.item_code)


def of_commitment(city: City, item_code: str) -> list[Target]:
    """Return the follows that what is new about one commitment of a city reaches."""
    return [(CITY, city.slug), (COMMITMENT, item_code), (COUNTRY, city.country)]


def of_adaptation(adaptation: Adaptation) -> list[Target]:
    """Return the follows that a step of an adaptation reaches: of the case, both cities, both countries."""
    origin, from_city = adaptation.origin, adaptation.from_city
    country = origin.country if origin is not None else ""
    found = [
        *([(CASE, origin.slug)] if origin is not None else []),
        *of_place(adaptation.city),
        *of_place(from_city, country),
    ]
    return sorted(dict.fromkeys(found), key=lambda target: target[0] == COUNTRY)  # stable: cities before countries


def of_story(entry: FeedEntry, sources: Iterable[str], cities: Iterable[City], terms: Vocabulary) -> list[Target]:
    """Return the follows that a pinned story reaches: of the sources that brought it, and of what it is about."""
    tied, codes = list(cities), [code for code in entry.principle_codes if terms.find_principle(code) is not None]
    principles = dict.fromkeys([*codes, *(terms.principle_of(code) for code in codes)])
    return [
        *((SOURCE, slug) for slug in sources),
        *((CITY, city.slug) for city in tied),
        *((PRINCIPLE, code) for code in principles),
        *((COUNTRY, country) for country in dict.fromkeys(city.country for city in tied)),
    ]
