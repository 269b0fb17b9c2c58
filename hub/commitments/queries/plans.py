"""Reading the plans of cities: their actions, how far each came, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from hub.commitments.models import COMPLETE, ActionStep, CityPlan, PlanAction
from hub.core.db import db
from hub.core.errors import NotFound


class StepLine(NamedTuple):
    """How far an action had come when somebody looked, and what shows it."""

    id: int
    action_id: int
    state: str
    note: str
    url: str
    recorded_at: datetime


class ActionLine(NamedTuple):
    """An action of a plan, its steps the newest first."""

    id: int
    plan_id: int
    city_id: int
    position: int
    item_code: str | None
    text: str
    responsible: str
    due_on: date | None
    state: str
    version: int
    steps: tuple[StepLine, ...] = ()

    def is_late(self, day: date) -> bool:
        """Tell whether it should have been complete before that day and is not."""
        return self.due_on is not None and self.due_on < day and self.state != COMPLETE


class PlanLine(NamedTuple):
    """A city's plan with its actions in order."""

    id: int
    city_id: int
    title: str
    summary: str
    starts_on: date | None
    ends_on: date | None
    url: str
    is_demo: bool
    added_at: datetime
    updated_at: datetime
    version: int
    actions: tuple[ActionLine, ...] = ()

    def states(self) -> dict[str, int]:
        """Return how many actions stand in each state."""
        counts: dict[str, int] = {}
        for action in self.actions:
            counts[action.state] = counts.get(action.state, 0) + 1
        return counts


_PLAN = (
    CityPlan.id, CityPlan.city_id, CityPlan.title, CityPlan.summary, CityPlan.starts_on, CityPlan.ends_on, CityPlan.url,
    CityPlan.is_demo, CityPlan.added_at, CityPlan.updated_at, CityPlan.version,
)  # fmt: skip
_ACTION = (
    PlanAction.id, PlanAction.plan_id, CityPlan.city_id, PlanAction.position, PlanAction.item_code, PlanAction.text,
    PlanAction.responsible, PlanAction.due_on, PlanAction.state, PlanAction.version,
)  # fmt: skip
_STEP = (
    ActionStep.id, ActionStep.action_id, ActionStep.state, ActionStep.note, ActionStep.url, ActionStep.recorded_at,
)  # fmt: skip
_IN_PLACE = (PlanAction.removed_at.is_(None), CityPlan.removed_at.is_(None))


def list_plans(city_id: int) -> list[PlanLine]:
    """Return a city's plans with actions and steps, the one that ends last first, those without an end before it."""
    rows = db.session.execute(select(*_PLAN).where(CityPlan.city_id == city_id, CityPlan.removed_at.is_(None)))
    actions = _actions(CityPlan.city_id == city_id)
    by_plan: dict[int, list[ActionLine]] = {}
    for action in actions:
        by_plan.setdefault(action.plan_id, []).append(action)
    plans = [PlanLine(*row, actions=tuple(by_plan.get(row.id, ()))) for row in rows]
    return sorted(plans, key=lambda plan: (plan.ends_on or date.max, plan.id), reverse=True)


def get_plan(city_id: int, plan_id: int) -> PlanLine:
    """Return a plan of a city; raises NotFound, also for one of another city and one that was taken out."""
    for plan in list_plans(city_id):
        if plan.id == plan_id:
            return plan
    raise NotFound(f"no plan {plan_id} of city {city_id}")


def get_action(city_id: int, action_id: int) -> ActionLine:
    """Return an action of a city's plan; raises NotFound, also for one of another city and one that was taken out."""
    found = _actions(CityPlan.city_id == city_id, PlanAction.id == action_id)
    if not found:
        raise NotFound(f"no action {action_id} of city {city_id}")
    return found[0]


def actions_by_item(city_id: int) -> dict[str, list[ActionLine]]:
    """Return the actions of a city's plans that serve an item or a point, by its code."""
    found: dict[str, list[ActionLine]] = {}
    for action in _actions(CityPlan.city_id == city_id, PlanAction.item_code.is_not(None)):
        found.setdefault(action.item_code or "", []).append(action)
    return found


def actions_due(city_ids: Collection[int] | None = None) -> list[ActionLine]:
    """Return what is due and not complete, of these cities or all, the earliest first; without steps."""
    wanted = [PlanAction.due_on.is_not(None), PlanAction.state != COMPLETE]
    if city_ids is not None:
        wanted.append(CityPlan.city_id.in_(city_ids))
    found = _actions(*wanted, with_steps=False)
    return sorted(found, key=lambda action: (action.due_on or date.max, action.id))


def late_actions(city_ids: Collection[int], day: date) -> list[ActionLine]:
    """Return the actions of these cities that should have been complete before a day, the longest late first."""
    return [action for action in actions_due(city_ids) if action.is_late(day)]


def _actions(*conditions: object, with_steps: bool = True) -> list[ActionLine]:
    wanted = select(*_ACTION).join(CityPlan, CityPlan.id == PlanAction.plan_id).where(*_IN_PLACE, *conditions)  # type: ignore[arg-type]
    actions = [ActionLine(*row) for row in db.session.execute(wanted.order_by(PlanAction.position, PlanAction.id))]
    if not with_steps or not actions:
        return actions
    steps = _steps(action.id for action in actions)
    return [action._replace(steps=tuple(steps.get(action.id, ()))) for action in actions]


def _steps(action_ids: Iterable[int]) -> dict[int, list[StepLine]]:
    wanted = select(*_STEP).where(ActionStep.action_id.in_(list(action_ids))).order_by(ActionStep.id.desc())
    found: dict[int, list[StepLine]] = {}
    for row in db.session.execute(wanted):
        found.setdefault(row.action_id, []).append(StepLine(*row))
    return found
