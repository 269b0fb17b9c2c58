"""Makes case studies for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseRevision, CaseSource, CaseStudy, CaseTag
from hub.cases.service import content_of
from hub.cities.models import City
from hub.core.db import db, transaction

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def make_case(slug: str = "a-case", **values: Any) -> CaseStudy:
    """Store a case; `city` is a slug, `tags` are (scheme, code) pairs, `sources` are (address, title) pairs."""
    city = values.pop("city", "graz")
    tags = values.pop("tags", [("clause", "GP8.2"), ("type", "advisory_council")])
    sources = values.pop("sources", [("https://example.org/a", "A document")])
    given: dict[str, Any] = {
        "country": "AT", "language": "en", "title": "A case", "summary": "What it is.", "problem": "Why.",
        "action": "How.", "results": "What came of it.", "lessons": "What was learned.", "state": PUBLISHED,
        "published_at": WHEN, "updated_at": WHEN,
    }  # fmt: skip
    with transaction():
        city_id = db.session.scalars(select(City.id).where(City.slug == city)).one() if city else None
        case = CaseStudy(slug=slug, city_id=city_id, **(given | values))
        case.tags = [CaseTag(scheme=scheme, code=code, rank=rank) for rank, (scheme, code) in enumerate(tags)]
        case.sources = [
            CaseSource(position=position, url=url, title=title) for position, (url, title) in enumerate(sources)
        ]
        db.session.add(case)
        db.session.flush()
        db.session.add(CaseRevision(case_id=case.id, number=case.version, content=content_of(case), recorded_at=WHEN))
    return case


def revise(case_id: int, author_id: int | None = None, note: str = "", **values: Any) -> None:
    """Publish a new version of a case with some fields changed."""
    with transaction():
        case = db.session.get_one(CaseStudy, case_id)
        for name, value in values.items():
            setattr(case, name, value)
        db.session.flush()
        db.session.add(
            CaseRevision(
                case_id=case.id, number=case.version, content=content_of(case), author_id=author_id, change_note=note,
                recorded_at=WHEN,
            )
        )  # fmt: skip


@contextmanager
def reading(app: Flask, language: str = "en", path: str = "/") -> Iterator[None]:
    """Stand inside a request in a language."""
    with app.test_request_context(f"{path}?lang={language}"):
        app.preprocess_request()
        yield
