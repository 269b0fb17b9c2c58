"""Following a log: in batches, from where it stopped, and anew when it must."""

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from hub.core.errors import Conflict
from hub.search.documents import SearchDocument
from hub.search.follow import Entry, Followed, Source, follow, rebuild, rebuild_from
from hub.search.index import folder as disk
from hub.search.index.store import Index
from hub.search.index.view import Place
from tests.search.samples import case, found

pytestmark = pytest.mark.alone


class Hub:
    """Rows and a log in memory, and what was asked of them."""

    def __init__(self, name: str = "log-a") -> None:
        self.name = name
        self.rows: dict[int, str] = {}
        self.log: list[Entry] = []
        self.loaded: list[set[str]] = []
        self.rebuilt = 0

    def put(self, number: int, title: str | None) -> None:
        """Change or (None) remove a case, and say so in the log."""
        if title is None:
            self.rows.pop(number, None)
        else:
            self.rows[number] = title
        self.log.append((len(self.log) + 1, "CaseRevised", {"case_id": number}))

    def note(self) -> None:
        """Something happened that no search is about."""
        self.log.append((len(self.log) + 1, "SignedIn", {}))

    def load(self, keys: Collection[str]) -> list[SearchDocument]:
        self.loaded.append(set(keys))
        return [case(number, title) for number, title in self.rows.items() if f"case:{number}" in keys]

    def everything(self) -> list[SearchDocument]:
        self.rebuilt += 1
        return [case(number, title) for number, title in self.rows.items()]

    def touched(self, kind: str, payload: Any) -> set[str]:
        return {f"case:{payload['case_id']}"} if kind == "CaseRevised" else set()

    def source(self, batch: int = 3) -> Source:
        return Source(
            log_name=lambda: self.name,
            head=lambda: len(self.log),
            entries_after=lambda position: self.log[position : position + batch],
            touched=self.touched,
            load=self.load,
            everything=self.everything,
        )


@pytest.fixture
def hub() -> Hub:
    hub = Hub()
    hub.put(1, "water")
    hub.put(2, "harbour")
    return hub


