"""The steps of the editor: which one is shown, which are done, and what is still to do in each."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from hub.cases.completeness import Unfinished, flaws, missing, parts_of
from hub.cases.content import CaseText
from hub.cases.models import CaseStudy
from hub.cases.rows import case_path
from hub.cases.template import (
    BASICS,
    BY_NAME,
    EVIDENCE,
    LEARNING,
    MEANS,
    PEOPLE,
    PRINCIPLES,
    RESULTS,
    STEPS,
    STORY,
    SUBMIT,
    WELCOME,
)
from hub.cases.words import template_names
from hub.core.errors import Invalid
from hub.web.locale import gettext as _

ALL, CHECK = "all", "check"  # everything on one page; the last look before it is published
PAGES = (*STEPS, CHECK)
ANCHORS = {"sources": "source_urls", "partners": "partner_name", "indicators": "indicator_name"}


class StepLink(NamedTuple):
    """A step in the row above the form."""

    number: int
    name: str
    words: str
    url: str
    is_done: bool
    is_current: bool


class Todo(NamedTuple):
    """A line of the list of what is ready: the part, its field and where that is, when it is needed."""

    field: str
    words: str
    need: str
    is_done: bool
    url: str

    @property
    def is_needed(self) -> bool:
        """Whether publishing needs it."""
        return self.need != WELCOME


class Gap(NamedTuple):
    """Something that stands in the way: where to mend it, what it is called, what to do where it is not just empty."""

    url: str
    words: str
    message: str


def asked_step(name: str) -> str:
    """Return a step that was asked for, empty for none; raises Invalid for one that is not there."""
    if name and name not in (*PAGES, ALL):
        raise Invalid("step", "Choose one of: %(choices)s.", choices=", ".join((*PAGES, ALL)))
    return name


def fields_shown(step: str) -> tuple[str, ...]:
    """Return the steps of the template that stand on a page of the editor."""
    return STEPS if step == ALL else () if step == CHECK else (step,)


def first_open(text: CaseText, case: CaseStudy) -> str:
    """Return the first step in which something is missing, the last look where nothing is."""
    gaps = {BY_NAME[name].step for name in missing(text, has_years=bool(case.years_text))}
    return next((step for step in STEPS if step in gaps), CHECK)


def step_url(case: CaseStudy, step: str, field: str = "") -> str:
    """Return the address of a step of the editor, or of a field in it."""
    return f"{case_path(case.slug)}/edit?step={step}" + (f"#{field}" if field else "")


def step_words() -> dict[str, str]:
    """Return what the steps are called."""
    return {
        BASICS: _("Basics"),
        PRINCIPLES: _("Principles"),
        STORY: _("Story"),
        MEANS: _("Means"),
        RESULTS: _("Results"),
        LEARNING: _("Learning"),
        EVIDENCE: _("Evidence"),
        PEOPLE: _("People at risk"),
        CHECK: _("Review"),
    }


def step_links(text: CaseText, case: CaseStudy, current: str) -> list[StepLink]:
    """Return the row of steps; one is done when all that publishing needs of it is there and nothing is wrong."""
    parts = [part for part in parts_of(text, has_years=bool(case.years_text)) if part.field in BY_NAME]
    undone = {BY_NAME[part.field].step for part in parts if part.is_needed and not part.is_done}
    undone |= {BY_NAME[flaw.field].step for flaw in flaws(text)}
    begun = {BY_NAME[part.field].step for part in parts if part.is_done}
    return [
        StepLink(
            number, step, words, step_url(case, step), step in begun and step not in undone, step == current
        )
        for number, (step, words) in enumerate(step_words().items(), 1)
    ]  # fmt: skip


def neighbours(step: str) -> tuple[str, str]:
    """Return the steps before and after a step; empty where there is none."""
    if step not in PAGES:
        return "", ""
    at = PAGES.index(step)
    return PAGES[at - 1] if at else "", PAGES[at + 1] if at + 1 < len(PAGES) else ""


def todo(text: CaseText, case: CaseStudy, file_count: int, shown: Collection[str] = STEPS) -> list[Todo]:
    """Return what is ready in a case and what is not, in the order of its form, each leading to its field."""
    words = part_words()
    parts = parts_of(text, has_years=bool(case.years_text), has_picture=file_count > 0)
    lines = []
    for part in parts:
        anchor = ANCHORS.get(part.field, part.field)
        step = BY_NAME[part.field].step if part.field in BY_NAME else EVIDENCE
        url = f"#{anchor}" if step in shown else step_url(case, step, anchor)
        lines.append(Todo(anchor, words[part.field], part.need, part.is_done, url))
    return lines


def gaps(case: CaseStudy, error: Unfinished | None) -> list[Gap]:
    """Return what stands in the way of going on, each with the step and field to mend it in."""
    if error is None:
        return []
    words = part_words()
    found = [(name, "") for name in error.missing] + [(flaw.field, _(flaw.message)) for flaw in error.flaws]
    return [
        Gap(step_url(case, BY_NAME[name].step, ANCHORS.get(name, name)), words[name], message)
        for name, message in found
    ]


def is_sendable(text: CaseText, case: CaseStudy) -> bool:
    """Tell whether a draft holds what sending it to a second reader needs."""
    return not missing(text, has_years=bool(case.years_text), need=SUBMIT)


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
