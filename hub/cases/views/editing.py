"""The editor of a case: what its form offers, what was typed, and how far the case is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.core import get_global
from markupsafe import Markup

from hub.cases.completeness import parts_of
from hub.cases.content import SCHEMES, CaseText, Rows, text_of
from hub.cases.forms import CaseForm
from hub.cases.history import field_name
from hub.cases.models import CaseStudy
from hub.cases.rows import own_language_name, terms_now
from hub.cases.template import (
    CODE,
    CONSENTED,
    FIELDS,
    FLAG,
    INDICATOR,
    LINE,
    NOBODY,
    OPEN,
    PARTNER,
    PROSE,
    WELCOME,
    YEAR,
)
from hub.cases.words import CODE_LISTS, code_words, template_names
from hub.web.dates import format_moment
from hub.web.locale import NATIVE_NAMES, in_language, language
from hub.web.locale import gettext as _

OTHER_LANGUAGES = (
    "am", "ar", "bg", "ca", "cs", "da", "de", "el", "et", "eu", "fa", "fi", "gl", "he", "hi", "hr", "hu", "id", "is",
    "it", "ja", "lt", "lv", "ms", "nb", "ne", "nl", "pl", "pt", "ro", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tl",
    "tr", "uk", "ur", "vi", "wo", "zh",
)  # fmt: skip
FEWEST_ROWS, MORE_ROWS = 3, 5
Choice = tuple[str, str]
RANKS = ("main_principle", "second_principle", "third_principle")
ANCHORS = {"sources": "source_urls", "partners": "partner_name", "indicators": "indicator_name"}
OWN_CODES = {"will_mentor": ("yes", "no"), "people_check": (NOBODY, CONSENTED)}
_WORDS = tuple(field.name for field in FIELDS if field.kind in (LINE, PROSE, CODE) and field.name != "language")
_YEARS = tuple(field.name for field in FIELDS if field.kind == YEAR)
_FLAGS = tuple(field.name for field in FIELDS if field.kind == FLAG)


class ClauseGroup(NamedTuple):
    """A principle with its clauses as ticks; it stands open where one is ticked or is to be chosen."""

    number: int
    code: str
    label: str
    choices: list[tuple[str, str, bool]]
    chosen: int
    is_near: bool = False


class ItemGroup(NamedTuple):
    """One of the five commitments, or the related instruments, with its items as ticks."""

    code: str
    label: str
    choices: list[tuple[str, str, bool]]


class Todo(NamedTuple):
    """A line of the list of what is ready: the part, its field, when it is needed."""

    field: str
    words: str
    need: str
    is_done: bool

    @property
    def is_needed(self) -> bool:
        """Whether publishing needs it."""
        return self.need != WELCOME


@lru_cache(maxsize=1)
def _languages() -> list[Choice]:
    others = [(code, own_language_name(code)) for code in OTHER_LANGUAGES]
    return [*NATIVE_NAMES.items(), *sorted(others, key=lambda choice: choice[1].casefold())]


def languages(held: str = "") -> list[Choice]:
    """Return the languages a case can be told in, each named in itself, with the one that it has."""
    known = _languages()
    return known if not held or held in dict(known) else [*known, (held, own_language_name(held))]


def form_of(case: CaseStudy, *, is_sent: bool = True) -> CaseForm:
    """Return the form of a case: with what was typed where the request brings it, else with what is stored."""
    text = text_of(case)
    ranked = [*case.principle_codes, "", "", ""]
    data: dict[str, Any] = asdict(text) | {
        "version": str(case.version),
        "started": str(text.started or ""),
        "ended": str(text.ended or ""),
        "cost_year": str(text.cost_year or ""),
        **dict(zip(RANKS, ranked, strict=False)),
        "none_yet": not text.has_reported_results,
        "source_titles": [title for _url, title in text.sources],
        "source_urls": [url for url, _title in text.sources],
        **_cells("partner", PARTNER, text.partners),
        **_cells("indicator", INDICATOR, text.indicators),
    }
    form = CaseForm(data=data) if is_sent else CaseForm(formdata=None, data=data)
    _offer(form, text)
    return form


def _cells(name: str, cells: tuple[str, ...], rows: Rows) -> dict[str, list[str]]:
    """Return the columns of a table of fields, by field."""
    columns = list(zip(*rows, strict=True)) or [()] * len(cells)
    return {f"{name}_{cell}": list(column) for cell, column in zip(cells, columns, strict=True)}


def _offer(form: CaseForm, text: CaseText) -> None:
    terms = terms_now()
    form.language.choices = languages(text.language)
    tops = [(term.code, f"{term.code} {in_language(term.labels)}") for term in terms.top("gwangju")]
    form.main_principle.choices = [("", _("In the order of the charter")), *tops]
    form.second_principle.choices = form.third_principle.choices = [("", _("None")), *tops]
    clauses = [clause for top in terms.top("gwangju") for clause in terms.children(top)]
    form.clauses.choices = _choices(clauses, text.clauses, coded=True)
    form.types.choices = _choices(terms.scheme("practice_types"), text.types)
    form.groups.choices = _choices(terms.scheme("target_groups"), text.groups)
    form.alliance.choices = _choices(terms.top("us-alliance"), text.alliance, coded=True)
    form["items"].choices = _choices(terms.items.values(), text.items, coded=True)
    form.rights.choices = _choices(terms.scheme("charter_rights"), text.rights)
    form.sdgs.choices = _choices(terms.scheme("sdgs"), text.sdgs)
    form.funders.choices = _choices(terms.scheme("funders"), text.funders)
    for name, list_name in CODE_LISTS.items():
        held = getattr(text, name)
        offered = [(code, code_words(name, code)) for code in OWN_CODES[name]] if name in OWN_CODES else _choices(
            terms.scheme(list_name), (held,) if held else ()
        )  # fmt: skip
        form[name].choices = [("", _("Choose")), *offered]
    form.cost_currency.choices = [("", _("Choose")), *_currencies(language(), text.cost_currency)]
    form.open_answers.choices = [(name, field_name(name)) for name in OPEN if name != "results"]


@lru_cache(maxsize=64)
def _currencies(code: str, held: str) -> list[Choice]:
    """Return the currencies in use, by name; a sum of former times may be in one that is not."""
    names = Locale.parse(code).currencies
    codes = {held} - {""}
    for tenders in get_global("territory_currencies").values():
        codes |= {tender for tender, _start, end, is_tender in tenders if is_tender and end is None}
    known = [(each, f"{names.get(each, each)} ({each})") for each in codes]
    return sorted(known, key=lambda choice: choice[1].casefold())


def _choices(terms: Iterable[Any], held: tuple[str, ...], coded: bool = False) -> list[Choice]:
    """Offer what is in force, and whatever the case carries already: what is not offered would be lost on saving."""
    offered = [term for term in terms if term.replaced_by is None or term.code in held]
    choices = [(term.code, f"{term.code} {in_language(term.labels)}" if coded else in_language(term.labels))
               for term in offered]  # fmt: skip
    known = {code for code, _label in choices}
    return choices + [(code, code) for code in held if code not in known]


def clause_groups(form: CaseForm, near: Collection[str] = ()) -> list[ClauseGroup]:
    """Return the clauses by principle, as the form shows them; those of the principles in `near` stand open."""
    labels = dict(form.clauses.choices or [])
    ticked = set(form.clauses.data or [])
    groups = []
    for top in terms_now().top("gwangju"):
        codes = [code for code in labels if code.split(".")[0] == top.code]
        choices = [(code, labels.pop(code).removeprefix(f"{code} "), code in ticked) for code in codes]
        chosen = sum(is_on for _code, _label, is_on in choices)
        groups.append(
            ClauseGroup(top.number or 0, top.code, in_language(top.labels), choices, chosen, top.code in near)
        )
    if labels:
        rest = [(code, words, code in ticked) for code, words in labels.items()]
        groups.append(ClauseGroup(0, "", _("Other"), rest, sum(is_on for *_rest, is_on in rest)))
    return groups


def item_groups(form: CaseForm) -> list[ItemGroup]:
    """Return the commitment items under the five commitments and the related instruments."""
    terms, ticked = terms_now(), set(form["items"].data or [])
    groups: dict[str, ItemGroup] = {}
    for code, words in form["items"].choices or []:
        item = terms.items.get(code)
        group_code = item.group_code if item else ""
        term = terms.find("commitment-groups", group_code)
        label = in_language(term.labels) if term else _("Other")
        group = groups.setdefault(group_code, ItemGroup(group_code, label, []))
        group.choices.append((code, words.removeprefix(f"{code} "), code in ticked))
    return list(groups.values())


def typed_text(form: CaseForm, case: CaseStudy) -> CaseText:
    """Return what the form says; codes keep the order they had, those of the main principle first."""
    stored = text_of(case)
    ranks = [form[name].data for name in RANKS if form[name].data]
    values: dict[str, Any] = {name: str(form[name].data or "") for name in _WORDS}
    values |= {name: form[name].year for name in _YEARS}
    values |= {name: bool(form[name].data) for name in _FLAGS}
    values |= {name: tuple(_in_order(form[name], getattr(stored, name))) for name in SCHEMES}
    values["clauses"] = tuple(sorted(values["clauses"], key=lambda code: _rank(code, ranks)))
    values["language"] = form.language.data or stored.language
    values["has_reported_results"] = not form.none_yet.data
    values["partners"] = tuple(row for row in form.partners if any(row))
    values["indicators"] = tuple(row for row in form.indicators if any(row))
    values["sources"] = tuple((url, title) for title, url in form.rows if url or title)
    values["open_answers"] = tuple(_in_order(form.open_answers, stored.open_answers))
    return CaseText(**values)


def _rank(code: str, ranks: list[str]) -> int:
    principle = code.split(".")[0]
    return ranks.index(principle) if principle in ranks else len(ranks)


def _in_order(field: Any, held: tuple[str, ...]) -> list[str]:
    ticked = set(field.data or [])
    new = [code for code, _label in field.choices if code in ticked and code not in held]
    return [code for code in held if code in ticked] + new


def with_room(rows: Sequence[tuple[str, ...]], cells: int, has_more: bool) -> list[tuple[str, ...]]:
    """Return the rows of a table of fields with a few empty ones to write in."""
    empty = max(1, FEWEST_ROWS - len(rows)) + (MORE_ROWS if has_more else 0)
    return [*rows, *[("",) * cells] * empty]


def todo(text: CaseText, case: CaseStudy, file_count: int) -> list[Todo]:
    """Return what is ready in a case and what is not, in the order of its form."""
    words = part_words()
    parts = parts_of(text, has_years=bool(case.years_text), has_picture=file_count > 0)
    return [Todo(ANCHORS.get(part.field, part.field), words[part.field], part.need, part.is_done) for part in parts]


def part_words() -> dict[str, str]:
    """Return what the list of what is ready calls each part, by its field."""
    return template_names() | {
        "started": _("The year it began"),
        "clauses": _("At least one clause of the Gwangju Principles"),
        "types": _("What kind of practice it is"),
        "groups": _("For whom it is"),
        "results": _("Results, or “none reported yet”"),
        "failures": _("What did not work, or “none reported yet”"),
        "sources": _("A document behind it"),
        "file": _("A picture or document"),
    }


def saved_at(moment: datetime) -> Markup:
    """Return a moment as day and time of day where the reader is, for a text in the current language."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), format_moment(moment))
