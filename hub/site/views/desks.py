"""The desks of members and of organizers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import render_template

from hub.cases import queries as cases
from hub.cases.desk import to_read_by
from hub.cities import queries as cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Unavailable
from hub.exchange import queries as exchange
from hub.follows import queries as follows
from hub.follows.service import mark_seen, visiting
from hub.follows.told import lines_of
from hub.site import audit, desk, duedesk, queries, since, suggestions, trail
from hub.site.views.base import SHOWN, bp
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, ORGANIZER, permission
from hub.web.params import read_query

NEW_NEWS = 5
NEW_WAITING = 5
NEW_STEPS = 8
COMINGS_AND_GOINGS = frozenset(["SignedIn", "SignedOut", "NotificationsRead"])  # the whole log has them


@bp.get("/desk")
@permission(MEMBER)
def show_desk() -> str:
    """Show a person where her day begins: what is new since she was here, drafts, what is due, news, her cities."""
    read_query()
    me: Any = signed_in_user()
    now = clock.now()
    last = _last_here(me.id, now) if me.memberships else None
    works = desk.works_of(me)
    open_ids = [work.city.id for work in works if not work.is_suspended]
    followed = [(each.kind, each.key) for each in follows.follows_of(me.id)] if open_ids else []
    told, terms = follows.newest_notifications(me.id, NEW_NEWS), vocabulary()
    news, unseen = lines_of(told, me), [each.id for each in told if each.seen_at is None and each.mailed_at is None]
    page = render_template(
        "site/desk.html",
        nav_current="desk",
        works=works,
        writes=bool(open_ids),
        coordinates=any(work.is_coordinator for work in works),
        drafts=cases.drafts_of(open_ids),
        compiled=cases.compiled_of([work.city.id for work in works if work.is_coordinator]),
        to_read=to_read_by(me),
        tasks=duedesk.tasks_of(works, terms, now),
        since=since.changes_since(last, works, followed, me.id, now),
        suggested=suggestions.suggestions_for(works, followed, terms, now.date()),
        unread=follows.unread_count(me.id),
        news=news,
        is_organizer=ORGANIZER in me.roles,
        is_demo=me.is_demo,
        **SHOWN,
    )
    if unseen:  # mail does not say again what stood here
        with suppress(Unavailable), transaction():
            mark_seen(me.id, unseen, now)
    return page


def _last_here(user_id: int, now: datetime) -> datetime | None:
    """Return when a person was at her desk before, and note that she is there now, if it can be written at once."""
    visit = visiting.find_visit(user_id)
    last, is_noted = visiting.last_here(visit, now), visiting.is_noted(visit, now)
    if not is_noted:
        with suppress(Unavailable), transaction():
            visiting.note_visit(user_id, now)
    return last


@bp.get("/organizers")
@permission(ORGANIZER)
def show_organizers() -> str:
    """Show what waits for organizers, what they look after, and how the machines are."""
    read_query()
    now = clock.now()
    steps, _total = trail.list_steps(trail.TrailFilter(without=COMINGS_AND_GOINGS), 1, NEW_STEPS)
    return render_template(
        "site/organizers.html",
        nav_current="desk",
        waiting=cities.waiting_applications(),
        newest_waiting=cities.newest_waiting(NEW_WAITING),
        count=queries.house_count(now),
        alone=[(city, desk.city_name(city)) for city in queries.cities_without_coordinator()],
        questions=exchange.count_waiting_questions(),
        replies=exchange.count_waiting_replies(),
        machines=desk.machine_lights(now),
        steps=audit.rows(steps),
        **SHOWN,
    )
