"""Worth following: which cities and cases the desk names, and the reason of each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from hub.cases.models import CLAUSE, DRAFT, ITEM, CaseStudy, CaseTag
from hub.cities.models import SUSPENDED, City
from hub.commitments.models import StatusSpan
from hub.core import clock
from hub.core.db import db, transaction
from hub.exchange.models import Adaptation
from hub.follows.models import Follow
from hub.people.models import Membership
from tests.cases.factory import make_case
from tests.cities.factory import make_city
from tests.commitments.factory import make_record
from tests.people.accounts import sign_in
from tests.site.neighbours import adaptation, city_of

ALIKE = {"country": "AT", "native_language": "de", "population_gazetteer": 300_000, "gov_type": "municipality"}


@pytest.fixture
def mia(client: FlaskClient, app: Flask) -> int:
    """A coordinator of Graz, on a record whose cases are only those of the test."""
    user_id = sign_in(client, "mia@example.org", city="graz")
    with app.app_context(), transaction():
        db.session.execute(update(CaseStudy).values(state=DRAFT))
        db.session.execute(delete(CaseTag))
        db.session.execute(update(Adaptation).values(removed_at=clock.now()))
        db.session.execute(delete(StatusSpan))
        db.session.execute(update(City).values(population_gazetteer=None))
        db.session.execute(update(City).where(City.slug == "graz").values(**ALIKE))
    return user_id


def case(slug: str, city: str | None, *tags: tuple[str, str], **values: Any) -> None:
    make_case(slug, city=city, title=f"Title of {slug}", tags=tags, **values)


def offers(client: FlaskClient) -> dict[str, tuple[str, str]]:
    """Return what is offered to follow, in its order: its kind, and the line under its title."""
    html = client.get("/desk").text
    found = re.findall(
        r'<li><div><h4[^>]*><a [^>]*>(.*?)</a></h4>\n<p>(.*?)</p></div>\n<form method="post" action="/follow">'
        r'.*?name="kind" value="(\w+)"', html, re.S,
    )  # fmt: skip
    return {title: (kind, re.sub(r"<[^>]+>", "", words)) for title, words, kind in found}


def follow_first(client: FlaskClient, kind: str) -> str:
    """Press the first button of a kind and return what is followed by it."""
    html = client.get("/desk").text
    section = html.split('id="suggested"')[1].split("</section>")[0]
    form = next(each for each in re.findall(r"<form.*?</form>", section, re.S) if f'value="{kind}"' in each)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    response = client.post("/follow", data=fields)
    assert (response.status_code, response.location) == (303, "/desk")
    return fields["id"]


def test_cities_near_in_kind_and_at_work_on_the_same(client: FlaskClient, app: Flask, mia: int) -> None:
    with app.app_context():
        for slug in ("linz", "wels", "enns", "steyr", "traun"):
            make_city(db.session, slug, slug.title(), **ALIKE | {"region": "europe"})
        make_city(db.session, "gone", "Gone", membership=SUSPENDED, **ALIKE)
        case("of-graz", "graz", (CLAUSE, "GP8.2"), (CLAUSE, "GP3.1"))
        case("of-traun", "traun", (CLAUSE, "GP8.1"), (CLAUSE, "GP3.1"), (CLAUSE, "GP5.1"))
        case("of-steyr", "steyr", (CLAUSE, "GP5.1"))
        case("of-linz", "linz", (CLAUSE, "GP8.1"))
        case("of-gone", "gone", (CLAUSE, "GP8.1"))
        case("of-enns", "enns", (CLAUSE, "GP5.1"), state=DRAFT)  # Enns and Wels have told nothing
    found = {title: words for title, (kind, words) in offers(client).items() if kind == "city"}
    assert list(found) == ["Traun", "Linz", "Steyr"]
    alike = "Austria · same country, same language, similar size, same kind of government"
    assert found["Traun"] == f"{alike}, works on GP3, GP8, as you do"
    assert found["Steyr"] == alike
    assert follow_first(client, "city") == "traun"
    assert "Traun" not in offers(client)


def test_cases_each_with_its_reason_and_one_of_each_city(client: FlaskClient, app: Flask, mia: int) -> None:
    with app.app_context():
        for slug in ("linz", "wels"):
            make_city(db.session, slug, slug.title(), **ALIKE)
        case("of-graz", "graz", (CLAUSE, "GP8.2"), (ITEM, "C2.1"))
        case("serves", "gwangju", (ITEM, "C2.1"), language="ko", is_demo=True)
        case("serves-too", "gwangju", (ITEM, "C2.2"))
        case("alike", "seoul", (CLAUSE, "GP8.2"))
        case("run", "bogota", (CLAUSE, "GP1.1"))
        adaptation(clock.now(), case="run", city="linz", state="running")
        case("of-wels", "wels", (CLAUSE, "GP1.1"))
        case("nothing-shared", "suwon", (CLAUSE, "GP1.1"))
        case("taken-up", "vienna", (ITEM, "C2.1"))
        adaptation(clock.now(), case="taken-up", city="graz", state="considering")
        case("hidden", "vienna", (ITEM, "C2.1"), state=DRAFT)
        case("nobodys", None, (CLAUSE, "GP8.2"), country="FI")
    html = client.get("/desk").text
    assert '<h4 lang="ko"><a href="/cases/serves" dir="auto">' in html
    found = {title: words for title, (kind, words) in offers(client).items() if kind == "case"}
    assert len(found) == 4
    serves = found["Title of serves"]
    assert re.fullmatch(r"Gwangju · serves C2\.1 [^·]+, which Graz has not met as far as the hub knows · Demo", serves)
    assert found["Title of of-wels"].startswith("Wels · from a city like yours: same country, same language")
    assert "taken up by Linz, a city like yours" in found["Title of run"]
    assert "about GP8.2, as case studies of yours are" in found["Title of alike"]
    with app.app_context():
        make_record(db.session, "graz", "C2.1", "operating", "2020")
        make_record(db.session, "graz", "C2.2", "outside_competence", "2020")
        key = db.session.scalars(select(CaseStudy.slug).where(CaseStudy.slug == "run")).one()
        with transaction():
            db.session.add(Follow(user_id=mia, kind="case", key=key, created_at=clock.now()))
    found = {title: words for title, (kind, words) in offers(client).items() if kind == "case"}
    assert "Title of run" not in found  # followed
    assert "Title of serves" not in found  # met
    assert found["Title of nobodys"] == "Finland · about GP8.2, as case studies of yours are"


def test_of_several_cities_the_one_is_named_that_it_is_near_to(client: FlaskClient, app: Flask, mia: int) -> None:
    with app.app_context():
        case("of-seoul", "seoul", (CLAUSE, "GP8.1"))
        case("of-vienna", "vienna", (CLAUSE, "GP8.1"))
        with transaction():
            gwangju = city_of("gwangju")
            db.session.add(Membership(user_id=mia, city_id=gwangju, role="coordinator", since_at=clock.now()))
    found = offers(client)
    assert found["Seoul"][1].endswith("· Gwangju")
    assert found["Vienna"][1].endswith("· Graz")
    assert {"Gwangju", "Graz"}.isdisjoint(found)


def test_a_desk_full_of_everything_asks_no_more_than_an_empty_one(
    client: FlaskClient, app: Flask, mia: int, statements: list[str]
) -> None:
    client.get("/desk")  # what it keeps is read
    statements.clear()
    client.get("/desk")
    few = len(statements)
    with app.app_context():
        for number in range(12):
            make_city(db.session, f"city-{number}", f"City {number}", **ALIKE)
            case(f"case-{number}", f"city-{number}", (CLAUSE, "GP8.1"), (ITEM, "C2.1"))
            adaptation(clock.now(), case=f"case-{number}", city="vienna" if number % 2 else "graz")
    statements.clear()
    client.get("/desk")
    assert len(statements) <= few + 3
