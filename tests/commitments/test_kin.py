"""From a gap to a person: which cities are near, which met an item, and what to look at first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from hub.cases.models import DRAFT, ITEM
from hub.cities.models import SUSPENDED
from hub.commitments.kin import (
    COUNTRY,
    KIND,
    LANGUAGE,
    REGION,
    SIZE,
    Kin,
    KinCase,
    Profile,
    Suggestion,
    best_of,
    most_to_learn,
    nearest_first,
    nearness,
)
from hub.commitments.queries.kin import list_kin, suggestions
from hub.core.errors import NotFound
from tests.cases.factory import make_case
from tests.cities.factory import make_city
from tests.commitments.factory import RECORDED, make_record

DAY = date(2026, 6, 1)
HOME = Profile(1, "home", "Home", None, "es", "CL", "latin-america", "municipality", 200_000)


def city(number: int, **more: Any) -> Profile:
    values = HOME._asdict() | {"id": number, "slug": f"city-{number}"}
    return Profile(**values | more)


def kin_of(number: int, score: int, cases: int = 0) -> Kin:
    told = tuple(KinCase(number, f"case-{each}", "A case", "en") for each in range(cases))
    near = nearness(HOME, city(number))._replace(score=score)
    return Kin(city(number), near, "operating", "2020", told)


def test_what_makes_a_city_near() -> None:
    assert nearness(HOME, city(2)).reasons == (COUNTRY, LANGUAGE, SIZE, KIND)
    abroad = city(3, country="PE", population=399_000, native_language="es-PE", gov_type="borough")
    assert nearness(HOME, abroad).reasons == (LANGUAGE, SIZE, REGION)
    assert nearness(HOME, city(4, population=401_000)).reasons == (COUNTRY, LANGUAGE, KIND)
    far = city(5, country="KR", region="asia-pacific", native_language="ko", population=None, gov_type="province")
    assert nearness(HOME, far) == (0, ())
    assert nearness(far, city(6, country="KR", gov_type="region", population=None)).reasons == (COUNTRY, KIND)
    nothing = Profile(7, "x", "X", None, None, "FJ", "", "", None)
    assert nearness(nothing, nothing._replace(country="KI")) == (0, ())  # not known of both is not alike


def test_nearness_is_mutual() -> None:
    made = [
        city(number, country=country, native_language=language, population=people, gov_type=kind)
        for number, (country, language, people, kind) in enumerate(
            product(("CL", "PE"), ("es", None), (None, 0, 90_000, 150_000), ("municipality", "region", "county"))
        )
    ]
    assert all(nearness(one, other) == nearness(other, one) for one in made for other in made)


def test_the_nearest_first() -> None:
    same_language = city(2, country="ES", region="europe", population=500_000)
    same_country = city(3, population=2_000_000)
    nearer_in_size = city(4, population=1_000_000)
    gone = city(5, is_suspended=True)
    far = city(6, country="KR", region="asia-pacific", native_language="ko", gov_type="region", population=None)
    ordered = nearest_first(HOME, [far, same_country, gone, HOME, same_language, nearer_in_size])
    assert [other.id for other, _near in ordered] == [4, 3, 2, 6]


def test_where_there_is_most_to_learn() -> None:
    told, near, again, far = (
        Suggestion("C1.1", "unknown", kin_of(2, 3, cases=1), 0), Suggestion("C1.2", "pledged", kin_of(3, 9), 4),
        Suggestion("C1.3", "unknown", kin_of(2, 3, cases=2), 0), Suggestion("C2.1", "unknown", kin_of(4, 1), 1),
    )  # fmt: skip
    offered = [far, near, told, again]
    assert most_to_learn(offered, 3) == [told, near, far]  # each another city
    assert most_to_learn(offered, 4) == [told, near, far, again]
    assert most_to_learn(offered, 1) == [told]
    assert best_of([kin_of(2, 9), kin_of(3, 4, cases=1), kin_of(4, 2, cases=1)]).city.id == 3
    assert best_of([kin_of(2, 9), kin_of(3, 4)]).city.id == 2


def test_cities_that_met_an_item(session: Any) -> None:
    home = make_city(session, "here", "Here", country="FJ", native_language="en", population_gazetteer=1000)
    make_city(session, "near", "Near", country="FJ", native_language="en", contact_office="Office of rights")
    make_city(session, "far", "Far", country="KI", population_gazetteer=1_000_000)
    make_city(session, "gone", "Gone", country="FJ", membership=SUSPENDED)
    make_record(session, "near", "C1.1", "operating", "2021-05")
    make_record(session, "far", "C1.1", "adopted", "2015")
    make_record(session, "gone", "C1.1", "reported", "2015")
    make_record(session, "here", "C1.1", "pledged", "2015")
    for number in range(4):
        tags = [(ITEM, "C1.1")]
        make_case(f"near-{number}", city="near", tags=tags, published_at=RECORDED + timedelta(days=number))
    make_case("near-draft", city="near", tags=[(ITEM, "C1.1")], state=DRAFT, published_at=None)
    make_case("near-other", city="near", tags=[(ITEM, "C1.2")])
    found, total = list_kin(home.id, "C1.1", DAY)
    mine = [kin for kin in found if kin.city.slug in ("near", "far", "gone", "here")]
    assert [(kin.city.slug, kin.status, kin.since) for kin in mine] == [
        ("near", "operating", "2021-05"), ("far", "adopted", "2015"),
    ]  # fmt: skip
    assert total >= 2
    assert [case.slug for case in mine[0].cases] == ["near-3", "near-2", "near-1"]
    assert mine[0].nearness.reasons == (COUNTRY, LANGUAGE, KIND)
    assert mine[0].city.contact_office == "Office of rights"
    assert mine[1].cases == ()
    earlier, _total = list_kin(home.id, "C1.1", date(2020, 1, 1))
    assert "near" not in [kin.city.slug for kin in earlier]
    before, _total = list_kin(home.id, "C1.1", DAY, known=RECORDED - timedelta(days=1))
    assert not {"near", "far"} & {kin.city.slug for kin in before}
    first, same = list_kin(home.id, "C1.1", DAY, limit=1)
    assert ([kin.city.slug for kin in first], same) == (["near"], total)
    with pytest.raises(NotFound):
        list_kin(0, "C1.1", DAY)


def test_what_a_city_should_look_at_first(session: Any) -> None:
    home = make_city(session, "here", "Here", country="FJ", native_language="en")
    make_city(session, "near", "Near", country="FJ", native_language="en")
    make_city(session, "other", "Other", country="FJ", native_language="en")
    for code in ("C1.1", "C1.2", "C3.2", "C3.4"):
        make_record(session, "near", code, "operating", "2020")
    make_record(session, "other", "C3.2", "operating", "2019")
    make_record(session, "here", "C1.1", "adopted", "2020")  # met
    make_record(session, "here", "C1.2", "outside_competence", "2020", legal_reason="A law")
    make_record(session, "here", "C3.4", "lapsed", "2022")
    make_case("how", city="other", tags=[(ITEM, "C3.2")])
    found = suggestions(home.id, DAY)
    assert (found[0].item_code, found[0].kin.city.slug, found[0].kin.since) == ("C3.2", "other", "2019")
    assert found[0].status == "unknown"
    assert found[0].others >= 1
    assert [case.slug for case in found[0].kin.cases] == ["how"]
    everything = {each.item_code: each for each in suggestions(home.id, DAY, limit=50)}
    assert not {"C1.1", "C1.2"} & everything.keys()
    assert everything["C3.4"].status == "lapsed"
    assert everything["C3.4"].kin.city.slug == "near"
    assert len({each.kin.city.id for each in found}) == len(found) == 3
    with pytest.raises(NotFound):
        suggestions(0, datetime(2026, 1, 1, tzinfo=UTC).date())
