"""The desks of members and of organizers."""

from __future__ import annotations

from typing import Any

from flask import render_template

from hub.cases import queries as cases
from hub.cases.desk import to_read_by
from hub.cities import queries as cities
from hub.core import clock
from hub.follows import queries as follows
from hub.follows.told import lines_of
from hub.site import audit, desk, duedesk, queries, trail
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
    """Show a person where her day begins: drafts, what is due, news, her cities."""
    read_query()
    me: Any = signed_in_user()
    works = desk.works_of(me)
    open_ids = [work.city.id for work in works if not work.is_suspended]
    return render_template(
        "site/desk.html",
        nav_current="desk",
        works=works,
        writes=bool(open_ids),
        coordinates=any(work.is_coordinator for work in works),
        drafts=cases.drafts_of(open_ids),
        compiled=cases.compiled_of([work.city.id for work in works if work.is_coordinator]),
        to_read=to_read_by(me),
        tasks=duedesk.tasks_of(works, vocabulary(), clock.now().date()),
        unread=follows.unread_count(me.id),
        news=lines_of(follows.newest_notifications(me.id, NEW_NEWS), me),
        is_organizer=ORGANIZER in me.roles,
        is_demo=me.is_demo,
        **SHOWN,
    )


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
        machines=desk.machine_lights(now),
        steps=audit.rows(steps),
        **SHOWN,
    )
