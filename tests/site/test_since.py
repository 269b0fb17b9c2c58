"""Since you were last here: what others did, counted, and when a visit begins."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from hub.cities.models import SUSPENDED, City
from hub.cli.digest import content_digest
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.follows.models import Follow, Visit
from hub.follows.service import visiting
from hub.people.models import User
from tests.people.accounts import make_user, sign_in
from tests.site.neighbours import (
    NOW,
    OURS,
    THEIRS,
    adaptation,
    admission,
    answer,
    check,
    comment,
    proposal,
    put,
    question,
    status,
    story,
    translation,
    was_here,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def mia(client: FlaskClient, app: Flask) -> Iterator[int]:
    """A coordinator of Graz who was at her desk two hours ago; the application stands in its context."""
    with clock.frozen_at(NOW):
        user_id = sign_in(client, "mia@example.org", city="graz")
        with app.app_context():
            was_here(user_id, NOW - 2 * HOUR)
            yield user_id


def since(client: FlaskClient) -> str:
    """Return the section of the desk."""
    response = client.get("/desk")
    assert response.status_code == 200
    html = response.text
    begin = html.index('<section class="part" id="since"')
    return html[begin : html.index("</section>", begin)]


def parts(html: str) -> dict[str, tuple[int, str]]:
    """Return how many things each part counts, and its lines."""
    found = re.findall(r'<h3 class="sub">([^<]+?) <span class="quiet">(\d+)</span></h3>(.*?)</div>', html, re.S)
    return {words: (int(number), lines) for words, number, lines in found}


def test_what_others_did_stands_in_its_part(client: FlaskClient, mia: int) -> None:
    at = NOW - HOUR
    asked = question(at, text="Was it <b>dear</b>? https://example.org", kind="mentoring", is_demo=True)
    ours = question(NOW - 9 * HOUR, case=THEIRS, city="graz", asked_by=mia, text="And yours?")
    answer(ours, at)
    taken = adaptation(at)
    comment(taken, at)
    translation(at)
    proposal(at)
    own = status(NOW - 9 * HOUR, "graz", "C2.4")
    check(own, at, "refused")
    status(at, "vienna", is_demo=True)
    put(Follow(user_id=mia, kind="city", key="gwangju", created_at=at))
    status(at, "gwangju", "C2.1")
    admission(at, "vienna")
    story(at, "graz")
    html = since(client)
    found = parts(html)
    assert {words: number for words, (number, _lines) in found.items()} == {
        "Questions to your city": 1, "Answers": 1, "Your practices, taken up by others": 1, "Comments": 1,
        "Translations of your case studies": 1, "Changes that wait for a second reader": 1,
        "Checks of your statuses": 1, "Commitments of your country, and of what you follow": 2,
        "New members near you": 1, "News that name your city": 1,
    }  # fmt: skip
    first = found["Questions to your city"][1]
    assert f'href="/exchange/questions/{asked.id}"' in first
    assert "Was it &lt;b&gt;dear&lt;/b&gt;?" in first
    assert "Wishes for mentoring · Gwangju" in first
    assert "1 hour ago" in first
    assert "Demo" in first
    assert f'href="/exchange/questions/{ours.id}"' in found["Answers"][1]
    assert "Gwangju adapts it" in found["Your practices, taken up by others"][1]
    assert f'href="/exchange/adaptations/{taken.id}"' in found["Comments"][1]
    assert "italiano" in found["Translations of your case studies"][1]
    assert f"/cases/{OURS}/proposals/" in found["Changes that wait for a second reader"][1]
    assert "Not confirmed" in found["Checks of your statuses"][1]
    around = found["Commitments of your country, and of what you follow"][1]
    assert 'href="/cities/vienna/commitments/C4.1"' in around
    assert 'href="/cities/gwangju/commitments/C2.1"' in around
    assert 'href="/cities/vienna"' in found["New members near you"][1]
    assert "A prize for the council" in found["News that name your city"][1]
    assert 'id="h-since">Since you were last here <span class="count">11</span>' in html


def test_what_was_before_what_she_did_and_what_is_not_hers_is_left_out(client: FlaskClient, mia: int) -> None:
    at, before = NOW - HOUR, NOW - 3 * HOUR
    question(before)
    question(at, asked_by=mia)
    question(at, removed_at=at, text="")
    question(at, case=THEIRS, city="vienna", is_between_cities=True)  # of two other cities
    answer(question(before, case=THEIRS, city="vienna"), at)
    answer(question(before, city="vienna"), at, city="graz")
    answer(question(before, case=THEIRS, city="vienna", asked_by=mia, is_between_cities=True), at)  # she left Vienna
    taken = adaptation(at, removed_at=at)
    comment(taken, at)
    comment(adaptation(before, state="running"), at, city="graz")
    adaptation(at, case=THEIRS, city="vienna")
    adaptation(at, case=THEIRS, city="graz")
    translation(at, case=THEIRS)
    translation(at, state="draft", published_at=None)
    proposal(at, proposed_by=mia)
    proposal(at, state="returned")
    check(status(before, "gwangju"), at)
    status(at, "graz")
    status(at, "seoul")
    admission(at, "suwon")
    story(at, "gwangju")
    story(at, "graz", "Hidden", hidden_at=at)
    html = since(client)
    assert parts(html) == {}
    assert "Nothing changed in your city’s world." in html


def test_many_are_counted_and_three_are_shown(client: FlaskClient, mia: int) -> None:
    for number in range(5):
        question(NOW - HOUR + number * MINUTE, text=f"Question {number}")
        story(NOW - HOUR, "graz", f"Story {number}", url_key="one" if number < 2 else str(number))
    wrong = status(NOW - HOUR, "vienna")
    status(NOW - HOUR, "vienna", replaces_id=wrong.id)
    found = parts(since(client))
    number, lines = found["Questions to your city"]
    assert (number, lines.count("<li>")) == (5, 3)
    assert [f"Question {each}" in lines for each in range(5)] == [False, False, True, True, True]
    assert 'href="/exchange/questions/?city=graz"' in lines
    assert found["News that name your city"][0] == 4  # two sources brought one story
    number, lines = found["Commitments of your country, and of what you follow"]
    assert (number, "All of them" in lines) == (1, False)  # the correction, not what it corrects


def test_openings_within_half_an_hour_are_one_visit(client: FlaskClient, app: Flask) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, "mia@example.org", city="graz")
        with app.app_context():
            question(NOW - 40 * 24 * HOUR, text="Long ago")
            question(NOW - HOUR, text="At first")
            before = content_digest(app.config["HUB"].files_dir)
            html = since(client)
            assert "This is your first time here." in html
            assert "At first" in html
            assert "Long ago" not in html
    for minutes in (20, 45):  # each less than half an hour after the one before
        with clock.frozen_at(NOW + minutes * MINUTE):
            assert "At first" in since(client)
    with clock.frozen_at(NOW + 76 * MINUTE):
        html = since(client)
        assert "At first" not in html
        assert f'datetime="{(NOW + 45 * MINUTE).isoformat()}"' in html
        with app.app_context():
            visit = db.session.scalars(select(Visit)).one()
            assert (visit.at, visit.before_at) == (NOW + 76 * MINUTE, NOW + 45 * MINUTE)
            assert content_digest(app.config["HUB"].files_dir) == before  # where she reads is no matter of record


def test_a_record_that_is_busy_keeps_nobody_from_her_desk(
    client: FlaskClient, app: Flask, mia: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_user_id: int, _now: object) -> None:
        raise Unavailable("The record is busy.")

    monkeypatch.setattr(visiting, "note_visit", refuse)
    question(NOW - HOUR)
    assert "Questions to your city" in since(client)
    with app.app_context():
        assert db.session.get_one(Visit, mia).at == NOW - 2 * HOUR


def test_two_openings_at_once_are_one_visit(committing_app: Flask) -> None:
    user_id = make_user(committing_app.test_client(), "two-desks@example.org")
    start, done = threading.Barrier(3), []

    def come() -> None:
        with committing_app.app_context():
            start.wait(20)
            with transaction():
                visiting.note_visit(user_id, NOW)
            done.append(True)

    threads = [threading.Thread(target=come) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with committing_app.app_context():
        visit = db.session.get(Visit, user_id)
        found = (visit.at, visit.before_at) if visit else None
        with transaction():  # what is committed here outlives the test
            db.session.execute(delete(Visit).where(Visit.user_id == user_id))
            db.session.execute(delete(User).where(User.id == user_id))
    assert (len(done), found) == (3, (NOW, None))


def test_who_writes_for_no_city_has_no_world_to_hear_of(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "con@example.org", city="graz", role="contributor")
    assert 'id="since"' in client.get("/desk").text
    with app.app_context(), transaction():
        db.session.execute(update(City).where(City.slug == "graz").values(membership=SUSPENDED))
    assert 'id="since"' not in client.get("/desk").text
    sign_in(client, "organizer@example.org", is_organizer=True)
    assert 'id="since"' not in client.get("/desk").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Visit)) == 1
