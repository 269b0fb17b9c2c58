"""What a city puts on record of its plan: the plan, its actions in order, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from hub.cities.models import City
from hub.commitments.events import ActionAssessed, PlanAdded, PlanChanged, PlanRemoved
from hub.commitments.models import ACTION_STATES, COMPLETE, NOT_STARTED, SUBSTANTIAL, ActionStep, CityPlan, PlanAction
from hub.commitments.policy import can_record_status
from hub.commitments.service.evidence import check_link
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record, state_of
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

MOST_ACTIONS = 200  # of one plan
FIRST_YEAR, LAST_YEAR = 1990, 2100
PLAN = ("title", "summary", "starts_on", "ends_on", "url")
ACTION = ("text", "item_code", "responsible", "due_on", "position")


@dataclass(frozen=True)
class PlanSaid:
    """What a plan is: its title, a summary, from when until when, and where it was published."""

    title: str
    summary: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class ActionSaid:
    """What an action is: its text, the item it serves, the office that answers for it, until when, at which place."""

    text: str
    item_code: str = ""
    responsible: str = ""
    due_on: date | None = None
    position: int | None = None  # counted from 1; None: the last, or where it stands


def add_plan(*, by: User, city_id: int, said: PlanSaid, now: datetime) -> CityPlan:
    """Put a city's plan on record, inside `transaction()`; raises Forbidden, NotFound, and Invalid naming the field."""
    _lock_city(city_id, by)
    values = _plan_values(said)
    plan = CityPlan(city_id=city_id, is_demo=by.is_demo, added_by=by.id, added_at=now, updated_at=now, **values)
    db.session.add(plan)
    db.session.flush()  # the log entry names its id
    record(PlanAdded(plan.id, city_id), by=by.id, now=now, changes=differing({}, _filled(values)))
    return plan


def change_plan(*, by: User, plan_id: int, seen: int, said: PlanSaid, now: datetime) -> CityPlan:
    """Change what a plan says, inside `transaction()`; what says the same changes nothing.

    `seen` is the version that was shown. Raises Forbidden, NotFound, Invalid, and Conflict where someone changed it.
    """
    plan = _locked_plan(plan_id, by, seen)
    values = _plan_values(said)
    before = state_of(plan, PLAN)
    if before == values:
        return plan
    for name, value in values.items():
        setattr(plan, name, value)
    plan.updated_at = now
    db.session.flush()
    record(PlanChanged(plan.id, plan.city_id), by=by.id, now=now, changes=differing(before, values))
    return plan


def remove_plan(*, by: User, plan_id: int, seen: int, now: datetime) -> CityPlan:
    """Take out a plan that was entered by mistake, inside `transaction()`; raises Forbidden, NotFound, Conflict."""
    plan = _locked_plan(plan_id, by, seen)
    plan.removed_at = plan.updated_at = now
    record(PlanRemoved(plan.id, plan.city_id), by=by.id, now=now, changes={"title": (plan.title, None)})
    return plan


def add_action(*, by: User, plan_id: int, said: ActionSaid, now: datetime) -> PlanAction:
    """Add an action to a plan, inside `transaction()`; raises Forbidden, NotFound, and Invalid naming the field."""
    plan = _locked_plan(plan_id, by)
    values = _action_values(said, None)
    others = _in_order(plan_id)
    if len(others) >= MOST_ACTIONS:
        raise Invalid("text", "A plan has at most %(limit)d actions. Put two of them together.", limit=MOST_ACTIONS)
    action = PlanAction(plan_id=plan_id, position=len(others) + 1, state=NOT_STARTED, **values)
    db.session.add(action)
    db.session.flush()
    _place(plan_id, action.id, said.position)
    _touch(plan_id, now)
    db.session.refresh(action)
    record(
        PlanChanged(plan_id, plan.city_id), by=by.id, now=now, changes=differing({}, _filled(state_of(action, ACTION)))
    )
    return action


def change_action(*, by: User, action_id: int, seen: int, said: ActionSaid, now: datetime) -> PlanAction:
    """Change what an action says or where it stands, inside `transaction()`; what says the same changes nothing.

    `seen` is the version that was shown. Raises Forbidden, NotFound, Invalid, and Conflict where someone changed it.
    """
    plan, action = _locked_action(action_id, by, seen)
    values = _action_values(said, action.item_code)
    before = state_of(action, ACTION)
    for name, value in values.items():
        setattr(action, name, value)
    db.session.flush()
    _place(plan.id, action.id, said.position)
    db.session.refresh(action)
    changes = differing(before, state_of(action, ACTION))
    if changes:
        _touch(plan.id, now)
        record(PlanChanged(plan.id, plan.city_id), by=by.id, now=now, changes=changes)
    return action


def remove_action(*, by: User, action_id: int, seen: int, now: datetime) -> PlanAction:
    """Take an action out of its plan, inside `transaction()`; raises Forbidden, NotFound, Conflict."""
    plan, action = _locked_action(action_id, by, seen)
    action.removed_at = now
    db.session.flush()
    _place(plan.id, None, None)
    _touch(plan.id, now)
    record(PlanChanged(plan.id, plan.city_id), by=by.id, now=now, changes={"text": (action.text, None)})
    return action


