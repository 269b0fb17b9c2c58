"""`hub feeds sync` over every file of the shared collection ends as its manifest says, and a second run changes 0."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.cli.feeds import feeds
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import head_position
from hub.feeds import queries
from hub.feeds.models import FeedSource, FeedSync
from hub.feeds.parse import ParsedFeed
from hub.feeds.parsing import SECONDS, Parser
from hub.feeds.preview import look
from hub.feeds.service import SourceFacts, add_source
from tests.conftest import FULL
from tests.feeds.checks import entries, reach, source_of
from tests.feeds.collection import FEEDS, KEPT, Row, rows_of, same_title, serve, serve_before
from tests.feeds.details import DETAILS, every_text_is_harmless
from tests.feeds.site import Site, running_site

ERRORS = {
    "error-parse": r"\w", "error-notfeed": "not a feed", "error-empty": "empty", "error-toolarge": "larger than 10 MB",
    "error-parse-timeout": "too much time or memory",
}  # fmt: skip
CAPPED = re.compile(r"\b500\b")
FLOOD_SECONDS = SECONDS if FULL else 1.0  # a flood keeps a parser busy until it is ended
PATIENT_SECONDS = 120.0  # what else is running may take the processor; 10 seconds of it are enough for all the others
Seen = dict[str, ParsedFeed]


@pytest.fixture
def site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with running_site() as site:
        monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], fetch_allow=site.allow))
        yield site


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What the parsers made of each path; in the slice they are given little time for floods, and much for the rest."""
    found: Seen = {}
    read = Parser.read

    def noting(parser: Parser, content: bytes, content_type: str, address: str) -> Any:
        parser._seconds = FLOOD_SECONDS if "flood" in address else PATIENT_SECONDS
        parsed = read(parser, content, content_type, address)
        if isinstance(parsed, ParsedFeed):
            found[urlsplit(address).path[1:]] = parsed
        return parsed

    monkeypatch.setattr(Parser, "read", noting)
    return found


def newest(source_id: int) -> FeedSync:
    return queries.list_syncs(source_id)[0]


def faults_of(row: Row, source_id: int, said: dict[str, Any], seen: Seen) -> list[str]:
    """Return what did not end as the manifest says."""
    stored, source = entries(source_id), source_of(source_id)
    note, faults = newest(source_id).error, list(every_text_is_harmless(stored))
    if row.stored is not None and len(stored) != row.stored:
        faults.append(f"{len(stored)} entries, not {row.stored}")
    if row.had_stories and not set(KEPT) <= {entry.title for entry in stored}:
        faults.append("stories from before are gone")
    failed = said["outcome"] == "failed"
    if words := ERRORS.get(row.outcome):
        if not failed or not re.search(words, source.error):
            faults.append(f"not refused as {row.outcome}: {said['outcome']} {source.error!r}")
        return faults
    if row.outcome == "error-or-ok-unexpanded":
        large = [entry.id for entry in stored if len(entry.title) + len(entry.summary_html) > 200_000]
        return [*faults, *(["expanded"] if large or "root:" in repr([entry.title for entry in stored]) else [])]
    if failed:
        return [*faults, f"refused: {source.error}"]
    feed = seen.get(row.key)
    if row.title and (feed is None or not same_title(feed.title, row.title)):
        faults.append(f"its title is {feed.title if feed else None!r}, not {row.title!r}")
    if row.first_title and not any(same_title(entry.title, row.first_title) for entry in stored):
        faults.append(f"no entry is called {row.first_title!r}: {[entry.title for entry in stored][:3]}")
    if row.outcome == "ok-bozo" and not note:
        faults.append("no warning")
    if row.outcome == "ok" and note and row.entries and not row.file.startswith(("venus/", "yarr/")):
        faults.append(f"a warning without a reason: {note}")
    if row.outcome == "ok-capped" and (len(stored) != 500 or not CAPPED.search(note)):
        faults.append(f"{len(stored)} entries, and it says {note!r}")
    if check := DETAILS.get(row.file):
        faults += check(source, stored, note)
    return faults


def other_faults(row: Row, app: Flask, site: Site, folder: Path) -> tuple[str, list[str]]:
    """Return what came of a file that is no source, and what did not end as the manifest says."""
    if row.kind == "html":
        found = [choice.address for choice in look(serve(site, row, folder), reach(site)).choices]
        base = "https://city.example.kr/"
        expected = [f"{base}board/rss.xml", f"{base}atom.xml?a=1&b=2", f"{base}feed.json"]
        return f"discovery-{len(found)}", [] if found == expected else [f"found {found}"]
    done = CliRunner().invoke(feeds, ["import-opml", str(folder / row.file)], obj=lambda: app)
    if row.outcome == "error-refused":
        return row.outcome, [] if done.exit_code == 1 and "nothing was added" in done.output else [done.output]
    wanted = {"opml/nested.opml": "3 added, 3 left out", "venus/subscriptions.opml": "2 added, 2 left out"}[row.file]
    last = done.output.splitlines()[-1]
    return last, [] if last == wanted and done.exit_code == 0 else [f"not {wanted}: {done.output}"]


