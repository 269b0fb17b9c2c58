"""How much processor time the record of commitments takes to show: 1,000 cities, made-up records, every page made anew.

    python -m bench.commitments [RECORDS]           (1,000, 10,000 and 100,000 one after the other)

Prints, per number of records, how long working out all spans takes, and per page CPU ms at the least, the median and
the 95th of a hundred, its KB and those of it compressed: the newest state, the world on a past day, a past day as the
hub knew it then. Every page is made anew. For "sums kept" each request asks for another page of the same matrix, as a
running hub answers it while nothing new is recorded: its sums over all cities are those of the page before. SQLite.
"""

from __future__ import annotations

import gc
import gzip
import logging
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from hub import settings as hub_settings
from hub.app import create_app
from hub.cities.models import City
from hub.commitments.models import STATUSES, UNKNOWN, Evidence, StatusEvidence, StatusRecord, StatusSpan
from hub.commitments.service import rebuild_spans
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.log import record
from hub.core.paths import SEEDS
from hub.site import seeding
from hub.vocabularies.events import VocabularyLoaded
from hub.vocabularies.queries import vocabulary
from hub.web import requestlog
from tests.nodes import environment_of, inside

SIZES = (1_000, 10_000, 100_000)
CITIES = 1_000
SEED = 11
ROUNDS = 9  # the number of which the median is shown
FIRST, LAST = datetime(2012, 1, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
PAST = "2019-06-30"
PAGES = {
    "matrix, now": "/commitments/",
    "matrix, a past day": f"/commitments/?as_of={PAST}",
    "matrix, as known then": f"/commitments/?as_of={PAST}&known=then",
    "matrix, one item": "/commitments/?item=C4.1",
    "matrix, a status": "/commitments/?status=lapsed",
    "matrix, a region": "/commitments/?region=europe",
    "item": "/commitments/C4.1",
    "item, last page": "/commitments/C4.1?page=20",
    "item without coalitions": "/commitments/C4.3",
    "city": "/cities/gwangju/commitments",
    "JSON": "/commitments.json",
    "CSV": "/commitments.csv",
}


def main(records: int | None = None) -> int:
    """Print the tables; returns 0."""
    with tempfile.TemporaryDirectory() as name:
        environment = environment_of(Path(name), 8000, DATA_DIR=name, LIMIT_FACTOR="1000")
        app = create_app(hub_settings.load(environment | {"HUB_PAGE_CACHE_MB": "0"}))
        keeping = create_app(hub_settings.load(environment))
        requestlog.configure_logging(logging.WARNING)  # not a line for each request
        with inside(app):
            prepare_sqlite(db.engine)
            migrate.upgrade(db.engine)
            seeding.load_all(SEEDS, clock.now())
            _add_cities()
        made = _Made()
        for size in (records,) if records else SIZES:
            with inside(app):
                made.add(size)
                begun = time.process_time()
                with transaction():
                    spans = len(rebuild_spans().missing)
                    record(VocabularyLoaded(stamp=0), by=None, now=clock.now())  # what was kept is no longer so
                took = time.process_time() - begun
                total = db.session.scalar(select(func.count()).select_from(StatusSpan))
            print(f"-- {size:,} records, {total:,} spans; {spans:,} of them added in {took:.1f} s")
            measure(app, keeping)
    return 0


def measure(app: Flask, keeping: Flask) -> None:
    """Print what each page costs; `keeping` keeps what a running hub keeps."""
    print(f"{'page':32} {'least':>7} {'CPU ms':>7} {'95 %':>7} {'KB':>6} {'gzip':>6}")
    for label, address in PAGES.items():
        _line(label, app, [address] * (3 if label == "CSV" else ROUNDS))
        if label.startswith("matrix,") and "region" not in label and "status" not in label:
            sign = "&" if "?" in address else "?"
            _line(f"{label}, sums kept", keeping, [f"{address}{sign}page={page}" for page in range(3, ROUNDS + 3)])


def _line(label: str, app: Flask, addresses: list[str]) -> None:
    """Ask for each address, after two that fill what every process keeps (templates, statements), and print a row."""
    client, costs, sent = app.test_client(), [], b""
    first = addresses[0].replace("page=3", "page=2")
    for number, address in enumerate([first, first, *addresses]):
        begun = time.process_time()
        answer = client.get(address, headers={"Host": "localhost:8000"})
        sent = answer.data
        cost = (time.process_time() - begun) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        if number == 1:
            gc.collect()
            gc.freeze()  # as the hub does when it serves
        elif number > 1:
            costs.append(cost)
    last = statistics.quantiles(costs, n=20, method="inclusive")[18]
    sizes = f"{len(sent) / 1024:6.0f} {len(gzip.compress(sent, 6)) / 1024:6.0f}"
    print(f"{label:32} {min(costs):7.1f} {statistics.median(costs):7.1f} {last:7.1f} {sizes}", flush=True)


def _add_cities() -> None:
    chance = random.Random(SEED)
    places = sorted(tuple(row) for row in db.session.execute(select(City.country, City.region).distinct()))
    rows = []
    for number in range(CITIES - (db.session.scalar(select(func.count()).select_from(City)) or 0)):
        country, region = chance.choice(places)
        rows.append(
            {"slug": f"made-up-city-{number}", "name": f"Made-up city {number}", "country": country, "region": region,
             "gov_type": "city", "updated_at": FIRST}
        )  # fmt: skip
    with transaction():
        db.session.execute(insert(City), rows)


class _Made:
    """Made-up records, each after the one before, and what they correct."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.count = 0
        self.newest: dict[tuple[int, str], int] = {}

    def add(self, upto: int) -> None:
        """Add records, half of them with evidence, until there are so many made-up ones."""
        cities = list(db.session.scalars(select(City.id).order_by(City.id)))
        items = [code for code, item in vocabulary().items.items() if item.replaced_by is None]
        first = (db.session.scalar(select(func.max(StatusRecord.id))) or 0) + 1
        piece = (db.session.scalar(select(func.max(Evidence.id))) or 0) + 1
        records, pieces = [], []
        step = (LAST - FIRST) / max(SIZES)
        moment = FIRST + step * self.count
        step = (LAST - moment) / max(upto - self.count, 1)
        for number in range(first, first + upto - self.count):
            moment += step
            key = (self.chance.choice(cities), self.chance.choice(items))
            records.append(self._record(number, key, moment))
            if self.chance.random() < 0.5:
                pieces.append({"id": piece + len(pieces), "record": number, "city_id": key[0], "recorded_at": moment})
        with transaction():
            db.session.execute(insert(StatusRecord), records)
            db.session.execute(insert(Evidence), [_piece(each) for each in pieces])
            db.session.execute(
                insert(StatusEvidence), [{"record_id": each["record"], "evidence_id": each["id"]} for each in pieces]
            )
        self.count = upto

    def _record(self, number: int, key: tuple[int, str], moment: datetime) -> dict[str, Any]:
        chance = self.chance
        effective: date | None = moment.date() - timedelta(days=int(chance.expovariate(1 / 900)))
        if chance.random() < 0.1:
            effective = None
        before = self.newest.get(key)
        self.newest[key] = number
        return {
            "id": number, "city_id": key[0], "item_code": key[1],
            "status": UNKNOWN if chance.random() < 0.02 else chance.choice(STATUSES),
            "effective_text": effective.isoformat() if effective else "", "effective_from": effective,
            "effective_to": effective, "precision": "day" if effective else "unknown", "claimed_by": "city",
            "note": "", "recorded_at": moment, "is_demo": False, "legal_reason": None,
            "replaces_id": before if chance.random() < 0.05 else None,
        }  # fmt: skip


def _piece(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"], "city_id": row["city_id"], "kind": "council_decision", "title": f"Decision {row['id']}",
        "url": f"https://example.org/{row['id']}", "is_public": True, "recorded_at": row["recorded_at"],
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
