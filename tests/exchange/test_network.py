"""The network's page: who learned from whom, narrowed and not, for people and for programs."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from hub.cases.models import ARCHIVED, CaseStudy
from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.exchange.models import RUNNING, STATES, Adaptation, Question
from tests.cases.factory import make_case
from tests.exchange.taken import WHEN, begin_anew, city_id, take_up
from tests.people.accounts import sign_in

OLD_COLUMNS = ["case", "from_city", "to_city", "stage", "since", "updated_at"]


@pytest.fixture
def known(app: Flask) -> dict[str, int]:
    """Five adaptations: two of one pair of cities, one back, one of a national programme, one the hub does not hold."""
    with app.app_context():
        begin_anew()
        make_case("a-council", title="A council", city="graz", tags=[("clause", "GP8.2"), ("clause", "GP1.1")])
        make_case("a-plan", title="=A plan", city="graz", tags=[("clause", "GP4.1")])
        make_case("a-fund", title="A fund", city="gwangju", country="KR", tags=[("clause", "GP9.1")])
        make_case("a-law", title="A law", city=None, country="SN", tags=[])
        return {
            "council": take_up(
                "gwangju", "a-council", own="a-fund", since="2020-05", changed="Smaller.", reason="Cost."
            ),
            "plan": take_up("gwangju", "a-plan", state="considering", updated_at=WHEN + timedelta(days=1)),
            "fund": take_up("graz", "a-fund", state="adapting", is_demo=True, updated_at=WHEN + timedelta(days=2)),
            "law": take_up("bogota", "a-law", state="stopped", reason="=1+1", source_title="A report"),
            "other": take_up(
                "seoul", origin_title="<script>x</script>", origin_place="San <b>Someone", origin_url="javascript:x()",
                source_url="javascript:y()",
            ),
            "gone": take_up("lund", "a-council", removed_at=WHEN),
        }  # fmt: skip


def ids(client: FlaskClient, query: str = "") -> list[int]:
    """Return the adaptations that programs get with a query, in their order."""
    found = client.get(f"/exchange.json?per_page=100{query}").get_json()
    assert found["total"] == len(found["items"])
    return [item["id"] for item in found["items"]]


def named(known: dict[str, int], *names: str) -> list[int]:
    return [known[name] for name in names]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Count what is asked of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_who_learned_from_whom_is_drawn_and_stands_beside_it_as_a_table(
    client: FlaskClient, known: dict[str, int]
) -> None:
    page = client.get("/exchange/").text
    ring = re.search(r'<svg class="net ring".*?</svg>', page, re.S)
    column = re.search(r'<svg class="net column".*?</svg>', page, re.S)
    assert ring
    assert column
    for drawn in (ring[0], column[0]):
        assert drawn.count('<path class="line') == 4, "two practices of one pair are one line"
        assert "Graz → Gwangju: Running 1, Considering 1" in drawn
        assert 'class="line running" stroke-width="2.5"' in drawn
        assert (
            'href="/cities/gwangju" aria-label="Gwangju: 1 practice taken up by others, 2 taken up from others"'
            in drawn
        )
        order = re.findall(r'aria-label="(\w+):', drawn)
        assert order == ["Gwangju", "Seoul", "Graz", "Bogotá"], "region by region"
        assert drawn.count("<a ") == 4, "what has no page leads nowhere"
    twin = re.search(r'<details class="twin">.*?</details>', page, re.S)
    assert twin
    rows = re.findall(r"<tr>(.*?)</tr>", twin[0], re.S)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    assert cells[0] == ['<a href="/cities/gwangju">Gwangju</a>', '<a href="/cities/graz">Graz</a>', "1", "Adapting"]
    assert cells[1][2:] == ["2", "Running 1, Considering 1"]
    assert ["Senegal", '<a href="/cities/bogota">Bogotá</a>', "1", "Stopped"] in cells
    assert "1 of these was entered by a demo account." in page
    assert "5 adaptations" in page
    assert "between 6 places" in page
    assert "Lund" not in twin[0], "what was taken away is nowhere"
    assert "<script>x" not in page
    assert "San &lt;b&gt;Someone" in page
    assert "javascript:" not in page


def test_the_list_says_how_far_who_says_so_and_marks_the_demo(client: FlaskClient, known: dict[str, int]) -> None:
    table = re.search(r'<table class="table stack mt uptake">.*?</table>', client.get("/exchange/").text, re.S)
    assert table
    rows = {
        int(row[1]): re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[0]))
        for row in re.findall(r'(<tr><th scope="row"><a href="/exchange/adaptations/(\d+)".*?</tr>)', table[0], re.S)
    }
    assert list(rows) == named(known, "fund", "plan", "other", "law", "council"), "the newest change first"
    assert "Demo" in rows[known["fund"]]
    assert "Demo" not in rows[known["plan"]]
    assert "Documented by A report" in rows[known["law"]]
    assert "Running since May 2020" in rows[known["council"]]
    assert client.get(f"/exchange/adaptations/{known['council']}").status_code == 200
    assert "/exchange/record" not in client.get("/exchange/").text
    sign_in(client, "c@example.org", city="lund")
    assert 'href="/exchange/record"' in client.get("/exchange/").text, "a coordinator can add what is missing"


def test_filters_hold_for_every_form(client: FlaskClient, known: dict[str, int]) -> None:
    assert ids(client) == named(known, "fund", "plan", "other", "law", "council")
    for query, names in (
        ("principle=GP8", ("council",)), ("principle=GP8.2", ("council",)), ("principle=GP4", ("plan",)),
        ("principle=GP9", ("fund", "council")),  # what came of it counts too
        ("principle=GP2", ()), ("region=europe", ("fund", "plan", "council")), ("region=latin-america", ("law",)),
        ("state=stopped", ("law",)), ("state=running&region=asia-pacific", ("other", "council")),
        ("principle=GP9&state=adapting&region=europe", ("fund",)),
    ):  # fmt: skip
        wanted = named(known, *names)
        assert ids(client, f"&{query}") == wanted, query
        rows = list(csv.DictReader(io.StringIO(client.get(f"/exchange.csv?{query}").data.decode("utf-8-sig"))))
        assert [int(row["url"].rsplit("/", 1)[1]) for row in rows] == wanted
        feed = feedparser.parse(client.get(f"/exchange.atom?{query}").data)
        assert [int(entry.link.rsplit("/", 1)[1]) for entry in feed.entries] == wanted
    page = client.get("/exchange/?principle=GP9&state=adapting").text
    assert re.search(r'<p class="found" role="status">1 adaptation\b', page)
    assert 'href="/exchange/?state=adapting"' in page, "each filter can be taken away"
    assert 'href="/exchange.csv?principle=GP9&amp;state=adapting"' in page
    assert "No adaptation matches." in client.get("/exchange/?principle=GP2").text
    for wrong in (
        "principle=GP11",
        "principle=C1.1",
        "principle=%00",
        "region=moon",
        "state=Running",
        "page=0",
        "state=a&state=b",
    ):
        for path in ("/exchange/", "/exchange.json", "/exchange.csv", "/exchange.atom"):
            response = client.get(f"{path}?{wrong}", headers={"Accept": "application/json"})
            assert response.status_code == 400, (path, wrong)
            assert response.get_json(force=True)["parameter"] == wrong.split("=")[0]
    assert client.get("/exchange/?page=2").status_code == 404


def test_what_programs_get(client: FlaskClient, known: dict[str, int]) -> None:
    header, *rows = csv.reader(io.StringIO(client.get("/exchange.csv").data.decode("utf-8-sig")))
    assert header[:6] == OLD_COLUMNS
    council, plan, law, other = (
        dict(zip(header, next(row for row in rows if row[-1].endswith(f"/{known[name]}")), strict=True))
        for name in ("council", "plan", "law", "other")
    )
    assert (council["case"], council["from_city"], council["to_city"]) == ("a-council", "graz", "gwangju")
    assert (council["stage"], council["since"], council["own_case"]) == ("running", "2020-05", "a-fund")
    assert council["principles"] == "GP8; GP1"
    assert (plan["case_title"], law["reason"]) == ("'=A plan", "'=1+1"), "no spreadsheet runs it"
    assert (law["from_city"], law["from_country"], law["source_title"]) == ("", "SN", "A report")
    assert (other["case"], other["from_name"], other["source_url"]) == ("", "San <b>Someone", "")
    item = client.get("/exchange.json?state=adapting").get_json()["items"][0]
    assert item["state"] == "adapting"
    assert item["is_demo"] is True
    assert item["city"]["slug"] == "graz"
    feed = feedparser.parse(client.get("/exchange.atom").data)
    assert not feed.bozo
    newest = feed.entries[0]
    assert newest.title == "Graz: Adapting, “A fund” of Gwangju"
    assert newest.summary == "Demo"
    assert feed.entries[-1].id.endswith(f":adaptation/{known['council']}")
    assert feed.entries[-1].summary == "Smaller. Cost."


def test_an_archived_case_stays_and_a_case_that_moved_takes_its_lineage_along(
    app: Flask, client: FlaskClient, known: dict[str, int]
) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "a-council").values(state=ARCHIVED))
        moved = {"city_id": city_id("gwangju")}
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "a-plan").values(**moved))
    page = client.get("/exchange/").text
    assert "Graz → Gwangju: Running" in page
    assert "Gwangju → Gwangju" not in page, "what a city learned from itself is no line"
    assert ids(client) == named(known, "fund", "plan", "other", "law", "council")


def test_open_questions_and_offers_stand_below(app: Flask, client: FlaskClient, known: dict[str, int]) -> None:
    page = client.get("/exchange/").text
    assert "No question waits for an answer." in page
    with app.app_context():
        make_case("b-offer", title="An offer", city="gwangju", will_mentor="yes", is_demo=True)
        make_case("c-offer", title="No offer", city="gwangju", will_mentor="no")
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "a-council")).one().id
        now = clock.now()
        with transaction():
            for text, days, more in (
                ("Who pays?", 3, {}), ("How <i>long</i>?", 25, {}), ("Between us", 9, {"is_between_cities": True}),
                ("Old news", 90, {"answered_at": now}), ("Never mind", 80, {"closed_at": now}),
            ):  # fmt: skip
                asked = now - timedelta(days=days)
                db.session.add(Question(case_id=case, text=text, language="en", asked_at=asked, **more))
    page = client.get("/exchange/").text
    assert page.index("How &lt;i&gt;long&lt;/i&gt;?") < page.index("Who pays?"), "the longest wait first"
    assert "Waits for 4 weeks" in page
    assert not [text for text in ("Between us", "Old news", "Never mind") if text in page]
    offers = re.search(r'<ul class="mentors">.*?</ul></li></ul>', page.replace("\n", ""), re.S)
    assert offers
    assert 'href="/cases/b-offer#ask"' in offers[0]
    assert "No offer" not in offers[0]
    assert "Demo" in offers[0]


def test_two_hundred_stay_quick_small_and_whole(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        begin_anew()
        cases = db.session.execute(select(CaseStudy.id, CaseStudy.city_id).where(CaseStudy.city_id.is_not(None))).all()
        cities = list(db.session.scalars(select(City.id)))
        with transaction():
            for number in range(200):
                case, home = cases[number * 7 % len(cases)]
                taker = cities[number * 11 % len(cities)]
                db.session.add(
                    Adaptation(
                        city_id=taker if taker != home else cities[number * 11 % len(cities) - 1], origin_id=case,
                        state=STATES[number % 4], language="en", created_at=WHEN, updated_at=WHEN,
                    )
                )  # fmt: skip
    client.get("/exchange/")
    with counted(app) as asked:
        page = client.get("/exchange/")
    assert page.status_code == 200
    assert len([each for each in asked if re.search(r"\bFROM adaptation\b", each)]) == 2, (
        "the lines, and one page of them"
    )
    assert len(asked) < 16, asked
    assert len(gzip.compress(page.data)) < 60_000
    assert page.text.count('rel="next"') == 1
    assert 'class="scroll netscroll" tabindex="0"' in page.text, "a long column has a height of its own"
    whole = page.text.count('<path class="line') - 4  # of the key
    assert whole % 2 == 0
    assert whole > 300
    last = client.get("/exchange/?page=10").text
    assert len(re.findall(r'<th scope="row"><a href="/exchange/adaptations/', last)) == 20
    assert len(ids(client, f"&state={RUNNING}")) == 50
