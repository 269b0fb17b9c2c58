"""Files that went, were cut short or overwritten: the index says so, never breaks, and is made anew by its follower."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.core.errors import Unavailable
from hub.search.facets import FACET_NAMES
from hub.search.follow import follow
from hub.search.index import folder as disk
from hub.search.index import reader
from hub.search.index.store import Index
from tests.search.samples import case, found, index_of
from tests.search.test_follow import Hub

pytestmark = pytest.mark.alone


def files(version: Path) -> list[Path]:
    """The files that hold the index, beside those that say which they are."""
    found = [path for path in version.iterdir() if path.name.count(".") == 1 and path.name != "meta.json"]
    assert len(found) > 5
    return found


def each(change: Callable[[Path], None]) -> Callable[[Path, Path], None]:
    """Let a change happen to every file of the current version."""

    def changed(_folder: Path, version: Path) -> None:
        # The engine looks at files once more in a thread of its own after opening them: cut short then, it ends us.
        time.sleep(0.4)
        for path in files(version):
            change(path)

    return changed


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))


DAMAGES: dict[str, Callable[[Path, Path], None]] = {
    "emptied": each(lambda path: os.truncate(path, 0)),
    "cut short": each(lambda path: os.truncate(path, path.stat().st_size // 2)),
    "overwritten": each(overwrite),
    "gone": each(Path.unlink),
    "meta.json is garbage": lambda _, version: (version / "meta.json").write_bytes(b"\xff{]"),
    "meta.json is empty": lambda _, version: (version / "meta.json").write_bytes(b""),
    "meta.json is gone": lambda _, version: (version / "meta.json").unlink(),
    "meta.json is a folder": lambda _, version: as_folder(version / "meta.json"),
    "the pointer leads nowhere": lambda folder, _: (folder / "current").write_text(f"{disk._PREFIX}nowhere"),
    "the pointer is garbage": lambda folder, _: (folder / "current").write_bytes(b"\x00\xff\xfe../../etc"),
    "the pointer is gone": lambda folder, _: (folder / "current").unlink(),
    "the pointer is a folder": lambda folder, _: as_folder(folder / "current"),
    "the version is gone": lambda _, version: shutil.rmtree(version),
    "everything is gone": lambda folder, _: shutil.rmtree(folder),
}


def as_folder(path: Path) -> None:
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("how", DAMAGES)
def test_damage_is_noticed_by_whoever_reads_and_mended_by_the_follower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(reader, "LOOK_SECONDS", 0.0)
    folder = tmp_path / "index"
    hub = Hub()
    for number in range(1, 120):
        hub.put(number, "water" if number % 2 else "harbour")
    keeper, page, other = Index.open(folder), Index.open(folder), Index.open(folder)
    follow(keeper, hub.source())
    assert [len(found(each, "water")) for each in (keeper, page)] == [60, 60]
    version = disk.current(folder)
    assert version is not None

    DAMAGES[how](folder, version)

    for index in (page, other):  # one that has it open and one that opens it now
        with pytest.raises(Unavailable):
            index.search(None, facets=FACET_NAMES, limit=200)
    hub.put(200, "water")
    for _ in range(3):  # what was half written when it went may cost a turn
        try:
            follow(keeper, hub.source())
        except (Unavailable, OSError):
            continue
    for index in (page, other, keeper, Index.open(folder)):
        assert len(found(index, "water")) == 61
    hub.put(200, None)
    follow(keeper, hub.source())
    assert len(found(page, "water")) == 60
    keeper.close()


def test_a_folder_that_may_not_be_read_is_no_index(tmp_path: Path) -> None:
    file = tmp_path / "a-file"
    file.write_text("no folder")
    for folder in (file, file / "below"):
        index = Index.open(folder)
        assert index.place() is None
        with pytest.raises(Unavailable):
            index.search()


def test_other_mistakes_are_not_taken_for_damage(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(1)])
    with pytest.raises(TypeError):
        index.search(limit="many")  # type: ignore[arg-type]
    assert index.search().total == 1
