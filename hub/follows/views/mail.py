"""Doors: how one wants mail, and how to stop it."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.follows import letters, service
from hub.follows.models import DAILY, NEVER
from hub.follows.topics import TOPICS
from hub.follows.views.bp import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public
from hub.web.params import read_query, takes


@bp.post("/following/mail")
@takes("digest")
@permission(MEMBER)
def choose_mail() -> ResponseReturnValue:
    """Turn the daily mail on or off for the member who asks. Raises Invalid."""
    me: Any = signed_in_user()
    wanted = request.form.get("digest", "")
    if wanted not in ("on", "off"):
        raise Invalid("digest", "Choose one of: %(choices)s.", choices="on, off")
    with transaction():
        service.choose_mail(me.id, dict.fromkeys(TOPICS, DAILY if wanted == "on" else NEVER), clock.now())
    return redirect("/following#mail", 303)


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt  # mail programs send this without a cookie (RFC 8058); the signed token alone says who may
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Offer to stop the daily mail, or stop it at once; opening the page changes nothing. Raises NotFound."""
    read_query()
    user_id, is_done = letters.read_unsubscribe_token(token), request.method == "POST"
    if is_done:
        with transaction():
            service.choose_mail(user_id, dict.fromkeys(TOPICS, NEVER), clock.now())
    response = make_response(render_template("follows/unsubscribe.html", is_done=is_done))
    response.headers["Cache-Control"] = "no-store"
    return response
