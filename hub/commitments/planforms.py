"""The forms in which a city keeps its plan: what the plan is, each of its actions, and how far an action has come."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, SelectField

from hub.commitments.queries import ActionLine, PlanLine
from hub.commitments.registerforms import read_day
from hub.commitments.service import ActionSaid, PlanSaid
from hub.core.errors import Invalid
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required

Choices = list[tuple[str, str]]


class Versioned(HubForm):
    """A form about something of which the reader saw a version."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that was shown; -1, which none has, for anything but a number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class PlanForm(Versioned):
    """What a plan is."""

    title = LineField(N_("What the plan is called"), [required, AtMost(200)])
    summary = ProseField(N_("What it is for"), [AtMost(2000)])
    starts_on = LineField(N_("First day"), [AtMost(10)])
    ends_on = LineField(N_("Last day"), [AtMost(10)])
    url = LineField(N_("Where it was published"), [AtMost(2000)])

    def said(self) -> PlanSaid:
        """Return what was typed; raises Invalid naming the field."""
        return PlanSaid(
            self.title.data or "", self.summary.data or "", read_day("starts_on", self.starts_on.data),
            read_day("ends_on", self.ends_on.data), self.url.data or "",
        )  # fmt: skip


class ActionForm(Versioned):
    """What an action is."""

    text = ProseField(N_("What will be done"), [required, AtMost(500)])
    item_code = SelectField(N_("Which commitment it serves"), [one_of_offered], choices=[], validate_choice=False)
    responsible = LineField(N_("Office that answers for it"), [AtMost(200)])
    due_on = LineField(N_("Until when"), [AtMost(10)])
    position = LineField(N_("Place in the plan"), [AtMost(3)])

    def offer(self, items: Choices) -> None:
        """Set which items can be chosen."""
        self.item_code.choices = [("", ""), *items]

    def said(self) -> ActionSaid:
        """Return what was typed; raises Invalid naming the field."""
        place = (self.position.data or "").strip()
        if place and not (place.isascii() and place.isdigit()):
            raise Invalid("position", "Give a whole number.")
        return ActionSaid(
            self.text.data or "", self.item_code.data or "", self.responsible.data or "",
            read_day("due_on", self.due_on.data), int(place) if place else None,
        )  # fmt: skip


class StepForm(Versioned):
    """How far an action has come, and what shows it."""

    state = RadioField(N_("How far it has come"), [required, one_of_offered], choices=[], validate_choice=False)
    note = ProseField(N_("What was done"), [AtMost(2000)])
    url = LineField(N_("Where this can be read"), [AtMost(2000)])

    def offer(self, states: Choices) -> None:
        """Set which states can be chosen."""
        self.state.choices = states


class RemoveForm(Versioned):
    """Taking something out that was entered by mistake."""


def of_plan(plan: PlanLine) -> dict[str, str]:
    """Return the fields of a plan's form as they stand on record."""
    return {
        "title": plan.title, "summary": plan.summary, "starts_on": plan.starts_on.isoformat() if plan.starts_on else "",
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else "", "url": plan.url, "version": str(plan.version),
    }  # fmt: skip


def of_action(action: ActionLine) -> dict[str, str]:
    """Return the fields of an action's form as they stand on record."""
    return {
        "text": action.text, "item_code": action.item_code or "", "responsible": action.responsible,
        "due_on": action.due_on.isoformat() if action.due_on else "", "position": str(action.position),
        "version": str(action.version),
    }  # fmt: skip
