"""Reads of evidence: what a city has on record, one piece of it, and links that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from hub.cities.models import City
from hub.commitments.models import CITY, Evidence, StatusEvidence, StatusRecord
from hub.commitments.policy import COMPILED, OTHERS, OWN
from hub.commitments.queries.lines import PIECE, evidence_line
from hub.commitments.states import EvidenceLine
from hub.core.db import db
from hub.core.errors import NotFound

EVERY = timedelta(days=30)  # how often a link is asked
AGAIN = timedelta(days=1)  # how soon one that failed is asked again
_SAME: tuple[InstrumentedAttribute[Any], ...] = (
    Evidence.kind, Evidence.url, Evidence.title, Evidence.sha256, Evidence.is_public, Evidence.issuer,
    Evidence.issued_text, Evidence.language, Evidence.expires_on,
)  # fmt: skip

_SOURCES = (OWN, COMPILED, OTHERS)


class Kept(NamedTuple):
    """A piece of evidence of a city that is on record; the same link or file recorded twice is one."""

    id: int  # of the newest row
    ids: frozenset[int]
    line: EvidenceLine
    items: tuple[str, ...]  # the codes of what it serves
    version: int = 1
    broken_at: datetime | None = None
    removed_at: datetime | None = None
    source: str = OWN  # own, compiled, others: by whom the records were said that rest on it
    link_error: str = ""  # what went wrong last, in plain English; for those who can mend it
    is_demo: bool = False  # all that rests on it was said by demo accounts


class BrokenLink(NamedTuple):
    """A link of a city's evidence that leads nowhere, and since when."""

    city_slug: str
    evidence_id: int
    title: str
    url: str
    since: datetime
    items: tuple[str, ...]


class DueLink(NamedTuple):
    """A link that is to be asked whether it still leads somewhere."""

    evidence_id: int
    url: str


def get_evidence(number: int) -> Evidence:
    """Return a piece of evidence; raises NotFound."""
    piece = db.session.get(Evidence, number)
    if piece is None:
        raise NotFound(f"no evidence {number}")
    return piece


def evidence_of(city_id: int, *, with_removed: bool = False) -> list[Kept]:
    """Return all evidence of a city, also what is not public, the newest first, with the items it serves."""
    wanted = (
        select(
            *PIECE, Evidence.sha256, Evidence.version, Evidence.link_error, StatusRecord.item_code,
            StatusRecord.claimed_by, StatusRecord.seed_key, StatusRecord.is_demo,
        )
        .outerjoin(StatusEvidence, StatusEvidence.evidence_id == Evidence.id)
        .outerjoin(StatusRecord, StatusRecord.id == StatusEvidence.record_id)
        .where(Evidence.city_id == city_id)
        .order_by(Evidence.id.desc())
    )  # fmt: skip
    if not with_removed:
        wanted = wanted.where(Evidence.removed_at.is_(None))
    found: dict[object, Kept] = {}
    for *piece, sha256, version, error, item, claimed_by, seed_key, is_demo in db.session.execute(wanted):
        line = evidence_line(*piece)
        broken_at, removed_at = piece[11], piece[12]
        url = line.url if sha256 is None else ""
        key: object = (line.kind, line.is_public, removed_at) if removed_at else (
            line.kind, url, piece[3], sha256, line.is_public, line.issuer, line.issued_text, line.language,
            line.expires_on,
        )  # fmt: skip
        kept = found.get(key) or Kept(
            line.id, frozenset(), line, (), version, broken_at, removed_at, link_error=error, is_demo=bool(is_demo)
        )
        found[key] = kept._replace(
            ids=kept.ids | {line.id},
            items=tuple(sorted({*kept.items, item} - {None})),
            source=max(kept.source, _source(claimed_by, seed_key), key=_SOURCES.index),
            is_demo=kept.is_demo and bool(is_demo),
        )
    return list(found.values())


def find_kept(city_id: int, number: int) -> Kept:
    """Return the piece of a city that one of its rows belongs to; raises NotFound also for what was taken out."""
    for kept in evidence_of(city_id):
        if number in kept.ids:
            return kept
    raise NotFound(f"no evidence {number} in city {city_id}")


def copies_of(piece: Evidence) -> list[Evidence]:
    """Return the rows that say the same as a piece of evidence, itself among them."""
    same = [column == getattr(piece, column.key) for column in _SAME]  # None becomes IS NULL
    wanted = select(Evidence).where(Evidence.city_id == piece.city_id, Evidence.removed_at.is_(None), *same)
    return list(db.session.scalars(wanted.order_by(Evidence.id)))


def evidence_ids(record_id: int) -> list[int]:
    """Return which evidence a record rests on."""
    wanted = select(StatusEvidence.evidence_id).where(StatusEvidence.record_id == record_id)
    return list(db.session.scalars(wanted.order_by(StatusEvidence.evidence_id)))


def broken_links(city_ids: Collection[int]) -> list[BrokenLink]:
    """Return the links of these cities' evidence that lead nowhere, those broken longest first."""
    if not city_ids:
        return []
    slugs = {row[0]: row[1] for row in db.session.execute(select(City.id, City.slug).where(City.id.in_(city_ids)))}
    with_one = select(Evidence.city_id).where(Evidence.city_id.in_(city_ids), Evidence.link_broken_at.is_not(None))
    found = [
        BrokenLink(slugs[city_id], kept.id, kept.line.title, kept.line.url, kept.broken_at, kept.items)
        for city_id in db.session.scalars(with_one.distinct())
        for kept in evidence_of(city_id)
        if kept.broken_at is not None
    ]
    return sorted(found, key=lambda each: (each.since, each.evidence_id))


def links_due(now: datetime, limit: int) -> list[DueLink]:
    """Return the links to be asked now, at most `limit`, those never asked and those asked longest ago first.

    Each is asked every 30 days; one that failed lately, the day after, until it answers or counts as broken.
    """
    is_failing = and_(Evidence.link_failures > 0, Evidence.link_broken_at.is_(None))
    wanted = (
        select(Evidence.id, Evidence.url)
        .where(Evidence.url != "", Evidence.removed_at.is_(None))
        .where(
            or_(
                Evidence.link_checked_at.is_(None),
                Evidence.link_checked_at <= now - EVERY,
                and_(is_failing, Evidence.link_checked_at <= now - AGAIN),
                Evidence.link_checked_at > now + timedelta(days=1),  # by a clock that ran ahead
            )
        )
        .order_by(Evidence.link_checked_at.asc().nulls_first(), Evidence.id)
        .limit(limit)
    )
    return [DueLink(*row) for row in db.session.execute(wanted)]


def whole_links(limit: int) -> list[str]:
    """Return addresses that led somewhere when they were asked last, the newest first."""
    wanted = (
        select(Evidence.url, func.max(Evidence.link_checked_at).label("asked"))
        .where(Evidence.url != "", Evidence.link_checked_at.is_not(None), Evidence.link_failures == 0)
        .where(Evidence.link_error == "", Evidence.removed_at.is_(None))
        .group_by(Evidence.url)
        .order_by(func.max(Evidence.link_checked_at).desc())
        .limit(limit)
    )
    return [row[0] for row in db.session.execute(wanted)]


def _source(claimed_by: str | None, seed_key: str | None) -> str:
    """Return by whom a record was said: by the city, by the editors' compilation, or by others; none is the city's."""
    return OWN if claimed_by in (None, CITY) else COMPILED if seed_key is not None else OTHERS
