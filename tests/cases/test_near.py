"""Which cases are near to one, and why."""

from __future__ import annotations

from typing import Any

from flask import Flask

from hub.cases.near import CityName, Related, near_cases, related
from tests.cases.factory import make_case, reading

TAGS = [("clause", "GP9.1"), ("clause", "GP9.2"), ("type", "network_and_cooperation")]


def test_near_cases_say_why(app: Flask) -> None:
    city = CityName("Gwangju", "광주광역시", "ko", "asia-pacific")
    one = Related(
        1, "a-b", "T", "ko", "KR", city, 2, 1, is_demo=True, shared_groups=("youth",), shared_region="asia-pacific",
        shared_words=("ombudsman",),
    )  # fmt: skip
    with reading(app, "en"):
        near = near_cases([one, Related(2, "c", "T", "fr", "SN", None, 1)])
    assert [(other.url, other.where) for other in near] == [("/cases/a-b", "Gwangju"), ("/cases/c", "Senegal")]
    assert near[0].why.startswith("Demo · 2 clauses shared · 1 kind of practice shared · Both for: ")
    assert near[0].why.endswith(" · Both speak of: ombudsman · Same region: Asia-Pacific")
    assert near[1].why == "1 clause shared"


def test_groups_and_rare_words_decide_among_equals(session: Any) -> None:
    for number in range(7):
        make_case(f"plain-{number}", tags=TAGS, title="Neighbourhood", summary="Everywhere")
    group = [*TAGS, ("group", "youth")]
    case = make_case("one", tags=group, title="Lanterns of the neighbourhood", summary="Everywhere")
    make_case("lamps", tags=TAGS, title="Something else", summary="They hang lanterns.")
    make_case("young", tags=group, title="Neighbourhood", summary="Everywhere", city=None)
    found = {other.slug: other for other in related(case, 24)}
    assert found["lamps"].shared_words == ("lanterns",)
    assert found["plain-1"].shared_words == ()  # what all of them say is not rare
    assert found["young"].shared_groups == ("youth",)
    assert found["young"].shared_region == ""
    assert found["plain-1"].shared_region == "europe"
    assert next(iter(found)) == "lamps"
    assert [other.slug for other in related(case, 24)] == list(found)


def test_without_clauses_the_groups_lead(session: Any) -> None:
    make_case("other", tags=[("group", "youth")])
    assert "other" in {near.slug for near in related(make_case("bare", tags=[("group", "youth")]), 100)}
