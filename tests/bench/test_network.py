"""The made-up network is the same every time, and what is asked of it can be asked."""

from __future__ import annotations

from collections import Counter

import pytest

from bench import network
from bench._asking import classes, hostile
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES

CITIES = [{"id": 1, "country": "KR"}, {"id": 2, "country": "AT"}]
CODES = {scheme: [f"{scheme}-{number}" for number in range(9)] for scheme in network._CARRIED}


def test_a_case_is_the_same_for_the_same_number_and_another_for_the_next() -> None:
    row, tags = network._case(5, 105, CITIES, CODES)
    assert (row, tags) == network._case(5, 105, CITIES, CODES)
    assert row["title"] != network._case(6, 106, CITIES, CODES)[0]["title"]
    body = " ".join(row[name] for name in ("problem", "action", "results", "lessons"))
    assert len(body.split()) == network.BODY
    assert {tag["case_id"] for tag in tags} == {105}
    assert len({(tag["scheme"], tag["code"]) for tag in tags}) == len(tags) >= 4


def test_languages_are_mixed_as_promised() -> None:
    found = Counter(network._case(number, number, CITIES, CODES)[0]["language"] for number in range(1000))
    for language, share in (("en", 650), ("ko", 150), ("es", 100), ("fr", 100)):
        assert found[language] == pytest.approx(share, abs=40)


def test_every_question_of_a_class_is_one_that_the_list_takes() -> None:
    for questions in classes().values():
        for pairs in questions:
            data: dict[str, object] = {}
            for name, value in pairs:
                data[name] = [value] if name in FACET_NAMES else value
            Criteria.build(data)
    assert classes() == classes()
    assert all(address.startswith("/") for address in hostile().values())


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(SystemExit, match="holds something else"):
        network.ensure(100, tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "mine"
