"""What is typed and not saved: kept for her who typed it, offered when she comes back, gone when she saves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cases.jobs import COPIES_KEPT, forget_copies
from hub.cases.models import CaseCopy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.jobs import Setting
from hub.people.models import User
from tests.cases.desk import Log, browser, hidden, publish, send, start, stored
from tests.people.accounts import sign_in


@pytest.fixture
def pair(client: FlaskClient) -> tuple[FlaskClient, FlaskClient]:
    """Two coordinators of Gwangju at their own browsers."""
    other = browser(client)
    sign_in(client, "one@example.org", city="gwangju", name="Ahn One")
    sign_in(other, "other@example.org", city="gwangju", name="Bae Other")
    return client, other


def keep(client: FlaskClient, slug: str, step: str = "story", **values: Any) -> TestResponse:
    """Let what is typed in a step be kept, as the page does by itself."""
    fields = hidden(client, f"/cases/{slug}/edit?step={step}")
    return client.post(f"/cases/{slug}/copy?step={step}", data=fields | values)


def copies(client: FlaskClient) -> list[CaseCopy]:
    """Return what is kept."""
    with client.application.app_context():
        db.session.expire_all()
        found = list(db.session.scalars(select(CaseCopy)))
        db.session.expunge_all()
        return found


def test_what_is_typed_is_kept_for_her_alone_until_she_saves(pair: tuple[FlaskClient, FlaskClient]) -> None:
    one, other = pair
    slug = start(one)
    log, place = Log(one), f"/cases/{slug}/edit"
    kept = keep(one, slug, problem="Half a sent", legal_basis="x" * 5_000)  # too long to save, not to keep
    assert kept.status_code == 200
    assert set(kept.json) == {"saved_at"}
    assert keep(one, slug, "people", consent_note="In the office", people_check="consented").status_code == 200
    assert (log.kinds, stored(one, slug).version, stored(one, slug).problem) == ([], 1, "")
    html = one.get(place).text  # opens where she typed
    assert "You have text from" in html
    assert ">Half a sent</textarea>" in html.replace("\n", "")
    assert "x" * 5_000 in html
    assert "In the office" in one.get(f"{place}?step=people").text
    assert "Half a sent" not in other.get(f"{place}?step=all").text
    assert "Ahn One is writing here too." in other.get(place).text
    assert f'href="{place}?step=story"' in one.get(f"{place}?step=basics").text
    fields = hidden(one, f"{place}?step=story")
    assert one.post(f"{place}?step=story", data=fields | {"do": "next", "problem": "Whole."}).status_code == 303
    [copy] = copies(one)  # what she typed elsewhere waits on, and is no conflict with her own saving
    assert (copy.content["steps"], copy.base_version) == (["people"], stored(one, slug).version)
    assert "You have text from" in one.get(f"{place}?step=people").text
    assert send(one, slug, "publish", consent_note="In the office", people_check="consented").status_code == 303
    assert copies(one) == []
    assert "is writing here too" not in other.get(place).text
    assert log.kinds == ["CaseDraftSaved", "CasePublished"]


def test_what_one_window_sent_first_and_came_last_changes_nothing(pair: tuple[FlaskClient, FlaskClient]) -> None:
    """Two requests of one moment may cross on their way."""
    me, _other = pair
    slug = start(me, "Lanterns")

    def arrives(window: str, number: int, problem: str) -> str:
        fields = hidden(me, f"/cases/{slug}/edit?step=story") | {"problem": problem}
        sent = me.post(f"/cases/{slug}/copy?step=story&window={window}&number={number}", data=fields)
        assert sent.status_code == 200, sent.text
        return str(copies(me)[0].content["problem"])

    assert arrives("1-1", 2, "It was dark everywhere.") == "It was dark everywhere."
    assert arrives("1-1", 1, "It was") == "It was dark everywhere."
    assert arrives("2-2", 1, "Said in another window.") == "Said in another window."
    assert arrives("2-2", 3, "Said there again.") == "Said there again."
    refused = me.post(f"/cases/{slug}/copy?step=story&window=2-2&number=-1", data=hidden(me, f"/cases/{slug}/edit"))
    assert refused.status_code == 400


def test_it_can_be_let_go_and_the_same_text_is_nothing(pair: tuple[FlaskClient, FlaskClient]) -> None:
    one, other = pair
    slug = publish(one)
    place = f"/cases/{slug}/edit"
    assert keep(one, slug, problem="Unsure", change_note="Why not").status_code == 200
    html = one.get(place).text
    assert ">Unsure</textarea>" in html.replace("\n", "")
    assert ">Why not</textarea>" in html.replace("\n", "")
    token = {"csrf_token": hidden(other, place)["csrf_token"]}
    assert other.post(f"/cases/{slug}/copy/forget", data=token).status_code == 303
    assert len(copies(one)) == 1  # it was not hers to let go
    token = {"csrf_token": hidden(one, place)["csrf_token"]}
    assert one.post(f"/cases/{slug}/copy/forget", data=token).location == place
    assert copies(one) == []
    assert "Unsure" not in one.get(place).text
    assert keep(one, slug, "means", cost_band="under-10k").status_code == 200
    assert copies(one) == []  # it says what the case says


def test_a_text_from_before_a_colleague_saved_shows_both(pair: tuple[FlaskClient, FlaskClient]) -> None:
    one, other = pair
    slug = start(one)
    place = f"/cases/{slug}/edit"
    keep(one, slug, problem="The street was loud.")
    send(other, slug, problem="The street was empty.", title="Her title")
    html = one.get(f"{place}?step=story").text
    assert "Someone saved this meanwhile" in html
    assert "The street was <del>empty.</del>" in html
    assert "The street was <ins>loud.</ins>" in html
    assert "Her title" not in html.split('class="versus"')[1].split("<form")[0]  # she typed elsewhere alone
    assert ">The street was loud.</textarea>" in html.replace("\n", "")
    fields = hidden(one, f"{place}?step=story")
    assert (
        one.post(f"{place}?step=story", data=fields | {"do": "next", "problem": "Empty and loud."}).status_code == 303
    )
    case = stored(one, slug)
    assert (case.problem, case.title, copies(one)) == ("Empty and loud.", "Her title", [])


def test_what_cannot_be_kept_is_said(pair: tuple[FlaskClient, FlaskClient]) -> None:
    one, _other = pair
    slug = start(one)
    path = f"/cases/{slug}/copy?step=story"
    fields = hidden(one, f"/cases/{slug}/edit?step=story") | {"problem": "Words"}
    for wrong, said in (
        ({"csrf_token": "x"}, "open for too long"), ({"problem": "a\x00b"}, "cannot be shown"),
        ({"version": "x"}, "lost its place"), ({"strange": "1"}, "has no field"),
        ({"problem": "x" * 500_000}, "too long to be kept"), ({"open_answers": ["nothing"]}, "cannot be chosen"),
    ):  # fmt: skip
        answer = one.post(path, data=fields | wrong)
        assert (answer.status_code, said in answer.json["detail"]) == (400, True), (wrong, answer.text)
    assert one.post(path.replace("story", "x"), data=fields).status_code == 400
    contributor, stranger, nobody = browser(one), browser(one), browser(one)
    sign_in(contributor, "c@example.org", city="gwangju", role="contributor")
    sign_in(stranger, "s@example.org", city="graz")
    assert stranger.post(path, data=fields).status_code == 404
    assert nobody.post(path, data=fields).status_code == 401
    assert keep(contributor, slug, problem="Her words").status_code == 200
    public = publish(one, title="Open to all")
    assert stranger.post(f"/cases/{public}/copy", data=fields).status_code == 403
    assert [copy.content["problem"] for copy in copies(one)] == ["Her words"]


def test_names_are_given_as_people_allow_and_old_texts_are_forgotten(pair: tuple[FlaskClient, FlaskClient]) -> None:
    one, other = pair
    slug = start(one)
    keep(one, slug, problem="Mine")
    with one.application.app_context(), transaction():
        db.session.scalars(select(User).where(User.name == "Ahn One")).one().is_name_withheld = True
    assert "A colleague is writing here too." in other.get(f"/cases/{slug}/edit").text
    now = clock.now()
    with one.application.app_context():
        for days, left in ((-1, 1), (1, 0)):
            later = now + COPIES_KEPT + timedelta(days=days)
            assert forget_copies(_setting(later)) == 1 - left
            assert len(list(db.session.scalars(select(CaseCopy)))) == left
    keep(one, slug, problem="Again")
    fields = hidden(one, f"/cases/{slug}/delete")
    assert one.post(f"/cases/{slug}/delete", data=fields).status_code == 303  # a draft goes with what was typed in it
    assert copies(one) == []


def _setting(now: datetime) -> Setting:
    return Setting("file:", "http://localhost", Path(), Path(), frozenset(), ("en",), "tests", lambda: now)
