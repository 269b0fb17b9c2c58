"""The page of an item and its formats."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import feedparser
import pytest
from flask import Flask, get_template_attribute
from flask.testing import FlaskClient

from hub.cities.queries import by_name, list_cities
from hub.commitments.asked import Asked
from hub.commitments.coalitions import by_coalition
from hub.commitments.models import Evidence, StatusRecord
from hub.commitments.service.spans import note_several
from hub.vocabularies.queries import vocabulary
from tests.commitments.factory import RECORDED, make_record


def section(page: str, name: str) -> str:
    begin = page.index(f'id="{name}"')
    return page[begin : page.index("</section>", begin)]


def test_what_it_says(client: FlaskClient) -> None:
    page = client.get("/commitments/C2.3").text
    assert page.count("<h1") == 1
    assert "Human rights indicators" in page
    assert "Named in the Gwangju Declaration" in page
    assert "Set of indicators" in page
    assert "2 of 123 cities known" in page
    assert "York" in section(page, "h-met")
    assert "about 2016" in section(page, "h-met")
    assert "https://kjmbc.co.kr/NewsArticle/1195515" in section(page, "h-met")
    assert "Unknown" in section(page, "h-state")
    assert ">121<" in section(page, "h-state")
    assert 'href="/principles/GP8.2"' in page
    assert '<ul class="cases">' in page
    assert "Who to ask" in page


def test_a_related_instrument_says_that_it_is_not_named(client: FlaskClient) -> None:
    assert "Related to the Declaration, not named in it" in client.get("/commitments/R5").text


def test_every_item_has_a_page_and_data(client: FlaskClient, session: Any) -> None:
    for code in vocabulary().items:
        assert client.get(f"/commitments/{code}").status_code == 200, code
        answer = client.get(f"/commitments/{code}.json").json
        assert (answer["code"], answer["cities"]) == (code, 123)
        assert answer["known"] == answer["total"]
        assert answer["cities"] == answer["known"] + answer["unknown"]


def test_the_ladder_in_its_own_words(client: FlaskClient, session: Any) -> None:
    ladder = section(client.get("/commitments/C2.3").text, "h-ladder")
    for words in ("A set of indicators is adopted", "Set of indicators", "any public word", "Operating"):
        assert words in ladder, words
    said = client.get("/commitments/C2.3.json").json
    assert said["ladder"][2] == {
        "status": "adopted",
        "label": "Adopted",
        "words": "A set of indicators is adopted",
        "evidence": ["indicator_set"],
    }
    assert (said["family"], said["cycle_months"], said["points"], said["version"]) == ("institutions", 24, [], 1)
    page = client.get("/commitments/C4.2").text
    assert "every 24 months" in page
    assert "silent for another 12 months" in page
    assert 'href="/commitments/badges#global_compact"' in page
    assert "does not run out" in client.get("/commitments/R2").text
    assert "It counts for no badge." in client.get("/commitments/C4.4").text
    assert "인권지표가 아직 없다" in client.get("/commitments/C2.3?lang=ko").text


def test_points_stand_beneath_their_item(client: FlaskClient, session: Any) -> None:
    make_record(session, "lund", "C4.1.3", "adopted", "2020", url="https://example.org/plan")
    page = client.get("/commitments/C4.1").text
    assert section(page, "h-points").count('href="/commitments/C4.1.') == 10
    assert "The other coalitions have ten points of their own" in page
    assert "Cities by coalition" in page
    point = client.get("/commitments/C4.1.3").text
    assert "Support for those harmed" in point
    assert 'href="/commitments/C4.1"' in point
    assert "Lund" in section(point, "h-met")
    assert "The city has chosen actions for this point" in section(point, "h-ladder")
    said = client.get("/commitments/C4.1.3.json").json
    assert (said["part_of"], said["known"], said["family"]) == ("C4.1", 1, None)
    assert client.get("/commitments/C4.1.json").json["points"] == [f"C4.1.{number}" for number in range(1, 11)]
    assert client.get("/commitments/C4.1.11").status_code == 404
    assert client.get("/commitments/c4.1.3.json").headers["Location"] == "/commitments/C4.1.3.json"


def test_what_is_related_stands_apart_from_what_is_named(client: FlaskClient) -> None:
    beside = client.get("/commitments/C2.1").text.split("Beside it")[1]
    named, related = beside.index("Named in the Gwangju Declaration"), beside.index("Related to the Declaration")
    assert named < beside.index("/commitments/C2.2") < related < beside.index("/commitments/C2.5")


def test_who_checked_and_how_fresh_it_is(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "C2.1", "operating", "2020", note="first")
    met = section(client.get("/commitments/C2.1").text, "h-met")
    assert "not yet checked" in met
    assert "Fresh until January 2, 2027" in met
    late = section(client.get("/commitments/C2.1?as_of=2026-01-01").text, "h-met")
    assert "Suva" in late  # what the hub knows now of that day
    then = client.get("/commitments/C2.1?as_of=2026-01-01&known=then").text
    assert "Suva" not in section(then, "h-met")
    assert client.get("/commitments/C2.1.json?as_of=2026-01-01&known=then").json["knowing"] == "then"
    assert client.get("/commitments/C2.1?known=once").status_code == 400


def test_codes_with_dots_have_formats(client: FlaskClient) -> None:
    answer = client.get("/commitments/C2.3.json?per_page=1&page=2").json
    assert (answer["page"], answer["pages"]) == (2, 2)
    (item,) = answer["items"]
    assert item["city"] == {"slug": "york", "name": "York", "country": "GB"}
    assert (item["status"], item["since"], item["precision"]) == ("reported", "about 2016", "about")
    assert item["evidence"][0]["url"].startswith("http")
    rows = list(csv.DictReader(io.StringIO(client.get("/commitments/C2.3.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 123
    assert sum(row["status"] == "unknown" for row in rows) == 121
    feed = feedparser.parse(client.get("/commitments/C2.3.atom").text)
    assert not feed.bozo
    assert len(feed.entries) == 2
    assert client.get("/commitments/C2.3.xml").status_code == 404


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("/commitments/c2.3", "/commitments/C2.3"),
        ("/commitments/r1?as_of=2020-01-01", "/commitments/R1?as_of=2020-01-01"),
        ("/commitments/c2.3.json?page=1", "/commitments/C2.3.json?page=1"),
    ],
)
def test_small_letters_lead_to_the_right_code(client: FlaskClient, asked: str, right: str) -> None:
    answer = client.get(asked)
    assert answer.status_code == 301
    assert answer.headers["Location"] == right


@pytest.mark.parametrize("code", ["C9.9", "C2", "x", "C2.3.4", "%00", "GP1"])
def test_what_is_no_item(client: FlaskClient, code: str) -> None:
    assert client.get(f"/commitments/{code}").status_code == 404


def test_the_day_narrows_what_is_known(client: FlaskClient) -> None:
    page = client.get("/commitments/C2.5?as_of=2012-12-31").text
    assert "Gwangju" not in section(page, "h-met")
    assert "Gwangju" in section(client.get("/commitments/C2.5?as_of=2013-01-01").text, "h-met")
    assert "No city is known to have met it" in client.get("/commitments/C2.5?as_of=1948-12-10").text
    assert "/commitments/C2.5.json?as_of=2012-12-31" in page


def test_what_was_given_up_shows(client: FlaskClient) -> None:
    page = client.get("/commitments/R3").text
    assert "Madrid" in section(page, "h-back")
    assert "Given up" in section(page, "h-back")
    assert "Madrid" not in section(page, "h-met")


def test_lapsed_and_taken_up_again_is_met_and_tells_its_story(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/one")
    make_record(session, "suva", "R2", "lapsed", "2018-05", url="https://example.org/two")
    make_record(session, "suva", "R2", "adopted", "2018-10-01", url="https://example.org/three")
    page = client.get("/commitments/R2").text
    assert "Suva" in section(page, "h-met")
    story = section(page, "h-back")
    assert story.index("Operating") < story.index("Given up") < story.index("Taken up again")
    assert "October 1, 2018" in story or "1 October 2018" in story
    in_june = client.get("/commitments/R2?as_of=2018-06-30").text
    assert "Suva" not in section(in_june, "h-met")
    assert "Suva" in section(in_june, "h-back")


def test_what_is_not_there_yet_and_what_lies_outside(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "C2.1", "not_started", "2020")
    make_record(session, "lund", "C2.1", "outside_competence", "2020", legal_reason="Act 7, section 3")
    page = client.get("/commitments/C2.1").text
    assert "Suva" in section(page, "h-short")
    assert "Suva" not in section(page, "h-met")
    assert "Lund" in section(page, "h-outside")
    assert "Act 7, section 3" in page


def make_many(session: Any, item: str, statuses: list[list[str]]) -> list[str]:
    """Record for each of the first cities by name these statuses, three months apart; returns the names."""
    cities = by_name(list_cities())[: len(statuses)]
    found: dict[str, Any] = {"precision": "month", "claimed_by": "editor", "note": "", "recorded_at": RECORDED}
    for city, steps in zip(cities, statuses, strict=True):
        for number, status in enumerate(steps):
            day = date(2000 + number // 4, 1 + number % 4 * 3, 1)
            said = {"status": status, "effective_from": day, "effective_to": day, "effective_text": f"{day:%Y-%m}"}
            session.add(StatusRecord(city_id=city.id, item_code=item, **found | said))
    session.flush()
    note_several([(city.id, item) for city in cities])
    session.commit()
    return [city.name for city in cities]


def rows_of(part: str) -> int:
    return part.count('<th scope="row"><a href=')


def test_many_cities_stand_on_several_pages(client: FlaskClient, session: Any) -> None:
    fell = ["operating", "lapsed"]
    names = make_many(session, "C3.3", [["pledged"], fell, *[["adopted"]] * 50, ["operating", "adopted"], fell * 30])
    first, second = client.get("/commitments/C3.3").text, client.get("/commitments/C3.3?page=2").text
    assert "54 of 123 cities known" in first
    assert "cities 1 to 50" in first
    assert rows_of(section(first, "h-met")) == 50
    assert [name in section(first, "h-met") for name in (names[0], names[2], names[51], names[52])] == [0, 1, 1, 0]
    assert 'id="h-short"' not in first
    assert 'id="h-back"' not in first
    assert "cities 51 to 54" in second
    assert (rows_of(section(second, "h-met")), names[52] in section(second, "h-met")) == (1, True)
    assert (rows_of(section(second, "h-short")), names[0] in section(second, "h-short")) == (1, True)
    for page in (first, second):
        assert ">51</span>" in section(page, "h-met")[:200], "the whole list is counted, not the page"
        assert ">3</td>" not in section(page, "h-state")
    back = section(second, "h-back")
    assert [name in back for name in (names[0], names[1], names[52], names[53])] == [0, 1, 1, 1]
    assert back.count("<li>") == 2 + 2 + 20, "a long history is cut"
    assert "In force" in back[back.index(names[53]) :]
    assert back.count("Every record") == 1
    assert "known=then&amp;page=2#cities" in client.get("/commitments/C3.3?as_of=2026-06-01&known=then").text
    assert client.get("/commitments/C3.3?page=3").status_code == 404
    assert client.get("/commitments/C3.2?page=2").status_code == 404
    assert client.get("/commitments/C3.3?page=0").status_code == 400
    assert client.get("/commitments/C3.2?page=1").status_code == 200


def test_a_list_shows_little_of_a_record_that_says_much(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "C3.3", "adopted", "2020", note="word " * 700, url="https://example.org/1")
    urls = [f"https://example.org/{number}" for number in (2, 3)] + ["https://example.org/" + "long" * 400]
    record.evidence += [
        Evidence(city_id=record.city_id, kind="ordinance", url=url, title="title " * 40, recorded_at=RECORDED)
        for url in urls
    ]
    session.commit()
    met = section(client.get("/commitments/C3.3").text, "h-met")
    assert met.count("word ") < 50
    assert met.count("https://example.org/") == 2
    assert "2 more" in met
    assert "longlong" not in met
    assert len(met) < 5000
    assert client.get("/cities/suva/commitments/C3.3").text.count("https://example.org/") >= 4


def test_the_cities_of_a_coalition_are_named_up_to_a_number(app: Flask, session: Any) -> None:
    groups = by_coalition(cities := list_cities(), {city.id: "adopted" for city in cities[::2]}, vocabulary())
    with app.test_request_context():
        written = get_template_attribute("commitments/_coalition.html", "coalition_groups")
        page = written(groups, Asked(date(2026, 1, 1)), most=3)
    europe = page[page.index("European Coalition") :].split("</details>")[0]
    assert (europe.count('/commitments#C4.1"'), europe.count('href="/cities/')) == (3, 6)
    assert 'href="/commitments/?item=C4.1"' in europe
    assert europe.count(" more") == 2


def test_hostile_records_stay_text(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "C2.1", "adopted", "2020", note="<script>alert(1)</script>", url="javascript:alert(1)")
    for address in ("/commitments/C2.1", "/cities/suva/commitments", "/cities/suva"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert 'href=""' not in page
        assert "no document named" in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_other_languages(client: FlaskClient, language: str) -> None:
    assert f'<html lang="{language}"' in client.get(f"/commitments/C2.3?lang={language}").text
