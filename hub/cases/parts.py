"""A case part by part, in the order of its template: what page, Markdown, PDF and comparison all tell the same way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hub.cases.models import FUNDER
from hub.cases.page import host
from hub.cases.rows import terms_now
from hub.cases.template import INDICATOR
from hub.cases.translations import Told
from hub.cases.words import code_words, template_names
from hub.core.text import safe_url
from hub.web.dates import partial_date
from hub.web.locale import gettext as _
from hub.web.locale import in_language

_NUMBER = re.compile(r"\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+|\d+(?:\.\d{1,2})?")  # 1.234 may be a thousand
_BIG = frozenset({"problem", "lessons"})


class Prose(NamedTuple):
    """Running text in Markdown, under a small heading of its own where it has one."""

    text: str
    language: str
    heading: str = ""
    kind: str = "prose"


class Fact(NamedTuple):
    """A name and its words; `language` is empty where the words are the page's own, `url` where nothing leads on."""

    name: str
    words: str
    language: str = ""
    url: str = ""


class Facts(NamedTuple):
    """Facts that stand under one another."""

    rows: tuple[Fact, ...]
    kind: str = "facts"


class Figure(NamedTuple):
    """One counted result as its source gives it; a source that is an address is named by its site.

    `bars` are how long what was before and what is now are drawn, 0 to 100 from a common zero; None where the cells are
    not plain numbers, or cannot be compared.
    """

    name: str
    unit: str
    before: str
    value: str
    date: str
    source: str
    source_url: str
    bars: tuple[float, float] | None


class Figures(NamedTuple):
    """The table of counted results; its words stand in the language of the original."""

    rows: tuple[Figure, ...]
    language: str
    kind: str = "figures"


class Partner(NamedTuple):
    """An organisation that takes part; `url` is empty where its address cannot be followed."""

    name: str
    role: str
    url: str


class Partners(NamedTuple):
    """The organisations involved; their words stand in the language of the original."""

    rows: tuple[Partner, ...]
    language: str
    kind: str = "partners"


class Open(NamedTuple):
    """What stands where the honest answer is that nothing is known yet.

    `more` is what the case says about that, `hint` what a reader may do.
    """

    words: str
    more: Prose | None = None
    hint: str = ""
    kind: str = "open"


Block = Prose | Facts | Figures | Partners | Open


@dataclass(frozen=True)
class Section:
    """One part under its heading; `id` is its anchor, a field of the template where it is one field's."""

    id: str
    heading: str
    blocks: tuple[Block, ...] = ()
    is_big: bool = False


def sections(told: Told, *, has_city: bool) -> list[Section]:
    """Return the parts that say something, or say plainly that it is not known; what is empty and welcome is not."""
    names = template_names()
    found = [
        _prose(told, "problem", names["problem"]),
        _prose(told, "action", _("What the city did") if has_city else names["action"]),
        Section("participation", names["participation"], (*_said(told, "participation"), *_level(told))),
        Section("legal", names["legal_basis"], (*_said(told, "legal_basis"), *_powers(told))),
        Section("partners", names["partners"], _partners(told)),
        Section("means", _("Means"), _means(told)),
        Section("results", names["results"], (*_results(told, has_city), *_figures(told), *_known(told))),
        _prose(told, "failures", names["failures"]),
        _prose(told, "conditions", names["conditions"]),
        _prose(told, "lessons", _("Lessons")),
        Section("transfer", _("For another city"), _transfer(told)),
    ]
    return [section for section in found if section.blocks]


def _prose(told: Told, name: str, heading: str) -> Section:
    return Section(name, heading, _said(told, name), name in _BIG)


def _said(told: Told, name: str) -> tuple[Block, ...]:
    text = getattr(told.text, name)
    if text.strip():
        return (Prose(text, told.language_of(name)),)
    return (Open(open_words(name)),) if name in told.text.open_answers else ()


def open_words(name: str) -> str:
    """Return what stands in a field that was honestly left open."""
    return _("None reported yet.") if name in ("results", "failures") else _("Not yet known.")


def _results(told: Told, has_city: bool) -> tuple[Block, ...]:
    """Return the results, or that there are none yet: the one part that no case leaves out."""
    text = Prose(told.text.results, told.language_of("results")) if told.text.results.strip() else None
    if told.text.has_reported_results and text:
        return (text,)
    hint = _("An open question is better than a guess: if you hold figures, tell the city.")
    return (Open(open_words("results"), text, hint if has_city else _("An open question is better than a guess.")),)


