"""Through which coalition a city joins, and how fresh what it says is, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.coalitions import choices_of, coalition_for, coalition_of
from hub.cities.models import City, CityRevision
from hub.cities.queries import list_cities
from hub.commitments.coalitions import by_coalition, city_coalition
from hub.commitments.freshwords import cycle_words, fresh_words
from hub.commitments.states import StatusLine
from hub.core.db import db
from hub.vocabularies.queries import vocabulary
from hub.web.locale import speaking
from tests.commitments.plandesk import browser, fill, head, kinds

EDIT = "/cities/cankaya/edit"


def test_every_city_has_the_coalition_of_its_place() -> None:
    assert coalition_of("KR", "asia-pacific") == "ICCAR-APA"
    assert coalition_of("CA", "north-america") == "ICCAR-CAN"
    assert coalition_of("US", "north-america") == "ICCAR-USA"
    assert coalition_of("MX", "latin-america") == "ICCAR-LAC"
    assert coalition_of("TR", "middle-east") is coalition_of("PS", "middle-east") is None
    assert choices_of("AT", "europe") == ()
    assert "ICCAR-EUR" in choices_of("TR", "middle-east")
    assert coalition_for("ICCAR-ARB", "TR", "middle-east") == "ICCAR-ARB"
    assert coalition_for(None, "EG", "arab-region") == "ICCAR-ARB"


def test_the_seeds_and_the_rule_agree(app: Flask, session: Any) -> None:
    cities = list_cities()
    assert len(cities) > 100
    for city in cities:
        given = coalition_of(city.country, city.region)
        assert city.coalition == given, city.slug
        assert given is not None or city.country in ("TR", "PS"), city.slug
    groups = by_coalition(cities, {cities[0].id: "adopted"}, vocabulary())
    assert sum(len(group.cities) for group in groups) == len(cities)
    assert sum(group.known for group in groups) == 1
    assert groups[-1].coalition is None, "those that have yet to choose stand last"
    assert {each.city.country for each in groups[-1].cities} == {"TR", "PS"}
    european = next(group.coalition for group in groups if group.coalition and group.coalition.code == "ICCAR-EUR")
    assert european.official_name == "European Coalition of Cities against Racism"
    assert european.home is not None
    assert european.home.host == "eccar.info"


def test_a_city_chooses_where_its_place_does_not_decide(app: Flask, client: FlaskClient) -> None:
    coordinator = browser(app, "c@example.org", city="cankaya")
    assert client.get("/cities/cankaya.json").json["coalition"] is None
    before = head(client)
    assert fill(coordinator, EDIT, coalition="ICCAR-EUR").status_code == 303
    assert kinds(client, before) == ["CityChanged"]
    assert client.get("/cities/cankaya.json").json["coalition"] == "ICCAR-EUR"
    refused = fill(coordinator, EDIT, coalition="ICCAR-LAC")
    assert (refused.status_code, 'href="#coalition"' in refused.text) == (400, True)
    with app.app_context():
        newest = db.session.scalars(select(CityRevision).order_by(CityRevision.id.desc())).first()
        assert newest.content["coalition"] == "ICCAR-EUR"
        city = db.session.scalars(select(City).where(City.slug == "cankaya")).one()
        assert city_coalition(city, vocabulary()).code == "ICCAR-EUR"
    graz = browser(app, "g@example.org", city="graz")
    assert 'name="coalition"' not in graz.get("/cities/graz/edit").text
    assert fill(graz, "/cities/graz/edit", contact_office="Friedensbüro").status_code == 303
    assert client.get("/cities/graz.json").json["coalition"] == "ICCAR-EUR", "what its place gives stays"


def _line(status: str = "operating", recorded: date = date(2024, 1, 31)) -> StatusLine:
    at = datetime(recorded.year, recorded.month, recorded.day, 12, tzinfo=UTC)
    return StatusLine(1, 1, "C4.2", status, "", None, None, "unknown", "city", "", None, at, None)


def test_freshness_is_said_in_words_that_claim_no_more_than_is_known(app: Flask, session: Any) -> None:
    item = replace(vocabulary().get_item("C4.2"), cycle_months=24, grace_days=90, lapse_months=12)
    due, end = date(2026, 1, 31), date(2026, 1, 31) + timedelta(days=90)

    def said(day: date, **changes: Any) -> tuple[str, str]:
        found = fresh_words(_line(), replace(item, **changes), day)
        assert found is not None
        return found.short, found.sentence

    with speaking("en"):
        assert said(due)[0] == "Fresh until January 31, 2026"
        assert said(due + timedelta(days=1))[0] == "To be renewed by May 1, 2026"
        assert said(end)[0] == "To be renewed by May 1, 2026"
        assert said(end + timedelta(days=1))[0] == "Ran out on May 1, 2026"
        assert "may well still hold" in said(end + timedelta(days=1))[1]
        late = said(date(2027, 5, 2))
        assert late[0] == "Ran out on May 1, 2026"
        assert "May 1, 2027" in late[1]
        assert "Nobody has told us that this happened." in late[1]
        assert said(date(2090, 1, 1), lapse_months=None)[0] == "Ran out on May 1, 2026"
        assert said(date(2090, 1, 1), cycle_months=None) == ("Does not run out", "")
        for status in ("not_started", "lapsed", "withdrawn", "outside_competence", "unknown"):
            assert fresh_words(_line(status), item, due) is None
        assert "24 months" in cycle_words(item)
        assert fresh_words(_line(), item, date(2027, 1, 1), [date(2026, 12, 1)]).state == "fresh", "others confirmed it"
