"""Leaving the hub: what every room forgets of a person, in one transaction."""

from __future__ import annotations

from datetime import datetime

from hub.cities.models import City
from hub.cities.service.forgetting import forget_applicant
from hub.core.chain import erase_personal
from hub.core.log import CHANGES, ORIGIN, VALUES
from hub.core.outbox import LAST, cancel_mail, forget_mail_to, queue_mail
from hub.exchange.personal import forget_replier
from hub.follows import personal as follows
from hub.people.models import COORDINATOR, User
from hub.people.queries import team_of
from hub.people.service.leaving import Gone, forget_person
from hub.web.letters import write_letter

LEFT = "left"


def leave(user_id: int, *, by: User | None, language: str, now: datetime) -> Gone:
    """Close an account for good and forget its person in every room, inside `transaction()`; a last mail says so.

    `by` is herself, an organizer on her request, or nobody for the clock. Raises Forbidden, NotFound, and Invalid
    naming `understood` for a demo account and for the last organizer.
    """
    gone = forget_person(user_id, by=by, now=now)
    follows.forget(user_id)
    follows.forget_subscriber(gone.addresses)
    applied = [*forget_applicant(gone.addresses), *forget_replier(gone.addresses)]
    cancel_mail([f"invitation:{number}" for number in gone.withdrawn])
    forget_mail_to(gone.addresses)
    actor = by.id if by is not None else None
    erase_personal(parts=[VALUES, CHANGES, ORIGIN], reason=LEFT, by=actor, now=now, about=user_id)
    if applied:
        erase_personal(parts=[ORIGIN], reason=LEFT, by=actor, now=now, positions=applied)
    if gone.positions:
        erase_personal(parts=[VALUES], reason=LEFT, by=actor, now=now, positions=gone.positions)
    _say_goodbye(gone, by, language, now)
    return gone


def _say_goodbye(gone: Gone, by: User | None, language: str, now: datetime) -> None:
    """Queue the last mail to her; nothing of it is kept once it is sent."""
    how = "clock" if by is None else "herself" if by.id == gone.user_id else "organizer"
    letter = write_letter("left", gone.language or language, how=how, left_at=now)
    queue_mail(
        key=f"{LAST}left:{gone.user_id}", to=gone.email, subject=letter.subject, text=letter.text, html=letter.html,
        now=now,
    )  # fmt: skip


def cities_left_alone(user: User) -> list[City]:
    """Return the cities that would have no coordinator without this person."""
    found = []
    for membership in user.memberships:
        team = team_of(membership.city_id)
        others = [each for each in team if each.role == COORDINATOR and each.user.is_active and each.user_id != user.id]
        if membership.role == COORDINATOR and not others:
            found.append(membership.city)
    return sorted(found, key=lambda city: city.name)