def assess_action(*, by: User, action_id: int, seen: int, state: str, note: str, url: str, now: datetime) -> ActionStep:
    """Record how far an action has come, inside `transaction()`; what was recorded before stays.

    The five states are those of the Open Government Partnership. Raises Forbidden, NotFound, Conflict where the action
    was changed or assessed meanwhile, and Invalid naming the field.
    """
    plan, action = _locked_action(action_id, by, seen)
    if state not in ACTION_STATES:
        raise Invalid("state", "Choose one of the list.")
    if url:
        check_link("url", url)
    if state in (SUBSTANTIAL, COMPLETE) and not (note or url):
        raise Invalid("note", "Say what shows it, or give a link.")
    before, action.state = action.state, state
    step = ActionStep(action_id=action.id, state=state, note=note, url=url, recorded_by=by.id, recorded_at=now)
    db.session.add(step)
    _touch(plan.id, now)
    db.session.flush()  # the log entry names its id
    changes = {"state": (before, state), "note": (None, note or None), "url": (None, url or None)}
    record(ActionAssessed(step.id, action.id, plan.id, plan.city_id), by=by.id, now=now, changes=changes)
    return step


def _plan_values(said: PlanSaid) -> dict[str, Any]:
    if not said.title:
        raise Invalid("title", "Say what the plan is called.")
    _check_day("starts_on", said.starts_on)
    _check_day("ends_on", said.ends_on)
    if said.starts_on and said.ends_on and said.ends_on < said.starts_on:
        raise Invalid("ends_on", "The plan ends before it begins.")
    if said.url:
        check_link("url", said.url)
    return {name: getattr(said, name) for name in PLAN}


def _action_values(said: ActionSaid, kept: str | None) -> dict[str, Any]:
    """Return the columns of an action, but its place; an item that was replaced meanwhile may stay (`kept`)."""
    if not said.text:
        raise Invalid("text", "Say what will be done.")
    item = vocabulary().find_item(said.item_code) if said.item_code else None
    if said.item_code and (item is None or (item.replaced_by is not None and said.item_code != kept)):
        raise Invalid("item_code", "Choose one of the list.")
    _check_day("due_on", said.due_on)
    if said.position is not None and not 1 <= said.position <= MOST_ACTIONS:
        raise Invalid("position", "Give a whole number from %(low)s to %(high)s.", low=1, high=MOST_ACTIONS)
    return {
        "text": said.text, "item_code": said.item_code or None, "responsible": said.responsible, "due_on": said.due_on,
    }  # fmt: skip


def _check_day(field: str, day: date | None) -> None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(field, "Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _in_order(plan_id: int) -> list[int]:
    wanted = select(PlanAction.id).where(PlanAction.plan_id == plan_id, PlanAction.removed_at.is_(None))
    return list(db.session.scalars(wanted.order_by(PlanAction.position, PlanAction.id)))


def _place(plan_id: int, action_id: int | None, position: int | None) -> None:
    """Put an action at a place among the others and number all from 1, without making new versions of the others."""
    order = _in_order(plan_id)
    if action_id is not None and position is not None:
        order.remove(action_id)
        order.insert(position - 1, action_id)
    for number, each in enumerate(order, 1):
        moved = update(PlanAction).where(PlanAction.id == each, PlanAction.position != number)
        db.session.execute(moved.values(position=number), execution_options={"synchronize_session": False})


def _touch(plan_id: int, now: datetime) -> None:
    """Note that something of a plan changed, without a new version of what the plan itself says."""
    touched = update(CityPlan).where(CityPlan.id == plan_id).values(updated_at=now)
    db.session.execute(touched, execution_options={"synchronize_session": False})


def _lock_city(city_id: int, by: User) -> None:
    if db.session.scalar(select(City.id).where(City.id == city_id).with_for_update()) is None:
        raise NotFound(f"no city {city_id}")
    if not can_record_status(by, city_id):
        raise Forbidden("only a coordinator of the city changes its plan")


def _locked_plan(plan_id: int, by: User, seen: int | None = None) -> CityPlan:
    """Return a plan that nobody else can change meanwhile; its city is locked first, as everywhere."""
    city_id = db.session.scalar(select(CityPlan.city_id).where(CityPlan.id == plan_id))
    if city_id is None:
        raise NotFound(f"no plan {plan_id}")
    _lock_city(city_id, by)
    fresh = select(CityPlan).where(CityPlan.id == plan_id).with_for_update()
    plan = db.session.scalars(fresh.execution_options(populate_existing=True)).one()
    if plan.removed_at is not None:
        raise NotFound(f"plan {plan_id} was taken out")
    if seen is not None and plan.version != seen:
        raise Conflict("someone else has changed this meanwhile")
    return plan


def _locked_action(action_id: int, by: User, seen: int) -> tuple[CityPlan, PlanAction]:
    plan_id = db.session.scalar(select(PlanAction.plan_id).where(PlanAction.id == action_id))
    if plan_id is None:
        raise NotFound(f"no action {action_id}")
    plan = _locked_plan(plan_id, by)
    fresh = select(PlanAction).where(PlanAction.id == action_id).with_for_update()
    action = db.session.scalars(fresh.execution_options(populate_existing=True)).one()
    if action.removed_at is not None:
        raise NotFound(f"action {action_id} was taken out")
    if action.version != seen:
        raise Conflict("someone else has changed this meanwhile")
    return plan, action
