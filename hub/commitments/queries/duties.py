"""Reads of what is due: statements to be said anew, evidence that ran out, and which cities are to be reminded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from hub.cities.models import SUSPENDED, City
from hub.commitments.assurance import SELF_DECLARED
from hub.commitments.cycle import freshness
from hub.commitments.duties import (
    ACTION,
    SAID_ANEW,
    STATUS,
    Due,
    DueDate,
    Reminder,
    Statement,
    due,
    reminders,
)
from hub.commitments.models import CommitmentReminder
from hub.commitments.queries.checks import checks_in_force
from hub.commitments.queries.lines import list_lines
from hub.commitments.queries.plans import actions_due
from hub.commitments.states import EvidenceLine, StatusLine, network_states
from hub.core.db import db
from hub.people.models import COORDINATOR, Membership, User
from hub.vocabularies.queries import vocabulary

AT_A_TIME = 100  # cities of which what is due is worked out together


class Expired(NamedTuple):
    """A piece of evidence of a city that has run out, and the items in force that rest on it."""

    city_slug: str
    piece: EvidenceLine
    items: tuple[str, ...]


def _everything(_city_id: int) -> bool:
    return True


def statements(city_ids: Collection[int], today: date) -> list[Statement]:
    """Return the records in force of these cities, of items in use, with all their evidence, and how fresh each is.

    Freshness rests on what is public, so that it is the same for every reader.
    """
    if not city_ids:
        return []
    terms = vocabulary()
    states = network_states(list_lines(city_ids=city_ids, with_evidence=True, sees=_everything), today)
    asked = [(line, terms.find_item(line.item_code)) for line in states.values()]
    checks = checks_in_force([line.id for line in states.values()], today)
    return [
        Statement(line, freshness(_public(line), item, today, checks.get(line.id, SELF_DECLARED).confirmed_on))
        for line, item in asked
        if item is not None and item.replaced_by is None
    ]


def due_for(city_ids: Collection[int], today: date) -> list[Due]:
    """Return what these cities should look at in their commitments, each item once, the earliest day first."""
    return due(statements(city_ids, today), _slugs(city_ids), today)


def expired_evidence(city_ids: Collection[int], today: date) -> list[Expired]:
    """Return the evidence of records in force of these cities that has run out, the longest past first."""
    slugs = _slugs(city_ids)
    found: dict[int, tuple[date, str, EvidenceLine]] = {}
    serves: dict[int, set[str]] = {}
    for line, _fresh in statements(city_ids, today):
        for piece in line.evidence:
            if not piece.is_removed and piece.expires_on is not None and piece.expires_on < today:
                found[piece.id] = (piece.expires_on, slugs[line.city_id], piece)
                serves.setdefault(piece.id, set()).add(line.item_code)
    return [
        Expired(slug, piece, tuple(sorted(serves[piece.id])))
        for _day, slug, piece in sorted(found.values(), key=lambda each: (each[0], each[2].id))
    ]


def due_dates(city_ids: Collection[int], today: date) -> list[DueDate]:
    """Return every day on which something is due of these cities: statements with a cycle, and actions of plans.

    Of the points of an item, only the item itself is due.
    """
    whole = vocabulary().items
    said = [
        DueDate(STATUS, line.id, line.city_id, fresh.due_on)
        for line, fresh in statements(city_ids, today)
        if line.status in SAID_ANEW and line.item_code in whole and fresh.due_on is not None
    ]
    actions = [
        DueDate(ACTION, action.id, action.city_id, action.due_on)
        for action in (actions_due(city_ids) if city_ids else ())
        if action.due_on is not None
    ]
    return said + actions


def reminders_to_make(city_ids: Collection[int], today: date) -> list[Reminder]:
    """Return the reminders of these cities that have their turn and were not made."""
    made = select(
        CommitmentReminder.subject_kind, CommitmentReminder.subject_id, CommitmentReminder.due_on,
        CommitmentReminder.stage,
    ).where(CommitmentReminder.city_id.in_(city_ids))  # fmt: skip
    rows = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(made)]
    return reminders(due_dates(city_ids, today), rows, today)


def cities_to_remind(today: date) -> list[int]:
    """Return the ids of the cities that a reminder is to be made for: not suspended, and with someone to remind."""
    led = (
        select(Membership.city_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == COORDINATOR, User.is_active)
    )
    wanted = select(City.id).where(City.membership != SUSPENDED, City.id.in_(led)).order_by(City.id)
    cities = list(db.session.scalars(wanted))
    found: set[int] = set()
    for start in range(0, len(cities), AT_A_TIME):
        found |= {each.due.city_id for each in reminders_to_make(cities[start : start + AT_A_TIME], today)}
    return sorted(found)


def _slugs(city_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(City.id, City.slug).where(City.id.in_(city_ids)))
    return {row[0]: row[1] for row in rows}


def _public(line: StatusLine) -> StatusLine:
    return line._replace(evidence=tuple(piece for piece in line.evidence if piece.is_public))
