"""Doors of organizers: what waits between cities, and the replies to release or decline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases.rows import case_path, city_label
from hub.core import clock
from hub.core.errors import Conflict, Invalid
from hub.exchange import asking, letters, queries
from hub.exchange.forms.replying import DecideForm
from hub.exchange.models import Reply
from hub.exchange.service import replying as service
from hub.exchange.views.bp import bp, private
from hub.exchange.views.replying import place_of, words_for
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

SHOWN = 50
PER_PAGE = 20
REPLY = "/organizers/replies/<int(max=2147483647):reply_id>"


@bp.get("/organizers/exchange")
@permission(ORGANIZER)
def show_waiting() -> str:
    """Show what waits longest for an answer, who wishes for mentoring, and who offers it."""
    read_query()
    offers, offers_total = queries.offers_to_mentor(SHOWN)
    return render_template(
        "exchange/organizing.html",
        waiting=asking.question_lines(queries.waiting_questions(SHOWN), with_answers=False),
        waiting_total=queries.count_waiting_questions(),
        wishes=asking.question_lines(queries.wishes_for_mentoring(SHOWN), with_answers=False),
        offers=[(case, case_path(case.slug), city_label(case.city) if case.city else "") for case in offers],
        offers_total=offers_total,
        replies=queries.count_waiting_replies(),
        nav_current="desk",
    )


@bp.get("/organizers/replies")
@permission(ORGANIZER)
def list_replies() -> str:
    """List the replies that were asked for: those that wait first."""
    number = read_query(allowed={"page"}).integer("page", 1) or 1
    found = queries.list_replies(PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "exchange/organizing_replies.html",
        page=Page([(reply, place_of(reply)) for reply in found], queries.count_replies(), number, PER_PAGE),
        waiting=queries.count_waiting_replies(),
        nav_current="desk",
    )


@bp.route(REPLY, methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def decide_reply(reply_id: int) -> ResponseReturnValue:
    """Show all that was sent with a reply, and release it, decline it, or take away one that stands."""
    read_query()
    reply = queries.get_reply(reply_id)
    if request.method != "POST":
        return _reply_page(reply, DecideForm(formdata=None))
    form, work = DecideForm(), _WORKS.get(request.form.get("decision", ""))
    if form.is_good(beside=("decision",)) and work is not None:
        try:
            return redirect(form.carry_out(lambda: work(reply_id, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _reply_page(queries.get_reply(reply_id), form, 409)
    elif work is None:
        form.refuse("form_key", _("Choose one of the list."))
    return _reply_page(queries.get_reply(reply_id), form, 400)


def _release(reply_id: int, form: DecideForm) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    reply = service.release_reply(reply_id, form.seen, by=me, now=now)
    place = words_for(reply)
    letters.queue_reply_released(reply, place.title, place.path, now)
    return "/organizers/replies"


def _decline(reply_id: int, form: DecideForm) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    reply = service.decline_reply(reply_id, form.seen, str(form.reason.data or ""), by=me, now=now)
    letters.queue_reply_declined(reply, words_for(reply).title, now)
    return "/organizers/replies"


def _take_away(reply_id: int, form: DecideForm) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    reply = service.take_reply_away(reply_id, str(form.reason.data or ""), by=me, now=now)
    place = words_for(reply)
    letters.queue_reply_removed(reply, place.title, place.path, now)
    return f"/organizers/replies/{reply_id}"


_WORKS: dict[str, Callable[[int, DecideForm], str]] = {
    "release": _release, "decline": _decline, "remove": _take_away,
}  # fmt: skip


def _reply_page(reply: Reply, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    form.version.data = str(reply.version)
    page = render_template(
        "exchange/organizing_reply.html",
        reply=reply,
        place=place_of(reply),
        form=form,
        is_late=status == 409,
        nav_current="desk",
    )
    return private(page, status)
