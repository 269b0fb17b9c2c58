"""Saying once a year that a case still holds."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.cases.rows import case_path
from hub.cases.service.confirming import say_still_true
from hub.cases.views.base import bp
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, permission
from hub.web.params import takes


@bp.post("/cases/<slug>/still-true")
@takes("version")
@permission(COORDINATOR)
def still_true(slug: str) -> ResponseReturnValue:
    """Confirm that a published case still holds, as the text stands that the button was shown with."""
    me: Any = signed_in_user()
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Invalid("version", "Open the page anew and try again.")
    with transaction():
        say_still_true(slug, int(sent), by=me, now=clock.now())
    return redirect(case_path(slug), 303)
