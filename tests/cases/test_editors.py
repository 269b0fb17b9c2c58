"""Twelve people edit one published case at once over HTTP: what is accepted is kept, what is refused comes back."""

from __future__ import annotations

import html
import random
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub.cases.models import CaseRevision, CaseStudy
from hub.core.db import db
from hub.core.log import LogEntry
from tests.conftest import FULL
from tests.hands import Hands, form_to
from tests.nodes import app_of, inside, node
from tests.people.accounts import sign_in

EDITORS, SAVES = (12, 10) if FULL else (6, 4)
CASE = "gwangju-ombudsman"
EDIT = f"/cases/{CASE}/edit"


@dataclass
class Outcome:
    """What came of the saves."""

    accepted: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def edit(hands: Hands, number: int, outcome: Outcome) -> None:
    """Save again and again, each time from the page as it was when opened."""
    for save in range(SAVES):
        text = f"Text {number}.{save} <b>& of {random.random()}"
        form = form_to(hands.get(EDIT).text, EDIT)
        answer = hands.post(form.action, form.filled({"lessons": text, "change_note": f"Save {number}.{save}"}))
        if answer.status_code == 303:
            outcome.accepted.append(text)
        elif answer.status_code == 409 and html.escape(text, quote=False) in answer.text.replace("&#39;", "'"):
            outcome.returned.append(text)
        else:
            outcome.lost.append(f"{answer.status_code}: {answer.text[:2000]}")


def test_of_twelve_editors_nobody_loses_a_word(
    tmp_path: Path, engine_name: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if engine_name == "postgresql":
        url = request.getfixturevalue("postgres").create_database()
        settings = {"DATABASE_URL": url, "SECRET_KEY": "k3y-" * 10 + "abcdefgh"}
    with node(tmp_path, **settings) as running:
        app = app_of(running.environment)
        editors, outcome = [], Outcome()
        for number in range(EDITORS):
            client = app.test_client()
            sign_in(client, f"editor-{number}@example.org", city="gwangju")
            cookie = client.get_cookie("session", domain="localhost")
            assert cookie
            hands = Hands(running.base_url)
            hands.keep("session", cookie.value)
            editors.append(threading.Thread(target=edit, args=(hands, number, outcome)))
        with inside(app):
            case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == CASE)).one()
            case_id, before = case.id, case.version
        for editor in editors:
            editor.start()
        for editor in editors:
            editor.join()
        assert outcome.lost == []
        assert len(outcome.accepted) + len(outcome.returned) == EDITORS * SAVES
        assert outcome.accepted
        with inside(app):
            revisions = db.session.scalars(
                select(CaseRevision).where(CaseRevision.case_id == case_id, CaseRevision.author_id.is_not(None))
            ).all()
            assert sorted(each.content["lessons"] for each in revisions) == sorted(outcome.accepted)
            numbers = sorted(each.number for each in revisions)
            assert numbers == list(range(before + 1, before + 1 + len(numbers)))
            case = db.session.get_one(CaseStudy, case_id)
            newest = max(revisions, key=lambda revision: revision.number)
            assert (case.version, case.lessons) == (newest.number, newest.content["lessons"])
            entries = select(func.count()).where(LogEntry.kind == "CaseRevised", LogEntry.actor_id.is_not(None))
            assert db.session.scalar(entries) == len(revisions)
