"""Addresses of results."""

from hub.search.criteria import Criteria
from hub.search.links import narrowed_url, narrowing


def test_many_addresses_at_once_are_those_of_one_by_one() -> None:
    for criteria in (
        Criteria(),
        Criteria(q="a&b ü", view="map", page=3),
        Criteria(country=("AT",), city=("graz",), type=("x",), sort="newest", year_from=1990),
    ):
        for facet, codes in (("city", ("a b", "münchen&c")), ("principle", ("GP8.2",)), ("commitment", ("C1.1", "R1"))):
            assert narrowing(criteria, facet)(codes) == narrowed_url(criteria, **{facet: codes})
