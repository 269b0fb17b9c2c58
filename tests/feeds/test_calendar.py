"""The calendar file says what calendars can say, and nothing that is not known."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient
from icalendar import Calendar


def events(client: FlaskClient, language: str = "en") -> dict[str, object]:
    response = client.get("/events.ics", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    return {str(event["uid"]): event for event in Calendar.from_ical(response.data).walk("VEVENT")}


def test_whole_days_end_on_the_day_after_the_last(client: FlaskClient) -> None:
    first = events(client)["forum-1@human-rights-cities-hub"]
    assert first["dtstart"].dt == date(2011, 5, 16)
    assert first["dtend"].dt == date(2011, 5, 18)
    assert first["dtstamp"].dt.microsecond == 0
    assert "Globalizing Human Rights from Below" in str(first["summary"])


def test_an_edition_of_an_unknown_day_is_left_out(client: FlaskClient) -> None:
    assert "forum-2@human-rights-cities-hub" not in events(client)
    assert len(events(client)) == 15


def test_the_words_follow_the_language_and_the_ids_do_not(client: FlaskClient) -> None:
    english, korean = events(client), events(client, "ko")
    assert english.keys() == korean.keys()
    assert "광주" in str(korean["forum-16@human-rights-cities-hub"]["location"])


def test_the_file_is_the_same_twice(client: FlaskClient) -> None:
    assert client.get("/events.ics").data == client.get("/events.ics").data
