"""A facet's count is the total one gets by taking it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.conftest import FULL
from tests.doors.test_lists import get_json


def _total(client: FlaskClient, path: str, pairs: list[tuple[str, str]]) -> int:
    return int(get_json(client, f"{path}.json?{urlencode([*pairs, ('per_page', '1')])}")["total"])


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/cases", []),
        ("/cases", [("q", "council")]),
        ("/cases", [("principle", "GP8")]),
        ("/cases", [("q", "rights"), ("country", "KR"), ("year_from", "2005")]),
        ("/cases", [("principle", "GP4"), ("region", "europe")]),
        ("/cities", []),
        ("/cities", [("region", "europe")]),
        ("/cities", [("country", "KR"), ("with", "cases")]),
        ("/news", []),
        ("/news", [("year", "2018")]),
    ],
)
def test_a_count_is_the_total_one_gets(client: FlaskClient, path: str, base: list[tuple[str, str]]) -> None:
    facets = get_json(client, f"{path}.json", **dict(base)).get("facets", {})
    if path == "/cases":
        names = {"principle", "country", "region", "city", "language", "group", "type", "commitment"}
        assert set(facets) == names
    assert facets
    wrong = []
    for name, values in facets.items():
        for value in values[:: 1 if FULL or not base else 3]:
            assert set(value) >= {"code", "label", "count"}
            asked = [pair for pair in base if pair[0] != name] + [(name, value["code"])]
            total = _total(client, path, asked)
            if total != value["count"]:
                wrong.append((name, value["code"], value["count"], total))
    assert wrong == [], "facet, code, count said, total got"
