"""Which story is which: names that change with a site, are given twice, are missing, or come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.core.db import transaction
from hub.core.log import LogEntry, LogPersonal, head_position
from hub.feeds.service.syncs import Stored
from tests.feeds.checks import NOW, Clock, checked, entries, new_source
from tests.feeds.site import Site, item, rss

LINK = "https://site.example/{}"


def bare(*titles: str) -> bytes:
    """A feed whose stories have neither id nor link nor date."""
    items = (f"<item><title>{title}</title><description>About {title}</description></item>" for title in titles)
    return rss(*items)


def log_after(session: Any, head: int) -> list[tuple[str, dict[str, Any]]]:
    """The kinds of the entries after a number, each with what changed."""
    query = select(LogEntry).where(LogEntry.position > head).order_by(LogEntry.position)
    found = []
    for entry in session.scalars(query):
        part = session.get(LogPersonal, (entry.position, "changes"))
        found.append((entry.kind, dict(part.content) if part else {}))
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("https://old.example/?p=1", LINK.format(1)), ("https://new.example/?p=1", LINK.format(1))),
        (("http://f.example/s", "http://f.example/s"), ("https://f.example/s", "https://f.example/s")),
        (
            ("https://old.example/s/1", "https://old.example/s/1"),
            ("https://new.example/s/1", "https://new.example/s/1"),
        ),
    ],
)
def test_a_site_that_moves_doubles_nothing(
    session: Any, site: Site, before: tuple[str, str], after: tuple[str, str]
) -> None:
    site.feed(item(before[0], title="Same story", link=before[1]), item("urn:b:2"))
    source_id = new_source(site)
    checked(site, source_id)
    head, later = head_position(), Clock()
    later.moment += timedelta(hours=2)
    site.feed(item(after[0], title="Same story", link=after[1]), item("urn:b:2"))
    assert checked(site, source_id, later) == Stored("unchanged")
    first, _second = entries(source_id)
    assert (first.guid, first.url, first.edited_at, first.updated_at) == (*after, None, first.published_at)
    [(kind, changes)] = log_after(session, head)  # kept pages follow: the link is another
    assert kind == "EntryStored"
    assert changes["guid"] == [before[0], after[0]]
    assert set(changes) <= {"guid", "url"}
    site.feed(item(after[0], title="Same story, more of it", link=after[1]), item("urn:b:2"))
    assert checked(site, source_id, later) == Stored("stored", changed=1)
    assert entries(source_id)[0].edited_at == later()
    head = head_position()
    assert checked(site, source_id, later) == Stored("unchanged")
    assert head_position() == head


def test_the_same_path_elsewhere_is_not_enough(session: Any, site: Site) -> None:
    site.feed(item("https://one.example/?p=1", title="One", link=LINK.format(1)))
    source_id = new_source(site)
    checked(site, source_id)
    site.feed(item("https://two.example/?p=1", title="Two", link=LINK.format(2)))
    assert checked(site, source_id) == Stored("stored", added=1)
    site.feed(item("https://one.example/?p=1", title="One", link=LINK.format(1)),
              item("https://two.example/?p=1", title="Two", link=LINK.format(2)))  # fmt: skip
    assert checked(site, source_id) == Stored("unchanged")
    site.feed(item("https://three.example/?p=1", title="One", link=LINK.format(3)))  # two of that name: which one?
    assert checked(site, source_id) == Stored("stored", added=1)


def test_two_of_one_document_are_two(session: Any, site: Site) -> None:
    both = item("http://f.example/s", title="S", link=LINK.format(1)), item("https://f.example/s", title="S")
    site.feed(both[0])
    source_id = new_source(site)
    checked(site, source_id)
    site.feed(*both)
    assert checked(site, source_id) == Stored("stored", added=1)
    site.feed(*reversed(both))
    assert checked(site, source_id) == Stored("unchanged")


def test_one_id_for_all_keeps_every_story_also_when_they_roll(session: Any, site: Site) -> None:
    def told(*names: str) -> None:
        site.feed(*(item("urn:same:1", title=name, link=LINK.format(name)) for name in names))

    told("a", "b", "c")
    source_id = new_source(site)
    assert checked(site, source_id).added == 3
    ids = {entry.title: entry.id for entry in entries(source_id)}
    told("d", "a", "b")
    assert checked(site, source_id) == Stored("stored", added=1)
    told("b", "d")
    assert checked(site, source_id) == Stored("unchanged")
    told("b")
    assert checked(site, source_id) == Stored("unchanged")
    told("e", "d", "b", "a")
    assert checked(site, source_id) == Stored("stored", added=1)
    assert {entry.title: entry.id for entry in entries(source_id)} == ids | {
        entry.title: entry.id for entry in entries(source_id) if entry.title in "de"
    }
    assert [entry.title for entry in entries(source_id)] == ["a", "b", "c", "d", "e"]


def test_ids_made_anew_each_time_double_nothing(session: Any, site: Site) -> None:
    site.feed(item("urn:x:1", title="A", link=LINK.format("a")), item("urn:x:2", title="B", link=LINK.format("b")))
    source_id = new_source(site)
    checked(site, source_id)
    site.feed(item("urn:y:1", title="B", link=LINK.format("b")), item("urn:y:2", title="A", link=LINK.format("a")))
    assert checked(site, source_id) == Stored("unchanged")
    assert [entry.guid for entry in entries(source_id)] == ["urn:y:2", "urn:y:1"]


def test_names_may_pass_from_one_story_to_another(session: Any, site: Site) -> None:
    site.feed(item("urn:n:1", title="A", link=LINK.format("a")), item("urn:n:2", title="B", link=LINK.format("b")))
    source_id = new_source(site)
    checked(site, source_id)
    site.feed(item("urn:n:1", title="B", link=LINK.format("b")), item("urn:n:2", title="A", link=LINK.format("a")))
    assert checked(site, source_id) == Stored("unchanged")
    assert {entry.title: entry.guid for entry in entries(source_id)} == {"A": "urn:n:2", "B": "urn:n:1"}


def test_stories_without_ids_may_change_places(session: Any, site: Site) -> None:
    site.put("/feed", bare("T1", "T2", "T3"))
    source_id = new_source(site)
    assert checked(site, source_id).added == 3
    site.put("/feed", bare("T4", "T3", "T1", "T2"))
    assert checked(site, source_id) == Stored("stored", added=1)


def test_what_was_taken_out_stays_away_and_what_is_hidden_stays_hidden(session: Any, site: Site) -> None:
    site.feed(item("https://old.example/?p=1", title="Gone"), item("https://old.example/?p=2", title="Hidden"))
    source_id = new_source(site)
    checked(site, source_id)
    gone, hidden = entries(source_id)
    with transaction():
        gone = session.merge(gone)
        gone.title = gone.url = gone.summary_html = gone.words = ""
        gone.url_key, gone.removed_at = None, NOW
        session.merge(hidden).hidden_at = NOW
    for host in ("old", "new"):  # under its own name, then under one that the site's move gave it
        site.feed(item(f"https://{host}.example/?p=1", title=f"Gone, on {host}"),
                  item(f"https://{host}.example/?p=2", title="Hidden", text=f"As {host} says"))  # fmt: skip
        assert checked(site, source_id) == Stored("stored", changed=1)
    gone, hidden = entries(source_id)
    assert (gone.title, gone.url, gone.removed_at) == ("", "", NOW)
    assert (hidden.hidden_at, hidden.summary_html) == (NOW, "As new says")


def test_what_was_decided_holds_for_copies_that_come_later(session: Any, site: Site) -> None:
    told = [
        item(f"urn:a:{name}", title=name, link=f"https://site.example/{name}".removesuffix("home"))
        for name in ("gone", "hidden", "home", "shown")
    ]
    site.feed(*told)
    first = new_source(site)
    checked(site, first)
    with transaction():
        for entry in entries(first):
            if entry.title in ("gone", "home"):
                session.merge(entry).removed_at = NOW
            elif entry.title == "hidden":
                session.merge(entry).hidden_at = NOW
    site.feed(*(each.replace("urn:a", "urn:b") for each in told), path="/other")
    second = new_source(site, "/other", "Other news")
    for added in (3, 0):
        assert checked(site, second).added == added
        site.feed(*(each.replace("urn:a", "urn:b") for each in reversed(told)), path="/other")
    assert [(entry.title, entry.hidden_at) for entry in entries(second)] == [
        ("hidden", NOW), ("home", None), ("shown", None)
    ]  # fmt: skip


def test_ties_made_by_hand_and_first_dates_outlast_edits(session: Any, site: Site) -> None:
    site.feed(item("urn:a:1", date=""), item("urn:a:2"))
    source_id = new_source(site, principle_codes=("GP1",))
    checked(site, source_id)
    with transaction():
        first = session.merge(entries(source_id)[0])
        first.principle_codes, first.is_tied_by_hand = ["GP2"], True
    later = Clock()
    later.moment += timedelta(days=3)
    today = "Tue, 24 Nov 2026 12:00:00 GMT"  # some sites date every story anew each time
    site.feed(item("urn:a:1", title="New title", date=today), item("urn:a:2", date=today))
    assert checked(site, source_id, later) == Stored("stored", changed=1)
    first, second = entries(source_id)
    assert (first.principle_codes, first.published_at, first.first_seen_at) == (["GP2"], NOW, NOW)
    assert second.published_at.year == 2025
    site.feed(item("urn:a:1", title="New title", date="Sat, 21 Nov 2026 12:00:00 GMT"))
    assert checked(site, source_id, later) == Stored("stored", changed=1)
    assert entries(source_id)[0].published_at == NOW - timedelta(days=1)
