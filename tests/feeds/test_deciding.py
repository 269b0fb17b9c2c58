"""What organizers decide about stories: pin, hide, tie, take out, and what the log says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.core.chain import verify
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import LogEntry, LogPersonal, record, state_of
from hub.core.paths import SEEDS
from hub.feeds import queries, service
from hub.feeds.events import EntryStored
from hub.feeds.models import STORY, FeedEntry
from hub.feeds.parse import parse_feed
from hub.feeds.queries import NewsFilter
from hub.people.models import User
from hub.search import sources
from tests.feeds.factory import WHEN, make_entry

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
DECISIONS: list[Callable[..., Any]] = [
    service.pin_story, service.unpin_story, service.hide_story, service.show_story, service.take_story_out,
]  # fmt: skip


@pytest.fixture
def boss(session: Any) -> User:
    return person("boss@example.org", is_organizer=True, has_factor=True)


def person(email: str, **values: Any) -> User:
    with transaction():
        user = User(email=email, name="A person", password_hash="", created_at=NOW, **values)
        db.session.add(user)
    return user


def decide(
    verb: Callable[..., Any], number: int, *rest: Any, by: User, now: datetime = NOW, **more: Any
) -> list[LogEntry]:
    """Decide something and return what it left in the log."""
    last = db.session.scalar(select(LogEntry.position).order_by(LogEntry.position.desc()).limit(1)) or 0
    with transaction():
        verb(number, *rest, by=by, now=now, **more)
    return list(db.session.scalars(select(LogEntry).where(LogEntry.position > last).order_by(LogEntry.position)))


def changes_of(entry: LogEntry) -> Any:
    query = select(LogPersonal.content).where(LogPersonal.position == entry.position, LogPersonal.part == "changes")
    return db.session.scalar(query)


def test_three_stand_first_and_the_oldest_makes_room(boss: User) -> None:
    ids = [make_entry(f"urn:test:{number}").id for number in range(4)]
    for hours, number in enumerate(ids):
        left = decide(service.pin_story, number, by=boss, now=NOW + timedelta(hours=hours))
        assert [(each.kind, each.payload["entry_id"]) for each in left] == [("StoryPinned", number)]
    assert left[0].payload["unpinned_ids"] == [ids[0]]
    assert [entry.id for entry in queries.list_pinned()] == ids[:0:-1]
    assert decide(service.pin_story, ids[3], by=boss) == [], "it is pinned already"
    assert [each.kind for each in decide(service.unpin_story, ids[3], by=boss)] == ["StoryUnpinned"]
    assert decide(service.unpin_story, ids[3], by=boss) == []
    assert [entry.id for entry in queries.list_pinned()] == [ids[2], ids[1]]


def test_a_story_is_hidden_with_its_copies_and_shown_again(boss: User) -> None:
    first = make_entry("a:1", source="a", url_key="one", pinned_at=WHEN)
    other = make_entry("b:1", source="b", url_key="one")
    [entry] = decide(service.hide_story, first.id, by=boss)
    assert (entry.kind, entry.payload) == ("StoryHidden", {"entry_id": first.id, "copy_ids": [other.id]})
    assert changes_of(entry)["hidden_at"] == [None, NOW.isoformat()]
    assert queries.find_story(first.id) is queries.find_story(other.id) is None
    assert not {"a:1", "b:1"} & {story.entry.guid for story in queries.each_story(NewsFilter())}
    keys = sources.touched(entry.kind, entry.payload)
    assert keys == {f"news:{first.id}", f"news:{other.id}"}
    assert list(sources.load(keys)) == []
    with pytest.raises(Conflict), transaction():
        service.pin_story(first.id, by=boss, now=NOW)
    assert decide(service.hide_story, other.id, by=boss) == []
    [entry] = decide(service.show_story, other.id, by=boss)
    assert (entry.kind, entry.payload) == ("StoryShown", {"entry_id": other.id, "copy_ids": [first.id]})
    assert {document.id for document in sources.load(keys)} == {first.id, other.id}
    assert decide(service.show_story, first.id, by=boss) == []


def test_ties_by_hand_hold_for_all_copies_and_name_who_was_first(boss: User) -> None:
    first = make_entry("a:1", source="a", url_key="one", principle_codes=["GP9", "GP1.2"])
    other = make_entry("b:1", source="b", url_key="one")
    [entry] = decide(service.tie_story, first.id, ["GP4", "GP1.2", "GP4"], ["graz"], expected=1, by=boss)
    assert (entry.kind, entry.payload) == ("StoryTied", {"entry_id": first.id, "copy_ids": [other.id]})
    assert changes_of(entry)["principle_codes"] == [["GP9", "GP1.2"], ["GP4", "GP1.2"]]
    for each in (first, other):
        assert (each.principle_codes, each.city_slugs, each.is_tied_by_hand) == (["GP4", "GP1.2"], ["graz"], True)
    assert decide(service.tie_story, first.id, ["GP4", "GP1.2"], ["graz"], expected=2, by=boss) == []
    with pytest.raises(Conflict), transaction():
        service.tie_story(first.id, [], [], expected=1, by=boss, now=NOW)
    for codes, slugs, field in ((["GP99"], [], "principles"), ([], ["atlantis"], "cities")):
        with pytest.raises(Invalid) as refused, transaction():
            service.tie_story(first.id, codes, slugs, expected=2, by=boss, now=NOW)
        assert refused.value.field == field


def test_what_is_taken_out_leaves_only_its_names(boss: User) -> None:
    first = make_entry("a:1", source="a", url_key="one", body_html="<p>Secret text</p>", pinned_at=WHEN,
                       enclosures=[{"url": "https://example.org/secret.pdf", "type": "", "bytes": 1}])  # fmt: skip
    other = make_entry("b:1", source="b", url_key="one", title="Secret title")
    with transaction():
        record(EntryStored(other.id), by=None, now=NOW, changes={"title": ("Secret title", "A story")})
    told, gone = decide(service.take_story_out, first.id, by=boss)
    assert sorted((told.kind, gone.kind)) == ["PersonalValuesErased", "StoryTakenOut"]
    for each in (first, other):
        state = state_of(each, STORY)
        assert not any(state[name] for name in ("title", "summary_html", "body_html", "enclosures", "principle_codes"))
        assert (each.words, each.removed_at, each.pinned_at) == ("", NOW, None)
        assert each.guid
        assert each.url_key == "one"
    kept = db.session.scalars(select(LogPersonal).where(LogPersonal.part == "changes")).all()
    assert not any("Secret t" in str(each.content) for each in kept)
    assert not verify().problems
    assert db.session.scalar(select(FeedEntry.id).where(FeedEntry.id == first.id)) == first.id
    for verb in DECISIONS:
        with pytest.raises(NotFound), transaction():
            verb(first.id, by=boss, now=NOW)


def test_only_organizers_decide(boss: User) -> None:
    number = make_entry().id
    other = person("other@example.org")
    for verb in DECISIONS:
        with pytest.raises(Forbidden), transaction():
            verb(number, by=other, now=NOW)
    with pytest.raises(Forbidden), transaction():
        service.tie_story(number, [], [], expected=1, by=other, now=NOW)
    for missing in (0, 2**31, 2**70):
        with pytest.raises(NotFound), transaction():
            service.pin_story(missing, by=boss, now=NOW)


def test_the_hubs_own_files_bring_nothing_back(boss: User) -> None:
    news = parse_feed((SEEDS / "news" / "forum.atom").read_bytes())
    gone, tied = queries.list_entries(NewsFilter(source="forum"), 2)
    decide(service.take_story_out, gone.id, by=boss)
    decide(service.tie_story, tied.id, ["GP7"], [], expected=1, by=boss)
    with transaction():
        gone.seed_digest = tied.seed_digest = "as it was before the file was changed"
        loaded = service.load_forum_feed(news, NOW)
    assert (loaded.same, loaded.changed, loaded.added) == (21, 1, 0)
    assert (gone.title, tied.principle_codes) == ("", ["GP7"])