def test_a_missing_index_is_made_and_then_followed(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    assert follow(index, hub.source()) == Followed(2, rebuilt=True)
    assert found(index, "water") == {1}
    hub.put(1, "street")
    hub.put(3, "school")
    hub.put(2, None)
    hub.note()
    hub.put(3, "charter")
    assert follow(index, hub.source()) == Followed(7, written=3, removed=1)
    assert index.place() == Place("log-a", 7)
    assert found(index, "street OR charter OR harbour OR water OR school") == {1, 3}
    assert follow(index, hub.source()) == Followed(7)
    assert hub.rebuilt == 1
    index.close()


def test_a_key_named_twice_in_a_batch_is_loaded_once(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())
    for turn in range(5):
        hub.put(1, f"turn {turn}")
    follow(index, hub.source(batch=100))
    assert hub.loaded == [{"case:1"}]
    assert index.search().total == 2
    index.close()


def test_entries_that_touch_nothing_move_the_place(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())
    hub.note()
    assert follow(index, hub.source()) == Followed(3)
    assert index.place() == Place("log-a", 3)
    assert hub.loaded == []
    index.close()


def test_another_log_means_a_new_index(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())
    hub.name, hub.rows = "log-b", {7: "council"}
    assert follow(index, hub.source()).rebuilt
    assert index.place() == Place("log-b", 2)
    assert index.search().keys == ("case:7",)


def test_a_log_shorter_than_the_index_knows_means_a_new_index(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())
    hub.log.pop()
    assert follow(index, hub.source()) == Followed(1, rebuilt=True)


def test_an_index_with_more_dead_than_alive_is_made_anew(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    hub.rows = dict.fromkeys(range(2500), "water")
    follow(index, hub.source())
    for number in range(2200):
        hub.put(number, None)
    first = follow(index, hub.source(batch=5000))
    assert first == Followed(2202, removed=2200)
    assert index.health().is_bloated
    assert follow(index, hub.source()).rebuilt
    assert index.health().deleted == 0
    assert index.search().total == 300
    index.close()


def test_what_happens_during_a_rebuild_is_followed_afterwards(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    source = hub.source()

    def everything() -> list[SearchDocument]:
        before = hub.everything()
        hub.put(9, "council")
        return before

    during = Source(source.log_name, source.head, source.entries_after, source.touched, source.load, everything)
    assert follow(index, during) == Followed(3, written=1, rebuilt=True)
    assert found(index, "council") == {9}
    index.close()


def test_a_rebuild_swaps_while_others_read_and_write(tmp_path: Path, hub: Hub) -> None:
    index, reader = Index.open(tmp_path), Index.open(tmp_path)
    follow(index, hub.source())
    hub.put(3, "school")
    follow(index, hub.source())
    assert reader.search().total == 3
    hub.rows[4] = "charter"
    assert rebuild_from(tmp_path, hub.source()) == 4
    assert reader.search().total == 4
    hub.put(5, "street")
    assert follow(index, hub.source()) == Followed(4, written=1)
    assert reader.search().total == 5
    index.close()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [disk.current(tmp_path).name]  # type: ignore[union-attr]


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_rubbish(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())

    def broken() -> Any:
        yield case(1)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        rebuild(tmp_path, broken(), 9, "log-a")
    assert index.place() == Place("log-a", 2)
    assert index.search().total == 2
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_only_one_rebuild_at_a_time(tmp_path: Path, hub: Hub) -> None:
    with disk.held(tmp_path / "rebuild.lock"), pytest.raises(Conflict):
        rebuild_from(tmp_path, hub.source())


def test_what_a_killed_rebuild_left_is_swept_by_the_next(tmp_path: Path, hub: Hub) -> None:
    left = disk.new_version(tmp_path)
    (left / "half.idx").write_bytes(b"...")
    rebuild_from(tmp_path, hub.source())
    assert not left.exists()


def test_an_index_made_by_other_code_counts_as_none(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    follow(index, hub.source())
    old = tmp_path / "v0-old"
    disk.current(tmp_path).rename(old)  # type: ignore[union-attr]
    (tmp_path / "current").write_text("v0-old", encoding="utf-8")
    assert index.place() is None
    assert follow(index, hub.source()).rebuilt
    assert not old.exists()


def test_so_much_at_once_is_quicker_made_anew(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.search.follow.MOST_AT_ONCE", 3)
    index = Index.open(tmp_path)
    follow(index, hub.source())
    for number in range(10, 16):
        hub.put(number, "council")
    assert follow(index, hub.source(batch=100)) == Followed(8, rebuilt=True)
    assert hub.loaded == []
    assert found(index, "council") == set(range(10, 16))
    hub.put(1, "tram")
    assert follow(index, hub.source(batch=100)) == Followed(9, written=1)
    index.close()


def test_a_writer_whose_folder_was_deleted_is_the_writer_of_the_new_one(tmp_path: Path, hub: Hub) -> None:
    folder = tmp_path / "search"
    index = Index.open(folder)
    follow(index, hub.source())
    hub.put(3, "school")
    follow(index, hub.source())
    shutil.rmtree(folder)
    assert follow(index, hub.source()).rebuilt
    hub.put(4, "tram")
    assert follow(index, hub.source()) == Followed(4, written=1)
    other = Index.open(folder)
    with pytest.raises(Conflict):
        other.write([], [], 4, "log-a")
    index.close()


def test_whatever_stands_where_the_pointer_or_a_version_should_be_is_no_hindrance(tmp_path: Path, hub: Hub) -> None:
    index = Index.open(tmp_path)
    (tmp_path / "current").mkdir()
    (tmp_path / "v1-left").write_text("no folder", encoding="utf-8")
    assert follow(index, hub.source()).rebuilt
    (disk.current(tmp_path) / "meta.json").write_bytes(b"{garbage")  # type: ignore[operator]
    assert follow(index, hub.source()).rebuilt
    (tmp_path / "current").write_bytes(b"\xff\xfe../..")
    assert follow(index, hub.source()).rebuilt
    assert found(index, "water") == {1}
    index.close()
