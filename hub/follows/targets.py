"""Which follows an event reaches, the most specific first: case, city, clause, principle, commitment."""

from __future__ import annotations

from collections.abc import Iterable

from hub.cases.carriers import Carrier
from hub.cases.models import CLAUSE, ITEM, US_PRINCIPLE, CaseStudy
from hub.commitments.models import StatusRecord
from hub.follows.models import CASE, CITY, COMMITMENT, PRINCIPLE
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


def of_case(case: CaseStudy, terms: Vocabulary) -> list[Target]:
    """Return the follows that the publication of a case reaches."""
    tags = [(tag.scheme, tag.code) for tag in case.tags]
    return [
        (CASE, case.slug),
        *([(CITY, case.city.slug)] if case.city is not None else []),
        *((PRINCIPLE, code) for code in charter_codes(tags, terms)),
        *((COMMITMENT, code) for scheme, code in tags if scheme == ITEM),
    ]


def of_status(status: StatusRecord) -> list[Target]:
    """Return the follows that a status record reaches."""
    return [(CITY, status.city.slug), (COMMITMENT, status.item_code)]
