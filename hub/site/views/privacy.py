"""What the hub keeps about people, and everything it knows about one, for her to take along."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.site import knowledge, retention
from hub.site.views.base import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public, sensitive
from hub.web.params import read_query

log = structlog.get_logger()


@bp.get("/privacy")
@public
def show_privacy() -> str:
    """Say what is kept about visitors, members and applicants, for how long, and what they can do about it."""
    query = read_query(allowed={"left"})
    return render_template(
        "site/privacy.html", nav_current="privacy", periods=retention.periods(), has_left=query.text("left", 1) == "1"
    )


@bp.get("/account/export")
@sensitive()
@permission(MEMBER)
def show_export() -> ResponseReturnValue:
    """Say what is in the file that a member can take along."""
    read_query()
    me: Any = signed_in_user()
    response = make_response(render_template("site/export.html", user=me))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/export")
@sensitive()
@permission(MEMBER)
def download_export() -> Response:
    """Give a member everything the hub knows about her as one JSON file; it changes nothing and leaves no entry."""
    read_query()
    me: Any = signed_in_user()
    now = clock.now()
    content = knowledge.document(me, current_app.config["HUB"].base_url, now)
    log.info("export", user_id=me.id, bytes=len(content))
    response = Response(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="human-rights-cities-hub-{now.date()}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
