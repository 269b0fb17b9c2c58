"""Search under load, under `kill -9`, and while somebody takes the index away: right counts, no error, whole again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from hub.cases.events import CaseArchived, CasePublished
from hub.cases.models import ARCHIVED, DRAFT, PUBLISHED, CaseStudy, CaseTag
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record
from hub.search.index import folder as disk
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until, wait_until_settled
from tests.nodes import Node, inside

pytestmark = [pytest.mark.xdist_group("searched house")]
if not FULL:
    pytestmark.append(pytest.mark.alone)  # the slice is run on one engine
THREADS = 8
ROUNDS = 1200 if FULL else 25
KILLS = 20 if FULL else 3
STEADY = 20
WORD = "quincunxial"
ASKED = f"/cases.json?q={WORD}&per_page=100&sort=newest"


@pytest.fixture(scope="module")
def searched_house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house whose kept pages would hide nothing: every question is asked anew."""
    yield from house(tmp_path_factory.mktemp("searched"), request, PAGE_CACHE_MB="0")


@pytest.fixture(scope="module")
def node(searched_house: House) -> Iterator[Node]:
    """The node of that house, with the cases that never change."""
    with searched_house.serving() as running:
        with inside(searched_house.app):
            publish([f"steady-{number}" for number in range(STEADY)])
        wait_until_settled(searched_house.app)
        yield running


def publish(slugs: list[str], *, state: str = PUBLISHED) -> list[int]:
    """Publish cases that hold the word in their texts alone, each with an entry in the log."""
    now = clock.now()
    with transaction():
        cases = [
            CaseStudy(
                slug=slug, country="AT", language="en", title=f"A case {slug}", summary=f"On {WORD} tramways.",
                state=state, published_at=now if state == PUBLISHED else None, updated_at=now,
                tags=[CaseTag(scheme="clause", code="GP8.2"), CaseTag(scheme="type", code="advisory_council")],
            )
            for slug in slugs
        ]  # fmt: skip
        db.session.add_all(cases)
        db.session.flush()
        for case in cases:
            if state == PUBLISHED:
                record(CasePublished(case.id), by=None, now=now)
    return [case.id for case in cases]


def archive(case_id: int) -> None:
    """Take a case from the lists."""
    with transaction():
        db.session.get_one(CaseStudy, case_id).state = ARCHIVED
        record(CaseArchived(case_id), by=None, now=clock.now())


@dataclass
class Known:
    """What the writer has done, and what it has only begun."""

    begun: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)  # archived, and the database said so


def is_right(answer: dict[str, Any], known: Known, gone_before: set[str]) -> list[str]:
    """Return what is wrong with an answer: it must be one state of the record, whole."""
    slugs = [item["slug"] for item in answer["items"]]
    steady = {f"steady-{number}" for number in range(STEADY)}
    counts = {name: {v["code"]: v["count"] for v in values} for name, values in answer["facets"].items()}
    wrong = []
    if len(set(slugs)) != len(slugs):
        wrong.append(f"doubled: {slugs}")
    if answer["total"] != len(slugs):
        wrong.append(f"{answer['total']} counted, {len(slugs)} shown")
    if not steady <= set(slugs) <= steady | known.begun:
        wrong.append(f"lost or invented: {steady.symmetric_difference(slugs) - known.begun}")
    if gone_before & set(slugs):
        wrong.append(f"archived and shown: {gone_before & set(slugs)}")
    told = {counts["principle"]["GP8"], counts["principle"]["GP8.2"], counts["type"]["advisory_council"]}
    if told != {answer["total"]} or counts["country"] != {"AT": answer["total"]}:
        wrong.append(f"{answer['total']} in all, but {counts['principle']}, {counts['type']}, {counts['country']}")
    return wrong


