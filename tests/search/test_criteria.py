"""The state of a result: what an address may say, and its one canonical spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Invalid
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES

pytestmark = pytest.mark.alone


def test_plain_data_becomes_criteria() -> None:
    made = Criteria.build(
        {"q": " human  rights ", "principle": ["GP10", "GP8", "GP8"], "city": "graz", "year_from": "2001", "page": "3"}
    )
    assert made == Criteria(q="human rights", principle=("GP8", "GP10"), city=("graz",), year_from=2001, page=3)
    assert made.filters == {"principle": ("GP8", "GP10"), "city": ("graz",)}
    assert made.years == (2001, None)
    assert made.offset == 40


def test_nothing_given_is_everything() -> None:
    assert Criteria.build({}) == Criteria()
    assert Criteria.build({"q": "", "principle": [""], "year_to": "", "page": None}) == Criteria()
    assert Criteria().to_pairs() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"page": "0"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "10001"}, "page"),
        ({"page": "501"}, "page"),
        ({"page": "101", "per_page": "100"}, "page"),
        ({"view": "globe"}, "view"),
        ({"page": "two"}, "page"),
        ({"page": "１"}, "page"),
        ({"page": True}, "page"),
        ({"page": "9" * 5000}, "page"),
        ({"per_page": 0}, "per_page"),
        ({"per_page": 101}, "per_page"),
        ({"year_from": "999"}, "year_from"),
        ({"year_to": "2101"}, "year_to"),
        ({"year_from": 2020, "year_to": 2019}, "year_to"),
        ({"sort": "size"}, "sort"),
        ({"q": "x" * 501}, "q"),
        ({"q": 7}, "q"),
        ({"city": ["x" * 101]}, "city"),
        ({"city": [7]}, "city"),
        ({"principle": [f"GP{i}" for i in range(51)]}, "principle"),
    ],
)
def test_what_makes_no_sense_is_named(data: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Criteria.build(data)
    assert caught.value.field == field


def test_what_is_too_far_says_what_to_do() -> None:
    assert (
        Criteria.build({"page": 500}).page * 20 == Criteria.build({"page": 100, "per_page": 100}).page * 100 == 10_000
    )
    with pytest.raises(Invalid, match=r"Narrow the search"):
        Criteria.build({"page": 501})


def test_the_view_is_no_part_of_what_narrows() -> None:
    made = Criteria.build({"q": "a", "view": "map", "sort": "confirmed", "page": 2, "per_page": 50})
    assert made.to_pairs() == [("q", "a"), ("sort", "confirmed"), ("view", "map"), ("page", "2"), ("per_page", "50")]
    assert made.chips() == [("q", "a")]
    assert made.with_("view", "list").to_pairs() == [("q", "a"), ("sort", "confirmed"), ("per_page", "50")]
    assert made.only_words().view == "map"


def test_a_code_nobody_knows_is_kept_and_shown() -> None:
    made = Criteria.build({"principle": ["GP99", "nonsense"]})
    assert ("principle", "GP99") in made.chips()


def test_one_result_has_one_address() -> None:
    one = Criteria.build({"principle": ["GP8", "GP10"], "q": "a", "page": 1, "sort": "relevance"})
    other = Criteria.build({"q": "a ", "principle": ["GP10", "GP8", "GP8"]})
    assert one.to_pairs() == other.to_pairs() == [("q", "a"), ("principle", "GP8"), ("principle", "GP10")]


def test_steps_begin_at_the_first_page() -> None:
    here = Criteria.build({"q": "a", "city": ["graz", "seoul"], "sort": "newest", "page": 4})
    assert here.with_("city", "eugene").city == ("eugene", "graz", "seoul")
    assert here.with_("city", "graz").city == ("graz", "seoul")
    assert here.with_("city", "eugene").page == 1
    assert here.without("city", "graz").city == ("seoul",)
    assert here.without("city").city == ()
    assert here.without("q").q == ""
    assert here.without("q").page == 1
    assert here.with_("page", 5).page == 5
    assert here.with_("page", 5).city == here.city
    assert here.with_("sort", "title").sort == "title"
    assert here.only_words() == Criteria(q="a", sort="newest")


codes = st.lists(st.sampled_from(["GP8", "GP8.2", "DT-LAW", "US3", "graz", "été", "인권", "a&b=c"]), max_size=4)
states = st.fixed_dictionaries(
    dict.fromkeys(FACET_NAMES, codes),
    optional={
        "q": st.text(max_size=40),
        "year_from": st.integers(1000, 1999),
        "year_to": st.integers(2000, 2100),
        "sort": st.sampled_from(["relevance", "newest", "confirmed", "oldest", "title", "city"]),
        "view": st.sampled_from(["list", "map", "matrix"]),
        "page": st.integers(1, 100),
        "per_page": st.integers(1, 100),
    },
)


@given(states)
def test_an_address_leads_back_to_the_same_state(data: dict[str, object]) -> None:
    made = Criteria.build(data)
    again: dict[str, object] = {}
    for name, value in made.to_pairs():
        if name in FACET_NAMES:
            again[name] = [*again.get(name, []), value]  # type: ignore[misc]
        else:
            again[name] = value
    assert Criteria.build(again) == made


@given(states, st.sampled_from(FACET_NAMES), st.sampled_from(["GP8", "x"]))
def test_taking_and_dropping_a_code_leads_back(data: dict[str, object], name: str, code: str) -> None:
    made = Criteria.build({**data, "page": 1}).without(name, code)
    assert made.with_(name, code).without(name, code) == made
