"""A made-up network to measure with: cities, and cases as rows of a record of its own, each with its log entry.

    python -m bench.network [CASES [FOLDER]]        (10,000 in a folder of `HUB_BENCH_DIR`, or var/bench)

Fixed seed: 65 % English, 15 % Korean, 10 % Spanish, 10 % French; words by Zipf's law, 800 in a case besides title and
summary; 1,500 cities, a few with very many cases. Words are random, so times measured with it are realistic and
relevance is not (see bench.relevance). The seeds are in it too. Kept between runs while the count and the seed are the
same. SQLite only. To look at it: `HUB_DATA_DIR=FOLDER hub serve --no-worker`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from bench._words import LANGUAGES, sentences, words
from hub import settings as hub_settings
from hub.app import create_app
from hub.cases.events import CasePublished
from hub.cases.models import CLAUSE, ITEM, PRACTICE_TYPE, PUBLISHED, TARGET_GROUP, CaseStudy, CaseTag
from hub.cities.events import CityAdded
from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import GENESIS, LogEntry
from hub.core.readers import LogReader
from hub.vocabularies.queries import vocabulary
from tests.nodes import HUB, environment_of, inside

CASES = 10_000
CITIES = 1_500
BODY = 800  # words
SEED = 7
SHAPE = 1  # counts up when the generator changes
BATCH = 2_000
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Network:
    """A network on disk: how many cases are published in it, and where its data folder is."""

    count: int
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `hub` works on it."""
        return environment_of(self.folder, 8000, DATA_DIR=str(self.folder))

    def index_dir(self) -> Path:
        """Return the folder of its search index."""
        return self.folder / "search"


def default_folder(count: int) -> Path:
    """Return where the network of so many cases is kept."""
    name = f"net{count // 1000}k" if count % 1000 == 0 else f"net{count}"
    return Path(os.environ.get("HUB_BENCH_DIR", "var/bench")).absolute() / name


def ensure(count: int, folder: Path | None = None) -> Network:
    """Return the network of so many cases, made now unless it is there; raises SystemExit for a folder not ours."""
    folder = (folder or default_folder(count)).absolute()
    network, mark = Network(count, folder), folder / "network.json"
    wanted = {"cases": count, "seed": SEED, "shape": SHAPE}
    if mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) == wanted:
        return network
    if folder.exists() and any(folder.iterdir()) and not mark.is_file():
        raise SystemExit(f"{folder} holds something else; name another folder or empty it")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.write_text("{}", encoding="utf-8")  # from here on it is ours, and not whole
    subprocess.run([*HUB, "seed"], env=network.environment, check=True, capture_output=True)
    with inside(create_app(hub_settings.load(network.environment))):
        _fill(count)
    mark.write_text(json.dumps(wanted), encoding="utf-8")
    return network


def _fill(count: int) -> None:
    log = _Log()
    cities = _add_cities(log)
    first = (db.session.scalar(select(func.max(CaseStudy.id))) or 0) + 1
    have = db.session.scalar(select(func.count()).where(CaseStudy.state == PUBLISHED)) or 0
    codes = _codes()
    for start in range(0, count - have, BATCH):
        numbers = range(start, min(start + BATCH, count - have))
        rows, tags, events = [], [], []
        for number in numbers:
            row, carried = _case(number, first + number, cities, codes)
            rows.append(row)
            tags.extend(carried)
            events.append(CasePublished(case_id=row["id"]))
        with transaction():
            db.session.execute(insert(CaseStudy), rows)
            db.session.execute(insert(CaseTag), tags)
            log.add(events)
        _say(f"{have + numbers[-1] + 1} of {count} cases")
    with transaction():  # nobody follows anything here: what happened is not news to anyone
        for reader in db.session.scalars(select(LogReader)):
            reader.position = log.position


