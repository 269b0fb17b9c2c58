"""Plans and their actions in the words of the current language, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from hub.cities.models import City
from hub.commitments.models import ACTION_STATES, COMPLETE, LIMITED, NO_EVIDENCE, NOT_STARTED, SUBSTANTIAL
from hub.commitments.queries import ActionLine, PlanLine
from hub.core.text import safe_url
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import date_span
from hub.web.formats import absolute
from hub.web.locale import format_date
from hub.web.locale import gettext as _

CSV_HEADER = (
    "plan", "plan_title", "plan_starts_on", "plan_ends_on", "action", "position", "item", "text", "responsible",
    "due_on", "state", "state_note", "state_source", "state_recorded_at", "is_demo",
)  # fmt: skip


class StateWord(NamedTuple):
    """How far an action has come: the state, its name, what it means, the light that shows it, how many there are."""

    code: str
    label: str
    meaning: str
    kind: str  # good, warn, bad, off: as a light of templates/macros/organizers.html
    number: int = 0


class ActionShown(NamedTuple):
    """An action as its plan's page shows it."""

    line: ActionLine
    state: StateWord
    history: list[tuple[StateWord, Any]]  # its steps, the newest first
    item: ItemView | None
    due: str
    is_late: bool


class PlanShown(NamedTuple):
    """A plan as its page shows it."""

    line: PlanLine
    span: str
    url: str
    counts: list[StateWord]
    actions: list[ActionShown]


def state_words() -> dict[str, StateWord]:
    """Return the five states in which an action can be, as the Open Government Partnership counts them."""
    said = {
        NO_EVIDENCE: (_("No evidence"), _("Nothing shows how far it has come"), "off"),
        NOT_STARTED: (_("Not started"), _("Nothing was done yet"), "off"),
        LIMITED: (_("Begun"), _("Limited: some of it is done"), "off"),
        SUBSTANTIAL: (_("Far along"), _("Substantial: most of it is done"), "good"),
        COMPLETE: (_("Complete"), _("All of it is done"), "good"),
    }
    return {code: StateWord(code, *said[code]) for code in ACTION_STATES}


def plan_shown(plan: PlanLine, terms: Vocabulary, today: date) -> PlanShown:
    """Return a plan in words."""
    words, counts = state_words(), plan.states()
    return PlanShown(
        plan, span_words(plan), safe_url(plan.url),
        [word._replace(number=counts[code]) for code, word in words.items() if counts.get(code)],
        [action_shown(action, terms, today, words) for action in plan.actions],
    )  # fmt: skip


def action_shown(
    action: ActionLine, terms: Vocabulary, today: date, words: dict[str, StateWord] | None = None
) -> ActionShown:
    """Return an action in words."""
    words = words or state_words()
    return ActionShown(
        action, words[action.state], [(words[step.state], step) for step in action.steps],
        terms.find_item(action.item_code or ""), format_date(action.due_on) if action.due_on else "",
        action.is_late(today),
    )  # fmt: skip


def span_words(plan: PlanLine) -> str:
    """Return from when until when a plan runs, as far as that is known."""
    if plan.starts_on and plan.ends_on:
        return date_span(plan.starts_on.isoformat(), plan.ends_on.isoformat())
    if plan.starts_on:
        return _("from %(day)s", day=format_date(plan.starts_on))
    return _("until %(day)s", day=format_date(plan.ends_on)) if plan.ends_on else ""


def plan_document(plan: PlanLine) -> dict[str, Any]:
    """Return a plan for programs."""
    return {
        "id": plan.id,
        "title": plan.title,
        "summary": plan.summary or None,
        "starts_on": _iso(plan.starts_on),
        "ends_on": _iso(plan.ends_on),
        "source": safe_url(plan.url) or None,
        "updated_at": plan.updated_at.isoformat(),
        "is_demo": plan.is_demo,
        "actions": [action_document(action) for action in plan.actions],
    }


def action_document(action: ActionLine) -> dict[str, Any]:
    """Return an action with all its steps for programs."""
    return {
        "id": action.id,
        "position": action.position,
        "item": action.item_code,
        "text": action.text,
        "responsible": action.responsible or None,
        "due_on": _iso(action.due_on),
        "state": action.state,
        "steps": [
            {
                "state": step.state,
                "note": step.note or None,
                "source": safe_url(step.url) or None,
                "recorded_at": step.recorded_at.isoformat(),
            }
            for step in action.steps
        ],
    }


def csv_rows(plans: Iterable[PlanLine]) -> Iterator[Sequence[Any]]:
    """Yield one row per action of these plans; a plan without actions has one row of its own."""
    for plan in plans:
        about = (plan.id, plan.title, _iso(plan.starts_on), _iso(plan.ends_on))
        if not plan.actions:
            yield (*about, *[None] * 10, plan.is_demo)
        for action in plan.actions:
            newest = action.steps[0] if action.steps else None
            yield (
                *about, action.id, action.position, action.item_code, action.text, action.responsible,
                _iso(action.due_on), action.state, newest.note if newest else None, newest.url if newest else None,
                newest.recorded_at.isoformat() if newest else None, plan.is_demo,
            )  # fmt: skip


def plans_document(city: City, plans: Sequence[PlanLine]) -> dict[str, Any]:
    """Return a city's plans for programs."""
    path = f"/cities/{city.slug}"
    return {
        "city": {"slug": city.slug, "name": city.name, "country": city.country, "url": absolute(path)},
        "items": [plan_document(plan) for plan in plans],
        "total": len(plans),
        "page": 1,
        "pages": 1,
        "url": absolute(f"{path}/plan"),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
