"""Somebody else reads before anything is published: drafts that are sent, changes that wait."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cases.models import CaseProposal, CaseStudy
from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.follows.models import Notification
from hub.follows.queries import newest_notifications
from hub.follows.told import lines_of
from hub.people.models import User
from tests.cases.desk import WHOLE, Log, browser, hidden, publish, revisions, send, start, stored
from tests.follows.acts import read_on, start_reader
from tests.people.accounts import sign_in


class Desk:
    """Two coordinators and a contributor of Graz, each in a browser of her own."""

    def __init__(self, client: FlaskClient) -> None:
        self.anna, self.berta, self.carl = client, browser(client), browser(client)
        self.ids = [
            sign_in(self.anna, "anna@example.org", city="graz", name="Anna Auer"),
            sign_in(self.berta, "berta@example.org", city="graz", name="Berta Baum"),
            sign_in(self.carl, "carl@example.org", city="graz", name="Carl Castro", role="contributor"),
        ]
        with client.application.app_context():
            start_reader()

    def choose(self, is_needed: bool) -> None:
        """Let the city have a second reader, or not."""
        with self.anna.application.app_context(), transaction():
            db.session.scalars(select(City).where(City.slug == "graz")).one().has_second_reader = is_needed


@pytest.fixture
def desk(client: FlaskClient) -> Desk:
    """The people of Graz, who has a second reader."""
    found = Desk(client)
    found.choose(True)
    return found


def draft(writer: FlaskClient, **values: Any) -> str:
    """Write a whole draft and send it to a second reader from the page of the case."""
    slug = start(writer)
    assert send(writer, slug, **values).status_code == 303
    press(writer, slug, "submit")
    return slug


def press(person: FlaskClient, slug: str, button: str) -> TestResponse:
    """Press a button of the page of a case."""
    return person.post(f"/cases/{slug}/{button}", data=hidden(person, f"/cases/{slug}", button))


def decide(person: FlaskClient, path: str, do: str, note: str = "", **values: Any) -> TestResponse:
    """Open what waits, and publish it or send it back."""
    html = person.get(path).text
    form = html.split(f'action="{path}"')[1].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return person.post(path, data=fields | {"do": do, "note": note} | values)


def propose(person: FlaskClient, slug: str, **values: Any) -> str:
    """Propose a change of a published case and return where it waits."""
    fields = hidden(person, f"/cases/{slug}/edit?step=all") | WHOLE | {"do": "save"} | values
    response = person.post(f"/cases/{slug}/edit", data=fields)
    assert response.status_code == 303, response.text
    with person.application.app_context():
        newest = select(CaseProposal.id).order_by(CaseProposal.id.desc()).limit(1)
        return f"/cases/{slug}/proposals/{db.session.scalars(newest).one()}"


def told(person: FlaskClient, user_id: int) -> list[str]:
    """Let the reader of the log run, and return what a person is told, the newest first."""
    with person.application.test_request_context("/"):
        read_on()
        me = db.session.get_one(User, user_id)
        return [line.news.text for line in lines_of(newest_notifications(user_id, 9), me) if line.news]


def test_a_draft_is_published_by_somebody_else(desk: Desk) -> None:
    log, slug = Log(desk.anna), draft(desk.anna)
    assert log.kinds[-1] == "CaseSubmitted"
    for alone in (press_publish(desk.anna, slug), send(desk.anna, slug, "publish", title="Mine alone")):
        assert alone.status_code in (403, 409)
    assert desk.anna.get(f"/cases/{slug}/review").status_code == 200
    assert 'value="publish"' not in desk.anna.get(f"/cases/{slug}/review").text
    assert desk.carl.get(f"/cases/{slug}/review").status_code == 403
    assert f'href="/cases/{slug}/review"' not in desk.anna.get("/desk").text
    assert f'href="/cases/{slug}/review"' in desk.berta.get("/desk").text
    assert "Anna Auer sent it to a second reader" in desk.berta.get(f"/cases/{slug}").text
    assert "“A fair for neighbours” waits for a second reader" in told(desk.berta, desk.ids[1])
    answer = decide(desk.berta, f"/cases/{slug}/review", "publish")
    assert (answer.status_code, answer.location) == (303, f"/cases/{slug}")
    assert log.kinds[-1] == "CasePublished"
    (version,) = revisions(desk.anna, slug)
    assert (version.author_id, version.reviewed_by) == (desk.ids[0], desk.ids[1])
    assert "Graz published “A fair for neighbours”" in told(desk.anna, desk.ids[0])
    assert browser(desk.anna).get(f"/cases/{slug}").status_code == 200
    assert desk.berta.get(f"/cases/{slug}/review").status_code == 303


def press_publish(person: FlaskClient, slug: str) -> TestResponse:
    """Send what the button of a city without a second reader sends."""
    fields = hidden(person, f"/cases/{slug}/edit")
    data = {"csrf_token": fields["csrf_token"], "version": str(stored(person, slug).version)}
    return person.post(f"/cases/{slug}/publish", data=data)


def test_a_draft_comes_back_with_a_note(desk: Desk) -> None:
    slug = draft(desk.anna)
    log = Log(desk.anna)
    assert decide(desk.berta, f"/cases/{slug}/review", "return").status_code == 400  # without a word why
    note = "Who paid?\n<script>alert(1)</script>"
    assert decide(desk.berta, f"/cases/{slug}/review", "return", note).status_code == 303
    assert log.kinds == ["CaseReturned"]
    for page in (f"/cases/{slug}", f"/cases/{slug}/edit"):
        html = desk.anna.get(page).text
        assert "Who paid?" in html
        assert "<script>alert(1)" not in html
    assert "“A fair for neighbours” came back from its second reader" in told(desk.anna, desk.ids[0])
    assert desk.berta.get(f"/cases/{slug}/review").status_code == 303  # nothing waits
    assert "Came back from its second reader" in desk.anna.get("/desk").text
    press(desk.anna, slug, "submit")
    case = stored(desk.anna, slug)
    assert (case.returned_note, case.submitted_by) == ("", desk.ids[0])
    fields = hidden(desk.berta, f"/cases/{slug}/review")
    assert send(desk.carl, slug, summary="Neighbours meet twice.").status_code == 303  # takes it back into writing
    assert stored(desk.anna, slug).submitted_at is None
    late = desk.berta.post(f"/cases/{slug}/review", data=fields | {"do": "publish"})
    assert late.status_code == 409
    assert "Someone saved it meanwhile" in late.text
    press(desk.carl, slug, "submit")
    assert decide(desk.anna, f"/cases/{slug}/review", "publish").status_code == 303


def test_what_sending_and_publishing_need_is_asked_for(desk: Desk) -> None:
    slug = start(desk.anna)
    response = press(desk.anna, slug, "submit")
    assert response.status_code == 400
    assert f'href="/cases/{slug}/edit?step=story#problem"' in response.text
    assert stored(desk.anna, slug).submitted_at is None
    assert send(desk.anna, slug, cost_band="").status_code == 303
    press(desk.anna, slug, "submit")
    page = desk.berta.get(f"/cases/{slug}/review").text
    assert 'value="publish"' not in page  # it can only be sent back
    assert f'href="/cases/{slug}/edit?step=means#cost_band"' in page
    assert decide(desk.berta, f"/cases/{slug}/review", "publish").status_code == 400
    assert desk.anna.post(f"/cases/{slug}/submit", data={"version": "x"}).status_code in (400, 403)


def test_a_change_waits_and_is_published_by_somebody_else(desk: Desk) -> None:
    slug = draft(desk.anna)
    decide(desk.berta, f"/cases/{slug}/review", "publish")
    log = Log(desk.anna)
    path = propose(desk.anna, slug, action="The city closed two streets.", change_note="One more <b>street</b>.")
    assert log.kinds == ["CaseProposed"]
    public = browser(desk.anna)
    assert "closed two streets" not in public.get(f"/cases/{slug}").text
    assert public.get(path).status_code == 401
    html = desk.berta.get(path).text
    assert "<ins>streets.</ins>" in html
    assert "One more &lt;b&gt;street&lt;/b&gt;." in html
    assert path in desk.berta.get("/desk").text
    assert path in desk.berta.get(f"/cases/{slug}").text
    assert desk.carl.post(path, data={"do": "publish"}).status_code == 403
    own = desk.anna.get(path).text
    assert 'value="publish"' not in own
    fields = hidden(desk.berta, path)
    assert desk.anna.post(path, data=fields | {"do": "publish"}).status_code in (400, 403)
    assert "A change of “A fair for neighbours” waits for a second reader" in told(desk.berta, desk.ids[1])
    assert decide(desk.berta, path, "publish").location == f"/cases/{slug}"
    assert log.entries[-1] == ("CaseRevised", {"case_id": stored(desk.anna, slug).id, "is_substantial": True})
    last = revisions(desk.anna, slug)[-1]
    assert (last.author_id, last.reviewed_by) == (desk.ids[0], desk.ids[1])
    assert (last.change_note, last.content["action"]) == ("One more <b>street</b>.", "The city closed two streets.")
    assert "“A fair for neighbours” was revised" in told(desk.anna, desk.ids[0])
    assert "closed two streets" in public.get(f"/cases/{slug}").text
    assert "Published" in desk.anna.get(path).text
    assert desk.berta.post(path, data=fields | {"do": "return", "note": "No."}).status_code == 409


def test_a_change_comes_back_and_is_written_on(desk: Desk) -> None:
    slug = draft(desk.anna)
    decide(desk.berta, f"/cases/{slug}/review", "publish")
    path = propose(desk.anna, slug, lessons="Rain needs two tents.", change_note="Tents.")
    assert decide(desk.berta, path, "return").status_code == 400
    log = Log(desk.anna)
    assert decide(desk.berta, path, "return", "Who says so?").status_code == 303
    assert log.entries[0][0] == "CaseProposalClosed"
    assert "Your change of “A fair for neighbours” came back from its second reader" in told(desk.anna, desk.ids[0])
    page = desk.anna.get(path).text
    assert "Who says so?" in page
    again = desk.anna.post(f"{path}/again", data=hidden(desk.anna, path, "again"))
    assert again.location == f"/cases/{slug}/edit"
    assert "Rain needs two tents." in desk.anna.get(again.location).text
    assert log.kinds == ["CaseProposalClosed"]
    second = propose(desk.anna, slug, lessons="Rain needs two tents, says the fire brigade.", change_note="Tents.")
    token = {"csrf_token": hidden(desk.berta, second)["csrf_token"]}
    assert desk.berta.post(f"{second}/withdraw", data=token).status_code == 403
    fields = hidden(desk.anna, second, "withdraw")
    for _again in range(2):
        assert desk.anna.post(f"{second}/withdraw", data=fields).location == second
    assert log.kinds[1:] == ["CaseProposed", "CaseProposalClosed"]
    assert stored(desk.anna, slug).lessons == WHOLE["lessons"]


def test_of_two_changes_neither_undoes_the_other(desk: Desk) -> None:
    slug = draft(desk.anna)
    decide(desk.berta, f"/cases/{slug}/review", "publish")
    first = propose(desk.anna, slug, action="The city closed two streets.", change_note="Streets.")
    second = propose(desk.carl, slug, lessons="Rain needs two tents.", change_note="Tents.")
    fields = hidden(desk.berta, second)
    assert decide(desk.berta, first, "publish").status_code == 303
    late = desk.berta.post(second, data=fields | {"do": "publish"})
    assert late.status_code == 409
    assert "What was published meanwhile" in late.text
    assert "<ins>streets.</ins>" in late.text
    assert "<ins>two</ins>" in late.text
    assert decide(desk.berta, second, "publish").status_code == 303
    case = stored(desk.anna, slug)
    assert (case.action, case.lessons) == ("The city closed two streets.", "Rain needs two tents.")


def test_contributors_propose_also_where_no_second_reader_is_asked_for(desk: Desk) -> None:
    desk.choose(False)
    slug = publish(desk.anna)
    (version,) = revisions(desk.anna, slug)
    assert (version.author_id, version.reviewed_by) == (desk.ids[0], None)
    assert "Propose a change" in desk.carl.get(f"/cases/{slug}").text
    path = propose(desk.carl, slug, lessons="Rain needs two tents.", change_note="Tents.")
    assert decide(desk.anna, path, "publish").status_code == 303
    last = revisions(desk.anna, slug)[-1]
    assert (last.author_id, last.reviewed_by) == (desk.ids[2], desk.ids[0])
    other = draft(desk.carl)
    assert decide(desk.anna, f"/cases/{other}/review", "publish").status_code == 303


def test_with_one_coordinator_the_page_says_that_a_second_is_needed(client: FlaskClient) -> None:
    sign_in(client, "anna@example.org", city="graz", name="Anna Auer")
    with client.application.app_context(), transaction():
        db.session.scalars(select(City).where(City.slug == "graz")).one().has_second_reader = True
    slug = draft(client)
    for path in (f"/cases/{slug}", f"/cases/{slug}/review"):
        html = client.get(path).text
        assert "Graz has no other coordinator who could read it" in html
        assert 'href="/cities/graz/people"' in html


def test_people_of_another_city_see_nothing_of_it(desk: Desk) -> None:
    slug = draft(desk.anna)
    decide(desk.berta, f"/cases/{slug}/review", "publish")
    path = propose(desk.anna, slug, lessons="Rain needs two tents.", change_note="Tents.")
    waiting = draft(desk.anna, title="Another fair")
    stranger = browser(desk.anna)
    other = sign_in(stranger, "dora@example.org", city="gwangju", name="Dora Dent")
    fields = {"csrf_token": hidden(stranger, "/cases/new")["csrf_token"], "version": "2", "do": "publish"}
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=fields).status_code == 404
    for button in ("withdraw", "again"):
        assert stranger.post(f"{path}/{button}", data={"csrf_token": fields["csrf_token"]}).status_code == 404
    assert stranger.get(f"/cases/{waiting}/review").status_code == 404
    assert "waits for a second reader" not in stranger.get(f"/cases/{slug}").text
    with desk.anna.application.app_context():
        read_on()
        assert not db.session.scalars(select(Notification).where(Notification.user_id == other)).all()
        proposal = db.session.scalars(select(CaseProposal)).one()
        told_of = Notification(
            id=1, user_id=other, position=1, event="CaseProposed", subject_id=proposal.id,
            because={"kind": "office", "key": "graz"}, created_at=clock.now(),
        )  # fmt: skip
        with desk.anna.application.test_request_context("/"):
            (line,) = lines_of([told_of], db.session.get_one(User, other))  # who left the city meanwhile
        assert line.news is None
        assert db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one().is_published