def _coded(told: Told, name: str) -> list[Fact]:
    """Return the fact of a field that holds one code."""
    words = code_words(name, getattr(told.text, name))
    return [Fact(template_names()[name], words)] if words else []


def _told(told: Told, name: str, url: str = "") -> list[Fact]:
    """Return the fact of a field that holds a line of text."""
    words = getattr(told.text, name)
    return [Fact(template_names()[name], words, told.language_of(name), safe_url(url))] if words.strip() else []


def _facts(rows: Sequence[Fact]) -> tuple[Block, ...]:
    return (Facts(tuple(rows)),) if rows else ()


def _level(told: Told) -> tuple[Block, ...]:
    return _facts(_coded(told, "participation_level"))


def _powers(told: Told) -> tuple[Block, ...]:
    return _facts(_coded(told, "competence"))


def _known(told: Told) -> tuple[Block, ...]:
    return _facts(_coded(told, "evidence_type"))


def _partners(told: Told) -> tuple[Block, ...]:
    rows = tuple(Partner(name, role, safe_url(url)) for name, role, url in told.text.partners if name)
    return (Partners(rows, told.original),) if rows else ()


def amount(told: Told) -> str:
    """Return what it cost as its source gives it, with currency and year: 120,000 EUR (2019); empty where not said."""
    text = told.text
    words = " ".join(part for part in (text.cost_amount, text.cost_currency) if part) if text.cost_amount else ""
    return f"{words} ({text.cost_year})" if words and text.cost_year else words


def funders(told: Told) -> list[str]:
    """Return the words for who paid."""
    found = [(code, terms_now().find("funders", code)) for code in told.text.tags[FUNDER]]
    return [in_language(term.labels) if term else code for code, term in found]


def _means(told: Told) -> tuple[Block, ...]:
    names = template_names()
    cost = _coded(told, "cost_band")
    if not cost and "cost_band" in told.text.open_answers:
        cost = [Fact(names["cost_band"], open_words("cost_band"))]
    rows = [
        *cost,
        *([Fact(names["cost_amount"], amount(told))] if amount(told) else []),
        *_told(told, "staff"),
        *([Fact(names["funders"], ", ".join(funders(told)))] if told.text.funders else []),
    ]
    return _facts(rows)


def figures_of(told: Told) -> tuple[Figure, ...]:
    """Return the counted results of a case."""
    return tuple(_figure(row) for row in told.text.indicators if any(row))


def _figures(told: Told) -> tuple[Block, ...]:
    rows = figures_of(told)
    return (Figures(rows, told.original),) if rows else ()


def _figure(row: Sequence[str]) -> Figure:
    cells = dict(zip(INDICATOR, row, strict=False))
    name, unit, before, value, date, source = (cells.get(each, "") for each in INDICATOR)
    words = host(source) or source
    return Figure(name, unit, before, value, partial_date(date), words, safe_url(source), bars_of(before, value, unit))


def bars_of(before: str, value: str, unit: str) -> tuple[float, float] | None:
    """Return how long to draw two numbers of one unit; nothing where one is missing, or is more than a plain number."""
    numbers = [_number(cell, unit) for cell in (before, value)]
    if None in numbers:
        return None
    low, high = (number or 0.0 for number in numbers)
    whole = 100.0 if "%" in f"{unit}{before}{value}" else max(low, high)
    return (100 * low / whole, 100 * high / whole) if 0 < max(low, high) <= whole else None


def _number(cell: str, unit: str) -> float | None:
    bare = cell.strip().removesuffix("%").removesuffix(unit.strip()).strip()
    return float(re.sub(r"[ ,\u00a0\u202f]", "", bare)) if _NUMBER.fullmatch(bare) else None


def _transfer(told: Told) -> tuple[Block, ...]:
    names = template_names()
    blocks: list[Block] = [
        Prose(getattr(told.text, name), told.language_of(name), names[name])
        for name in ("essential", "adaptable")
        if getattr(told.text, name).strip()
    ]
    rows = [*_told(told, "adapted_from", told.text.adapted_from_url), *_coded(told, "will_mentor")]
    if not told.text.adapted_from.strip() and safe_url(told.text.adapted_from_url):
        url = told.text.adapted_from_url
        rows.insert(0, Fact(names["adapted_from"], url, "", safe_url(url)))
    return (*blocks, *_facts(rows))
