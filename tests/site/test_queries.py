"""What the first page counts is what is on record."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.cases import queries as cases
from hub.cases.counts import counts_by_term, counts_of_principles
from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.commitments.models import StatusRecord
from hub.core.db import db, transaction
from hub.people.models import Membership
from hub.people.service import create_user
from hub.site import queries
from hub.vocabularies.queries import CHARTERS, vocabulary
from tests.cases.factory import WHEN, make_case


def test_counts_by_term_agree_with_the_lists_of_cases(session: Any) -> None:
    make_case("a-draft", state="draft", tags=[("clause", "GP3.2"), ("us", "US9")])
    make_case("twice", tags=[("clause", "GP8.1"), ("clause", "GP8.2"), ("us", "US6.1"), ("us", "US6.2")])
    counts = counts_by_term()
    for charter in CHARTERS:
        for term in vocabulary().scheme(charter):
            assert counts.get(term.code, 0) == len(cases.cases_with_code(term.code)), term.code
    principles = counts_of_principles()
    assert {code: counts[code] for code in principles} == principles


def test_places_count_published_cases_only(session: Any) -> None:
    before = sum(place.cases for place in queries.places())
    make_case("a-draft", state="draft")
    make_case("published")
    places = queries.places()
    assert sum(place.cases for place in places) == before + 1
    assert len(places) == db.session.scalar(select(func.count()).select_from(City))
    regions = queries.count_regions(places, vocabulary())
    assert sum(regions.values()) == sum(1 for place in places if place.cases)


def test_a_running_total_begins_with_what_is_older() -> None:
    assert queries.running_total({1988: 2, 1991: 1, None: 5}, 1990, 1992) == [2, 3, 3]
    assert queries.running_total({}, 1990, 1990) == [0]


@pytest.mark.parametrize(
    ("words", "number"),
    [("About 2,780 people; 253 cities in 76 countries", 2780), ("Up to 700 people", 700), ("", 0), ("many", 0)],
)
def test_the_first_number_is_the_people(words: str, number: int) -> None:
    assert queries.first_number(words) == number


def test_case_years_count_every_published_case_once(session: Any) -> None:
    published = db.session.scalar(select(func.count()).where(CaseStudy.state == "published"))
    assert sum(queries.case_years().values()) == published


def record(city_id: int, item: str, first: date | None, **values: Any) -> StatusRecord:
    given = {"status": "adopted", "claimed_by": "editor", "precision": "day", "note": "", "recorded_at": WHEN}
    text = first.isoformat() if first else ""
    return StatusRecord(city_id=city_id, item_code=item, effective_from=first, effective_text=text, **(given | values))


def test_the_latest_moves_are_neither_corrected_nor_to_come(session: Any) -> None:
    city = db.session.scalars(select(City).where(City.slug == "graz")).one()
    with transaction():
        wrong = record(city.id, "C2.3", date(2026, 6, 1))
        db.session.add_all(
            [wrong, record(city.id, "C2.4", date(2026, 5, 1)), record(city.id, "C2.1", date(2031, 1, 1))]
        )
        db.session.add_all([record(city.id, "C2.4", date(2026, 4, 1)), record(city.id, "C2.2", None)])
        db.session.flush()
        db.session.add(record(city.id, "C2.3", date(2020, 6, 1), replaces_id=wrong.id))
    years = queries.record_years()
    moves = queries.latest_moves(4, date(2026, 11, 22))
    assert (moves[0].item_code, moves[0].effective_text) == ("C2.4", "2026-05-01")
    assert len({move.item_code for move in moves}) == len(moves) == 4
    assert years[2026] == 2
    assert years[None] >= 1
    told = db.session.execute(select(StatusRecord.id, StatusRecord.effective_from, StatusRecord.replaces_id)).all()
    corrected = {row[2] for row in told}
    assert years == Counter(row[1] and row[1].year for row in told if row[0] not in corrected)
    assert queries.latest_moves(4, date(2026, 11, 22)) == queries.latest_moves(25, date(2026, 11, 22))[:4]


def test_the_cities_active_on_a_term_have_a_case_on_it(session: Any) -> None:
    wanted: dict[str, int] = {}
    for case in cases.cases_with_code("GP8"):
        if case.city:
            wanted[case.city.slug] = wanted.get(case.city.slug, 0) + 1
    found = queries.active_cities("GP8", vocabulary())
    assert {city.slug: city.cases for city in found} == wanted
    assert queries.active_cities("GP99", vocabulary()) == []


def test_work_of_names_city_and_role(session: Any) -> None:
    with transaction():
        given: dict[str, Any] = {"is_organizer": False, "is_demo": True, "language": None}
        user = create_user(email="a@example.org", name="A", password="long enough", now=WHEN, **given)
        city_id = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
        db.session.add(Membership(user_id=user.id, city_id=city_id, role="coordinator", since_at=WHEN))
    assert queries.work_of(user.id) == [("coordinator", "graz", "Graz")]
    assert queries.work_of(-1) == []
