"""The desk: what waits for whom, and where each thing leads."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from hub.cases.models import DRAFT, CaseStudy
from hub.cities.models import SUSPENDED, City
from hub.commitments.models import StatusRecord
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import head_position
from hub.exchange.models import Reply
from hub.follows.models import Notification
from hub.people.models import User
from tests.people.accounts import sign_in
from tests.site.neighbours import NOW, THEIRS, adaptation, case_of, put, question

DAY = timedelta(days=1)


def desk(client: FlaskClient) -> str:
    response = client.get("/desk")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1
    return response.text


def part(html: str, name: str) -> str:
    """Return the section with this id."""
    begin = html.index(f'<section class="part" id="{name}"')
    return html[begin : html.index("</section>", begin)]


def make_draft(client: FlaskClient, slug: str, title: str, city: str = "graz") -> None:
    with client.application.app_context(), transaction():
        city_id = db.session.scalars(select(City.id).where(City.slug == city)).one()
        db.session.add(
            CaseStudy(slug=slug, title=title, summary="", city_id=city_id, country="AT", language="en", state=DRAFT,
                      updated_at=clock.now())
        )  # fmt: skip


def test_a_coordinator_begins_with_what_waits(client: FlaskClient) -> None:
    make_draft(client, "night-bus", "A <night> bus")
    make_draft(client, "of-another-city", "Not yours", "gwangju")
    sign_in(client, "mia@example.org", city="graz")
    html = desk(client)
    drafts = part(html, "drafts")
    assert 'href="/cases/night-bus/edit"' in drafts
    assert "A &lt;night&gt; bus" in drafts
    assert "missing before it can be published" in drafts
    assert 'href="/cases/new"' in drafts
    assert "Not yours" not in html
    due = part(html, "due")
    assert "Compiled from public sources, not yet confirmed by your city" in due
    assert 'href="/cases/graz-advisory-council"' in due
    assert "gwangju" not in due
    mine = part(html, "cities")
    for path in ("", "/edit", "/people", "/commitments"):
        assert f'href="/cities/graz{path}"' in mine
    assert "Coordinator" in mine
    assert 'href="/organizers"' not in html
    assert 'action="/logout"' in html


def test_commitments_due_lead_to_their_form(client: FlaskClient) -> None:
    with client.application.app_context(), transaction():
        city_id = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
        db.session.add(
            StatusRecord(city_id=city_id, item_code="C4.1", status="adopted", effective_text="2020",
                         effective_from=date(2020, 1, 1), precision="year", claimed_by="city", recorded_at=clock.now())
        )  # fmt: skip
    sign_in(client, "mia@example.org", city="graz")
    due = part(desk(client), "due")
    assert 'href="/cities/graz/commitments/C4.1/record"' in due
    assert "No document shows it yet." in due
    assert "Since " in due


def test_a_contributor_sees_drafts_but_nothing_that_only_coordinators_do(client: FlaskClient) -> None:
    make_draft(client, "night-bus", "A night bus")
    sign_in(client, "con@example.org", city="graz", role="contributor")
    html = desk(client)
    assert "A night bus" in part(html, "drafts")
    assert 'id="due"' not in html
    assert "/cities/graz/edit" not in html
    assert "/cities/graz/people" not in html
    assert "Contributor" in html


def test_an_empty_desk_offers_one_thing_to_do_in_each_place(client: FlaskClient) -> None:
    sign_in(client, "mia@example.org", city="graz")
    html = desk(client)
    assert 'href="/cases/new"' in part(html, "drafts")
    assert part(html, "drafts").count('class="empty"') == 1
    assert 'href="/following"' in part(html, "news")


def test_news_of_what_one_follows(client: FlaskClient) -> None:
    user_id = sign_in(client, "mia@example.org", city="graz")
    with client.application.app_context(), transaction():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "graz-advisory-council")).one()
        for number in range(7):
            db.session.add(
                Notification(user_id=user_id, position=head_position() - number, event="CasePublished",
                             topic="cases", thing=f"case:{case.id}",
                             subject_id=case.id, because={"kind": "city", "key": "graz"}, created_at=clock.now())
            )  # fmt: skip
    news = part(desk(client), "news")
    assert "7 notices are unread." in news
    assert news.count('class="is-new"') == 5
    assert 'href="/cases/graz-advisory-council"' in news
    assert 'href="/notifications"' in news
    with client.application.app_context():
        seen = select(func.count()).where(Notification.user_id == user_id, Notification.seen_at.is_not(None))
        assert db.session.scalar(seen) == 5, "mail does not say again what stood here"


def test_an_organizer_without_a_city_is_led_to_the_organizers_desk(client: FlaskClient) -> None:
    sign_in(client, "organizer@example.org", is_organizer=True)
    html = desk(client)
    assert 'href="/organizers"' in html
    for missing in ('id="drafts"', 'id="due"', 'id="cities"', "You do not write for any city"):
        assert missing not in html


def test_a_person_without_any_role_left_is_told_kindly(client: FlaskClient) -> None:
    sign_in(client, "was@example.org")
    html = desk(client)
    assert "You do not write for any city just now." in html
    assert 'id="drafts"' not in html


def test_people_of_a_suspended_city_are_told(client: FlaskClient) -> None:
    make_draft(client, "night-bus", "A night bus")
    sign_in(client, "mia@example.org", city="graz")
    with client.application.app_context(), transaction():
        db.session.execute(update(City).where(City.slug == "graz").values(membership=SUSPENDED))
    html = desk(client)
    assert "is suspended: nothing can be written for it" in html
    assert "A night bus" not in html
    assert "/cities/graz/edit" not in html


def test_a_demo_person_knows(client: FlaskClient) -> None:
    user_id = sign_in(client, "demo@example.org", city="graz")
    assert "This is a demo account" not in desk(client)
    with client.application.app_context(), transaction():
        db.session.execute(update(User).where(User.id == user_id).values(is_demo=True))
    assert "This is a demo account" in desk(client)


def test_the_desk_needs_few_statements(client: FlaskClient, statements: list[str]) -> None:
    for number in range(6):
        make_draft(client, f"draft-{number}", f"Draft {number}")
    sign_in(client, "mia@example.org", city="graz")
    desk(client)
    statements.clear()
    desk(client)
    assert len(statements) <= 65


def test_questions_that_wait_and_practices_taken_up_are_due(client: FlaskClient, app: Flask) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, "mia@example.org", city="graz")
        with app.app_context():
            later = question(NOW - 2 * DAY, text="Who <i>pays</i>?", language="fr", is_demo=True)
            first = question(NOW - 21 * DAY, text="word " * 400, kind="mentoring")
            question(NOW - 3 * DAY, text="Answered", answered_at=NOW)
            question(NOW - 3 * DAY, text="Closed", closed_at=NOW)
            question(NOW - 3 * DAY, case=THEIRS, text="Not ours")
            begun = adaptation(NOW - DAY, case=THEIRS, city="graz", state="considering", since="2027-01", is_demo=True)
            adaptation(NOW - DAY, case="graz-advisory-council", city="graz", state="running")
            ids = later.id, first.id, begun.id
        due = part(desk(client), "due")
        assert due.index(f"/exchange/questions/{ids[1]}") < due.index(f"/exchange/questions/{ids[0]}")
        assert "Wishes for mentoring · Asked 3 weeks ago" in due
        assert '<h4 lang="fr">' in due
        assert "Who &lt;i&gt;pays&lt;/i&gt;?" in due
        assert due.count('<b class="state">Demo</b>') == 2
        assert due.count("word ") < 30
        assert all(words not in due for words in ("Answered", "Closed", "Not ours"))
        assert f'href="/exchange/adaptations/{ids[2]}/step"' in due
        assert due.count("/step") == 1
        assert "Considering since" in due


def test_organizers_see_how_much_waits_between_cities(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "organizer@example.org", is_organizer=True)
    with app.app_context():
        for number in range(2):
            question(NOW, is_between_cities=bool(number))
        put(reply("waiting"), reply("unconfirmed"))
    html = client.get("/organizers").text
    for address, words in (("exchange", "<b>2</b> questions wait"), ("replies", "<b>1</b> reply waits")):
        assert words in html.split(f'<h3><a href="/organizers/{address}">')[1].split("</li>")[0]


def reply(state: str) -> Reply:
    return Reply(
        subject="case", case_id=case_of(THEIRS), organisation_name="A group", person_name="P", person_role="R",
        email="p@example.org", concern="It names us.", text="We see it otherwise.", language="en", state=state,
        token_hash=f"{state:x<64}", created_at=NOW,
    )  # fmt: skip
