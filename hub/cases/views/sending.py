"""What the doors that take a form of a case share."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import request

from hub.cases.models import CaseStudy
from hub.cases.policy import can_propose_change, can_write_case
from hub.cases.queries import find_case, get_case
from hub.core import clock
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm


def carried_out(form: HubForm, work: Any, content: Any) -> str:
    """Do the work of a form once; sent again with other content, as after going back, it is another sending."""
    form.form_key.data = hashlib.sha256(f"{form.form_key.data} {content!r}".encode()).hexdigest()[:32]
    return form.carry_out(work, clock.now())


def own_case(slug: str) -> CaseStudy:
    """Return a case that the person signed in may change; raises NotFound for a foreign draft, else Forbidden."""
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not can_write_case(me, case):
        raise Forbidden("this case is not one's own to change")
    return case


def sent_case(slug: str) -> CaseStudy:
    """Return the case that a form is about, also when its address changed since the form was opened.

    Raises NotFound where there is none that the person signed in may read.
    """
    me: Any = signed_in_user()
    try:
        return get_case(slug, me)
    except NotFound:
        sent = request.form.get("case", "")
        case = find_case(int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None
        if case is None or not (can_write_case(me, case) or can_propose_change(me, case)):
            raise
        return case


def version_sent() -> int:
    """Return the version that a button was shown with; raises Invalid for anything else."""
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Invalid("version", "Open the page anew and try again.")
    return int(sent)
