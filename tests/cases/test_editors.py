"""Twelve people save one published case at one moment: one wins a version, the others get their words back."""

from __future__ import annotations

import threading
from html import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cases.models import CaseRevision, CaseStudy
from hub.core.db import db
from hub.core.log import LogEntry
from tests.cases.desk import hidden, hidden_in
from tests.cases.factory import make_case
from tests.cities.factory import make_city
from tests.people.accounts import sign_in

EDITORS = 12
EDIT = "/cases/a-case/edit?step=story"


@pytest.fixture
def editors(busy_app: Flask) -> list[FlaskClient]:
    """Twelve coordinators of one city, each at her own browser, and a published case."""
    make_city(db.session, "graz", "Graz")
    make_case()
    db.session.remove()
    clients = [busy_app.test_client() for _ in range(EDITORS)]
    for number, client in enumerate(clients):
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        sign_in(client, f"editor-{number}@example.org", city="graz", name=f"Editor {number}")
    return clients


def at_once(clients: list[FlaskClient], forms: list[dict[str, str]]) -> list[tuple[int, str]]:
    """Open the page, or take what came back of it, and send it filled at one moment; return what was answered."""
    start, answers = threading.Barrier(len(clients)), [(0, "")] * len(clients)

    def send(number: int) -> None:
        fields = {} if "version" in forms[number] else hidden(clients[number], EDIT)
        start.wait(30)
        answer = clients[number].post(EDIT, data=fields | forms[number])
        answers[number] = answer.status_code, answer.text

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_of_twelve_editors_one_wins_and_nobody_loses_a_word(editors: list[FlaskClient]) -> None:
    forms = [
        {"problem": f"Text {number} <b>& more", "action": "How.", "change_note": f"Why {number}", "do": "save"}
        for number in range(EDITORS)
    ]
    accepted: list[str] = []
    for turn in range(2):  # from one version; then what came back is sent again, at one moment too
        answers = at_once(editors, forms)
        assert sorted(status for status, _html in answers) == [303] + [409] * (len(editors) - 1), turn
        [winner] = [number for number, (status, _html) in enumerate(answers) if status == 303]
        accepted.append(forms[winner]["problem"])
        for number, (status, html) in enumerate(answers):
            if status == 409:
                assert f">{escape(forms[number]['problem'])}</textarea>" in html.replace("\n", "")
                assert f">{forms[number]['change_note']}</textarea>" in html.replace("\n", "")
                forms[number] |= hidden_in(html)
        del editors[winner], forms[winner]
    revisions = db.session.scalars(select(CaseRevision).order_by(CaseRevision.number)).all()
    assert [each.number for each in revisions] == [1, 2, 3]
    assert [each.content["problem"] for each in revisions[1:]] == accepted
    case = db.session.scalars(select(CaseStudy)).one()
    assert (case.version, case.problem) == (3, accepted[-1])
    entries = select(func.count()).where(LogEntry.kind == "CaseRevised")
    assert db.session.scalar(entries) == 2