class Reading:
    """The sources of the collection, and what came of each file."""

    def __init__(self, app: Flask, site: Site, folder: Path, seen: Seen) -> None:
        self.app, self.site, self.folder, self.seen = app, site, folder, seen
        self.ids: dict[str, int] = {}
        self.lines: dict[str, tuple[str, list[str]]] = {}

    def add(self, row: Row, address: str) -> None:
        """Add the source of a file, unless it is there from the file before."""
        if row.key in self.ids:
            return
        with transaction():
            facts = SourceFacts(row.key.replace("/", " "))
            self.ids[row.key] = add_source(address, facts, allow=self.site.allow, by=None, now=clock.now()).id

    def run(self) -> dict[str, Any]:
        """Run `hub feeds sync` and return what it said of each source."""
        done = CliRunner().invoke(feeds, ["sync", "--json"], obj=lambda: self.app)
        assert done.exit_code == 0, done.output
        said = {row["source"]: row for row in json.loads(done.output)}
        return {key: said[source_of(source_id).slug] for key, source_id in self.ids.items()}

    def compare(self, rows: Iterable[Row], said: dict[str, Any]) -> None:
        """Compare what is stored with what the manifest says of these files."""
        for row in rows:
            faults = faults_of(row, self.ids[row.key], said[row.key], self.seen)
            self.lines[row.file] = said[row.key]["outcome"], faults

    def print(self, rows: Iterable[Row]) -> None:
        """Print a line for each file."""
        shown = [("file", "expected", "outcome", "as it should be")]
        for row in rows:
            outcome, faults = self.lines[row.file]
            shown.append((row.file, row.outcome, outcome, "; ".join(faults)[:300] or "yes"))
        widths = [max(len(line[place]) for line in shown) for place in range(4)]
        for line in shown:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def test_every_file_ends_as_the_manifest_says(
    session: Any, client: FlaskClient, app: Flask, site: Site, seen: Seen, shared: Path
) -> None:
    folder = shared / "data" / "feeds"
    rows = rows_of(folder)
    sources = [row for row in rows if row.kind in FEEDS and not row.outcome.startswith("discovery")]
    first_of_pairs = {row.pair: row for row in reversed(sources) if row.pair}
    before = list(first_of_pairs.values())
    after = [row for row in sources if row not in before]
    reading = Reading(app, site, folder, seen)

    for row in before:
        reading.add(row, serve(site, row, folder))
    for row in after:
        if row.had_stories:
            reading.add(row, serve_before(site, row))
    said = reading.run()
    reading.compare([replace(row, pair=row.key) for row in before], said)
    assert {said[row.key]["added"] for row in after if row.had_stories} == {len(KEPT)}

    for row in after:
        reading.add(row, serve(site, row, folder))
    reading.compare(after, reading.run())

    with transaction():  # as if one byte had changed: every file is parsed again
        again = update(FeedSource).values(content_hash=None)
        db.session.execute(again if FULL else again.where(FeedSource.address.not_like("%too-many%")))
    if not FULL:  # what keeps a parser busy does so no second time
        for row in after:
            if "flood" in row.file:
                site.put(f"/{row.key}", b"", 503)
    head, said = head_position(), reading.run()
    for row in after:
        if said[row.key]["added"] or said[row.key]["changed"]:
            reading.lines[row.file][1].append(f"the second run changes it: {said[row.key]}")
    assert head_position() == head, "what changes nothing is no event"
    assert pages_with_faults(client) == []

    for row in rows:
        if row not in sources:
            reading.lines[row.file] = other_faults(row, app, site, folder)
    reading.print(rows)
    assert {row.file: reading.lines[row.file][1] for row in rows if reading.lines[row.file][1]} == {}


def pages_with_faults(client: FlaskClient) -> list[str]:
    """Return which pages of news are not there, or hold what a feed smuggled in."""
    faults = []
    for path in ("/news/", "/news.json", "/news.csv", "/news.atom", "/"):
        answer = client.get(path)
        if answer.status_code != 200:
            faults.append(f"{path}: {answer.status_code}")
        if path.endswith(("/", ".atom")) and re.search(r"<script>alert|onerror=|javascript:", answer.text):
            faults.append(f"{path}: markup of a feed")
        if path.endswith(".csv") and re.search(r'(^|,)"?[=+@]', answer.text, re.M):
            faults.append(f"{path}: a formula")
    return faults
