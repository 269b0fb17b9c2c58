"""Up to three cases side by side: every field of the template one row, what they share marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from hub.cases.models import CaseStudy
from hub.cases.page import (
    Tag,
    alliance_tags,
    chosen_goals,
    clause_tags,
    groups,
    item_tags,
    kinds,
    place,
    prose,
    rights,
)
from hub.cases.parts import Figure, amount, figures_of, funders, open_words
from hub.cases.rows import case_path, city_label, years_phrase
from hub.cases.template import CODE, FIELDS, MARKDOWN
from hub.cases.translations import Told
from hub.cases.truth import truth_of
from hub.cases.words import code_words, template_names
from hub.core import clock
from hub.core.text import excerpt, plain_text
from hub.web.locale import country_name, ngettext
from hub.web.locale import gettext as _

MOST = 3
CHARACTERS = 420  # of a long text; the case itself tells the rest


class Item(NamedTuple):
    """One thing that a case says in a field; shared where another of the compared cases says the same."""

    text: str
    url: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Cell:
    """What one case says in a field: things, or the beginning of a text in its language; `more_url` tells the rest."""

    items: tuple[Item, ...] = ()
    text: str = ""
    language: str = ""
    more_url: str = ""
    is_open: bool = False


class Row(NamedTuple):
    """One field of all compared cases."""

    heading: str
    cells: tuple[Cell, ...]


class Column(NamedTuple):
    """One compared case; `without_url` compares the others alone."""

    slug: str
    title: str
    language: str
    url: str
    where: str
    name: str  # short, for the cells on a narrow screen
    is_demo: bool
    without_url: str


def compare_path(slugs: Sequence[str]) -> str:
    """Return the address at which these cases stand side by side."""
    return "/cases/compare?" + urlencode([("case", slug) for slug in slugs])


def columns(cases: Sequence[CaseStudy], told: Sequence[Told]) -> list[Column]:
    """Return the heads of the table, in the order asked for."""
    slugs = [case.slug for case in cases]
    return [
        Column(
            slug=case.slug,
            title=said.text.title,
            language=said.language_of("title"),
            url=case_path(case.slug),
            where=place(case),
            name=city_label(case.city) if case.city else country_name(case.country),
            is_demo=case.is_demo,
            without_url=compare_path([slug for slug in slugs if slug != case.slug]),
        )
        for case, said in zip(cases, told, strict=True)
    ]


def rows(cases: Sequence[CaseStudy], told: Sequence[Told]) -> list[Row]:
    """Return the fields that at least one case says something in, in the order of the template."""
    names = template_names() | {"clauses": _("Clauses"), "started": _("When")}
    pairs = list(zip(cases, told, strict=True))
    found = [
        Row(names[field.name], _shared([_maker(field.name, field.kind)(case, said) for case, said in pairs]))
        for field in FIELDS
        if field.name not in _LEFT_OUT
    ]
    found.append(Row(_("Still true?"), _shared([_items([_truth(case)]) for case in cases])))
    return [row for row in found if any(cell.items or cell.text or cell.is_open for cell in row.cells)]


def _truth(case: CaseStudy) -> str:
    return truth_of(case, clock.now().date()).words


Maker = Callable[[CaseStudy, Told], Cell]
# What another row says, or what is no field to compare by.
_LEFT_OUT = frozenset({
    "title", "language", "contact_role", "contact_address", "ended", "is_ongoing", "is_approximate", "cost_currency",
    "cost_year", "adapted_from_url", "people_check", "consent_note",
})  # fmt: skip
_BY_NAME: dict[str, Maker] = {
    "started": lambda case, _told: _items([years_phrase(case)]),
    "clauses": lambda case, _told: _tags(clause_tags(case)),
    "types": lambda case, _told: _items(kinds(case)),
    "groups": lambda case, _told: _items(groups(case)),
    "items": lambda case, _told: _tags(item_tags(case)),
    "alliance": lambda case, _told: _tags(alliance_tags(case)),
    "rights": lambda case, _told: _items(rights(case)),
    "sdgs": lambda case, _told: _items(chosen_goals(case)),
    "partners": lambda _case, told: _items([row[0] for row in told.text.partners]),
    "cost_amount": lambda _case, told: _items([amount(told)]),
    "funders": lambda _case, told: _items(funders(told)),
    "indicators": lambda _case, told: _items([_counted(figure) for figure in figures_of(told)]),
    "sources": lambda case, _told: _items(
        [ngettext("%(num)d document", "%(num)d documents", len(case.sources))] if case.sources else []
    ),
}


def _maker(name: str, kind: str) -> Maker:
    """Return what makes the cell of a field."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if kind == CODE:
        return lambda _case, told: _open(name, told) or _items([code_words(name, getattr(told.text, name))])
    return lambda case, told: _open(name, told) or _text(name, case, told)


def _items(words: Sequence[str]) -> Cell:
    return Cell(tuple(Item(text) for text in words if text))


def _tags(tags: Sequence[Tag]) -> Cell:
    return Cell(tuple(Item(f"{tag.code} {tag.label}", tag.url) for tag in tags))


def _counted(figure: Figure) -> str:
    value = " ".join(part for part in (figure.value, figure.unit) if part)
    if figure.before:
        value = _("%(before)s before, %(value)s after", before=figure.before, value=value)
    return f"{figure.name}: {value}" + (f" ({figure.date})" if figure.date else "")


def _open(name: str, told: Told) -> Cell | None:
    """Return the cell of a field that was honestly left open."""
    is_left = name in told.text.open_answers or (name == "results" and not told.text.has_reported_results)
    return Cell((Item(open_words(name)),), is_open=True) if is_left and not getattr(told.text, name) else None


def _text(name: str, case: CaseStudy, told: Told) -> Cell:
    words = plain_text(prose(getattr(told.text, name))) if name in MARKDOWN else getattr(told.text, name)
    short = excerpt(words, CHARACTERS)
    more = f"{case_path(case.slug)}#{_ANCHORS.get(name, name)}" if short.endswith("…") and short != words else ""
    return Cell(text=short, language=told.language_of(name), more_url=more)


_ANCHORS = {"summary": "main", "legal_basis": "legal", "essential": "transfer", "adaptable": "transfer"}


def _shared(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Mark what more than one of the cases says."""
    often = Counter(item.text for cell in cells if not cell.is_open for item in cell.items)
    return tuple(
        replace(cell, items=tuple(item._replace(is_shared=often[item.text] > 1) for item in cell.items))
        for cell in cells
    )
