"""Reading news: order, filters, the same story once, counts that are the totals one gets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import event

from hub.core.db import db
from hub.feeds import queries
from hub.feeds.queries import NewsFilter
from tests.feeds.factory import WHEN, make_entry


def guids(narrowed: NewsFilter) -> list[str]:
    return [story.entry.guid for story in queries.each_story(narrowed)]


def test_news_come_newest_first_a_page_at_a_time(session: Any) -> None:
    first, second = queries.list_entries(NewsFilter(), 10), queries.list_entries(NewsFilter(), 10, 10)
    dates = [entry.published_at for entry in [*first, *second]]
    assert queries.survey(NewsFilter()).total == 22
    assert len(first) == len(second) == 10
    assert dates == sorted(dates, reverse=True)
    assert not {entry.id for entry in first} & {entry.id for entry in second}
    assert queries.list_entries(NewsFilter(), 10, 30) == []
    kept = queries.list_entries(NewsFilter(), 10, without=[first[0].id])
    assert [entry.id for entry in kept] == [entry.id for entry in [*first[1:], second[0]]]


def test_a_principle_finds_its_clauses_and_nothing_that_only_looks_alike(session: Any) -> None:
    make_entry("urn:test:clause", principle_codes=["GP1.2"])
    make_entry("urn:test:ten", principle_codes=["GP10"])
    assert "urn:test:clause" in guids(NewsFilter(principle="GP1"))
    assert "urn:test:ten" not in guids(NewsFilter(principle="GP1"))
    for pattern in ("GP%", '"', "GP_"):
        assert guids(NewsFilter(principle=pattern)) == []


def test_a_year_ends_with_its_last_moment(session: Any) -> None:
    make_entry("urn:test:last", published_at=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC))
    make_entry("urn:test:first", published_at=datetime(2000, 1, 1, tzinfo=UTC))
    assert guids(NewsFilter(year=1999)) == ["urn:test:last"]
    assert queries.survey(NewsFilter()).facets["year"][1999] == 1


def test_all_words_are_sought_whatever_case_and_accents_and_never_as_patterns(session: Any) -> None:
    make_entry("urn:test:es", title="La Ciudad de Málaga", summary_html="<p>100 % de <b>participación</b></p>")
    make_entry("urn:test:ko", title="광주 인권도시 포럼", summary_html="")
    assert guids(NewsFilter(words=("malaga", "participacion"))) == ["urn:test:es"]
    assert guids(NewsFilter(words=("인권",))) == ["urn:test:ko"]
    assert guids(NewsFilter(words=("malaga", "인권"))) == []
    assert guids(NewsFilter(words=("100", "%"))) == ["urn:test:es"]
    assert guids(NewsFilter(words=("m_laga",))) == []


def test_a_city_is_found_by_its_name_in_any_script(session: Any) -> None:
    make_entry("urn:test:hangul", city_slugs=["광주"])
    make_entry("urn:test:graz", city_slugs=["graz", "gwangju"])
    assert guids(NewsFilter(city="광주")) == ["urn:test:hangul"]
    assert guids(NewsFilter(city="graz")) == ["urn:test:graz"]
    assert guids(NewsFilter(city="gra")) == []


def test_the_same_story_of_several_sources_stands_once_with_all_of_them(session: Any) -> None:
    make_entry("a:1", source="a", url_key="one", principle_codes=["GP1"])
    make_entry("b:1", source="b", url_key="one", principle_codes=["GP2"], url="https://b.example/1")
    make_entry("c:1", source="c", url_key="one", hidden_at=WHEN)
    story = next(story for story in queries.each_story(NewsFilter(words=("story",))))
    assert story.entry.guid == "a:1"
    assert [(copy.source_slug, copy.url) for copy in story.copies] == [("b", "https://b.example/1")]
    assert guids(NewsFilter(words=("story",))) == ["a:1"]
    assert guids(NewsFilter(source="b")) == ["b:1"], "a source has its own list"
    assert guids(NewsFilter(principle="GP2", words=("story",))) == ["b:1"], "the other is not in this list"
    assert {each.guid for each in queries.list_copies(story.entry)} == {"a:1", "b:1", "c:1"}


def test_an_address_that_one_source_gives_to_all_its_stories_names_none_of_them(session: Any) -> None:
    for guid in ("a:1", "a:2"):
        make_entry(guid, source="a", url_key="home")
    make_entry("b:1", source="b", url_key="home")
    assert sorted(guids(NewsFilter(words=("story",)))) == ["a:1", "a:2", "b:1"]
    assert queries.survey(NewsFilter(words=("story",))).total == 3
    entry = queries.list_entries(NewsFilter(source="b"), 1)[0]
    assert queries.list_copies(entry) == [entry]
    assert queries.stories([entry])[0].copies == []


def test_what_is_hidden_or_taken_out_is_nowhere(session: Any) -> None:
    hidden = make_entry("urn:test:hidden", hidden_at=WHEN, pinned_at=WHEN, published_at=WHEN + timedelta(days=300))
    gone = make_entry("urn:test:gone", removed_at=WHEN, published_at=WHEN + timedelta(days=300))
    assert not {"urn:test:hidden", "urn:test:gone"} & set(guids(NewsFilter()))
    assert queries.survey(NewsFilter()).total == 22
    assert not {hidden.id, gone.id} & {entry.id for entry in queries.newest_entries(3)}
    assert queries.list_pinned() == []
    assert queries.find_story(hidden.id) is None
    assert queries.find_story(gone.id, with_hidden=True) is None
    assert queries.find_story(2**31) is None
    assert guids(NewsFilter(with_hidden=True))[0] == "urn:test:hidden"
    assert queries.survey(NewsFilter(with_hidden=True)).total == 23


def test_counts_are_the_totals_one_gets(session: Any) -> None:
    make_entry("a:1", source="a", url_key="one", principle_codes=["GP9.1", "GP2"], city_slugs=["graz"], language="ko")
    make_entry("b:1", source="b", url_key="one", principle_codes=["GP2"], city_slugs=["gwangju"], language="en")
    make_entry("b:2", source="b", url_key="two", language=None)
    make_entry("c:2", source="c", url_key="two", hidden_at=WHEN)
    words: tuple[tuple[str, ...], ...] = ((), ("story",))
    for chosen, year, city, sought in product(("", "GP2", "GP9.1"), (None, 2014, 2026), ("", "graz"), words):
        narrowed = NewsFilter(chosen, year, city=city, words=sought)
        found = queries.survey(narrowed)
        assert found.total == len(guids(narrowed))
        for name, counts in found.facets.items():
            for value, number in counts.items():
                values = {"principle": chosen, "year": year, "city": city, "words": sought} | {name: value}
                assert len(guids(NewsFilter(**values))) == number, (narrowed, name, value)
    everything = queries.survey(NewsFilter())
    assert sum(everything.facets["year"].values()) == everything.total
    assert everything.facets["source"] == {"forum": 22, "a": 1, "b": 2}


def test_a_list_takes_the_same_few_statements_however_long_it_is(session: Any) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            told = queries.stories(queries.list_entries(NewsFilter(words=("story",)), 100))
            assert all(story.entry.source.title for story in told)
            queries.survey(NewsFilter())
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    make_entry("x:0", source="x", url_key="k0")
    few = statements()
    for number in range(1, 30):
        make_entry(f"x:{number}", source=f"x{number % 7}", url_key=f"k{number % 9}", body_html="<p>All of it.</p>")
    assert statements() == few


def test_editions_come_newest_first(session: Any) -> None:
    assert [edition.number for edition in queries.list_editions()] == list(range(16, 0, -1))


def test_city_names_leave_out_who_is_not_there(session: Any) -> None:
    assert queries.city_names(["gwangju", "atlantis"]).keys() == {"gwangju"}
    assert queries.city_names([]) == {}
