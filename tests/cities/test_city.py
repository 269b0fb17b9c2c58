"""The page of a city."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.cities.profile import Fact, forum_years, with_waits, years_words
from hub.cities.queries import list_cities
from hub.cities.standing import host, year_of
from tests.cities.factory import make_city


def test_gwangju(client: FlaskClient) -> None:
    page = client.get("/cities/gwangju").text
    assert page.count("<h1") == 1
    assert '<span class="native" lang="ko">광주광역시</span>' in page
    assert "Human rights city since 2009" in page
    assert "human rights ordinance, first in Korea" in page
    assert "None yet on GP1, GP3, GP5." in page
    assert "8 of 23 on record" in page
    assert "15 other items" in page
    assert "https://www.geonames.org/1841811" in page
    assert "CC BY 4.0" in page
    assert "Host of 16 editions" in page
    assert "2011–2026" in page
    assert 'href="/follow?kind=city&amp;id=gwangju"' in page
    assert "Other local governments in South Korea" in page
    assert 'id="ask"' in page


def test_unknown_is_never_a_no(client: FlaskClient) -> None:
    page = client.get("/cities/suva").text
    table = page[page.index('<table class="rungs') : page.index("</table>")]
    assert "Unknown" in table
    assert "Unknown is not a no" in page
    assert not re.search(r">\s*No\s*<", page)
    known, rest = re.search(r"(\d+) of 23 on record", page), re.search(r"(\d+) other items", table)
    assert known
    assert rest
    assert int(known[1]) + int(rest[1]) == 23


def test_every_city_has_a_page(client: FlaskClient, session: Any) -> None:
    for city in list_cities():
        answer = client.get(city.url)
        assert answer.status_code == 200, city.slug
        assert ("locator" in answer.text) == (city.lat is not None)


def test_a_city_of_which_little_is_known(client: FlaskClient, session: Any) -> None:
    make_city(session, "quiet", "Quiet Place", country="ZZ", region="nowhere", gov_type="hamlet")
    page = client.get("/cities/quiet").text
    assert "0 of 23 on record" in page
    assert "23 items" in page
    assert "No case study of Quiet Place yet" in page
    assert "How it came about" not in page
    assert "locator" not in page


def test_the_timeline_holds_only_dated_facts_in_order(client: FlaskClient) -> None:
    page = client.get("/cities/gwangju").text
    timeline = page[page.index('<ol class="timeline">') :]
    timeline = timeline[: timeline.index("</ol>")]
    steps = re.findall(r'<time datetime="([\d-]+)">', timeline)
    assert steps == sorted(steps)
    assert "2013" in steps
    assert "Ombudsman" in timeline
    assert "Citizens" not in timeline  # its date is not known


def test_drafts_do_not_show(client: FlaskClient, session: Any) -> None:
    before = client.get("/cities/gwangju").text
    case = session.scalars(select(CaseStudy).join(CaseStudy.city).where(City.slug == "gwangju").limit(1)).one()
    assert case.title in before
    case.state = "draft"
    session.commit()
    after = client.get("/cities/gwangju").text
    assert case.title not in after
    assert "3 case studies." in after


def test_hostile_text_stays_text(client: FlaskClient, session: Any) -> None:
    make_city(
        session, "hostile", "<script>alert(1)</script>", notes="<img src=x>", hrc_since=2001, hrc_basis="<b>act</b>",
        hrc_source="javascript:alert(1)", website="javascript:alert(2)", forum_editions="2011;<i>", lat=10.0, lon=20.0,
        geo_source="<u>GeoNames</u>",
    )  # fmt: skip
    page = client.get("/cities/hostile").text
    for markup in ("<script>alert", "<img src=x", "<b>act", "<u>Geo", "javascript:"):
        assert markup not in page
    assert client.get("/cities/hostile.json").json["hrc_basis"] == "<b>act</b>"


def test_in_korean_the_city_goes_by_its_own_name(client: FlaskClient) -> None:
    page = client.get("/cities/gwangju?lang=ko").text
    assert '<h1>광주광역시 <span class="native" lang="en">Gwangju</span></h1>' in page
    assert '<span lang="en">human rights ordinance, first in Korea</span>' in page


def test_the_document(client: FlaskClient) -> None:
    document = client.get("/cities/gwangju.json").json
    assert document["name_native"] == "광주광역시"
    assert document["commitments_known"] + document["commitments_unknown"] == 23
    assert len(document["cases"]) == 4
    assert document["forum_years"] == list(range(2011, 2027))
    assert client.get("/cities/gwangju.xml").status_code == 404


def test_what_is_not_there(client: FlaskClient) -> None:
    assert client.get("/cities/nowhere").status_code == 404
    assert client.get("/cities/nowhere.json").content_type.startswith("application/problem+json")
    assert client.head("/cities/gwangju").status_code == 200


@pytest.mark.parametrize(
    ("text", "years", "words"),
    [
        ("2011-2026", list(range(2011, 2027)), "2011–2026"),
        ("2018", [2018], "2018"),
        ("2020;2024", [2020, 2024], "2020, 2024"),
        ("2011-2012;2018", [2011, 2012, 2018], "2011, 2012, 2018"),
        ("2016-2018;2020", [2016, 2017, 2018, 2020], "2016–2018, 2020"),
        (None, [], ""),
        ("soon", [], ""),
    ],
)
def test_forum_years(text: str | None, years: list[int], words: str) -> None:
    assert forum_years(text) == years
    assert years_words(years) == words


@pytest.mark.parametrize(
    ("effective", "year"),
    [("2013", "2013"), ("2013-06", "2013"), ("2013-06-29", "2013"), ("about 2016", "±2016"),
     ("2007..2010", "2007–2010"),
     ("2008-01..2008-06", "2008"), ("", "")],
)  # fmt: skip
def test_year_of(effective: str, year: str) -> None:
    assert year_of(effective) == year


def test_a_long_wait_draws_a_long_line() -> None:
    text: Any = ""
    facts = [Fact(year, str(year), str(year), text) for year in (2020, 2000, 2010, 2001, 2016, 2018)]
    assert [(fact.year, fact.wait) for fact in with_waits(facts)] == [
        (2000, 0), (2001, 3), (2010, 3), (2016, 2), (2018, 2), (2020, 0),
    ]  # fmt: skip
    assert with_waits([]) == []


def test_host() -> None:
    assert host("https://www.example.org/a") == "example.org"
    assert host("https://uclg-cisdp.org") == "uclg-cisdp.org"
