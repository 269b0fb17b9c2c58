"""What the machines do, and one button to let them try again."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.outbox import waiting_mail
from hub.follows.queries import count_paused, paused_readers
from hub.site import audit, machines, service
from hub.site.views.base import SHOWN, bp
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.params import read_query

MOST_PAUSED = 100  # readers that the page names


@bp.get("/organizers/system")
@permission(ORGANIZER)
def show_system() -> str:
    """Show what the machines do: readers, given-up entries, jobs, mail, search, versions."""
    read_query()
    now = clock.now()
    count = machines.mail_count()
    return render_template(
        "site/system.html",
        nav_current="desk",
        worker=machines.worker_light(now),
        readers=machines.reader_lines(now),
        parked=[(each.failed, audit.row_of(each.step) if each.step else None) for each in machines.parked()],
        jobs=machines.job_lines(now),
        mail=waiting_mail(),
        mail_light=machines.mail_light(count),
        paused=paused_readers(MOST_PAUSED),
        paused_light=machines.paused_light(count_paused()),
        log=machines.log_line(now),
        index=machines.index_line(current_app.config["HUB"].index_dir),
        versions=machines.versions(),
        **SHOWN,
    )


@bp.post("/organizers/system/parked/<reader>/<int(max=2147483647):position>/retry")
@permission(ORGANIZER)
def put_parked_entry_back(reader: str, position: int) -> ResponseReturnValue:
    """Let a reader try an entry again that it had given up."""
    me: Any = signed_in_user()
    with transaction():
        service.put_parked_entry_back(reader, position, by=me, now=clock.now())
    return redirect("/organizers/system", 303)
