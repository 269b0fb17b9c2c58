"""Reading cities."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from hub.cities.names import fold
from hub.cities.queries import CityFilter, find_city, get_city, label_of, list_cities, list_neighbours, other_name_of
from hub.core.errors import NotFound
from tests.cities.factory import make_city


def test_cities_stand_by_name_within_their_region(session: Any) -> None:
    cities = list_cities()
    assert len(cities) == 123
    regions = [region for region, _members in groupby(city.region for city in cities)]
    assert len(regions) == len(set(regions)) == 7
    for _region, members in groupby(cities, key=lambda city: city.region):
        names = [fold(city.name) for city in members]
        assert names == sorted(names)


def test_get_city_raises_and_find_city_does_not(session: Any) -> None:
    assert get_city("gwangju").name_native == "광주광역시"
    assert find_city("nowhere") is None
    with pytest.raises(NotFound):
        get_city("nowhere")


@pytest.mark.parametrize(
    ("narrowed", "slugs"),
    [
        (CityFilter(text="sao paulo"), {"saopaulo"}),
        (CityFilter(text="CANKAYA"), {"cankaya"}),
        (CityFilter(text="광주"), {"gwangju"}),
        (CityFilter(text="wien"), {"vienna"}),
        (CityFilter(region="africa"), {"kampala", "nairobi"}),
        (CityFilter(region="africa", country="UG"), {"kampala"}),
        (CityFilter(region="africa", country="KR"), set()),
        (CityFilter(ids=frozenset()), set()),
    ],
)
def test_filters(session: Any, narrowed: CityFilter, slugs: set[str]) -> None:
    assert {city.slug for city in list_cities(narrowed)} == slugs


def test_neighbours_are_of_the_country_and_not_the_city_itself(session: Any) -> None:
    neighbours = list_neighbours(get_city("gwangju"))
    assert {city.country for city in neighbours} == {"KR"}
    assert "gwangju" not in {city.slug for city in neighbours}
    assert len(neighbours) == sum(city.country == "KR" for city in list_cities()) - 1


def test_a_new_city_is_found_at_once(session: Any) -> None:
    make_city(session, "naju", "Naju", name_native="나주시", native_language="ko")
    assert [city.slug for city in list_cities(CityFilter(text="나주"))] == ["naju"]


@pytest.mark.parametrize(
    ("name", "native", "native_language", "language", "label", "other"),
    [
        ("Gwangju", "광주광역시", "ko", "en", "Gwangju", ("광주광역시", "ko")),
        ("Gwangju", "광주광역시", "ko", "ko", "광주광역시", ("Gwangju", "en")),
        ("Vienna", "Wien", "de", "ko", "Vienna", ("Wien", "de")),
        ("Graz", "Graz", "de", "en", "Graz", ("", "")),
        ("Bandung", "Kota Bandung", "id", "en", "Bandung", ("", "")),
        ("Birmingham, Alabama", "Birmingham", "en", "en", "Birmingham, Alabama", ("", "")),
        ("Tainan", "臺南市", "zh-Hant", "en", "Tainan", ("臺南市", "zh-Hant")),
        ("Naju", None, None, "ko", "Naju", ("", "")),
    ],
)
def test_which_name_is_shown(
    name: str, native: str | None, native_language: str | None, language: str, label: str, other: tuple[str, str]
) -> None:
    assert label_of(name, native, native_language, language) == label
    assert other_name_of(name, native, native_language, language) == other
