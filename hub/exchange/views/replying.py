"""Doors of those who ask for a reply: the form, the confirmation, where it stands, taking it back. No account."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases.queries import find_case, get_case
from hub.cases.rows import case_path
from hub.cities.queries import CityFilter, list_cities
from hub.commitments import queries as commitments
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid, NotFound
from hub.exchange import letters, queries
from hub.exchange.forms.replying import ReplyForm
from hub.exchange.models import Reply
from hub.exchange.service import replying as service
from hub.exchange.service.replying import Wish
from hub.exchange.views.bp import bp, private
from hub.extensions import csrf
from hub.vocabularies.queries import vocabulary
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, speaking
from hub.web.params import read_query

SENT = "/reply/sent"
HIGHEST = 2_147_483_647


class Place(NamedTuple):
    """The case or the status beside which a reply stands, in the current language."""

    title: str
    path: str
    language: str = ""  # of the title, where it may be another than the page's
    case_id: int | None = None
    record_id: int | None = None


def place_of_case(case_id: int) -> Place:
    """Return the case beside which a reply stands; one that is gone or closed goes without its name."""
    case = find_case(case_id)
    if case is None:
        return Place(_("something that is no longer public"), "/cases/")
    return Place(case.title, case_path(case.slug), case.language, case_id=case.id)


def place_of_record(record_id: int) -> Place:
    """Return the status record beside which a reply stands; raises NotFound."""
    line = commitments.find_line(record_id)
    if line is None:
        raise NotFound(f"no status record {record_id}")
    item = vocabulary().find_item(line.item_code)
    (city,) = list_cities(CityFilter(ids=frozenset({line.city_id})))
    words = {"item": in_language(item.labels) if item else "", "city": city.label(language())}
    title = f"{line.item_code} " + _("%(item)s, %(city)s", **words)
    path = f"{city.url}/commitments/{line.item_code}#record-{line.id}"
    return Place(title, path, record_id=line.id)


def place_of(reply: Reply) -> Place:
    """Return beside what a reply stands, or is to stand."""
    if reply.case_id is not None:
        return place_of_case(reply.case_id)
    return place_of_record(reply.record_id or 0)


@bp.route("/reply", methods=["GET", "POST"])
@limits.applications
@csrf.exempt
@public
def ask_for_reply() -> ResponseReturnValue:
    """Show the form for a reply beside a case or a status, and take it.

    The answer is the same whether or not we know the address.
    """
    query = read_query(allowed={"case", "record"})
    if request.method != "POST":
        slug, number = query.text("case", 120), query.integer("record", high=HIGHEST)
        if not slug and number is None:
            return private(render_template("exchange/reply.html", form=None, place=None))
        form = ReplyForm(formdata=None, data={"case": slug, "record": "" if slug else str(number)})
        return private(render_template("exchange/reply.html", form=form, place=_place(form)))
    form = ReplyForm()
    place = _place(form)
    if form.is_good():
        try:
            return private(redirect(form.carry_out(lambda: _keep(form, place), clock.now()), 303), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return private(render_template("exchange/reply.html", form=form, place=_place(form)), 400)


def _place(form: ReplyForm) -> Place:
    """Return beside what the reply is to stand, as the form names it; raises NotFound."""
    slug, number = str(form.case.data or ""), str(form.record.data or "")
    if slug:
        case = get_case(slug)
        return Place(case.title, case_path(case.slug), case.language, case_id=case.id)
    if not (number.isascii() and number.isdigit() and len(number) < 11) or int(number) > HIGHEST:
        raise NotFound("no such status record")
    return place_of_record(int(number))


def _keep(form: ReplyForm, place: Place) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    wish = Wish(
        case_id=place.case_id, record_id=place.record_id, organisation_name=form.organisation_name.data,
        person_name=form.person_name.data, person_role=form.person_role.data, email=form.email.data,
        concern=form.concern.data, text=form.text.data, language=language(), is_demo=me is not None and me.is_demo,
    )  # fmt: skip
    kept = service.ask_for_reply(wish, now)
    if kept is not None:
        letters.queue_reply_asked(*kept, place.title, now)
    return SENT


@bp.get(SENT)
@public
def show_reply_sent() -> str:
    """Say that a mail was sent, whoever asked."""
    read_query()
    return render_template("exchange/reply_sent.html")


@bp.get("/reply/confirm/<token>")
@public
def show_reply_confirm(token: str) -> ResponseReturnValue:
    """Show the button that confirms the address: programs that open every link in a mail confirm nothing."""
    read_query()
    reply = queries.get_reply_of(token)
    if reply.confirmed_at is not None:
        return private(redirect(f"/reply/{token}", 303), 303)
    return private(render_template("exchange/reply_confirm.html", reply=reply, place=place_of(reply), token=token))


@bp.post("/reply/confirm/<token>")
@public
def confirm_reply(token: str) -> ResponseReturnValue:
    """Confirm the address, so that the organizers see the reply."""
    with transaction():
        service.confirm_reply(token, clock.now())
    return private(redirect(f"/reply/{token}", 303), 303)


@bp.get("/reply/<token>")
@public
def show_reply(token: str) -> ResponseReturnValue:
    """Show who asked for a reply where it stands."""
    read_query()
    return _standing(token)


@bp.post("/reply/<token>/withdraw")
@public
def withdraw_reply(token: str) -> ResponseReturnValue:
    """Take a reply back."""
    try:
        with transaction():
            service.withdraw_reply(token, clock.now())
    except Conflict:
        return _standing(token, 409)
    return private(redirect(f"/reply/{token}", 303), 303)


def _standing(token: str, status: int = 200) -> ResponseReturnValue:
    reply = queries.get_reply_of(token)
    page = render_template("exchange/reply_standing.html", reply=reply, place=place_of(reply), token=token)
    return private(page, status)


def words_for(reply: Reply) -> Place:
    """Return beside what a reply stands, in the language in which we write to whoever asked for it."""
    with speaking(reply.language):
        return place_of(reply)
