"""Reading news: order, filters, counts that are the totals one gets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.feeds import queries
from hub.feeds.queries import NewsFilter
from hub.vocabularies.queries import vocabulary
from tests.feeds.factory import make_entry


def test_news_come_newest_first_a_page_at_a_time(session: Any) -> None:
    first, total = queries.list_entries(NewsFilter(), 1, 10)
    second, _total = queries.list_entries(NewsFilter(), 2, 10)
    dates = [entry.published_at for entry in [*first, *second]]
    assert total == 22
    assert len(first) == len(second) == 10
    assert dates == sorted(dates, reverse=True)
    assert not {entry.id for entry in first} & {entry.id for entry in second}
    assert queries.list_entries(NewsFilter(), 4, 10) == ([], 22)


def test_a_principle_finds_its_clauses_and_nothing_that_only_looks_alike(session: Any) -> None:
    make_entry("urn:test:clause", principle_codes=["GP1.2"])
    make_entry("urn:test:ten", principle_codes=["GP10"])
    guids = {entry.guid for entry in queries.each_entry(NewsFilter(principle="GP1"))}
    assert "urn:test:clause" in guids
    assert "urn:test:ten" not in guids


def test_a_code_is_never_a_pattern(session: Any) -> None:
    assert queries.list_entries(NewsFilter(principle="GP%"), 1, 10) == ([], 0)
    assert queries.list_entries(NewsFilter(principle='"'), 1, 10) == ([], 0)


def test_a_year_ends_with_its_last_moment(session: Any) -> None:
    make_entry("urn:test:last", published_at=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC))
    make_entry("urn:test:first", published_at=datetime(2000, 1, 1, tzinfo=UTC))
    assert [entry.guid for entry in queries.each_entry(NewsFilter(year=1999))] == ["urn:test:last"]


def test_counts_are_the_totals_one_gets(session: Any) -> None:
    make_entry("urn:test:clause", principle_codes=["GP9.1", "GP2"])
    codes = [term.code for term in vocabulary().top("gwangju")]
    for year in (None, 2014, 2026):
        counts = queries.count_by_principle(codes, year)
        assert counts == {code: queries.list_entries(NewsFilter(code, year), 1, 1)[1] for code in codes}
    for principle in ("", "GP9"):
        years = queries.count_by_year(principle)
        assert years == {year: queries.list_entries(NewsFilter(principle, year), 1, 1)[1] for year in years}
        assert sum(years.values()) == queries.list_entries(NewsFilter(principle), 1, 1)[1]
    assert queries.count_by_principle([], None) == {}


def test_editions_come_newest_first(session: Any) -> None:
    assert [edition.number for edition in queries.list_editions()] == list(range(16, 0, -1))


def test_city_names_leave_out_who_is_not_there(session: Any) -> None:
    assert queries.city_names(["gwangju", "atlantis"]).keys() == {"gwangju"}
    assert queries.city_names([]) == {}
