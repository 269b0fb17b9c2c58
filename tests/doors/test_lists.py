"""Every list as JSON, CSV, Atom and iCalendar: the shapes programs rely on, with the query of the page."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from hub.core import clock
from tests.doors.doors import FORMS, addresses
from tests.doors.outline import read

LISTS = {
    "/cases": "/cases/",
    "/cities": "/cities/",
    "/commitments": "/commitments/",
    "/commitments/C4.1": "/commitments/C4.1",
    "/commitments/R2": "/commitments/R2",
    "/news": "/news/",
    "/exchange": "/exchange/",
    "/events": "/events/",
}
"""Where each list is for programs, and where for people."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
QUERIES = [
    "/cases/?q=council&principle=GP8&sort=oldest",
    "/cases/?country=KR&country=AT&year_from=2000",
    "/cases/?q=%EC%9D%B8%EA%B6%8C",
    "/cities/?region=europe&with=cases",
    "/cities/?country=KR",
    "/commitments/?group=C4&as_of=2015-12-31",
    "/commitments/?region=europe",
    "/commitments/C4.1?as_of=2012-01-01",
    "/news/?principle=GP8",
]
"""Pages whose list is also given to programs."""


def get_json(client: FlaskClient, path: str, **query: Any) -> dict[str, Any]:
    """Return what an address gives to programs."""
    response = client.get(path, query_string=query or None)
    assert response.status_code == 200, (path, query)
    assert response.mimetype == "application/json"
    found: dict[str, Any] = json.loads(response.data)
    return found


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets need the byte order mark"
    assert data.count(b"\xef\xbb\xbf") == 1
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_as_json(client: FlaskClient, path: str) -> None:
    whole = get_json(client, f"{path}.json", per_page=100)
    assert {"items", "total", "page", "pages"} <= set(whole)
    assert whole["page"] == 1
    assert whole["pages"] == max(1, -(-whole["total"] // 100))
    assert len(whole["items"]) == min(100, whole["total"])
    seen: list[str] = []
    number, pages = 1, 1
    while number <= pages:
        part = get_json(client, f"{path}.json", per_page=7, page=number)
        pages = part["pages"]
        assert part["total"] == whole["total"]
        assert pages == max(1, -(-whole["total"] // 7))
        assert len(part["items"]) <= 7
        seen += [json.dumps(item, sort_keys=True) for item in part["items"]]
        number += 1
    assert len(seen) == whole["total"]
    assert len(set(seen)) == len(seen), "a page shows again what another has shown"
    assert get_json(client, f"{path}.json", per_page=7, page=pages + 1)["items"] == []
    too_many = client.get(f"{path}.json?per_page=101")
    assert (too_many.status_code, json.loads(too_many.data)["parameter"]) == (400, "per_page")


def test_the_fields_of_an_item(client: FlaskClient) -> None:
    for case in get_json(client, "/cases.json", per_page=100)["items"]:
        assert {
            "slug",
            "title",
            "summary",
            "language",
            "city",
            "principles",
            "published_at",
            "updated_at",
            "url",
        } <= set(case)
        assert case["city"] is None or {"slug", "name", "country"} <= set(case["city"])
        assert urlsplit(case["url"]).path == f"/cases/{quote(case['slug'])}"
        assert datetime.fromisoformat(case["published_at"]).tzinfo is not None
        assert datetime.fromisoformat(case["updated_at"]).tzinfo is not None
    cities = get_json(client, "/cities.json")["total"]
    for item in get_json(client, "/commitments.json", per_page=100)["items"]:
        assert {"code", "label", "cities", "known", "statuses", "unknown"} <= set(item)
        assert item["cities"] == item["known"] + item["unknown"] == cities
        assert sum(item["statuses"].values()) == item["known"]
        assert "unknown" not in item["statuses"]


@pytest.mark.parametrize("path", [*LISTS, "/cities/graz/commitments"])
def test_a_list_as_csv(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}.csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert ".csv" in response.headers["Content-Disposition"]
    header, *rows = read_csv(response.data)
    assert len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rows)
    for row in rows:
        for cell in row:
            assert not cell.startswith(FORMULA) or _is_number(cell), cell
    if path in ("/cases", "/cities", "/news", "/events", "/exchange"):
        assert len(rows) == get_json(client, f"{path}.json")["total"]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_list_as_atom(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(f"{path}.atom", headers={"Accept-Language": language})
    assert response.content_type == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.data)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.title
    assert feed.feed.id
    assert feed.feed.updated_parsed
    assert {"self", "alternate"} <= {link.rel for link in feed.feed.links}
    assert len(feed.entries) <= 50
    total = get_json(client, f"{path}.json")["total"]
    if path in ("/cases", "/cities", "/news", "/events", "/exchange"):
        assert len(feed.entries) == min(50, total)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.title
        assert entry.updated_parsed
        assert entry.link.startswith(("http://", "https://"))


def test_the_newest_come_first_in_a_feed(client: FlaskClient) -> None:
    for path in LISTS:
        dates = [entry.updated_parsed for entry in feedparser.parse(client.get(f"{path}.atom").data).entries]
        assert dates == sorted(dates, reverse=True), path


def test_events_as_a_calendar(client: FlaskClient) -> None:
    response = client.get("/events.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.data)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    events = calendar.walk("VEVENT")
    assert events
    assert len({str(event["UID"]) for event in events}) == len(events)
    for event in events:
        assert event["SUMMARY"]
        assert event["DTSTAMP"]
        assert event["DTSTART"].dt <= event["DTEND"].dt
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n")), "RFC 5545 folds lines at 75 octets"


@pytest.mark.parametrize("address", QUERIES)
def test_formats_carry_the_query_of_the_page(client: FlaskClient, address: str) -> None:
    path, _, query = address.partition("?")
    offered = [urlsplit(link) for link in read(client.get(address).text).links()]
    wanted = sorted(query.split("&"))
    for suffix in (".json", ".csv", ".atom"):
        twin = path.rstrip("/") + suffix
        mine = [link for link in offered if link.path == twin]
        assert mine, f"{address} offers no {twin}"
        kept = any(sorted(link.query.split("&")) == wanted for link in mine)
        assert kept, f"{address} offers {twin} without its query: {[link.query for link in mine]}"
        assert client.get(f"{twin}?{query}").status_code == 200


@pytest.mark.parametrize("address", [each for each in QUERIES if not each.startswith("/commitments")])
def test_all_formats_find_the_same(client: FlaskClient, address: str) -> None:
    path, _, query = address.partition("?")
    path = path.rstrip("/")
    found = get_json(client, f"{path}.json?{query}&per_page=100")
    assert found["total"] > 0, "the query finds nothing and the test says nothing"
    assert len(read_csv(client.get(f"{path}.csv?{query}").data)) == found["total"] + 1
    feed = feedparser.parse(client.get(f"{path}.atom?{query}").data)
    assert len(feed.entries) == min(50, found["total"])
    links = {urlsplit(item["url"]).path for item in found["items"] if item["url"]}
    assert {urlsplit(entry.link).path for entry in feed.entries} <= links
    shown = set(read(client.get(address).text).links())
    assert len({link for link in links if link in shown}) == min(len(links), 20) or path != "/cases"


def test_a_day_long_ago_is_known_to_every_format(client: FlaskClient) -> None:
    long_ago = {"as_of": "1970-01-01"}
    assert all(item["known"] == 0 for item in get_json(client, "/commitments.json", **long_ago)["items"])
    assert get_json(client, "/commitments/C4.1.json", **long_ago)["total"] == 0
    for path in ("/commitments.atom", "/commitments/C4.1.atom"):
        entries = feedparser.parse(client.get(path, query_string=long_ago).data).entries
        assert not entries, f"{path} tells of {len(entries)} records that took effect after the day asked for"


def test_what_did_not_change_comes_back_the_same(app: Flask, client: FlaskClient) -> None:
    tomorrow = datetime.combine(clock.now().date() + timedelta(days=1), time(12), UTC)  # after all that is on record
    unstable = []
    for path in addresses(app):
        with clock.frozen_at(tomorrow):
            first = client.get(path).data
        with clock.frozen_at(tomorrow + timedelta(hours=2)):
            if client.get(path).data != first and path not in FORMS:
                unstable.append(path)
    assert unstable == [], "these can never be answered with 304"
