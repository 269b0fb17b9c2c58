"""The three charters, and a page for each of their terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import queries as cases
from hub.cases.queries import counts_by_term
from hub.core import clock
from hub.feeds import queries as feeds
from hub.site.queries import active_cities
from hub.vocabularies.pages import (
    CharterBlock,
    Link,
    TermRow,
    charter_block,
    crosswalk_of,
    label_status,
    status_words,
    term_document,
    term_link,
    term_row,
)
from hub.vocabularies.queries import TermView, Vocabulary, vocabulary
from hub.web.formats import absolute, json_document
from hub.web.gate import public
from hub.web.locale import country_name, in_language, language
from hub.web.params import read_query

bp = Blueprint("vocabularies", __name__)

SHOWN_CASES = 8
TO_THE_UN = "DT-UN"  # the theme that asks something of the United Nations and the OECD, not of cities


@bp.get("/principles/")
@public
def show_charters() -> str:
    """Show the three charters: the map of the hub."""
    read_query()
    words, counts = vocabulary(), counts_by_term()
    blocks = [charter_block(words, charter, counts) for charter in words.charters]
    return render_template(
        "vocabularies/charters.html", nav_current="principles", charters=blocks, gaps=gaps_of(blocks)
    )


def gaps_of(blocks: Iterable[CharterBlock]) -> list[TermRow]:
    """Return the clauses of the Gwangju principles that no case carries yet."""
    terms = [term for block in blocks if block.code == "gwangju" for term in block.terms]
    return [part for term in terms for part in term.parts if not part.cases]


@bp.get("/principles/<code>")
@public
def show_term(code: str) -> ResponseReturnValue:
    """Show a principle, theme, clause or statement; a code in other capitals leads to its own. Raises NotFound."""
    read_query()
    words = vocabulary()
    if right := other_spelling(words, code):
        return redirect(f"/principles/{right}" + query_string(), 301)
    term = words.get_principle(code)
    parent = words.find_principle(term.parent_code) if term.parent_code else None
    charter = next(charter for charter in words.charters if charter.code == term.scheme)
    counts = counts_by_term()
    row = term_row(words, term, counts)
    return render_template(
        "vocabularies/term.html",
        nav_current="principles",
        current_principles={words.principle_of(code)},
        term=row,
        charter=charter_block(words, charter, {}),
        parent=term_link(words, parent.code) if parent else None,
        original=original_label(term.labels, row.label),
        status=status_words(label_status(term), is_part=parent is not None),
        replaced_by=term_link(words, term.replaced_by) if term.replaced_by else None,
        crosswalk=crosswalk_of(words, term),
        is_by_crosswalk=term.scheme == "declaration",
        speaks_to_cities=words.principle_of(code) != TO_THE_UN,
        siblings=siblings_of(words, parent, code) if parent else [],
        cases=cases.case_rows(cases.cases_with_code(code, SHOWN_CASES)),
        cities=city_lines(words, code),
        coming=feeds.coming_up(clock.now().date(), principle=code) if term.scheme == "gwangju" else [],
        gaps=[part for part in row.parts if not part.cases] if term.scheme == "gwangju" else [],
    )


@bp.get("/principles/<code>.<any(json):suffix>")
@public
def export_term(code: str, suffix: str) -> ResponseReturnValue:
    """Give a term as JSON, with its titles in every language and where their wording comes from. Raises NotFound."""
    read_query()
    words = vocabulary()
    if right := other_spelling(words, code):
        return redirect(f"/principles/{right}.{suffix}" + query_string(), 301)
    document = term_document(words, words.get_principle(code), counts_by_term())
    return json_document(document | {"url": absolute(f"/principles/{code}")})


def siblings_of(words: Vocabulary, parent: TermView, code: str) -> list[Link]:
    """Return the other clauses, subthemes or statements of the same principle or theme."""
    parts = [part.code for part in words.children(parent) if part.code != code and not part.replaced_by]
    return [term_link(words, part) for part in parts]


def other_spelling(words: Vocabulary, code: str) -> str:
    """Return the code as it is written, when it was given in other capitals; empty when it is right or not known."""
    right = code.upper()
    return right if right != code and words.find_principle(right) else ""


def query_string() -> str:
    """Return the query of this request as it came, with its question mark."""
    return "?" + request.query_string.decode("latin-1") if request.query_string else ""


def original_label(labels: dict[str, Any], shown: str) -> str:
    """Return the English title where it is the document's own and the page shows another one."""
    english = labels.get("en") or {}
    return (
        str(english.get("text", ""))
        if english.get("status") == "official" and in_language(labels, "en") != shown
        else ""
    )


def city_lines(words: Vocabulary, code: str) -> list[dict[str, Any]]:
    """Return the cities with a case on a term, under the names that readers of the current language know."""
    lines = []
    for city in active_cities(code, words):
        is_native = bool(city.name_native and (city.native_language or "").split("-")[0] == language())
        name = city.name_native if is_native else city.name
        country = country_name(city.country)
        lines.append({"name": name, "url": f"/cities/{city.slug}", "country": country, "cases": city.cases})
    return lines
