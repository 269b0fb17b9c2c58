"""The editor of a case: what its form offers, and what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from markupsafe import Markup

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
    STEPS,
    YEAR,
)
from hub.cases.words import CODE_LISTS, code_words
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
OWN_CODES = {"will_mentor": ("yes", "no"), "people_check": (NOBODY, CONSENTED)}
_WORDS = tuple(field.name for field in FIELDS if field.kind in (LINE, PROSE, CODE) and field.name != "language")
_YEARS = tuple(field.name for field in FIELDS if field.kind == YEAR)
_FLAGS = tuple(field.name for field in FIELDS if field.kind == FLAG)


@lru_cache(maxsize=1)
def _languages() -> list[Choice]:
    others = [(code, own_language_name(code)) for code in OTHER_LANGUAGES]
    return [*NATIVE_NAMES.items(), *sorted(others, key=lambda choice: choice[1].casefold())]


def languages(held: str = "") -> list[Choice]:
    """Return the languages a case can be told in, each named in itself, with the one that it has."""
    known = _languages()
    return known if not held or held in dict(known) else [*known, (held, own_language_name(held))]


def form_of(
    case: CaseStudy, *, text: CaseText | None = None, steps: Collection[str] = STEPS, is_sent: bool = True
) -> CaseForm:
    """Return the form of these steps of a case: with what was typed where the request brings it, else with `text`.

    Without a text it says what is stored.
    """
    text = text or text_of(case)
    ranked = [*text.principle_codes, "", "", ""]
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
    form.keep_steps(steps)
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


def typed_text(form: CaseForm, case: CaseStudy, base: CaseText | None = None) -> CaseText:
    """Return what the form says over `base`, or over what is stored: fields that it does not have stay as they are.

    Codes keep the order they had, those of the main principle first.
    """
    base = base or text_of(case)
    values: dict[str, Any] = {name: str(form[name].data or "") for name in _WORDS if name in form}
    values |= {name: form[name].year for name in _YEARS if name in form}
    values |= {name: bool(form[name].data) for name in _FLAGS if name in form}
    values |= {name: tuple(_in_order(form[name], getattr(base, name))) for name in SCHEMES if name in form}
    if "clauses" in form:
        ranks = [form[name].data for name in RANKS if form[name].data]
        values["clauses"] = tuple(sorted(values["clauses"], key=lambda code: _rank(code, ranks)))
    if "language" in form:
        values["language"] = form["language"].data or base.language
    if "none_yet" in form:
        values["has_reported_results"] = not form["none_yet"].data
    if "partner_name" in form:
        values["partners"] = tuple(row for row in form.partners if any(row))
    if "indicator_name" in form:
        values["indicators"] = tuple(row for row in form.indicators if any(row))
    if "source_urls" in form:
        values["sources"] = tuple((url, title) for title, url in form.rows if url or title)
    if "open_answers" in form:
        asked = {name for name, _words in form["open_answers"].choices}
        kept = [name for name in base.open_answers if name not in asked]
        values["open_answers"] = (*kept, *_in_order(form["open_answers"], base.open_answers))
    return replace(base, **values)


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


def saved_at(moment: datetime) -> Markup:
    """Return a moment as day and time of day where the reader is, for a text in the current language."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), format_moment(moment))