def test_eight_readers_see_right_counts_while_one_writes(searched_house: House, node: Node) -> None:
    known, wrong, done = Known(), [], threading.Event()

    def read() -> None:
        try:
            with requests.Session() as browser:
                for _ in range(ROUNDS):
                    gone_before = set(known.gone)
                    answer = browser.get(f"{node.base_url}{ASKED}", timeout=60)
                    if answer.status_code != 200:
                        wrong.append(f"{answer.status_code} {answer.text[:300]}")
                    else:
                        wrong.extend(is_right(answer.json(), known, gone_before))
        except Exception as error:  # what a thread raises nobody sees
            wrong.append(repr(error))

    def write() -> None:
        numbers, there = count(), []
        with inside(searched_house.app):
            while not done.is_set():
                slug = f"passing-{next(numbers)}"
                known.begun.add(slug)
                there.append((slug, publish([slug])[0]))
                if len(there) > 5:
                    gone, case_id = there.pop(0)
                    archive(case_id)
                    known.gone.add(gone)
            for _, case_id in there:
                archive(case_id)

    readers = [threading.Thread(target=read) for _ in range(THREADS)]
    writer = threading.Thread(target=write)
    for thread in (writer, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    done.set()
    writer.join()
    assert not wrong, (len(wrong), wrong[:5])
    assert len(known.gone) > 0
    wait_until_settled(searched_house.app)
    assert is_right(requests.get(f"{node.base_url}{ASKED}", timeout=60).json(), Known(), known.begun) == []


def companions(parent: int, name: str) -> list[int]:
    """The ids of the child processes that are called so."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        called, _bracket, rest = status.partition("(")[2].rpartition(")")
        if int(rest.split()[1]) == parent and called == name:
            found.append(int(folder.name))
    return found


def test_a_follower_killed_in_commit_loses_and_doubles_nothing(searched_house: House, node: Node) -> None:
    chance, killed, turns = random.Random(os.getpid()), 0, count()
    slugs: list[str] = []
    with inside(searched_house.app):
        while killed < KILLS:
            wait_until(lambda: bool(companions(node.pid, "hub follow")), "a follower runs")
            time.sleep(chance.uniform(0.8, 1.6))  # it has started, and follows
            turn = next(turns)
            fresh = [f"killed-{turn}-{number}" for number in range(3)]
            publish(fresh)
            slugs += fresh
            time.sleep(chance.uniform(0.0, 0.4))
            for follower in companions(node.pid, "hub follow"):
                os.kill(follower, signal.SIGKILL)
                killed += 1
    wait_until_settled(searched_house.app)
    searched_house.check()
    found = pages(node, f"/cases.json?q={WORD}&per_page=20&sort=title")
    assert len(found) == len(set(found))
    assert set(slugs) <= set(found)
    assert set(found) - set(slugs) == {f"steady-{number}" for number in range(STEADY)}


def pages(node: Node, address: str) -> list[str]:
    """The slugs of all pages of a list."""
    found: list[str] = []
    for number in count(1):
        answer = requests.get(f"{node.base_url}{address}&page={number}", timeout=60).json()
        found += [item["slug"] for item in answer["items"]]
        if number >= answer["pages"]:
            return found
    raise AssertionError


def cut_short(_folder: Path, version: Path) -> None:
    """Cut every file of the index in half, in a quiet moment."""
    time.sleep(1.0)
    for path in version.iterdir():
        if path.name.count(".") == 1 and path.name != "meta.json":
            os.truncate(path, path.stat().st_size // 2)


def taken_away(folder: Path) -> None:
    """Take a folder away in one step: its writer may be making files in it."""
    aside = folder.with_name(f"{folder.name}-{uuid4().hex}")
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


DAMAGES: dict[str, Callable[[Path, Path], object]] = {
    "everything is gone": lambda folder, _: taken_away(folder),
    "meta.json is garbage": lambda _, version: (version / "meta.json").write_bytes(b"\xff{]"),
    "the pointer leads nowhere": lambda folder, _: (folder / "current").write_text(f"{disk._PREFIX}nowhere"),
    "the version is gone": lambda _, version: taken_away(version),
    "cut short": cut_short,
}
FEW = ("everything is gone", "meta.json is garbage", "cut short")


def test_an_index_taken_away_is_made_again_and_pages_answer_meanwhile(searched_house: House, node: Node) -> None:
    """And what it is made of is never a draft."""
    folder = searched_house.app.config["HUB"].index_dir
    with inside(searched_house.app):
        publish(["a-draft-unseen"], state=DRAFT)
    before = requests.get(f"{node.base_url}{ASKED}", timeout=60).json()
    assert before["total"] >= STEADY
    for name in DAMAGES if FULL else FEW:
        version = disk.current(folder)
        assert version is not None
        with asking(node) as readers:
            if name != "cut short":  # a file that is cut under a search ends the process that reads it
                readers.start()
            DAMAGES[name](folder, version)
            readers.start()
            wait_until(partial(is_new, folder, version), f"{name}: the index is made again", 60)
            wait_until(lambda: total(node) == before["total"], f"{name}: everything is found again", 60)
        assert not readers.said, (name, readers.said[:5])
        assert readers.asked > 5
        wait_until_settled(searched_house.app)
    searched_house.check()
    for door in (ASKED, f"/cases/?q={WORD}", f"/search?q={WORD}", "/search/suggest.json?q=a+case+a", "/cases.csv"):
        assert "a-draft-unseen" not in requests.get(f"{node.base_url}{door}", timeout=60).text, door
    after = requests.get(f"{node.base_url}{ASKED}", timeout=60).json()
    assert (after["total"], after["facets"]) == (before["total"], before["facets"])


def is_new(folder: Path, version: Path) -> bool:
    """Tell whether there is another index than this."""
    return disk.current(folder) not in (None, version)


def total(node: Node) -> int:
    """How many cases hold the word in their texts."""
    return int(requests.get(f"{node.base_url}{ASKED}", timeout=60).json()["total"])


@dataclass
class Asking:
    """Two readers of every kind of page, and what was not answered."""

    base_url: str
    said: list[str] = field(default_factory=list)
    asked: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to ask, if that has not begun."""
        if not self.threads:
            self.threads = [threading.Thread(target=self._ask) for _ in range(2)]
            for thread in self.threads:
                thread.start()

    def _ask(self) -> None:
        doors = (
            ASKED, f"/cases/?q={WORD}", "/cases/?principle=GP8", "/search?q=gwangju", "/search/suggest.json?q=gwan",
            "/cases/?view=map", "/cases/?view=matrix", "/cases.atom", "/", "/cases.csv?country=AT",
        )  # fmt: skip
        with requests.Session() as browser:
            while not self.stop.is_set():
                door = random.choice(doors)
                try:
                    answer = browser.get(f"{self.base_url}{door}", timeout=60)
                    if answer.status_code != 200:
                        self.said.append(f"{door}: {answer.status_code} {answer.text[:300]}")
                except requests.RequestException as error:
                    self.said.append(f"{door}: {error!r}")
                self.asked += 1


@contextmanager
def asking(node: Node) -> Iterator[Asking]:
    """Readers that end when we are through."""
    readers = Asking(node.base_url)
    try:
        yield readers
    finally:
        readers.stop.set()
        for thread in readers.threads:
            thread.join(60)
