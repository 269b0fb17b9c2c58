"""The editor of a case: what its form offers, what was typed, and how far the case is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from hub.cases.completeness import parts_of
from hub.cases.content import CaseText, text_of
from hub.cases.forms import CaseForm
from hub.cases.models import CaseStudy
from hub.cases.rows import own_language_name, terms_now
from hub.web.dates import format_moment
from hub.web.locale import NATIVE_NAMES, in_language
from hub.web.locale import gettext as _

OTHER_LANGUAGES = (
    "am", "ar", "bg", "ca", "cs", "da", "de", "el", "et", "eu", "fa", "fi", "gl", "he", "hi", "hr", "hu", "id", "is",
    "it", "ja", "lt", "lv", "ms", "nb", "ne", "nl", "pl", "pt", "ro", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tl",
    "tr", "uk", "ur", "vi", "wo", "zh",
)  # fmt: skip
EMPTY_ROWS, MORE_ROWS = 5, 5
Choice = tuple[str, str]


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
    """A line of the list of what is ready: the part, its field, whether publishing needs it."""

    field: str
    words: str
    is_needed: bool
    is_done: bool


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
    data: dict[str, Any] = asdict(text) | {
        "version": str(case.version),
        "started": str(text.started or ""),
        "ended": str(text.ended or ""),
        "main_principle": case.principle_codes[0] if case.principle_codes else "",
        "none_yet": not text.has_reported_results,
        "source_titles": [title for _url, title in text.sources],
        "source_urls": [url for url, _title in text.sources],
    }
    form = CaseForm(data=data) if is_sent else CaseForm(formdata=None, data=data)
    _offer(form, text)
    return form


def _offer(form: CaseForm, text: CaseText) -> None:
    terms = terms_now()
    form.language.choices = languages(text.language)
    form.main_principle.choices = [("", _("In the order of the charter"))] + [
        (term.code, f"{term.code} {in_language(term.labels)}") for term in terms.top("gwangju")
    ]
    clauses = [clause for top in terms.top("gwangju") for clause in terms.children(top)]
    form.clauses.choices = _choices(clauses, text.clauses, coded=True)
    form.types.choices = _choices(terms.scheme("practice_types"), text.types)
    form.groups.choices = _choices(terms.scheme("target_groups"), text.groups)
    form.alliance.choices = _choices(terms.top("us-alliance"), text.alliance, coded=True)
    form["items"].choices = _choices(terms.items.values(), text.items, coded=True)


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
    clauses = _in_order(form.clauses, stored.clauses)
    main = form.main_principle.data or ""
    first = [code for code in clauses if code.split(".")[0] == main]
    return CaseText(
        language=form.language.data or stored.language,
        title=form.title.data or "",
        summary=form.summary.data or "",
        problem=form.problem.data or "",
        action=form.action.data or "",
        results=form.results.data or "",
        has_reported_results=not form.none_yet.data,
        lessons=form.lessons.data or "",
        started=form.started.year,
        ended=form.ended.year,
        is_ongoing=bool(form.is_ongoing.data),
        is_approximate=bool(form.is_approximate.data),
        clauses=tuple(first + [code for code in clauses if code not in first]),
        types=tuple(_in_order(form.types, stored.types)),
        groups=tuple(_in_order(form.groups, stored.groups)),
        items=tuple(_in_order(form["items"], stored.items)),
        alliance=tuple(_in_order(form.alliance, stored.alliance)),
        sources=tuple((url, title) for title, url in form.rows if url or title),
    )


def _in_order(field: Any, held: tuple[str, ...]) -> list[str]:
    ticked = set(field.data or [])
    new = [code for code, _label in field.choices if code in ticked and code not in held]
    return [code for code in held if code in ticked] + new


def todo(text: CaseText, case: CaseStudy, file_count: int) -> list[Todo]:
    """Return what is ready in a case and what is not, in the order of its form."""
    words = part_words()
    parts = parts_of(text, has_years=bool(case.years_text), has_picture=file_count > 0)
    return [Todo(part.field, words[part.field], part.is_needed, part.is_done) for part in parts]


def part_words() -> dict[str, str]:
    """Return what the list of what is ready calls each part, by its field."""
    return {
        "title": _("A title"),
        "summary": _("A summary"),
        "started": _("The year it began"),
        "clauses": _("At least one clause of the Gwangju Principles"),
        "types": _("What kind of practice it is"),
        "groups": _("For whom it is"),
        "items": _("A commitment it serves"),
        "problem": _("The problem"),
        "action": _("What the city did"),
        "results": _("Results, or “none reported yet”"),
        "lessons": _("Lessons, and what did not work"),
        "source_urls": _("A document behind it"),
        "file": _("A picture or document"),
    }


def saved_at(moment: datetime) -> Markup:
    """Return a moment as day and time of day where the reader is, for a text in the current language."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), format_moment(moment))
