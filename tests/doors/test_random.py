"""Any bytes at all, as query and as path."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import FULL
from tests.doors.doors import Recorder, send, send_path

EXAMPLES = 1500 if FULL else 60  # on each engine, others each time
relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LISTS = ["/cases/", "/cases.json", "/search", "/cities/", "/cities.csv", "/commitments/", "/commitments/C4.1", "/news/",
         "/follow", "/login", "/cases/graz-advisory-council/history", "/events.json"]  # fmt: skip
SIGNS = st.text(
    alphabet=st.sampled_from("aé한🏳%&=+#'\"<>{}()[]*?~^:-_.,;/\\ \t\n\x00\u202e0123456789ANDORT"), max_size=60
)


@pytest.fixture
def names(heard: dict[str, Recorder]) -> list[str]:
    """The name of every parameter that any address reads."""
    return sorted({"lang"}.union(*(each.single | each.repeated for each in heard.values())))


def may_end(status: int) -> bool:
    """Tell whether a status is an answer and no failure."""
    return status in (200, 301, 308, 400, 404)


@relaxed
@given(path=st.sampled_from(LISTS), query=st.binary(max_size=400))
def test_any_bytes_as_a_query(client: FlaskClient, path: str, query: bytes) -> None:
    assert may_end(send(client, path, query).status_code)


@relaxed
@given(path=st.sampled_from(LISTS), data=st.data())
def test_any_values_of_known_names(client: FlaskClient, names: list[str], path: str, data: st.DataObject) -> None:
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), SIGNS | st.text(max_size=30)), max_size=5))
    assert may_end(client.get(path, query_string=[(name, value) for name, value in pairs]).status_code)


@relaxed
@given(words=SIGNS | st.text(max_size=200))
def test_any_words_can_be_searched(client: FlaskClient, words: str) -> None:
    for path in ("/cases/", "/search"):
        assert may_end(client.get(path, query_string={"q": words}).status_code)


@relaxed
@given(
    beginning=st.sampled_from([b"/", b"/cases/", b"/principles/", b"/cities/", b"/commitments/"]),
    rest=st.binary(max_size=80),
)
def test_any_bytes_as_a_path(client: FlaskClient, beginning: bytes, rest: bytes) -> None:
    assert may_end(send_path(client, beginning + rest).status_code)
