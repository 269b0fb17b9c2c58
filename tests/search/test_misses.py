"""What people searched in vain: counted, kept apart from people, forgotten on time, shown to organizers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.jobs import run_due
from hub.core.log import head_position
from hub.search import misses
from hub.search.jobs import JOBS, RETENTION
from hub.search.misses import Miss, Waiting, comparable, count_misses, forget_old, keep, list_misses
from hub.search.models import LONGEST_WORDS, SearchMiss
from hub.search.noting import waiting_of
from hub.worker import setting_of
from tests.people.accounts import sign_in

TODAY = date(2026, 11, 23)


def test_words_are_compared_folded_and_what_may_be_personal_is_not_kept() -> None:
    assert comparable("  Droit à l’EAU \t potable ") == comparable("droit a l’eau potable") == "droit a l’eau potable"
    assert comparable("인권 도시") == "인권 도시"
    assert comparable("plans of 2015 2020") == "plans of 2015 2020"
    for personal in (
        "someone@example.org", "Kim ＠ office", "case 123456", "call 062-613-1234", "062 613 12 34", "(062)6131234",
        "٠١٢٣٤٥", "word " * 41, "",
    ):  # fmt: skip
        assert comparable(personal) == ""
    assert comparable("a" * LONGEST_WORDS) == "a" * LONGEST_WORDS
    assert comparable("ß" * LONGEST_WORDS) == ""  # longer once folded


def waiting(client: FlaskClient) -> dict[str, int]:
    """What this process has counted and not written yet; forgotten with this."""
    written: list[Any] = []
    held = waiting_of(client.application)
    write, held._write = held._write, written.append
    held.flush()
    held._write = write
    return {words: times for counted in written for (words, _), times in counted.items()}


def test_only_the_first_page_of_a_search_that_finds_nothing_counts(client: FlaskClient) -> None:
    waiting(client)
    for path in (
        "/cases/?q=Zzqqxx", "/cases/?q=zzqqxx&country=KR", "/search?q=ZZQQXX", "/search?q=nobody@example.org",
        "/cases/?q=zzqqxx&page=2", "/cases/?country=ZZ", "/cases/?q=housing", "/search?q=Gwangju", "/search", "/cases/",
        "/cases.json?q=zzqqxx", "/cases.atom?q=zzqqxx", "/cases.csv?q=zzqqxx",
    ):  # fmt: skip
        assert client.get(path).status_code == 200
    assert waiting(client) == {"zzqqxx": 3}


def test_counts_add_up_by_day_and_leave_no_trace_in_the_log(session: Any) -> None:
    head = head_position()
    assert keep({("tram", TODAY): 2, ("bus", TODAY): 1}) == 2
    assert keep({("tram", TODAY): 1, ("tram", TODAY - timedelta(days=1)): 4}) == 2
    assert list_misses(TODAY) == [Miss("tram", 7, TODAY), Miss("bus", 1, TODAY)]
    assert list_misses(TODAY, limit=1) == [Miss("tram", 7, TODAY)]
    assert count_misses(TODAY) == (2, 8)
    assert head_position() == head


def test_one_day_holds_only_so_many_words(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "MOST_A_DAY", 3)
    assert keep({(word, TODAY): 1 for word in "abcde"}) == 3
    assert keep({("a", TODAY): 1, ("f", TODAY): 1}) == 1
    assert {each.words: each.times for each in list_misses(TODAY)} == {"a": 2, "b": 1, "c": 1}


def test_what_is_older_than_90_days_is_neither_shown_nor_kept(app: Flask, session: Any) -> None:
    old = TODAY - misses.KEPT
    keep({("old", old): 5, ("young", old + timedelta(days=1)): 1})
    assert [each.words for each in list_misses(TODAY)] == ["young"]
    with clock.frozen_at(datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)):
        run_due(JOBS, setting_of(app.config["HUB"], "a worker"))
    assert session.scalars(select(SearchMiss.words)).all() == ["young"]
    assert forget_old(TODAY) == 0
    assert [kept.lasts for kept in RETENTION] == [misses.KEPT]


def test_misses_wait_in_memory_are_written_once_and_never_fill_it() -> None:
    written: list[dict[Any, int]] = []
    held = Waiting(lambda counted: written.append(dict(counted)))
    for number in range(1000):
        held.note(f"word {number}", TODAY, flushes=False)
    held.note("word 1", TODAY, flushes=False)
    held.flush()
    held.flush()
    [counted] = written
    assert len(counted) == 2 * misses.MOST_WAITING
    assert counted["word 1", TODAY] == 2


def test_they_are_written_by_themselves_in_time_and_sooner_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    done = threading.Event()

    def write(counted: Any) -> None:
        written.append(len(counted))
        done.set()

    def within(seconds: float, note: Callable[[Waiting], None]) -> None:
        monkeypatch.setattr(misses, "WAIT_SECONDS", seconds)
        done.clear()
        note(Waiting(write))
        assert done.wait(30)

    within(0.01, lambda held: held.note("tram", TODAY))
    assert written == [1]
    within(3600, lambda held: [held.note(f"word {number}", TODAY) for number in range(misses.MOST_WAITING)] and None)
    assert written == [1, misses.MOST_WAITING]


def test_a_busy_record_costs_the_counts_and_nothing_else(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Any) -> int:
        raise Unavailable("The record is busy.")

    monkeypatch.setattr("hub.search.noting.keep", busy)
    assert client.get("/cases/?q=zzqqxx").status_code == 200
    waiting_of(client.application).flush()
    assert waiting(client) == {}


def test_several_threads_and_a_writer_at_once_lose_no_count(busy_app: Flask) -> None:
    wrong: list[BaseException] = []

    def count() -> None:
        try:
            with busy_app.app_context():
                for _ in range(5):
                    keep({("tram", TODAY): 1, ("bus", TODAY): 1})
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert count_misses(TODAY) == (2, 40)
    waiting_of(busy_app).note("ferry", TODAY, flushes=False)
    waiting_of(busy_app).flush()
    db.session.rollback()
    assert count_misses(TODAY) == (3, 41)


def test_organizers_see_them_and_how_the_index_is(client: FlaskClient) -> None:
    today = clock.now().date()
    with client.application.app_context(), transaction():
        db.session.add(SearchMiss(words="tramways & buses", day=today, times=3))
        db.session.add(SearchMiss(words="=cmd()", day=today - timedelta(days=3), times=1))
    assert client.get("/organizers/search").status_code in (302, 303, 401, 403)
    sign_in(client, "organizer@example.org", is_organizer=True)
    page = client.get("/organizers/search")
    assert page.status_code == 200
    for part in (
        "tramways &amp; buses", 'href="/search?q=tramways+%26+buses"', "4 searches in vain.", "Documents", "MB",
        "At entry", "Made anew", 'href="/organizers/search" aria-current="page"',
    ):  # fmt: skip
        assert part in page.text
    assert "<b>4</b> searches in vain" in client.get("/organizers").text
    table = client.get("/organizers/search.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert f"tramways & buses,3,{today.isoformat()}" in table.text
    assert "'=cmd()" in table.text


def test_without_any_the_page_says_so(client: FlaskClient) -> None:
    sign_in(client, "organizer@example.org", is_organizer=True)
    assert "Nobody searched in vain." in client.get("/organizers/search").text
