"""Events as they are kept, put in order, narrowed and shown."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogPersonal, entries_after, head_position
from hub.feeds import agenda, queries
from hub.feeds.models import CalendarEvent, ForumEdition
from hub.feeds.service import calendar_events as service
from hub.people.models import User
from hub.search.found import found_group
from hub.search.results import Found
from hub.search.sources import load
from tests.feeds.gatherings import NOW, facts, make_event

HOSTILE = '<script>alert(1)</script> "quoted" {{ 7*7 }}'
LATER = NOW + timedelta(hours=1)


def page(client: FlaskClient, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, path
    assert response.text.count("<h1") == 1
    return response.text


def test_an_event_leaves_one_entry_for_everything_done_to_it(session: Any) -> None:
    head = head_position()
    made = make_event()
    assert (made.slug, made.version) == ("human-rights-day-2027", 1)
    with transaction():
        changed = service.change_event(made.slug, facts(title="A new name"), expected=1, by=None, now=LATER)
        assert (changed.slug, changed.version, changed.updated_at) == (made.slug, 2, LATER)
    with transaction():  # the same once more is no change
        service.change_event(made.slug, facts(title="A new name"), expected=2, by=None, now=LATER)
    for verb in (service.cancel_event, service.cancel_event, service.reinstate_event, service.reinstate_event):
        with transaction():
            verb(made.slug, by=None, now=LATER)
    with transaction():
        service.take_out_event(made.slug, by=None, now=LATER)
    entries = entries_after(head)
    assert [entry.kind.removeprefix("CalendarEvent") for entry in entries] == [
        "Added", "Changed", "Cancelled", "Reinstated", "TakenOut",
    ]  # fmt: skip
    assert {entry.payload["event_id"] for entry in entries} == {made.id}
    kept = db.session.get_one(LogPersonal, (entries[1].position, CHANGES)).content
    assert kept == {"title": ["Human rights day", "A new name"]}
    with pytest.raises(NotFound), transaction():
        service.cancel_event(made.slug, by=None, now=LATER)


def test_of_two_who_change_an_event_the_second_hears_of_it(session: Any) -> None:
    made = make_event()
    with transaction():
        service.change_event(made.slug, facts(title="First"), expected=1, by=None, now=LATER)
    with pytest.raises(Conflict), transaction():
        service.change_event(made.slug, facts(title="Second"), expected=1, by=None, now=LATER)
    assert agenda.get_event(made.slug).title == "First"


def test_only_organizers_keep_the_calendar(session: Any) -> None:
    made, nobody = make_event(), User(is_organizer=False)
    for work in (
        lambda: service.add_event(facts(), by=nobody, now=NOW),
        lambda: service.change_event(made.slug, facts(), expected=1, by=nobody, now=NOW),
        lambda: service.cancel_event(made.slug, by=nobody, now=NOW),
        lambda: service.reinstate_event(made.slug, by=nobody, now=NOW),
        lambda: service.take_out_event(made.slug, by=nobody, now=NOW),
    ):
        with pytest.raises(Forbidden), transaction():
            work()


def test_two_of_one_name_have_two_addresses_and_none_is_that_of_an_edition(session: Any) -> None:
    names = [make_event(title=title).slug for title in ("Day", "Day", "Forum", "인권의 날 2027", "new")]
    assert names == ["day-2027", "day-2027-2", "forum-2027-2", "인권의-날-2027", "new-2027"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"title": "  "}, "title"), ({"title": "x" * 201}, "title"), ({"title": "a\x00b"}, "title"),
    ({"language": "english"}, "language"), ({"starts_on": "10.12.2027"}, "starts_on"),
    ({"starts_on": "2027-02-29"}, "starts_on"), ({"starts_on": "1989-12-31"}, "starts_on"),
    ({"starts_on": "2101-01-01"}, "starts_on"), ({"starts_on": "0000-00-00"}, "starts_on"),
    ({"starts_on": "20271210"}, "starts_on"), ({"ends_on": "2027-12-09"}, "ends_on"),
    ({"ends_on": "10000-01-01"}, "ends_on"), ({"ends_at_time": "10:00"}, "starts_at_time"),
    ({"starts_at_time": "9:30", "time_zone": "Asia/Seoul"}, "starts_at_time"),
    ({"starts_at_time": "24:00", "time_zone": "Asia/Seoul"}, "starts_at_time"),
    ({"starts_at_time": "１２:00", "time_zone": "Asia/Seoul"}, "starts_at_time"),
    ({"starts_at_time": "09:30"}, "time_zone"), ({"starts_at_time": "09:30", "time_zone": "../etc"}, "time_zone"),
    ({"starts_at_time": "09:30", "ends_at_time": "09:30", "time_zone": "Asia/Seoul"}, "ends_at_time"),
    ({"starts_at_time": "09:30", "ends_on": "2027-12-11", "time_zone": "Asia/Seoul"}, "ends_at_time"),
    ({"held": "nowhere"}, "held"), ({"place": ""}, "place"), ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "https://example.org/" + "x" * 2048}, "url"), ({"summary": "x" * 4001}, "summary"),
    ({"city_slugs": ("atlantis",)}, "cities"), ({"principle_codes": ("GP99",)}, "principles"),
    ({"starts_on": "2027-03-28", "starts_at_time": "02:30", "time_zone": "Europe/Vienna"}, "starts_at_time"),
]  # fmt: skip
"""What cannot be said of an event, and at which field it is refused."""


def test_what_cannot_be_is_refused_at_its_field(session: Any) -> None:
    for values, field in REFUSED:
        with pytest.raises(Invalid) as refused, transaction():
            service.add_event(facts(**values), by=None, now=NOW)
        assert refused.value.field == field, values
    assert db.session.query(CalendarEvent).count() == 0


def test_a_night_in_which_clocks_go_back_has_its_hours(session: Any) -> None:
    """Half past two comes twice that night; the first is meant, and an end at the same time of the day is no end."""
    night = {"starts_on": "2027-10-31", "starts_at_time": "02:30", "time_zone": "Europe/Vienna"}
    made = make_event(**night, ends_at_time="03:00")
    assert agenda.get_event(made.slug).time_zone == "Europe/Vienna"
    assert make_event(starts_at_time="", time_zone="Asia/Seoul").time_zone is None


def test_the_calendar_begins_with_what_comes_soonest_and_ends_with_what_is_long_over(session: Any) -> None:
    later, soon = make_event(starts_on="2028-01-01").id, make_event(starts_on="2027-01-01").id
    running = make_event(starts_on="2026-11-19", ends_on="2026-11-20").id
    over = make_event(starts_on="2026-01-01").id
    month = db.session.query(ForumEdition).filter_by(number=2).one()  # of which only the month is known
    found = agenda.in_order(agenda.list_occasions(), NOW.date())
    assert [each.id for each in found if not each.is_edition] == [running, soon, later, over]
    assert found[3].is_edition
    assert found[-1].first == "2011-05-16"
    with transaction():
        month.starts, month.ends = "2026-11", None
    assert agenda.in_order(agenda.list_occasions(), NOW.date())[0].id == month.id
    assert not agenda.in_order(agenda.list_occasions(), date(2026, 12, 1))[0].is_edition


def test_events_have_their_place_on_the_page(session: Any, client: FlaskClient) -> None:
    make_event(title="The next day", starts_at_time="09:30", ends_at_time="17:00", time_zone="Asia/Seoul")
    make_event(title="Long ago", starts_on="2020-02-01", ends_on="2020-02-02")
    with clock.frozen_at(NOW):
        html = page(client, "/events/")
        korean = page(client, "/events/", language="ko")
    order = ["Coming up", "The next day", "Past events", "Long ago", "Editions of the forum", 'id="forum-16"']
    assert [html.index(words) for words in order] == sorted(html.index(words) for words in order)
    assert '<time datetime="2027-12-10T09:30+09:00">Dec 10, 2027</time>' in html
    assert "9:30 AM–5:00 PM KST" in html.replace("\u202f", " ")
    assert "2027. 12. 10." in korean
    assert 'href="/events.ics"' in html
    with clock.frozen_at(NOW):
        assert "Nothing to come is on record here." in page(client, "/events/?year=2011")
        assert "Coming up" not in page(client, "/events/?page=2")


def test_the_filters_narrow_and_every_link_keeps_them(session: Any, client: FlaskClient) -> None:
    make_event(title="In Gwangju")
    make_event(title="In Graz", city_slugs=("graz",), principle_codes=("GP1", "GP9"), starts_on="2028-05-01")
    html = page(client, "/events/?city=graz&principle=gp9&year=2028")
    assert "In Graz" in html
    assert "In Gwangju" not in html
    assert "Editions of the forum" not in html
    assert '<option value="graz" selected>Graz (1)</option>' in html
    assert '<option value="2028" selected>2028 (1)</option>' in html
    for suffix in (".json", ".csv", ".atom", ".ics"):
        assert f'href="/events{suffix}?city=graz&amp;principle=GP9&amp;year=2028"' in html
    assert 'href="/events/?principle=GP9&amp;year=2028"' in html
    facets = client.get("/events.json?principle=GP9").get_json()["facets"]
    assert {each["code"]: each["count"] for each in facets["city"]} == {"graz": 1}
    assert {each["code"]: each["count"] for each in facets["principle"]} == {"GP1": 1, "GP8": 1, "GP9": 1}
    for name, offered in facets.items():
        for each in offered:
            kept = "" if name == "principle" else "&principle=GP9"
            found = client.get(f"/events.json?{name}={each['code']}{kept}").get_json()
            assert found["total"] == each["count"], (name, each)
    assert client.get("/events.json?city=graz").get_json()["total"] == 1
    assert client.get("/events.json?city=gwangju").get_json()["total"] == 17
    none = page(client, "/events/?city=atlantis")
    assert "atlantis" in none
    assert "No event on record fits this choice." in none
    assert "fewer pages" in page(client, "/events/?page=99")
    for query, name in (("year=1", "year"), ("city=" + "x" * 81, "city"), ("page=0", "page"), ("city=%00", "city")):
        assert f"“{name}”" in page(client, f"/events/?{query}", 400)


def test_an_event_has_a_page_with_its_calendar_file_and_its_facts_for_programs(
    session: Any, client: FlaskClient
) -> None:
    made = make_event(url="https://city.example/day", starts_at_time="09:30", time_zone="Asia/Seoul", held="hybrid")
    days = make_event(ends_on="2027-12-12", starts_at_time="18:00", ends_at_time="12:00", time_zone="Asia/Seoul")
    spoken = page(client, f"/events/{days.slug}").replace("\u202f", " ")
    assert "December 10, 2027, 6:00 PM to December 12, 2027, 12:00 PM KST" in spoken
    response = client.get(f"/events/{made.slug}")
    html = response.text
    assert response.status_code == 200
    assert f'href="/events/{made.slug}.ics">Add to calendar' in html
    assert 'href="https://city.example/day"' in html
    assert 'href="/cities/gwangju"' in html
    assert 'href="/principles/GP8"' in html
    assert "set-cookie" not in response.headers
    assert "csrf_token" not in html
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)[0])
    assert data["@type"] == "Event"
    assert data["startDate"] == "2027-12-10T09:30:00+09:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]
    item = client.get(f"/events/{made.slug}.json").get_json()
    assert (item["kind"], item["starts_at"], item["cities"]) == ("event", data["startDate"], ["gwangju"])
    assert page(client, "/events/nothing-of-the-kind", 404)
    assert page(client, "/events/forum-99", 404)


def test_an_edition_has_a_page_too(client: FlaskClient) -> None:
    html = page(client, "/events/forum-16")
    assert "World Human Rights Cities Forum 2026" in html
    assert "/events/forum-16.ics" in html
    second = page(client, "/events/forum-2")
    assert "Add to calendar" not in second
    assert client.get("/events/forum-2.json").get_json()["starts"] == "2012-05"
    assert client.get("/events/forum-016.json").get_json()["number"] == 16


def test_a_cancelled_event_stays_marked_and_one_taken_out_is_gone(session: Any, client: FlaskClient) -> None:
    made = make_event(title="A day of doubt")
    with transaction():
        service.cancel_event(made.slug, by=None, now=LATER)
    with clock.frozen_at(NOW):
        assert "This event is cancelled." in page(client, f"/events/{made.slug}")
        assert "EventCancelled" in page(client, f"/events/{made.slug}")
        for path in ("/events/", "/cities/gwangju", "/principles/GP8"):
            assert '<b class="state">Cancelled</b>' in page(client, path), path
        assert client.get(f"/events/{made.slug}.json").get_json()["is_cancelled"] is True
        assert "Cancelled: A day of doubt" in client.get("/events.atom").text
        with transaction():
            service.take_out_event(made.slug, by=None, now=LATER)
        page(client, f"/events/{made.slug}", 404)
        assert client.get(f"/events/{made.slug}.json").status_code == 404
        for path in ("/events/", "/events.json", "/events.csv", "/events.atom", "/cities/gwangju", "/principles/GP8"):
            assert "A day of doubt" not in client.get(path).text, path


def test_outside_text_stays_text(session: Any, client: FlaskClient) -> None:
    made = make_event(title=HOSTILE, summary=HOSTILE, place=HOSTILE, organiser=HOSTILE)
    for path in ("/events/", f"/events/{made.slug}", "/cities/gwangju"):
        html = page(client, path)
        assert "<script>alert" not in html
        assert "{{ 7*7 }}" in html
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, f"/events/{made.slug}"))
    assert json.loads(data[0])["name"] == HOSTILE


def test_events_as_json_csv_and_atom_are_the_same_list(session: Any, client: FlaskClient) -> None:
    make_event(title="=1+1", starts_on="2027-12-10")
    make_event(title="Over", starts_on="2020-01-01", held="online", place="", language="ko")
    with clock.frozen_at(NOW):
        items = client.get("/events.json?per_page=100").get_json()["items"]
        rows = list(csv.DictReader(io.StringIO(client.get("/events.csv").text.removeprefix("\ufeff"))))
        feed = feedparser.parse(client.get("/events.atom?principle=GP8").data)
    assert [item["kind"] for item in items].count("event") == 2
    assert items[0]["title"] == "=1+1"
    assert rows[0]["title"] == "'=1+1"
    assert [row["slug"] for row in rows] == [item["slug"] for item in items]
    assert (rows[0]["place"], rows[0]["is_cancelled"]) == ("City Hall, Gwangju", "0")
    assert not feed.bozo
    assert sorted(entry.title for entry in feed.entries) == ["=1+1", "Over"]
    assert len({entry.id for entry in feed.entries}) == 2
    assert feed.entries[0].id.startswith("tag:")


def test_cities_and_principles_say_what_is_coming(session: Any, client: FlaskClient) -> None:
    make_event(title="Soon")
    make_event(title="Elsewhere", city_slugs=("graz",), principle_codes=("GP1",))
    make_event(title="Long ago", starts_on="2020-01-01")
    with clock.frozen_at(NOW):
        for path in ("/cities/gwangju", "/principles/GP8"):
            html = page(client, path)
            assert "Coming up" in html
            assert "Soon" in html
            assert "Elsewhere" not in html
            assert "Long ago" not in html
        assert 'href="/events.ics?city=gwangju"' in page(client, "/cities/gwangju")
        assert 'href="/events.ics?principle=GP8"' in page(client, "/principles/GP8")
        assert "Coming up" not in page(client, "/cities/utrecht")
        assert 'href="/events.ics' not in page(client, "/principles/GP8.1")


def test_a_forum_to_come_stands_on_the_page_of_its_city(session: Any) -> None:
    with transaction():
        edition = queries.list_editions()[0]
        edition.year, edition.starts, edition.ends = 2027, "2027-05", None
    found = queries.coming_up(NOW.date(), city="gwangju")
    assert [(each.slug, each.title, each.first) for each in found] == [(f"forum-{edition.number}", "", "2027-05")]
    assert queries.coming_up(NOW.date()) == []


def test_a_slug_of_any_script_is_found_among_the_cities_of_an_event(session: Any) -> None:
    made = make_event()
    with transaction():
        db.session.get_one(CalendarEvent, made.id).city_slugs = ["광주-서구"]
    assert [each.slug for each in queries.coming_up(NOW.date(), city="광주-서구")] == [made.slug]
    assert queries.coming_up(NOW.date(), city="광주") == []
    assert queries.coming_up(NOW.date(), city="%") == []


def test_events_are_found_until_they_are_taken_out(session: Any, client: FlaskClient) -> None:
    made = make_event()
    [document] = load([f"calendar:{made.id}"])
    assert (document.title, document.facets["city"], document.year) == ("Human rights day", ("gwangju",), 2027)
    with client.application.test_request_context():
        [line] = found_group(Found("calendar", 1, [made])).lines
    assert (line.url, line.text) == ("/events/human-rights-day-2027", "A day of talks.")
    assert client.get("/search?q=rights&kind=calendar").status_code == 200
    with transaction():
        service.take_out_event(made.slug, by=None, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert list(load([f"calendar:{made.id}"])) == []