class _Log:
    """The end of the log, to which many entries are chained at once."""

    def __init__(self) -> None:
        newest = db.session.execute(select(LogEntry.position, LogEntry.hash).order_by(LogEntry.position.desc())).first()
        self.position, self._hash = (newest[0], newest[1]) if newest else (0, GENESIS)

    def add(self, events: list[Any]) -> None:
        """Chain an entry for each event; inside `transaction()`."""
        now, rows = clock.now(), []
        for event in events:
            self.position += 1
            row = {
                "position": self.position, "kind": type(event).__name__, "payload": asdict(event), "actor_id": None,
                "recorded_at": now, "previous_hash": self._hash, "door": "bench", "is_quiet": False,
            }  # fmt: skip
            self._hash = LogEntry(**row).computed_hash()
            rows.append(row | {"hash": self._hash})
        db.session.execute(insert(LogEntry), rows)


def _add_cities(log: _Log) -> list[dict[str, Any]]:
    chance = random.Random(SEED)
    places = sorted(tuple(row) for row in db.session.execute(select(City.country, City.region).distinct()))
    first = (db.session.scalar(select(func.max(City.id))) or 0) + 1
    rows = []
    for number in range(CITIES):
        country, region = chance.choice(places)
        name = " ".join(word.capitalize() for word in words("en", chance.randint(1, 2), chance))
        rows.append(
            {
                "id": first + number, "slug": f"made-up-city-{number}", "name": name, "country": country,
                "region": region, "gov_type": "city", "lat": chance.uniform(-55, 70), "lon": chance.uniform(-180, 180),
                "updated_at": START,
            }
        )  # fmt: skip
    with transaction():
        db.session.execute(insert(City), rows)
        log.add([CityAdded(city_id=row["id"]) for row in rows])
    return rows


def _codes() -> dict[str, list[str]]:
    """Return the real codes that made-up cases carry, by tag scheme."""
    known = vocabulary()
    return {
        CLAUSE: [term.code for term in known.scheme("gwangju") if term.parent_code],
        PRACTICE_TYPE: [term.code for term in known.scheme("practice_types")],
        TARGET_GROUP: [term.code for term in known.scheme("target_groups")],
        ITEM: [code for code, item in known.items.items() if item.replaced_by is None],
    }


_CARRIED = {CLAUSE: 3, PRACTICE_TYPE: 2, TARGET_GROUP: 2, ITEM: 2}


def _case(
    number: int, case_id: int, cities: list[dict[str, Any]], codes: dict[str, list[str]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of a case, the same for the same number, and those of its tags."""
    chance = random.Random(SEED * 1_000_003 + number)
    language = chance.choice(LANGUAGES)
    given = words(language, BODY + 48, chance)
    city = cities[int(chance.paretovariate(0.8)) % len(cities)]
    published = START + timedelta(minutes=chance.randint(0, 3_000_000))
    started = chance.randint(1990, 2026)
    quarter = BODY // 4
    parts = [sentences(given[at : at + quarter]) for at in range(48, BODY + 48, quarter)]
    row = {
        "id": case_id, "slug": f"made-up-case-{number}", "city_id": city["id"], "country": city["country"],
        "language": language, "title": " ".join(given[:8]).capitalize(), "summary": sentences(given[8:48]),
        "problem": parts[0], "action": parts[1], "results": parts[2], "lessons": parts[3],
        "years_text": f"{started}-", "started": started, "is_ongoing": True, "state": PUBLISHED,
        "published_at": published, "updated_at": published,
        "confirmed_at": published + timedelta(days=200) if chance.random() < 0.3 else None,
    }  # fmt: skip
    if chance.random() < 0.02:
        row["city_id"] = None  # a national programme
    tags = [
        {"case_id": case_id, "scheme": scheme, "code": code, "rank": rank}
        for scheme, most in _CARRIED.items()
        for rank, code in enumerate(chance.sample(codes[scheme], chance.randint(1, most)))
    ]
    return row, tags


def _say(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r  {text}", end="", flush=True)


def main(count: int = CASES, folder: Path | None = None) -> int:
    """Make a network unless it is there, and say where; returns 0."""
    begun, processor = time.perf_counter(), time.process_time()
    network = ensure(count, folder)
    size = sum(file.stat().st_size for file in network.folder.glob("hub.sqlite*"))
    took = f"{time.perf_counter() - begun:.0f} s, {time.process_time() - processor:.0f} s of them on the processor"
    print(f"{count} cases of {BODY} words in {network.folder}: {size / 1e6:.0f} MB, {took}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *map(Path, sys.argv[2:3])))
