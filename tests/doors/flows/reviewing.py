"""A second person reads case studies before they are published."""

from __future__ import annotations

from flask.testing import FlaskClient

from hub.cases.models import CaseProposal
from hub.core.db import db
from tests.cases import desk
from tests.doors.flows.world import NOTHING, World, fill, flow, press

PROPOSAL = "/cases/<slug>/proposals/<int(max=2147483647):number>"


@flow({
    "/cities/<slug>/second-reader": "SecondReaderChosen",
    "/cases/<slug>/submit": "CaseSubmitted",
    "/cases/<slug>/review": "CasePublished",
    PROPOSAL: "CaseRevised",
    f"{PROPOSAL}/withdraw": "CaseProposalClosed",
    f"{PROPOSAL}/again": NOTHING,
})  # fmt: skip
def reading_second(w: World) -> None:
    me, other, city = w.coordinator(), w.coordinator("another"), "/cities/gwangju"
    press(me, city, f"{city}/second-reader", is_needed="yes")
    slug = desk.start(me, "A fair")
    page = f"/cases/{slug}"
    assert desk.send(me, slug).status_code == 303
    press(me, page, f"{page}/submit")
    fill(other, f"{page}/review", f"{page}/review", note="Who paid?")
    press(me, page, f"{page}/submit")
    fill(other, f"{page}/review", f"{page}/review", do="publish")
    waiting = propose(w, me, slug, "Rain needs two tents.")
    fill(other, waiting, waiting, note="Who says so?")
    press(me, waiting, f"{waiting}/again")
    waiting = propose(w, me, slug, "Rain needs two tents, says the fire brigade.")
    press(me, waiting, f"{waiting}/withdraw")
    waiting = propose(w, me, slug, "Rain needs three tents.")
    fill(other, waiting, waiting, do="publish")


def propose(w: World, me: FlaskClient, slug: str, lessons: str) -> str:
    """Propose a change and return where it waits."""
    assert desk.send(me, slug, lessons=lessons, change_note="Tents").status_code == 303
    with w.app.app_context():
        number = db.session.scalars(db.select(CaseProposal.id).order_by(CaseProposal.id.desc())).first()
    return f"/cases/{slug}/proposals/{number}"
