"""Which tags make a case count for a code of a charter or of the commitments."""

from __future__ import annotations

from hub.cases.models import CLAUSE, ITEM, US_PRINCIPLE
from hub.vocabularies.queries import TermView, Vocabulary

Carrier = tuple[str, str]  # scheme and code of a tag


def carriers(code: str, terms: Vocabulary) -> list[Carrier]:
    """Return the tags of which a case must carry one to count for `code`; none for a code that is not known.

    A principle covers its clauses, a theme of the Declaration the clauses that the crosswalk ties to it or to its
    subthemes, a US principle its statements; a commitment item only itself.
    """
    if code in terms.items:
        return [(ITEM, code)]
    term = terms.find_principle(code)
    if term is None:
        return []
    if term.scheme == "us-alliance":
        return [(US_PRINCIPLE, part) for part in _with_parts(term, terms)]
    if term.scheme == "declaration":
        wanted = set(_with_parts(term, terms))
        return [(CLAUSE, clause) for clause in terms.crosswalk if wanted.intersection(terms.targets(clause, "theme"))]
    return [(CLAUSE, part) for part in _with_parts(term, terms)]


def _with_parts(term: TermView, terms: Vocabulary) -> list[str]:
    return [term.code, *(part.code for part in terms.children(term))]
