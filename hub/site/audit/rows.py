"""Entries of the log as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hub.cities.models import City
from hub.cities.standing import status_label
from hub.core.db import db
from hub.people.models import User
from hub.site.audit.fields import FIELDS
from hub.site.audit.words import CLAIMS, PARTS, REASONS, ROLES, STATES, door_words, words_of
from hub.site.trail import Step, Subject
from hub.vocabularies.queries import vocabulary
from hub.web.dates import format_day, format_moment
from hub.web.locale import gettext as _

SHORT = 160  # characters of a value that stand open
ON_LISTS = 600  # characters of a value that stand on a page of many entries
OPEN = 8  # fields that stand open; more are folded
MOST = 60  # fields that stand on a page of many entries
CITIES = ("city", "city_id", "peer_city_id")
NUMBERS = ("follow_id", "invitation_id", "file_id", "passkey_id", "redaction_id")  # they tell a person nothing
STATUS_FIELDS, STATE_FIELDS = ("status",), ("state", "membership", "application")


class Detail(NamedTuple):
    """One more value of an entry, with what it is called."""

    name: str
    value: str


class Value(NamedTuple):
    """What a field was or is; `start` stands open where the text is long, `is_cut` when the page holds not all."""

    text: str
    start: str = ""
    is_cut: bool = False


class Change(NamedTuple):
    """A field before and after."""

    name: str
    before: Value | None
    after: Value | None


class Row(NamedTuple):
    """One entry as its pages show it."""

    step: Step
    what: str
    who: str  # empty: the hub itself, from its files or by the clock
    subjects: list[Subject]
    details: list[Detail]
    personal: list[Detail]
    changes: list[Change]
    folded: list[Change]  # more of them
    unnamed: int  # still more, which only the entry's own page shows
    gone: list[str]
    door: str


def rows(steps: Iterable[Step], *, is_whole: bool = False) -> list[Row]:
    """Return the log as its pages list it; `is_whole` leaves nothing out."""
    return [row_of(step, is_whole=is_whole) for step in steps]


def row_of(step: Step, *, is_whole: bool = False) -> Row:
    """Return one entry of the log as a person reads it."""
    most = len(step.changes) if is_whole else MOST
    changes = [_change(name, pair, is_whole) for name, pair in list(step.changes.items())[:most]]
    return Row(
        step=step,
        what=words_of(step.entry.kind),
        who=person_label(step.actor) if step.actor else "",
        subjects=_subjects(step),
        details=_details(dict(step.rest)),
        personal=_details(step.personal),
        changes=changes[:OPEN],
        folded=changes[OPEN:],
        unnamed=len(step.changes) - len(changes),
        gone=_gone(step),
        door=door_words(step.entry.door),
    )


def _subjects(step: Step) -> list[Subject]:
    """Return what an entry is about; the one who did it need not be named twice."""
    others = [each for each in step.subjects if each.person is None or each.person is not step.actor]
    return [each._replace(label=person_label(each.person)) if each.person else each for each in others]


def person_label(user: User) -> str:
    """Return a person's name; who left has none here any more."""
    return _("someone who left") if user.left_at is not None else user.name


def _gone(step: Step) -> list[str]:
    lines = []
    for each in step.gone:
        part = _(PARTS[each.part]) if each.part in PARTS else each.part
        if each.at is None:
            lines.append(_("%(part)s: gone, and no entry says why.", part=part))
            continue
        reason = _(REASONS[each.reason]) if each.reason in REASONS else each.reason
        on = format_day(each.at)
        lines.append(_("%(part)s: erased on %(date)s (%(reason)s).", part=part, date=on, reason=reason))
    return lines


def _details(values: Mapping[str, Any]) -> list[Detail]:
    return [
        Detail(field_label(name), spelled(name, value))
        for name, value in values.items()
        if value not in (None, "", []) and name not in NUMBERS
    ]


def field_label(name: str) -> str:
    """Return what a field is called."""
    return _(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def _change(name: str, pair: Any, is_whole: bool) -> Change:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    return Change(field_label(name), _shown(name, before, is_whole), _shown(name, after, is_whole))


def _shown(name: str, value: Any, is_whole: bool) -> Value | None:
    if value is None or value in ("", [], {}):
        return None
    text = spelled(name, value)
    is_cut = not is_whole and len(text) > ON_LISTS
    if len(text) <= SHORT:
        return Value(text)
    return Value(text[:ON_LISTS] if is_cut else text, text[: SHORT // 2].rstrip(), is_cut)


def spelled(name: str, value: Any) -> str:
    """Return a value in the reader's words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and name in CITIES:
        city = db.session.get(City, value)
        return city.name if city is not None else str(value)
    if isinstance(value, str):
        return _of_code(name, value)
    if isinstance(value, list) and name in ("entry_ids", "source_ids"):  # their numbers say nothing to a reader
        return str(len(value))
    if isinstance(value, list):
        between = ", " if all(isinstance(each, (str, int)) for each in value) else "; "
        return between.join(spelled("", each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{field_label(key)}: {spelled(key, each)}" for key, each in value.items() if each)
    return json.dumps(value, ensure_ascii=False)


def _of_code(name: str, value: str) -> str:
    if name == "role" and value in ROLES:
        return _(ROLES[value])
    if name in STATUS_FIELDS:
        return status_label(value, vocabulary())
    if name == "claimed_by" and value in CLAIMS:
        return _(CLAIMS[value])
    if name in STATE_FIELDS and value in STATES:
        return _(STATES[value])
    if name.endswith("_at"):
        try:
            return format_moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    return value
