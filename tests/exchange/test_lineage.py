"""Who learned from whom, as the page of a case tells it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.exchange import queries
from hub.exchange.lineage import MOST_LISTED, lineage_shown
from hub.exchange.models import Adaptation
from tests.cases.factory import make_case, reading


def take_up(city: str, case: CaseStudy | None, own: CaseStudy | None = None, **values: Any) -> Adaptation:
    """Put on record that a city takes a case up."""
    now = clock.now()
    given: dict[str, Any] = {"state": "running", "language": "en", "created_at": now, "updated_at": now}
    with transaction():
        city_id = db.session.scalars(select(City.id).where(City.slug == city)).one()
        taken = Adaptation(
            city_id=city_id, origin_id=case.id if case else None, own_case_id=own.id if own else None,
            **(given | values),
        )  # fmt: skip
        db.session.add(taken)
    return taken


def test_three_levels_are_told_and_a_circle_ends(app: Flask, session: Any) -> None:
    first, second = make_case("first", city="graz"), make_case("second", city="utrecht")
    third, fourth = make_case("third", city="rosario"), make_case("fourth", city="barcelona")
    take_up("utrecht", first, second, since="2019")
    take_up("rosario", second, third, state="adapting")
    take_up("barcelona", third, fourth, state="considering")
    take_up("nuremberg", fourth, state="stopped", reason="No money")
    take_up("graz", third, first)  # a circle
    with reading(app):
        shown = lineage_shown(first, None)
        assert [each.row.city_name for each in shown.branches] == ["Utrecht"]
        below = shown.branches[0].branches
        assert [each.row.city_name for each in below] == ["Rosario"]
        assert [each.row.city_name for each in below[0].branches] == ["Barcelona", "Graz"]
        assert all(not each.branches for each in below[0].branches), "three levels, and the circle ends"
        assert [row.from_name for row in shown.origins] == ["Rosario"]
        assert shown.runs_today == ["Utrecht"]
        drawing = shown.drawing
        assert drawing is not None
        assert [dot.kind for dot in drawing.dots] == ["origin", "here", "running", "adapting", "considering", "running"]
        assert len(drawing.edges) == len(drawing.dots) - 1
        assert all(0 < dot.x < drawing.width and 0 < dot.y < drawing.height for dot in drawing.dots)
        assert drawing.dots[2].label == "Utrecht · Running since 2019"
        assert queries.lineage(make_case("alone").id).branches == []


def test_the_page_tells_it_as_a_list_and_as_a_picture(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        case = make_case("first", city="graz")
        make_case("alone", city="graz")
        own = make_case("second", city="utrecht", title="“Ours” <b>")
        take_up("utrecht", case, own, source_title="A report", source_url="https://example.org/report")
        take_up("rosario", case, state="considering", changed="More <i>people</i>.")
    assert "No city has told the hub that it took this up." in client.get("/cases/alone").text
    page = client.get("/cases/first").text
    assert "One city runs it today: Utrecht." in page
    assert 'aria-labelledby="tree-t" aria-describedby="tree-d"' in page
    assert "2 cities took it up from Graz." in page
    for words in ("“Ours” &lt;b&gt;", "More &lt;i&gt;people&lt;/i&gt;.", 'href="https://example.org/report"',
                  "Documented by:"):  # fmt: skip
        assert words in page
    assert "Where it came from" in client.get("/cases/second").text


def test_two_hundred_that_took_it_up_are_few_queries_and_a_short_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        case_id = make_case("first", city="graz").id
        now, cities = clock.now(), db.session.scalars(select(City.id).where(City.slug != "graz")).all()
        with transaction():
            db.session.add_all(
                Adaptation(city_id=city_id, origin_id=case_id, state="running", language="en", created_at=now,
                           updated_at=now, changed="words " * 300)
                for city_id in [*cities, *cities][:200]
            )  # fmt: skip
        asked: list[str] = []
        db.session.expunge_all()
        event.listen(db.session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
        found = queries.lineage(case_id)
        assert len(found.branches) == 200
        assert sum("adaptation" in each for each in asked) <= 4
    page = client.get("/cases/first")
    assert f"and {200 - MOST_LISTED} more" in page.text
    assert len(page.text) < 90_000, "before compression"
