"""The organizers' doors to events: enter, change, cancel, take out."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities.queries import list_cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.core.zones import is_zone
from hub.extensions import csrf
from hub.feeds import agenda
from hub.feeds.eventforms import EditEventForm, EventForm
from hub.feeds.eventrows import event_rows, how_held
from hub.feeds.models import CalendarEvent
from hub.feeds.service import calendar_events as service
from hub.feeds.service.event_facts import HYBRID, IN_PERSON, ONLINE
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, language_name
from hub.web.params import read_query

LANGUAGES = ("en", "ko", "es", "fr", "ar", "ca", "de", "id", "it", "ja", "nl", "pt", "sv", "tr", "zh")


@bp.route("/organizers/events/new", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def add_event() -> ResponseReturnValue:
    """Ask for an event; sent, enter it and show its page."""
    read_query()
    me: Any = signed_in_user()
    zone = me.zone if is_zone(me.zone) else ""
    form = EventForm(data={"language": language(), "held": IN_PERSON, "time_zone": zone})
    _offer(form)
    if request.method == "POST" and form.is_good():

        def add() -> str:
            return f"/events/{service.add_event(form.facts(), by=me, now=clock.now()).slug}"

        try:
            return redirect(form.carry_out(add, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _show(form), 400 if form.problems else 200


@bp.route("/organizers/events/<slug>", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def edit_event(slug: str) -> ResponseReturnValue:
    """Show what is said of an event; sent, change it. Raises NotFound."""
    read_query()
    event = agenda.get_event(slug)
    me: Any = signed_in_user()
    form = EditEventForm(data=_values(event))
    _offer(form, event)
    if request.method == "POST" and form.is_good():

        def change() -> str:
            service.change_event(slug, form.facts(), expected=form.expected, by=me, now=clock.now())
            return f"/events/{slug}"

        try:
            return redirect(form.carry_out(change, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            event = agenda.get_event(slug)
            form.version.data = str(event.version)  # sent once more, it is meant
            return _show(form, event, is_theirs=True), 409
    return _show(form, event), 400 if form.problems else 200


@bp.post("/organizers/events/<slug>/cancel")
@permission(ORGANIZER)
def cancel_event(slug: str) -> ResponseReturnValue:
    """Say that an event will not take place."""
    me: Any = signed_in_user()
    with transaction():
        service.cancel_event(slug, by=me, now=clock.now())
    return redirect(f"/events/{slug}", 303)


@bp.post("/organizers/events/<slug>/reinstate")
@permission(ORGANIZER)
def reinstate_event(slug: str) -> ResponseReturnValue:
    """Say that a cancelled event takes place after all."""
    me: Any = signed_in_user()
    with transaction():
        service.reinstate_event(slug, by=me, now=clock.now())
    return redirect(f"/events/{slug}", 303)


@bp.post("/organizers/events/<slug>/remove")
@permission(ORGANIZER)
def take_out_event(slug: str) -> ResponseReturnValue:
    """Show an event no more that was entered by mistake."""
    me: Any = signed_in_user()
    with transaction():
        service.take_out_event(slug, by=me, now=clock.now())
    return redirect("/events/", 303)


def _values(event: CalendarEvent) -> dict[str, Any]:
    return {
        "title": event.title, "language": event.language, "starts_on": event.starts_on.isoformat(),
        "ends_on": event.ends_on.isoformat() if event.ends_on != event.starts_on else "",
        "starts_at_time": event.starts_at_time or "", "ends_at_time": event.ends_at_time or "",
        "time_zone": event.time_zone or "", "held": event.held, "place": event.place, "organiser": event.organiser,
        "url": event.url or "", "summary": event.summary, "cities": event.city_slugs,
        "principles": event.principle_codes, "version": str(event.version),
    }  # fmt: skip


def _offer(form: EventForm, event: CalendarEvent | None = None) -> None:
    own = [event.language] if event and event.language not in LANGUAGES else []
    languages = sorted(((code, language_name(code)) for code in (*LANGUAGES, *own)), key=lambda pair: pair[1])
    ways = [(held, how_held(held)) for held in (IN_PERSON, ONLINE, HYBRID)]
    principles = [(term.code, f"{term.code} {in_language(term.labels)}") for term in vocabulary().top("gwangju")]
    cities = [(city.slug, city.label(language())) for city in list_cities()]
    form.offer(languages, ways, principles, cities, _("None: whole days"))


def _show(form: EventForm, event: CalendarEvent | None = None, *, is_theirs: bool = False) -> str:
    row = event_rows([event], vocabulary(), clock.now().date())[0] if event else None
    return render_template(
        "feeds/event_edit.html",
        nav_current="news",
        form=form,
        event=event,
        row=row,
        theirs=row if is_theirs else None,
    )
