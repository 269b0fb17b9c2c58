"""An organizer at the forms of events, as a browser without JavaScript gets and sends them."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.core.log import LogEntry, entries_after, head_position
from hub.feeds import agenda
from hub.feeds.models import CalendarEvent
from tests.feeds import gatherings
from tests.hands import form_to
from tests.people.accounts import sign_in

NEW = "/organizers/events/new"
GIVEN = {
    "title": "Human rights day", "starts_on": "2027-12-10", "place": "City Hall", "starts_at_time": "09:30",
    "time_zone": "Asia/Seoul", "cities": ["gwangju", "graz"], "principles": ["GP8"],
    "summary": "First line\r\n\r\nSecond part",
}  # fmt: skip


def organizer(client: FlaskClient) -> FlaskClient:
    sign_in(client, "organizer@example.org", is_organizer=True)
    return client


def make_event(client: FlaskClient, **values: Any) -> str:
    """Enter an event and return its slug."""
    with client.application.app_context():
        return gatherings.make_event(**values).slug


def kept(client: FlaskClient, slug: str) -> dict[str, Any]:
    """Return what is on record of an event."""
    with client.application.app_context():
        event = agenda.get_event(slug)
        return {column.key: getattr(event, column.key) for column in CalendarEvent.__table__.columns}


def newest(client: FlaskClient) -> int:
    with client.application.app_context():
        return head_position()


def told(client: FlaskClient, after: int) -> list[LogEntry]:
    with client.application.app_context():
        return entries_after(after)


def filled(client: FlaskClient, path: str, **values: Any) -> dict[str, list[str]]:
    """Open a page and return what its form would send with these fields changed."""
    return sent(client.get(path).text, path, **values)


def sent(html: str, path: str, **values: Any) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in form_to(html, path).filled(values):
        data.setdefault(name, []).append(value)
    return data


def send(client: FlaskClient, path: str, **values: Any) -> TestResponse:
    return client.post(path, data=filled(client, path, **values))


def test_an_event_is_entered_once_however_often_it_is_sent(client: FlaskClient) -> None:
    boss = organizer(client)
    assert f'href="{NEW}"' in boss.get("/events/").text
    data, head = filled(boss, NEW, **GIVEN), newest(client)
    places = [boss.post(NEW, data=data).headers["Location"] for _ in range(2)]
    assert places == ["/events/human-rights-day-2027"] * 2
    assert [entry.kind for entry in told(client, head)] == ["CalendarEventAdded"]
    made = kept(client, "human-rights-day-2027")
    assert (made["starts_at_time"], made["time_zone"]) == ("09:30", "Asia/Seoul")
    assert made["city_slugs"] == ["gwangju", "graz"]
    html = boss.get(places[0]).text
    assert "Change this event" in html
    assert html.count('class="measure"') == 2
    visitor = client.application.test_client()
    assert "Change this event" not in visitor.get(places[0]).text
    assert "Add an event" not in visitor.get("/events/").text


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(client: FlaskClient) -> None:
    boss = organizer(client)
    empty = filled(boss, NEW, **GIVEN)
    for values, field in (
        ({"ends_on": "2027-12-01"}, "ends_on"),
        ({"starts_on": "2027-03-28", "starts_at_time": "02:30", "time_zone": "Europe/Vienna"}, "starts_at_time"),
        ({"starts_on": "3000-01-01"}, "starts_on"),
        ({"time_zone": ""}, "time_zone"),
        ({"title": "x" * 300}, "title"),
    ):
        response = boss.post(NEW, data=empty | values)
        assert response.status_code == 400
        assert f'<a href="#{field}">' in response.text, field
        assert "First line" in response.text
        assert re.search(r'value="graz" checked', response.text)
        if field == "starts_at_time":
            assert "On 2027-03-28 no clock in Europe/Vienna shows this time" in response.text
    for values in ({"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"held": "apart"}, {"cities": "atlantis"},
                   {"starts_on": ""}, {"more": "x"}):  # fmt: skip
        assert boss.post(NEW, data=empty | values).status_code == 400, values
    with client.application.app_context():
        assert db.session.query(CalendarEvent).count() == 0


def test_an_event_is_changed_and_whoever_comes_second_sees_both(client: FlaskClient) -> None:
    slug = make_event(client, summary="Old words")
    boss, path = organizer(client), f"/organizers/events/{slug}"
    late = filled(boss, path, title="My name", summary="My words")
    assert send(boss, path, title="Their name", place="Town Hall").status_code == 303
    head = newest(client)
    conflict = boss.post(path, data=late)
    assert conflict.status_code == 409
    for words in ("Someone else changed this event meanwhile", "Their name", "Town Hall", "My name", "My words"):
        assert words in conflict.text
    assert told(client, head) == []
    assert boss.post(path, data=sent(conflict.text, path)).status_code == 303
    assert (kept(client, slug)["title"], kept(client, slug)["place"]) == ("My name", "City Hall, Gwangju")


def test_an_event_is_cancelled_taken_back_and_taken_out_by_buttons(client: FlaskClient) -> None:
    slug = make_event(client)
    boss, path, head = organizer(client), f"/organizers/events/{slug}", newest(client)
    for what, place in (("cancel", f"/events/{slug}"), ("reinstate", f"/events/{slug}"), ("remove", "/events/")):
        response = boss.post(f"{path}/{what}", data=filled(boss, path) | sent(boss.get(path).text, f"{path}/{what}"))
        assert response.status_code == 400, "a button takes no other fields"
        response = boss.post(f"{path}/{what}", data=sent(boss.get(path).text, f"{path}/{what}"))
        assert (response.status_code, response.headers["Location"]) == (303, place)
    entries = told(client, head)
    assert [entry.kind.removeprefix("CalendarEvent") for entry in entries] == ["Cancelled", "Reinstated", "TakenOut"]
    assert all(entry.actor_id for entry in entries)
    assert boss.get(path).status_code == 404
    assert "Took out an event entered by mistake" in boss.get("/organizers/audit").text


def test_others_have_no_such_forms(client: FlaskClient) -> None:
    path = f"/organizers/events/{make_event(client)}"
    posts = (NEW, path, f"{path}/cancel", f"{path}/reinstate", f"{path}/remove")
    assert {client.post(door).status_code for door in posts} <= {400, 401}
    sign_in(client, "ana@example.org", city="gwangju")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    for door in posts:
        assert client.post(door, data={"csrf_token": token[1]}).status_code == 403, door
    assert client.get(NEW).status_code == client.get(path).status_code == 403
