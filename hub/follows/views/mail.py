"""Doors: how often one wants mail, how to stop it from a mail, and trying again an address that refused it."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.follows import service
from hub.follows.models import FREQUENCIES
from hub.follows.queries import ReaderKey
from hub.follows.targets import Target
from hub.follows.things import name_things
from hub.follows.tokens import read_stop_token, read_unsubscribe_token
from hub.follows.topics import TOPICS
from hub.follows.views.bp import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public
from hub.web.params import read_query, takes


@bp.post("/following/mail")
@takes(*TOPICS)
@permission(MEMBER)
def choose_mail() -> ResponseReturnValue:
    """Say how often the member who asks wants mail, by topic; a topic not sent stays as it is. Raises Invalid."""
    me: Any = signed_in_user()
    wanted = {topic: request.form[topic] for topic in TOPICS if topic in request.form}
    if not wanted:
        raise Invalid(TOPICS[0], "Choose one of: %(choices)s.", choices=", ".join(FREQUENCIES))
    for topic, frequency in wanted.items():
        if frequency not in FREQUENCIES:
            raise Invalid(topic, "Choose one of: %(choices)s.", choices=", ".join(FREQUENCIES))
    with transaction():
        service.choose_mail(me.id, wanted, clock.now())
    return redirect("/following#mail", 303)


@bp.post("/following/mail/resume")
@permission(MEMBER)
def resume_mail() -> ResponseReturnValue:
    """Try the address of the member who asks again, after mail to it was paused."""
    me: Any = signed_in_user()
    with transaction():
        service.resume_mail(user_id=me.id, now=clock.now())
    return redirect("/following#mail", 303)


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt  # mail programs send this without a cookie (RFC 8058); the signed token alone says who may
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Offer to stop all mail to a reader, or one thing she follows, or stop it at once, as the token says.

    Opening the page changes nothing. Raises NotFound.
    """
    read_query()
    (reader, target), is_done = _read(token), request.method == "POST"
    thing = name_things([target], None)[target] if target is not None else None
    if is_done:
        with transaction():
            if target is None:
                service.stop_all_mail(reader, clock.now())
            else:
                service.stop_one_thing(reader, *target, clock.now())
    has_account = reader.user_id is not None
    page = render_template("follows/unsubscribe.html", is_done=is_done, thing=thing, has_account=has_account)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _read(token: str) -> tuple[ReaderKey, Target | None]:
    """Return whose mail a token stops, and of what: none for all of it. Raises NotFound."""
    try:
        who = read_unsubscribe_token(token)
    except NotFound:
        stop = read_stop_token(token)
        return ReaderKey(*stop.reader), (stop.kind, stop.key)
    return ReaderKey(*who), None
