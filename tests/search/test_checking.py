"""Comparing an index with what it should hold, contents too, and mending it, whoever writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.errors import Unavailable
from hub.search.checking import Differences, compare, repair
from hub.search.digest import digest_of
from hub.search.documents import SearchDocument, Translation
from hub.search.follow import Source, follow
from hub.search.index import folder as disk
from hub.search.index.store import Index
from tests.search.samples import case, found, random_cases

KNOWN = 7106098899018679363

pytestmark = pytest.mark.alone


class Rows:
    """Documents and a log in memory."""

    def __init__(self) -> None:
        self.documents = {given.key: given for given in random_cases(5, 40)}
        self.documents["city:3"] = SearchDocument("city", 3, "en", "Gwangju")
        self.head = 7

    def source(self) -> Source:
        return Source(
            log_name=lambda: "log",
            head=lambda: self.head,
            entries_after=lambda position: [(self.head, "Noted", {})] if position < self.head else [],
            touched=lambda kind, payload: set(),
            load=lambda keys: [self.documents[key] for key in keys if key in self.documents],
            everything=lambda: list(self.documents.values()),
            count=lambda: len(self.documents),
        )


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def index(tmp_path: Path, rows: Rows) -> Iterator[Index]:
    index = Index.open(tmp_path)
    follow(index, rows.source())
    index.close()
    yield index
    index.close()


def never(_: float) -> None:
    raise AssertionError("nothing was to be waited for")


def test_an_index_that_says_the_same_does_not_differ(index: Index, rows: Rows) -> None:
    told: list[tuple[int, int]] = []
    assert compare(index, rows.source(), lambda done, total: told.append((done, total)), never) == Differences()
    assert told[-1] == (41, 41)
    assert Differences().lines() == []


def test_every_kind_of_difference_is_named_and_mended(index: Index, rows: Rows) -> None:
    rows.documents["case:99"] = case(99, "Late harbour")
    del rows.documents["city:3"]
    rows.documents["case:1"] = replace(rows.documents["case:1"], facets={"country": ("XX",)})
    rows.documents["case:2"] = replace(rows.documents["case:2"], title="A ferry")
    differs = compare(index, rows.source(), sleep=never)
    assert differs == Differences(missing=("case:99",), left=("city:3",), changed=("case:1", "case:2"))
    assert differs.lines() == [
        "case: 1 not in the index: 99", "city: 1 no longer in the database: 3", "case: 2 not as in the database: 1, 2",
    ]  # fmt: skip
    assert repair(index, rows.source(), differs.keys, never)
    assert compare(index, rows.source(), sleep=never) == Differences()
    assert found(index, "ferry") == {2}
    assert index.search(kinds=("city",)).total == 0


def test_a_document_that_stands_there_twice_differs(index: Index, rows: Rows) -> None:
    """As an index written by two at once would have it."""
    with doubled():
        index.write([replace(rows.documents["case:5"], title="Twice")], [], 7, "log")
    index.close()
    assert compare(index, rows.source(), sleep=never).changed == ("case:5",)
    repair(index, rows.source(), ["case:5"], never)
    assert compare(index, rows.source(), sleep=never) == Differences()
    assert index.search().total == 41


@contextmanager
def doubled() -> Iterator[None]:
    """Let a writer forget to take the old document away."""
    from hub.search.index import writer

    original = writer.Writer.write

    def write(self: writer.Writer, documents: object, deleted: object, position: int, log_name: str) -> None:
        ready = self._ready()
        for given in documents:  # type: ignore[attr-defined]
            ready.add_document(writer.document(given))
        original(self, [], [], position, log_name)

    writer.Writer.write = write  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        writer.Writer.write = original  # type: ignore[method-assign]


def test_what_changes_while_it_is_compared_is_no_difference(index: Index, rows: Rows) -> None:
    source = rows.source()

    def everything() -> Iterator[SearchDocument]:
        yield from list(rows.documents.values())
        rows.documents["case:50"] = fresh
        yield fresh
        rows.head += 1
        index.write([fresh], [], rows.head, "log")

    fresh = case(50, "Just now")
    assert compare(index, replace(source, everything=everything), sleep=never) == Differences()


def test_an_index_that_nobody_moves_on_is_behind(index: Index, rows: Rows) -> None:
    rows.head += 3
    waited: list[float] = []
    behind = compare(index, rows.source(), sleep=waited.append)
    assert behind == Differences(behind=3)
    assert 10 < sum(waited) < 60
    assert "3 entries of the log behind" in behind.lines()[0]
    repair(index, rows.source(), [], never)
    assert compare(index, rows.source(), sleep=never) == Differences()


def test_without_an_index_there_is_nothing_to_compare(tmp_path: Path, rows: Rows) -> None:
    with pytest.raises(Unavailable):
        compare(Index.open(tmp_path / "none"), rows.source(), sleep=never)


def test_another_writer_is_asked_and_does_it(index: Index, rows: Rows) -> None:
    rows.documents["case:1"] = replace(rows.documents["case:1"], title="A ferry")
    other = Index.open(index.folder)
    follow(other, rows.source())
    other.write([], [], 7, "log")  # from now on it is the one writer
    asked: list[Collection[str] | None] = []

    def answer(_: float) -> None:
        asked.append(disk.asked_repair(index.folder))
        follow(other, rows.source())

    assert repair(index, rows.source(), ["case:1"], answer)
    assert asked == [{"case:1"}]
    assert found(index, "ferry") == {1}
    assert not repair(index, rows.source(), ["case:1"], lambda _: None)  # it does not answer
    assert disk.asked_repair(index.folder) is None  # and need not any more
    other.close()


def test_a_request_that_makes_no_sense_is_taken_away(index: Index, rows: Rows) -> None:
    asked = b"\xff\x00case:1\ncase:x\n../case:3\nghost:4\nplace\ncase:99999999999999999999\n"
    (index.folder / "repair").write_bytes(asked)
    assert disk.asked_repair(index.folder) == {"ghost:4"}
    follow(index, rows.source())
    assert disk.asked_repair(index.folder) is None
    assert compare(index, rows.source(), sleep=never) == Differences()


def test_the_digest_changes_with_everything_that_is_searched_counted_or_shown() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    whole = case(
        1, "Title", "Body", summary="Summary", facets={"city": ("graz",), "type": ("a", "b")}, year=2020,
        published_at=at, confirmed_at=at, translations=(Translation("ko", "제목"),),
    )  # fmt: skip
    others = [
        replace(whole, **{name: value})
        for name, value in {
            "kind": "city", "id": 2, "language": "fr", "title": "Other", "summary": "Other", "body": "Other",
            "facets": {"city": ("graz",), "type": ("a",)}, "year": None, "published_at": at + timedelta(seconds=1),
            "confirmed_at": None, "translations": (),
        }.items()
    ]  # fmt: skip
    assert len({digest_of(given) for given in (whole, *others)}) == len(others) + 1
    assert digest_of(replace(whole, facets={"type": ("b", "a"), "city": ("graz",), "group": ()})) == digest_of(whole)
    assert digest_of(case(1, "\ud800 broken")) < 2**63
    assert digest_of(case(1, "Title", "Body")) == KNOWN  # the same in every process and on every computer
