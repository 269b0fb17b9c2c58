"""What the page of a case costs when it has much behind it, against the same page with nothing.

    python -m bench.cases [ROUNDS]

One case has 20 versions, 5 translations and 10 pictures, the other has none of them and the same words. Both are asked
for in turns, each page made anew; prints CPU ms (medians), statements, KB and the ratio. SQLite. Aim: under 1.3.
"""

from __future__ import annotations

import gc
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hub import settings as hub_settings
from hub.app import create_app
from hub.cases.models import PUBLISHED, CaseFile, CaseRevision, CaseStudy, CaseTag, CaseTranslation
from hub.cases.service import content_of
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.paths import SEEDS
from hub.site import seeding
from hub.web import requestlog
from tests.nodes import environment_of, inside

ROUNDS = 300
REVISIONS, IMAGES = 20, 10
LANGUAGES = ("es", "fr", "ko", "pt", "de")
WARM_UP = 20
WORDS = "The city closed a street and set a table for everyone who lives there. " * 12


def main(rounds: int = ROUNDS) -> int:
    """Print what both pages cost; returns 0."""
    with tempfile.TemporaryDirectory() as name:
        environment = environment_of(Path(name), 8000, DATA_DIR=name, LIMIT_FACTOR="1000", PAGE_CACHE_MB="0")
        app = create_app(hub_settings.load(environment))
        requestlog.configure_logging(logging.WARNING)  # not a line for each request
        with inside(app):
            prepare_sqlite(db.engine)
            migrate.upgrade(db.engine)
            seeding.load_all(SEEDS, clock.now())
            _make("bench-bare")
            _fill(_make("bench-full"))
        measure(app, rounds)
    return 0


def measure(app: Flask, rounds: int) -> None:
    """Ask for both pages in turns and print a line for each."""
    client, pages = app.test_client(), ("bench-bare", "bench-full")
    costs: dict[str, list[float]] = {slug: [] for slug in pages}
    sizes = dict.fromkeys(pages, 0)
    for number in range(rounds + WARM_UP):
        for slug in pages:
            cost, sizes[slug] = _ask(client, slug)
            if number >= WARM_UP:
                costs[slug].append(cost)
        if number == WARM_UP - 1:
            gc.collect()
            gc.freeze()  # as the hub does when it serves
    print(f"{'page':12} {'CPU ms':>7} {'statements':>11} {'KB':>6}")
    for slug in pages:
        number = _statements(app, client, slug)
        print(f"{slug:12} {statistics.median(costs[slug]):7.2f} {number:11} {sizes[slug] / 1024:6.0f}")
    bare, full = (statistics.median(costs[slug]) for slug in pages)
    print(f"ratio {full / bare:.2f}", flush=True)


def _ask(client: FlaskClient, slug: str) -> tuple[float, int]:
    begun = time.process_time()
    answer = client.get(f"/cases/{slug}", headers={"Host": "localhost:8000", "Accept-Language": "en"})
    cost = (time.process_time() - begun) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"/cases/{slug} answered {answer.status_code}")
    return cost, len(answer.data)


def _statements(app: Flask, client: FlaskClient, slug: str) -> int:
    """Return how many statements one page sends to the database."""
    count = 0

    def counted(*_given: object) -> None:
        nonlocal count
        count += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", counted)
    try:
        _ask(client, slug)
    finally:
        event.remove(engine, "before_cursor_execute", counted)
    return count


def _make(slug: str) -> int:
    """Store a published case with one version and return its id."""
    now = clock.now()
    with transaction():
        case = CaseStudy(
            slug=slug, country="AT", language="en", title="A table in the street", summary="Neighbours meet.",
            problem=WORDS, action=WORDS, results=WORDS, lessons=WORDS, state=PUBLISHED, published_at=now,
            updated_at=now, started=2019, is_ongoing=True,
        )  # fmt: skip
        tags = (("clause", "GP3.1"), ("clause", "GP8.2"), ("type", "participation"), ("group", "youth"))
        case.tags = [CaseTag(scheme=scheme, code=code, rank=rank) for rank, (scheme, code) in enumerate(tags)]
        db.session.add(case)
        db.session.flush()
        db.session.add(CaseRevision(case_id=case.id, number=1, content=content_of(case), recorded_at=now))
        return case.id


def _fill(case_id: int) -> None:
    """Give a case versions, translations and pictures."""
    now = clock.now()
    with transaction():
        content = content_of(db.session.get_one(CaseStudy, case_id))
        for number in range(2, REVISIONS + 1):
            db.session.add(CaseRevision(case_id=case_id, number=number, content=content, recorded_at=now))
        for language in LANGUAGES:
            db.session.add(
                CaseTranslation(
                    case_id=case_id, language=language, state=PUBLISHED, follows=18, published_at=now, updated_at=now,
                    texts={"title": "A title", "problem": WORDS, "action": WORDS}, credit="A translator",
                )
            )  # fmt: skip
        for number in range(IMAGES):
            db.session.add(
                CaseFile(
                    case_id=case_id, sha256=f"{number:064x}", name=f"{number}.jpg", mime="image/jpeg", size=200_000,
                    width=1600, height=1200, title=f"Picture {number}", alt="A street full of tables",
                    owner="City archive", source="https://example.org/", licence="cc-by-4.0", people="nobody",
                    sizes=[[width, width * 3 // 4, f"{number + width:064x}"] for width in (480, 960)],
                    uploaded_at=now,
                )
            )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
