"""The strict reader of query parameters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Invalid
from hub.web.params import Query


def read(raw: bytes) -> Query:
    return Query(raw, {"q", "page", "as_of"}, {"principle"})


def test_what_is_given_is_read() -> None:
    query = read(b"q=human+rights%20%EC%9D%B8%EA%B6%8C&page=2&principle=GP8&principle=GP8&principle=&as_of=2020-02-29")
    assert query.text("q") == "human rights 인권"
    assert query.integer("page") == 2
    assert query.values("principle") == ["GP8"]
    assert query.date("as_of") == date(2020, 2, 29)
    assert query.ignored == []


def test_unknown_names_are_left_out_and_told() -> None:
    assert read(b"utm_source=x&q=a&%00=1").ignored == ["utm_source", "\x00"]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"q=%ff", "q"),
        (b"q=a%00b", "q"),
        (b"q=%ed%a0%80", "q"),
        (b"q=a&q=b", "q"),
        (b"principle=a" + b"&principle=b" * 60, "principle"),
        (b"q=" + b"a" * 9000, "query"),
    ],
)
def test_what_cannot_be_is_refused_by_name(raw: bytes, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(raw)
    assert caught.value.field == field


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "1e3", "٣", "99999999999999999999", "one", "10001"])
def test_a_page_is_a_whole_number_in_bounds(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(f"page={value}".encode()).integer("page")
    assert caught.value.field == "page"


@pytest.mark.parametrize("value", ["2020-02-30", "2020", "20200101", "2020-1-1", "yesterday", "2020-W01-1"])
def test_a_date_is_written_out(value: str) -> None:
    with pytest.raises(Invalid):
        read(f"as_of={value}".encode()).date("as_of")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        query = read(raw)
        query.text("q")
        query.integer("page")
        query.date("as_of")
    except Invalid:
        pass
