"""The calendar file says what calendars can say, and nothing that is not known; read back with icalendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar

from hub.core import clock
from hub.core.db import transaction
from hub.feeds.service.calendar_events import cancel_event, change_event, take_out_event
from tests.feeds.gatherings import NOW, facts, make_event

LATER = NOW + timedelta(hours=3, microseconds=7)


def calendar(client: FlaskClient, path: str = "/events.ics", language: str = "en") -> Any:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, path
    assert response.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
    return Calendar.from_ical(response.data)


def events(client: FlaskClient, path: str = "/events.ics", language: str = "en") -> dict[str, Any]:
    found = calendar(client, path, language).walk("VEVENT")
    by_uid = {str(event["uid"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def test_whole_days_end_on_the_day_after_the_last(client: FlaskClient) -> None:
    first = events(client)["forum-1@human-rights-cities-hub"]
    assert first["dtstart"].dt == date(2011, 5, 16)
    assert first["dtend"].dt == date(2011, 5, 18)
    assert first["dtstamp"].dt.microsecond == 0
    assert "Globalizing Human Rights from Below" in str(first["summary"])
    assert str(first["url"]) == "http://localhost/events/forum-1"


def test_an_edition_of_an_unknown_day_is_left_out(client: FlaskClient) -> None:
    assert "forum-2@human-rights-cities-hub" not in events(client)
    assert len(events(client)) == 15
    assert client.get("/events/forum-2.ics").status_code == 404
    assert list(events(client, "/events/forum-1.ics")) == ["forum-1@human-rights-cities-hub"]


def test_the_words_follow_the_language_and_the_ids_do_not(client: FlaskClient) -> None:
    english, korean = events(client), events(client, language="ko")
    assert english.keys() == korean.keys()
    assert "광주" in str(korean["forum-16@human-rights-cities-hub"]["location"])


def test_the_file_is_the_same_twice(session: Any, client: FlaskClient) -> None:
    make_event()
    assert client.get("/events.ics").data == client.get("/events.ics").data


def test_an_event_of_whole_days(session: Any, client: FlaskClient) -> None:
    made = make_event(ends_on="2027-12-11", summary="Talks; and more, with a very long line " + "그리고 " * 60)
    found = events(client)[f"event-{made.id}@human-rights-cities-hub"]
    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2027, 12, 10), date(2027, 12, 12))
    assert (str(found["status"]), found["sequence"], str(found["transp"])) == ("CONFIRMED", 1, "TRANSPARENT")
    assert str(found["summary"]) == "Human rights day"
    assert found["summary"].params["LANGUAGE"] == "en"
    assert str(found["location"]) == "City Hall, Gwangju"
    assert "Talks; and more, with a very long line 그리고" in str(found["description"])
    assert "The city" in str(found["description"])
    assert [str(each) for each in found["categories"].cats] == ["GP8"]
    assert str(found["url"]) == f"http://localhost/events/{made.slug}"


def test_times_are_given_as_the_same_moment_everywhere(session: Any, client: FlaskClient) -> None:
    seoul = make_event(starts_at_time="09:30", ends_at_time="17:00", time_zone="Asia/Seoul")
    graz = make_event(starts_on="2027-07-01", starts_at_time="18:00", time_zone="Europe/Vienna", city_slugs=("graz",))
    found = events(client)
    one, other = (found[f"event-{each.id}@human-rights-cities-hub"] for each in (seoul, graz))
    assert one["dtstart"].dt == datetime(2027, 12, 10, 0, 30, tzinfo=UTC)
    assert one["dtend"].dt == datetime(2027, 12, 10, 8, tzinfo=UTC)
    assert other["dtstart"].dt == datetime(2027, 7, 1, 16, tzinfo=UTC)
    assert "dtend" not in other


def test_a_calendar_of_a_city_and_of_a_principle(session: Any, client: FlaskClient) -> None:
    here = f"event-{make_event().id}@human-rights-cities-hub"
    there = f"event-{make_event(city_slugs=('graz',), principle_codes=('GP1',)).id}@human-rights-cities-hub"
    of_gwangju = events(client, "/events.ics?city=gwangju")
    assert here in of_gwangju
    assert there not in of_gwangju
    assert "forum-1@human-rights-cities-hub" in of_gwangju
    assert set(events(client, "/events.ics?principle=gp8")) == {here}
    assert set(events(client, "/events.ics?city=graz&principle=GP1&year=2027")) == {there}
    assert "Graz" in str(calendar(client, "/events.ics?city=graz")["x-wr-calname"])


def test_a_calendar_without_events_is_whole_all_the_same(client: FlaskClient) -> None:
    empty = calendar(client, "/events.ics?principle=GP8")
    assert empty.walk("VEVENT") == []
    assert empty.subcomponents  # RFC 5545, 3.6: at least one component


def test_no_line_end_breaks_a_calendar(session: Any, client: FlaskClient) -> None:
    made = make_event(summary="One\r\nTwo\rThree\u2028Four", title="A\u2028title", place="Here;\tthere, \\n now")
    assert made.summary == "One\nTwo\nThree\nFour"
    found = events(client)[f"event-{made.id}@human-rights-cities-hub"]
    assert str(found["summary"]) == "A title"
    assert str(found["location"]) == "Here; there, \\n now"
    assert str(found["description"]).split("\n")[:4] == ["One", "Two", "Three", "Four"]
    odd = calendar(client, "/events.ics?city=a%0D%0AX-ODD:1%E2%80%A8b")
    assert str(odd["x-wr-calname"]).endswith("(a x-odd:1 b)")
    assert "x-odd" not in odd


def test_calendars_are_told_of_changes(session: Any, client: FlaskClient) -> None:
    made = make_event()
    uid = f"event-{made.id}@human-rights-cities-hub"
    with transaction():
        change_event(made.slug, facts(title="Another day"), expected=1, by=None, now=LATER)
    changed = events(client)[uid]
    assert (changed["sequence"], str(changed["summary"])) == (2, "Another day")
    assert changed["last-modified"].dt == changed["dtstamp"].dt == LATER.replace(microsecond=0)
    assert changed["created"].dt == NOW
    with transaction():
        cancel_event(made.slug, by=None, now=LATER)
    cancelled = events(client, f"/events/{made.slug}.ics")[uid]
    assert (cancelled["sequence"], str(cancelled["status"])) == (3, "CANCELLED")


def test_calendars_are_told_for_a_while_that_an_event_was_taken_out(session: Any, client: FlaskClient) -> None:
    made = make_event(title="A mistake", summary="Wrong words")
    uid = f"event-{made.id}@human-rights-cities-hub"
    with transaction():
        take_out_event(made.slug, by=None, now=LATER)
    with clock.frozen_at(LATER + timedelta(days=89)):
        for path in ("/events.ics", "/events.ics?city=gwangju", f"/events/{made.slug}.ics"):
            told = events(client, path)[uid]
            assert (str(told["status"]), told["sequence"]) == ("CANCELLED", 2)
            assert "mistake" not in client.get(path).text.split("X-WR-CALNAME")[1].replace("\r\n ", "")
        assert uid not in events(client, "/events.ics?city=graz")
    with clock.frozen_at(LATER + timedelta(days=91)):
        assert uid not in events(client)
