"""The shared collection of feeds: what its manifest says of each file, and how a site serves it."""

from __future__ import annotations

import csv
import html
import re
from dataclasses import dataclass
from pathlib import Path

from hub.core.text import plain_text
from tests.feeds.site import Site, item

FEEDS = ("rss", "atom", "rdf", "json", "html", "empty")  # what sources are made of; the rest is looked at otherwise
TYPES = {
    "rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml", "html": "text/html",
    "json": "application/feed+json", "empty": "text/xml", "opml": "text/x-opml",
}  # fmt: skip
IN_ALL = {"identity/rolled-off-2.rss": 5, "feedbin/atom_update.xml": 6}  # what stays of the file before is counted too
KEPT = ("Kept one", "Kept two")  # stories that were there before a feed broke
_NAMED = re.compile(r"Content-Type: ([\w/+.-]+(?:; ?charset=[\w-]+)?)")
_CHARSET = re.compile(r"HTTP header says ([\w-]+)")


@dataclass(frozen=True)
class Row:
    """One file and how its sync must end."""

    file: str
    kind: str
    outcome: str
    entries: int | None
    title: str
    first_title: str
    pair: str
    notes: str

    @property
    def key(self) -> str:
        """What the source is known by: files of one pair are one source, before and after."""
        return self.pair or self.file

    @property
    def had_stories(self) -> bool:
        """Whether the source must keep stories that it had before."""
        return not self.pair and (self.outcome.startswith("error") or self.file.endswith("emptied.rss"))

    @property
    def stored(self) -> int | None:
        """How many stories of the source are there in the end, none said: None."""
        if self.outcome == "error-or-ok-unexpanded":
            return None
        if self.had_stories:
            return len(KEPT) + (self.entries or 0)
        return IN_ALL.get(self.file, self.entries)


def rows_of(folder: Path) -> list[Row]:
    """Return what the manifest says, in its order."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                row["file"], row["kind"], row["expected_outcome"],
                int(row["expected_entries"]) if row["expected_entries"] else None,
                row["expected_title"], row["expected_first_title"], row["pair"], row["notes"],
            )
            for row in csv.DictReader(lines)
        ]  # fmt: skip


def serve(site: Site, row: Row, folder: Path) -> str:
    """Let the site answer with a file, with the headers that its note names, at its source's address; returns it."""
    kind = TYPES[row.kind]
    if named := _NAMED.search(row.notes):
        kind = named[1]
    elif charset := _CHARSET.search(row.notes):
        kind = f"{kind}; charset={charset[1]}"
    headers = {"Content_Encoding": "gzip"} if row.file.endswith(".gz") else {}
    return site.put(f"/{row.key}", (folder / row.file).read_bytes(), Content_Type=kind, **headers)


def serve_before(site: Site, row: Row) -> str:
    """Let the site answer with the stories that a source had before it broke."""
    stories = [item(f"urn:kept:{number}", title=title) for number, title in enumerate(KEPT)]
    return site.feed(*stories, path=f"/{row.key}")


def same_title(said: str, expected: str) -> bool:
    """Tell whether a title is what the manifest says: there it is as its feed writes it, and cut at 80 characters."""
    wanted = re.sub(r"&#?\w*$", "", expected) if len(expected) == 80 else expected
    forms = {_plain(wanted), _plain(html.unescape(wanted))}
    return any(said == form or (len(expected) == 80 and said.startswith(form)) for form in forms)


def _plain(title: str) -> str:
    return " ".join(plain_text(title).split())
