"""Plain SQLite FTS5 on the same cases and the same terms, to know what the index is worth."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub.search.documents import SearchDocument
from hub.search.index.schema import VERSION
from hub.search.language.analysis import Needle, analyse
from hub.search.query import build
from hub.search.tree import Node

Filters = Mapping[str, Sequence[str]]
TABLES = """
DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS tag; DROP TABLE IF EXISTS one;
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize="ascii tokenchars '_'");
CREATE TABLE tag (id INTEGER, facet TEXT, code TEXT, PRIMARY KEY (id, facet, code)) WITHOUT ROWID;
CREATE TABLE one (id INTEGER PRIMARY KEY);
"""


class Fts:
    """One FTS5 table and the codes of each case beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path)

    def is_whole(self) -> bool:
        """Tell whether it was made to the end, with the terms of today."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0]) == VERSION

    def bytes(self) -> int:
        """Return its size on disk."""
        return self._path.stat().st_size

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Fill it anew from cases as the index gets them."""
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version=0;" + TABLES)
        for given in documents:
            words = " ".join(analyse(f"{given.title}\n{given.summary}\n{given.body}", given.language))
            self._db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (given.id, words))
            codes = [(given.id, facet, code) for facet, carried in given.facets.items() for code in carried]
            self._db.executemany("INSERT INTO tag VALUES (?, ?, ?)", codes)
            self._db.execute("INSERT INTO one VALUES (?)", (given.id,))
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.commit()
        self._db.execute(f"PRAGMA user_version={VERSION}")

    def ask(self, query: Node | None, filters: Filters, facets: Sequence[str], offset: int, limit: int) -> int:
        """Find the best page, the total and honest counts, as the index does; returns the total."""
        match = build(query, _Spelled()) if query else ""
        hits, given = _hits(match, filters)
        order = "rank" if match else "id DESC"
        self._db.execute(f"{hits} ORDER BY {order} LIMIT ? OFFSET ?", (*given, limit, offset)).fetchall()
        total = int(self._db.execute(f"SELECT count(*) FROM ({hits})", given).fetchone()[0])
        # A facet that is narrowed is counted as if it were not, so each of them costs a pass of its own.
        rounds: list[tuple[list[str], Filters]] = [([name for name in facets if name not in filters], filters)]
        rounds += [([name], {key: codes for key, codes in filters.items() if key != name}) for name in filters]
        for names, narrowed in rounds:
            hits, given = _hits(match, narrowed)
            self._db.execute(
                f"WITH hit AS MATERIALIZED ({hits}) SELECT facet, code, count(*) FROM hit "
                f"CROSS JOIN tag ON tag.id = hit.id AND facet IN ({_marks(names)}) GROUP BY 1, 2",
                (*given, *names),
            ).fetchall()
        return total


def _hits(match: str, filters: Filters) -> tuple[str, tuple[str, ...]]:
    """Return the statement that finds the ids, and what it is given."""
    wheres, given = (["words MATCH ?"], [match]) if match else (["true"], [])
    key, source = ("words.rowid", "words") if match else ("one.id", "one")
    for name, codes in filters.items():
        wheres.append(f"EXISTS (SELECT 1 FROM tag WHERE tag.id = {key} AND facet = ? AND code IN ({_marks(codes)}))")
        given += [name, *codes]
    return f"SELECT {key} AS id FROM {source} WHERE {' AND '.join(wheres)}", tuple(given)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


class _Spelled:
    """Questions in FTS5's language; what it has no words for (codes, years, languages) is left out."""

    def sequences(self, needles: Sequence[Needle], *, in_title: bool) -> str:
        """One of the sequences of terms stands in the text."""
        return self.some([f'"{" ".join(needle)}"' for needle in needles])

    def beginning(self, prefix: str, before: Needle, *, in_title: bool) -> str:
        """A term with this beginning stands in the text, right after the terms before it."""
        return f'"{" ".join((*before, prefix))}" *' if prefix else ""

    def codes(self, facet: str, codes: Sequence[str]) -> str:
        """Not asked of FTS5."""
        return ""

    codes_beginning = codes

    def written_in(self, languages: Sequence[str]) -> str:
        """Not asked of FTS5."""
        return ""

    def years(self, low: int | None, high: int | None) -> str:
        """Not asked of FTS5."""
        return ""

    def every(self, parts: Sequence[str], none_of: Sequence[str] = ()) -> str:
        """All parts hold and none of the others."""
        said = " AND ".join(part for part in parts if part)
        for other in filter(None, none_of):
            said = f"({said}) NOT ({other})"
        return f"({said})" if said else ""

    def some(self, parts: Sequence[str]) -> str:
        """At least one part holds."""
        return f"({' OR '.join(filter(None, parts))})" if any(parts) else ""
