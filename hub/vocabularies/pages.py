"""Charters and their terms as pages and programs are given them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.vocabularies.goals import article_words, goal_name
from hub.vocabularies.queries import CharterView, TermView, Vocabulary
from hub.web.dates import machine_date, partial_date
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language

SOURCE_LANGUAGE = "en"  # the three charters were read in English


class Link(NamedTuple):
    """A code and its name, and where they lead; the address may be empty."""

    code: str
    label: str
    url: str


@dataclass(frozen=True)
class TermRow:
    """One principle, theme, clause or statement in the words of the current language."""

    code: str
    hue: int  # 1 to 10 for the Gwangju principles and their clauses, else 0
    url: str
    label: str
    description: str
    paragraphs: str
    cases: int
    status: str  # of the label: official, translated, editorial
    parts: tuple[TermRow, ...] = ()


@dataclass(frozen=True)
class CharterBlock:
    """One charter with where it comes from and its terms."""

    code: str
    label: str
    original: str  # its name in the language it was read in, where the page is in another one
    source: str
    when: str
    machine_date: str
    where: str
    note: str
    titles: str  # what its titles are: official, our translation, our wording
    terms: list[TermRow]


@dataclass(frozen=True)
class Crosswalk:
    """What a term touches in the other texts, by our own reading."""

    items: list[Link]
    goals: list[Link]
    articles: list[Link]
    themes: list[Link]
    alliance: list[Link]
    clauses: list[Link]

    @property
    def is_empty(self) -> bool:
        """Whether the term touches nothing."""
        return not (self.items or self.goals or self.articles or self.themes or self.alliance or self.clauses)


def status_words(status: str, *, is_part: bool) -> str:
    """Return in words where the wording of a title comes from; a part is a clause, subtheme or statement."""
    if status == "official":
        return _("The title is the document’s own.")
    if status == "translated":
        return _("The title is our translation.")
    return _("The short title is ours; the document gives this part none.") if is_part else _("The title is ours.")


def label_status(term: TermView) -> str:
    """Return the status of the title that the current language shows."""
    label = term.labels.get(language()) or term.labels.get(SOURCE_LANGUAGE) or {}
    return str(label.get("status", "editorial")) if isinstance(label, Mapping) else "editorial"


def term_link(words: Vocabulary, code: str) -> Link:
    """Return a link to a term by its code; a code that is not known leads nowhere."""
    term = words.find_principle(code)
    return Link(code, in_language(term.labels), f"/principles/{code}") if term else Link(code, "", "")


def term_row(words: Vocabulary, term: TermView, counts: Mapping[str, int]) -> TermRow:
    """Return a term with its parts, each with how many cases carry it."""
    top = words.find(term.scheme, words.principle_of(term.code)) or term
    return TermRow(
        code=term.code,
        hue=(top.number or 0) if term.scheme == "gwangju" else 0,
        url=f"/principles/{term.code}",
        label=in_language(term.labels),
        description=in_language(term.descriptions),
        paragraphs=term.paragraphs or "",
        cases=counts.get(term.code, 0),
        status=label_status(term),
        parts=tuple(term_row(words, part, counts) for part in words.children(term) if not part.replaced_by),
    )


def charter_block(words: Vocabulary, charter: CharterView, counts: Mapping[str, int]) -> CharterBlock:
    """Return a charter with its terms; terms that were replaced are left out of the list."""
    facts = charter.facts
    terms = [term_row(words, term, counts) for term in words.top(charter.code) if not term.replaced_by]
    label, original = in_language(charter.labels), in_language(charter.labels, SOURCE_LANGUAGE)
    date = partial_date(facts.get("date"))
    changed = facts.get("date_means") == "last_modified"
    return CharterBlock(
        code=charter.code,
        label=label,
        original=original if original != label else "",
        source=str(facts.get("title", "")),
        when=_("Last changed on %(date)s", date=date) if changed else _("Adopted on %(date)s", date=date),
        machine_date=machine_date(facts.get("date")),
        where=in_language(facts.get("place")),
        note=in_language(facts.get("note")),
        titles=_titles({term.status for term in terms}),
        terms=terms,
    )


def _titles(statuses: set[str]) -> str:
    if statuses == {"official"}:
        return _("The titles are the document’s own; the descriptions are in our words.")
    if statuses == {"translated"}:
        return _("The titles are our translation, the descriptions are in our words.")
    if statuses == {"editorial"}:
        return _("The short titles and the descriptions are in our words.")
    if "official" in statuses:
        return _("Some titles are the document’s own; the others and the descriptions are in our words.")
    return _("Some titles are our translation; the others and the descriptions are in our words.")


def crosswalk_of(words: Vocabulary, term: TermView) -> Crosswalk:
    """Return what a term touches: a principle through its clauses, others through the clauses tied to them."""
    codes = [term.code, *(part.code for part in words.children(term))]
    if term.scheme == "gwangju":
        clauses = [code for code in words.crosswalk if code in codes]
    else:
        kind = "theme" if term.scheme == "declaration" else "us"
        clauses = [code for code in words.crosswalk if set(codes).intersection(words.targets(code, kind))]
    clauses.sort(key=_natural)
    touched = {kind: _all_targets(words, clauses, kind) for kind in ("item", "sdg", "udhr", "theme", "us")}
    spoken = language()
    return Crosswalk(
        items=[
            Link(code, in_language(item.labels), f"/commitments/{code}")
            for code, item in words.items.items()
            if code in touched["item"]
        ],
        goals=[Link(str(n), goal_name(n, spoken), "") for n in _numbers(touched["sdg"])],
        articles=[Link(str(n), article_words(n, spoken), "") for n in _numbers(touched["udhr"])],
        themes=[] if term.scheme == "declaration" else _links(words, "declaration", touched["theme"]),
        alliance=[] if term.scheme == "us-alliance" else _links(words, "us-alliance", touched["us"]),
        clauses=[] if term.scheme == "gwangju" else [term_link(words, code) for code in clauses],
    )


def _all_targets(words: Vocabulary, clauses: Iterable[str], kind: str) -> set[str]:
    return {target for clause in clauses for target in words.targets(clause, kind)}


def _links(words: Vocabulary, scheme: str, codes: set[str]) -> list[Link]:
    return [term_link(words, term.code) for term in words.scheme(scheme) if term.code in codes]


def _numbers(texts: Iterable[str]) -> list[int]:
    return sorted(int(text) for text in texts)


def _natural(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.removeprefix("GP").split("."))


def term_document(words: Vocabulary, term: TermView, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return a term as programs are given it: titles and descriptions in every language with their status."""
    touched = crosswalk_of(words, term)
    return {
        "code": term.code,
        "charter": term.scheme,
        "parent": term.parent_code,
        "number": term.number,
        "paragraphs": term.paragraphs,
        "labels": term.labels,
        "short": term.short or None,
        "descriptions": term.descriptions,
        "replaced_by": term.replaced_by,
        "parts": [
            {
                "code": part.code,
                "labels": part.labels,
                "descriptions": part.descriptions,
                "cases": counts.get(part.code, 0),
            }
            for part in words.children(term)
        ],
        "crosswalk": {
            "commitments": [link.code for link in touched.items],
            "sdgs": [int(link.code) for link in touched.goals],
            "udhr_articles": [int(link.code) for link in touched.articles],
            "themes": [link.code for link in touched.themes],
            "us_principles": [link.code for link in touched.alliance],
            "clauses": [link.code for link in touched.clauses],
        },
        "cases": counts.get(term.code, 0),
    }
