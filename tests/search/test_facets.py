"""Facets: roll-up, order, and what stays listed."""

import pytest

from hub.search.facets import FACETS, FacetValue, charter, lines, rolled_up
from tests.search.samples import case

pytestmark = pytest.mark.alone


def test_a_clause_counts_for_its_principle() -> None:
    assert rolled_up("principle", ("GP8.2", "GP8.1", "US3")) == ("GP8.2", "GP8.1", "US3", "GP8")
    assert rolled_up("principle", ("DT-PART.1",)) == ("DT-PART.1", "DT-PART")
    assert rolled_up("commitment", ("C1.1",)) == ("C1.1",)
    assert rolled_up("city", ("st.gallen", "", "st.gallen")) == ("st.gallen",)


def test_a_document_is_found_under_its_language_and_its_principles() -> None:
    made = case(1, facets={"principle": ("GP8.2",)})
    assert made.facets == {"language": ("en",), "principle": ("GP8.2", "GP8")}
    assert made.key == "case:1"


def test_every_charter_is_told_apart() -> None:
    assert [charter(code) for code in ("GP8.2", "DT-LAW", "US3", "XX1", "GPX")] == ["GP", "DT", "US", "", ""]


def test_principles_stand_in_their_order_and_cities_by_count() -> None:
    principle = next(spec for spec in FACETS if spec.name == "principle")
    city = next(spec for spec in FACETS if spec.name == "city")
    assert [line.code for line in lines(principle, {"GP10": 9, "GP2": 1, "DT-LAW": 5}, ())] == ["GP2", "GP10", "DT-LAW"]
    assert [line.code for line in lines(city, {"graz": 1, "seoul": 3, "eugene": 1}, ())] == ["seoul", "eugene", "graz"]


def test_what_is_selected_stays_listed_when_it_finds_nothing() -> None:
    city = next(spec for spec in FACETS if spec.name == "city")
    assert lines(city, {"graz": 2}, ("nowhere", "graz")) == [
        FacetValue("graz", 2, True),
        FacetValue("nowhere", 0, True),
    ]
