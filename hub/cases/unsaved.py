"""Texts that people typed in a case and have not saved yet, and who else is writing there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from hub.cases.content import CaseText, content_of_text, text_in
from hub.cases.models import CaseCopy, CaseStudy
from hub.cases.template import OPEN, PRIVATE, RESULTS, STEPS, fields_of
from hub.core.db import db
from hub.people.models import User

LATELY = timedelta(minutes=30)  # who typed within this is still writing
_STEPS = "steps"  # in a kept copy: where she typed


def copy_of(case_id: int, user_id: int) -> CaseCopy | None:
    """Return what a person typed in a case and has not saved; None where there is nothing."""
    return db.session.get(CaseCopy, (case_id, user_id))


def steps_in(copy: CaseCopy) -> list[str]:
    """Return the steps in which something was typed, in the order of the form."""
    touched = copy.content.get(_STEPS, STEPS)
    return [step for step in STEPS if step in touched]


def content_to_keep(text: CaseText, steps: Collection[str]) -> dict[str, Any]:
    """Return a text as a copy keeps it: whole, with what is private, and in which steps it was typed."""
    private = {name: getattr(text, name) for name in PRIVATE}
    return content_of_text(text) | private | {_STEPS: [step for step in STEPS if step in steps]}


def overlaid(text: CaseText, content: Mapping[str, Any], steps: Collection[str]) -> CaseText:
    """Return a text with these steps as a copy has them."""
    typed = text_in(content)
    names = [field.name for step in steps for field in fields_of(step)]
    values = {name: getattr(typed, name) for name in names}
    if RESULTS in steps:
        values["has_reported_results"] = typed.has_reported_results
    theirs = {name for name in OPEN if name in names}
    kept = tuple(name for name in text.open_answers if name not in theirs)
    values["open_answers"] = (*kept, *(name for name in typed.open_answers if name in theirs))
    if not values.get("language", "x"):
        del values["language"]
    return replace(text, **values)


def also_writing(case: CaseStudy, user_id: int, now: datetime) -> list[User]:
    """Return the other people of its city who typed in a case lately, newest first."""
    query = select(User).join(CaseCopy, CaseCopy.user_id == User.id).where(CaseCopy.case_id == case.id)
    query = query.where(CaseCopy.user_id != user_id, CaseCopy.saved_at > now - LATELY)
    found = db.session.scalars(query.order_by(CaseCopy.saved_at.desc()))
    return [user for user in found if user.works_for(case.city_id)]
