"""What a reminder says: what is due, by when, and where it is done."""

from __future__ import annotations

from typing import NamedTuple

from hub.cases.rows import city_label
from hub.cities.models import City
from hub.commitments.duties import ACTION
from hub.commitments.models import CityPlan, CommitmentReminder, PlanAction, StatusRecord
from hub.core.db import db
from hub.vocabularies.queries import vocabulary
from hub.web.locale import format_date, in_language
from hub.web.locale import gettext as _


class DueWords(NamedTuple):
    """A sentence with a place for the title, the title, and the path where it is done."""

    sentence: str
    title: str
    url: str
    is_demo: bool


def due_words(reminder: CommitmentReminder, place: str) -> DueWords | None:
    """Return a reminder in the words of the current language, `place` where the title stands; None for what is gone."""
    day = format_date(reminder.due_on)
    if reminder.subject_kind == ACTION:
        action = db.session.get(PlanAction, reminder.subject_id)
        city = db.session.get(City, reminder.city_id)
        plan = db.session.get(CityPlan, action.plan_id) if action is not None and action.removed_at is None else None
        if action is None or city is None or plan is None or plan.removed_at is not None:
            return None
        sentence = _("An action of your plan was due on %(day)s: %(title)s", day=day, title=place)
        if reminder.stage < 0:
            sentence = _("An action of your plan is due on %(day)s: %(title)s", day=day, title=place)
        return DueWords(sentence, action.text, f"/cities/{city.slug}/plan", plan.is_demo)
    status = db.session.get(StatusRecord, reminder.subject_id)
    if status is None:
        return None
    item = vocabulary().find_item(status.item_code)
    title = f"{status.item_code} {in_language(item.labels)}" if item else status.item_code
    said = {"city": city_label(status.city), "item": place, "day": day}
    sentence = _("%(item)s of %(city)s was to be said anew by %(day)s", **said)
    if reminder.stage < 0:
        sentence = _("%(item)s of %(city)s is to be said anew by %(day)s", **said)
    return DueWords(
        sentence, title, f"/cities/{status.city.slug}/commitments/{status.item_code}/record", status.is_demo
    )
