"""What is asked of a case, as conditions that the database understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true

from hub.cases.models import CLAUSE, ITEM, PRACTICE_TYPE, TARGET_GROUP, US_PRINCIPLE, CaseStudy, CaseTag
from hub.cities.models import City
from hub.search import tree
from hub.search.facets import rolled_up
from hub.search.language.analysis import query_terms, stopped_in
from hub.search.language.terms import folded
from hub.search.sqltext import has_word_of
from hub.vocabularies.queries import CHARTERS, vocabulary

Condition = ColumnElement[bool]
TAGGED = {"group": TARGET_GROUP, "type": PRACTICE_TYPE, "commitment": ITEM}
COLUMNS: Mapping[str, Any] = {"country": CaseStudy.country, "language": CaseStudy.language}
CITY_COLUMNS: Mapping[str, Any] = {"region": City.region, "city": City.slug}
_SHORTEST_STEM = 3


def holds(node: tree.Node) -> Condition:
    """Return the condition that a tree holds, its words looked for in titles and names of cities."""
    match node:
        case tree.Word(text):
            return _in_title(text, _forms(text))
        case tree.Phrase(text) | tree.Prefix(text):
            return _in_title(text, (text,))
        case tree.Tagged(facet, code):
            return has_codes(facet, (code,))
        case tree.Range(low, high):
            return began(low, high)
        case tree.And(parts):
            telling = [part for part in parts if not _is_stopped(part)]
            return and_(true(), *map(holds, telling or parts))
        case tree.Or(parts):
            return or_(false(), *map(holds, parts))
        case tree.Not(part):
            # What is not known (a case of no city) is not what was excluded.
            return not_(func.coalesce(holds(part), false()))
        case tree.Field("title" | "year", part):
            return holds(part)
        case tree.Field(name, tree.Prefix(text)):
            return _spelled(name, text, is_beginning=True)
        case tree.Field(name, tree.Word(text) | tree.Phrase(text)):
            return _spelled(name, text)
    raise ValueError(f"{node} cannot be searched")


def _is_stopped(node: tree.Node) -> bool:
    return isinstance(node, tree.Word) and bool(stopped_in(node.text))


def _forms(word: str) -> tuple[str, ...]:
    stems = (needle[0] for needle in query_terms(word) if len(needle) == 1)
    return tuple(dict.fromkeys((word, *(stem for stem in stems if len(stem) >= _SHORTEST_STEM))))


def _in_title(text: str, forms: Iterable[str]) -> Condition:
    # Scripts that know no upper case are mostly those in which a word may stand within another.
    anywhere = text.lower() == text.upper() and not text.isascii()
    titles = has_word_of(CaseStudy.title, forms, anywhere=anywhere)
    names = [has_word_of(name, (text,), anywhere=anywhere) for name in (City.name, City.name_native)]
    return or_(titles, _of_city(or_(*names)))


def _of_city(condition: Condition) -> Condition:
    return and_(CaseStudy.city_id.is_not(None), CaseStudy.city_id.in_(select(City.id).where(condition)))


def began(low: int | None, high: int | None) -> Condition:
    """Return the condition that the practice began between two years, both included; None leaves that end open."""
    ends = [] if low is None else [CaseStudy.started >= low]
    ends += [] if high is None else [CaseStudy.started <= high]
    return and_(CaseStudy.started.is_not(None), *ends)


def has_codes(facet: str, codes: Iterable[str]) -> Condition:
    """Return the condition that a case has one of the codes."""
    wanted = set(codes)
    if facet in COLUMNS:
        column: Condition = COLUMNS[facet].in_(sorted(wanted))
        return column
    if facet in CITY_COLUMNS:
        return _of_city(CITY_COLUMNS[facet].in_(sorted(wanted)))
    if facet != "principle":
        return _tagged(TAGGED[facet], CaseTag.code.in_(sorted(wanted)))
    words = vocabulary()
    clauses = [
        clause for clause in words.crosswalk
        if wanted.intersection(rolled_up("principle", words.targets(clause, "theme")))
    ]  # fmt: skip
    parts = [CaseTag.code.startswith(f"{code}.", autoescape=True) for code in sorted(wanted) if "." not in code]
    own = _tagged((CLAUSE, US_PRINCIPLE), or_(CaseTag.code.in_(sorted(wanted)), *parts))
    return or_(own, _tagged(CLAUSE, CaseTag.code.in_(clauses))) if clauses else own


def _spelled(facet: str, text: str, *, is_beginning: bool = False) -> Condition:
    """Return the condition for a code as typed into a field: gp8 means GP8, "Mexico City" means mexico-city."""
    slug = "-".join(text.lower().split())
    spellings = sorted({text, text.upper(), text.lower(), slug, folded(slug)})
    if not is_beginning:
        return has_codes(facet, spellings)
    if facet == "principle":
        words = vocabulary()
        known = {code for scheme in CHARTERS for code in words.schemes.get(scheme, {})}
        return has_codes(facet, {code for code in known if code.startswith(tuple(spellings))})
    column: Any = {**COLUMNS, **CITY_COLUMNS}.get(facet, CaseTag.code)
    begun: Condition = or_(*(column.startswith(spelling, autoescape=True) for spelling in spellings))
    if facet in COLUMNS:
        return begun
    return _of_city(begun) if facet in CITY_COLUMNS else _tagged(TAGGED[facet], begun)


def _tagged(scheme: str | tuple[str, ...], condition: Condition) -> Condition:
    schemes = (scheme,) if isinstance(scheme, str) else scheme
    return CaseStudy.id.in_(select(CaseTag.case_id).where(CaseTag.scheme.in_(schemes), condition))
