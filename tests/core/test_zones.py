"""Time zones by name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from hub.core.zones import is_zone, zone_names, zone_of, zones_by_country


def test_every_name_that_one_may_choose_is_a_zone_that_fits_its_column() -> None:
    names = zone_names()
    assert len(names) > 400
    assert len(set(names)) == len(names)
    assert all(ZoneInfo(name).key == name and len(name) <= 40 for name in names)
    assert names[-1] == "UTC"


def test_countries_know_their_zones() -> None:
    assert zones_by_country()["KR"] == ("Asia/Seoul",)
    assert {"America/Toronto", "America/Edmonton"} <= set(zones_by_country()["CA"])


@pytest.mark.parametrize(
    "name", ["", "KST", "Asia", "asia/seoul", "Asia/Seoul ", "../../etc/passwd", "\x00", "Nowhere/City"]
)
def test_other_texts_are_no_zone_and_read_as_utc(name: str) -> None:
    assert not is_zone(name)
    assert zone_of(name).key in ("UTC", "KST")


def test_a_name_of_before_is_not_offered_and_still_read() -> None:
    assert not is_zone("Asia/Saigon")
    assert zone_of("Asia/Saigon").key == "Asia/Saigon"
    assert zone_of(None).key == "UTC"
