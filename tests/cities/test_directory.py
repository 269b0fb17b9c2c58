"""The directory through its doors: page, JSON, CSV, Atom."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from flask.testing import FlaskClient

from hub.cities.queries import list_cities
from tests.cities.factory import make_city


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_page_names_every_city_and_counts_them(client: FlaskClient, session: Any) -> None:
    page = client.get("/cities/").text
    assert page.count("<h1") == 1
    assert "123 local governments" in page
    assert "in 45 countries" in page
    main = page[page.index("<main") :]
    for city in list_cities():
        assert f'<a href="/cities/{city.slug}">' in main


def test_the_map_holds_every_city_that_has_coordinates(client: FlaskClient, session: Any) -> None:
    page = client.get("/cities/").text
    drawing = page[page.index('<svg viewBox="0 0 1200') : page.index("</figure>")]
    assert "<title" in drawing
    assert "<desc" in drawing
    clusters = [int(number) for number in re.findall(r"<text[^>]*>(\d+)</text>", drawing)]
    singles = drawing.count("<circle") - len(clusters)
    assert sum(clusters) + singles == sum(city.lat is not None for city in list_cities()) == 117
    assert 'href="/cities/melbourne"' in drawing
    assert "#land" in drawing
    assert "style=" not in page


def test_cities_without_a_map_point_still_stand_in_the_list(client: FlaskClient) -> None:
    page = client.get("/cities/?q=seongbuk").text
    assert "1 local government" in page
    assert 'href="/cities/seongbuk"' in page
    assert "<circle" not in page


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("q=sao+paulo", 1),
        ("q=" + quote("광주"), 1),
        ("q=%21%21%21", 0),
        ("region=africa", 2),
        ("country=ug", 1),
        ("region=europe&country=KR", 0),
        ("region=nowhere", 0),
        ("q=&region=&country=", 123),
    ],
)
def test_page_and_data_answer_one_query_alike(client: FlaskClient, query: str, total: int) -> None:
    assert client.get(f"/cities.json?{query}").json["total"] == total
    assert len(rows_of(client.get(f"/cities.csv?{query}").text)) == total
    page = client.get(f"/cities/?{query}").text
    found = re.search(r'<p class="found"[^>]*>(\d+)', page)
    assert found
    assert int(found[1]) == total
    if not total:
        assert "Show all cities" in page


def test_with_cases_and_with_commitments(client: FlaskClient) -> None:
    everything = client.get("/cities.json?per_page=100").json
    second = client.get("/cities.json?per_page=100&page=2").json
    items = everything["items"] + second["items"]
    assert len(items) == everything["total"] == 123
    with_cases = sum(item["cases"] > 0 for item in items)
    with_both = sum(item["cases"] > 0 and item["commitments_known"] > 0 for item in items)
    assert client.get("/cities.json?with=cases").json["total"] == with_cases == 43
    assert client.get("/cities.json?with=cases&with=commitments").json["total"] == with_both
    page = client.get("/cities/?with=cases").text
    assert 'value="cases" checked' in page
    assert 'value="commitments" checked' not in page


def test_an_item_of_the_list(client: FlaskClient) -> None:
    (item,) = client.get("/cities.json?q=gwangju").json["items"]
    assert item == {
        "slug": "gwangju",
        "name": "Gwangju",
        "name_native": "광주광역시",
        "country": "KR",
        "region": "asia-pacific",
        "membership": item["membership"],
        "hrc_since": 2009,
        "cases": 4,
        "commitments_known": 8,
        "url": item["url"],
    }
    assert item["membership"] in {"on_record", "member"}
    assert item["url"].endswith("/cities/gwangju")


@pytest.mark.parametrize("query", ["", "region=europe", "q=an", "with=cases&country=DE"])
def test_a_facet_counts_what_one_gets_by_taking_it(client: FlaskClient, query: str) -> None:
    facets = client.get(f"/cities.json?{query}").json["facets"]
    for name in ("region", "country"):
        rest = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
        for value in facets[name][:6]:
            taken = client.get(f"/cities.json?{rest}&{name}={value['code']}").json["total"]
            assert value["count"] == taken > 0, (name, value)


def test_a_choice_made_leaves_the_other_choices_open(client: FlaskClient) -> None:
    facets = client.get("/cities.json?region=europe&country=DE").json["facets"]
    assert len(facets["country"]) > 5
    regions = client.get("/cities.json?region=europe").json["facets"]["region"]
    assert sum(value["count"] for value in regions) == 123


def test_chips_take_their_filter_away(client: FlaskClient) -> None:
    page = client.get("/cities/?q=an&region=europe&with=cases").text
    chips = page[page.index('<ul class="chips"') :]
    chips = chips[: chips.index("</ul>")]
    assert 'href="/cities/?region=europe&amp;with=cases"' in chips
    assert 'href="/cities/?q=an&amp;with=cases"' in chips
    assert 'href="/cities/?q=an&amp;region=europe"' in chips
    assert 'class="clear" href="/cities/"' in chips


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("with=money", "with"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("q=%ff", "q"),
        ("q=a&q=b", "q"),
        ("country=KOR", "country"),
        ("page=0", "page"),
        ("per_page=101", "per_page"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    answer = client.get(f"/cities.json?{query}")
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/problem+json")
    assert answer.json["parameter"] == parameter
    if "page" not in parameter:
        page = client.get(f"/cities/?{query}")
        assert page.status_code == 400
        assert parameter in page.text


def test_an_unknown_parameter_is_left_out_and_said_so(client: FlaskClient) -> None:
    page = client.get("/cities/?colour=red")
    assert page.status_code == 200
    assert "colour" in page.text


def test_a_page_beyond_the_last_is_empty(client: FlaskClient) -> None:
    answer = client.get("/cities.json?page=999").json
    assert answer["items"] == []
    assert answer["total"] == 123


def test_the_feed_follows_the_query(client: FlaskClient) -> None:
    feed = feedparser.parse(client.get("/cities.atom?country=UG").text)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Kampala"]
    assert len(feedparser.parse(client.get("/cities.atom").text).entries) == 50


def test_names_from_outside_stay_text(client: FlaskClient, session: Any) -> None:
    make_city(session, "hostile", "=cmd|'<script>alert(1)</script>", name_native='"><b>x', native_language="ko")
    page = client.get("/cities/?q=cmd").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert '"><b>x' not in page
    (row,) = rows_of(client.get("/cities.csv?q=cmd").text)
    assert row["name"].startswith("'=cmd")
    assert feedparser.parse(client.get("/cities.atom?q=cmd").text).entries[0].title.startswith("=cmd")


def test_two_cities_spelled_alike_are_told_apart_by_their_own_names(client: FlaskClient, session: Any) -> None:
    make_city(session, "gwangju-gyeonggi", "Gwangju", name_native="광주시", native_language="ko", lat=37.4, lon=127.2)
    page = client.get("/cities/?q=gwangju").text
    assert "2 local governments" in page
    assert '<span class="quiet" lang="ko">광주광역시</span>' in page
    assert '<span class="quiet" lang="ko">광주시</span>' in page
    other = client.get("/cities/gwangju-gyeonggi").text
    assert '<span class="native" lang="ko">광주시</span>' in other
    assert '<a href="/cities/gwangju">' in other


def test_head_and_suffixes(client: FlaskClient) -> None:
    assert client.head("/cities/").status_code == 200
    assert client.head("/cities.csv").status_code == 200
    assert client.get("/cities.xml").status_code == 404
    assert client.get("/cities").status_code in (301, 308)


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_other_languages(client: FlaskClient, language: str) -> None:
    page = client.get(f"/cities/?lang={language}").text
    assert f'<html lang="{language}"' in page
    assert ("광주광역시" in page) or language != "ko"
