"""How sources are: what needs a person first, why in plain words, and the same for programs."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hub.core import clock
from hub.core.db import db, transaction
from hub.feeds.healthrows import HEALTH_COLUMNS
from hub.feeds.models import ACTIVE, BACKOFF, FAILING, GONE, NEW, PAUSED, FeedEntry, FeedHost, FeedSource, FeedSync
from hub.feeds.sync import STATUS_WORDS
from tests.people.accounts import sign_in

LIST = "/organizers/sources"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def put(title: str, state: str, **values: Any) -> int:
    """Store a source, and return its id."""
    slug = title.lower()
    given = {"address": f"https://{slug}.example/feed", "address_key": slug, "pace_minutes": None} | values
    source = FeedSource(slug=slug, title=title, state=state, **given)
    db.session.add(source)
    db.session.flush()
    return source.id


def put_story(source_id: int, number: int, published_at: datetime, **values: Any) -> None:
    given = {"url": "", "title": "A story", "updated_at": published_at} | values
    db.session.add(FeedEntry(source_id=source_id, guid=f"urn:{number}", published_at=published_at, **given))


def put_sync(source_id: int, outcome: str, error: str, at: datetime = NOW) -> None:
    db.session.add(FeedSync(source_id=source_id, started_at=at, ended_at=at, outcome=outcome, error=error, status=200))


def put_all(app: Flask) -> None:
    """Store one source of each kind."""
    with app.app_context(), transaction():
        put("Paused", PAUSED)
        works = put("Works", ACTIVE, succeeded_at=NOW - DAY, next_check_at=NOW + DAY / 8, pace_minutes=180)
        for number, age in enumerate((1, 2, 40, 300, 330, 800)):
            put_story(works, number, NOW - age * DAY)
        put_story(works, 9, NOW - DAY, removed_at=NOW, title="")
        put_sync(works, "failed", "Long mended.", NOW - DAY)
        put_sync(works, "stored", "The feed breaks off in the middle.")
        put("Held", ACTIVE, address="https://held.example:443/feed")
        db.session.add(FeedHost(pair="held.example:443", held_until=NOW + DAY / 24))
        db.session.add(FeedHost(pair="works.example:443", held_until=NOW - DAY))
        put("Moving", ACTIVE, moved_to="https://moved.example/feed", moved_times=1, moved_since=NOW, moved_at=NOW)
        put("New", NEW, next_check_at=NOW)
        put("Tired", BACKOFF, failing_since=NOW - DAY, failures=1, error=STATUS_WORDS[404])
        put("Failing", FAILING, failing_since=NOW - 9 * DAY, failures=12, error=STATUS_WORDS[403])
        put("Broken", FAILING, failing_since=NOW - 30 * DAY, failures=40, error=STATUS_WORDS[404])
        put("Gone", GONE, failing_since=NOW - DAY, failures=1, error=STATUS_WORDS[410])


def titles(html: str) -> list[str]:
    return re.findall(r'<th scope="row" dir="auto"><a href="[^"]+">([^<]+)</a>', html)


def test_what_needs_a_person_stands_first_with_the_reason(app: Flask, client: FlaskClient) -> None:
    put_all(app)
    sign_in(client, "organizer@example.org", city="", is_organizer=True)
    with clock.frozen_at(NOW):
        html = client.get(LIST).text
        order = ["Gone", "Broken", "Failing", "Tired", "Moving", "New", "Held", "Works", "Paused"]
        assert titles(html)[:9] == order
        assert "Gone for good (1)" in html
        assert "Fails again and again (2)" in html
        assert "The site says that it has moved." in html
        assert "The feed breaks off in the middle." in html
        assert "Long mended." not in html
        assert 'aria-label="5 stories in twelve months"' in html
        assert "Its site asked for patience until:" in html
        assert titles(client.get(f"{LIST}?state=failing").text) == ["Broken", "Failing"]
        assert [title[:11] for title in titles(client.get(f"{LIST}?state=files").text)] == ["World Human"]
        assert client.get(f"{LIST}?state=sad").status_code == 400
        assert client.get(f"{LIST}?page=none").status_code == 400
        assert "fewer pages" in client.get(f"{LIST}?page=9").text
        failing = client.get(f"{LIST}/failing").text
        assert "The site does not let programs read this address. Write to the people who run the site" in failing
        assert "12 checks in a row" in failing
        assert re.search("<dd>(13 November|November 13,) 2026, ", failing)
        moving = client.get(f"{LIST}/moving").text
        assert "The site says that it has moved to https://moved.example/feed." in moving
        assert "after 3 such answers, a day apart; so far it had 1." in moving
        works = client.get(f"{LIST}/works").text
        assert "A check about every 3 hours" in works
        assert '<th scope="row">Nov 2026</th><td class="num">2</td>' in works
        assert '<th scope="row">Oct 2026</th><td class="num">1</td>' in works
        assert "The feed breaks off in the middle." in works
        assert "On hold" not in works
        assert "in 1 hour" in client.get(f"{LIST}/held").text


def test_programs_are_told_the_same(app: Flask, client: FlaskClient) -> None:
    put_all(app)
    sign_in(client, "organizer@example.org", city="", is_organizer=True)
    with clock.frozen_at(NOW):
        answer = client.get(f"{LIST}.json?per_page=3&page=3")
        assert answer.headers["Cache-Control"] == "no-store"
        page = answer.json
        assert [each["slug"] for each in page["items"]] == ["held", "works", "paused"]
        assert page["states"]["failing"] == 2
        works = page["items"][1]
        assert list(works["stories_by_month"].items())[-2:] == [("2026-10", 1), ("2026-11", 2)]
        assert (works["stories"], works["warning"], works["held_until"]) == (
            6,
            "The feed breaks off in the middle.",
            None,
        )
        assert page["items"][0]["held_until"] == "2026-11-22T13:00:00+00:00"
        lines = list(csv.reader(io.StringIO(client.get(f"{LIST}.csv?state=failing").data.decode("utf-8-sig"))))
        assert tuple(lines[0]) == HEALTH_COLUMNS
        assert [line[1] for line in lines[1:]] == ["broken", "failing"]
        assert client.get(f"{LIST}.json?state=x").status_code == 400


def test_a_long_list_costs_a_few_questions(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        for number in range(60):
            put_story(put(f"Source{number:02}", ACTIVE), number, NOW)
    sign_in(client, "organizer@example.org", city="", is_organizer=True)
    assert "No source is in this state." in client.get(f"{LIST}?state=gone").text
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    html = client.get(LIST).text
    assert len(titles(html)) == 50
    assert 'rel="next"' in html
    assert 0 < len(asked) < 25, asked


def test_a_host_that_asked_for_patience_is_left_alone_also_by_hand(app: Flask, client: FlaskClient) -> None:
    put_all(app)
    sign_in(client, "organizer@example.org", city="", is_organizer=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{LIST}/new").text)
    assert token
    with clock.frozen_at(NOW):
        answer = client.post(f"{LIST}/held/sync", data={"csrf_token": token[1]})
        assert answer.status_code == 409
        assert "Its site asked the hub to stay away for a while." in answer.text
