"""What the page of a city's evidence shows, and the same for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from hub.cities.standing import host
from hub.commitments.queries import Kept
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import partial_date
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language_name

CSV_HEADER = (
    "id", "type", "title", "url", "issuer", "issued", "issued_from", "language", "expires_on", "items", "recorded_at",
    "broken_since", "taken_out_on", "is_demo",
)  # fmt: skip


class EvidenceRow(NamedTuple):
    """A piece of evidence in words; of one that was taken out only its kind, what it served and when it went."""

    id: int
    anchors: list[int]  # its other rows, so that every link to it leads here
    title: str
    url: str
    kind: str
    issuer: str
    issued: str
    language: str
    language_code: str
    expires_on: date | None
    is_expired: bool
    items: tuple[str, ...]
    is_public: bool
    broken_at: datetime | None
    removed_at: datetime | None
    error: str  # what went wrong last with its link; for those who can mend it
    can_describe: bool
    can_take_out: bool
    is_demo: bool


def row(
    kept: Kept, terms: Vocabulary, day: date, *, can_describe: bool = False, can_take_out: bool = False
) -> EvidenceRow:
    """Return a piece of evidence in words."""
    line = kept.line
    kind = terms.find("evidence_types", line.kind)
    is_gone = kept.removed_at is not None
    return EvidenceRow(
        kept.id, sorted(kept.ids - {kept.id}), line.title or host(line.url), line.url,
        in_language(kind.labels) if kind else "", line.issuer, partial_date(line.issued_text),
        language_name(line.language) if line.language else "", line.language, line.expires_on,
        line.expires_on is not None and line.expires_on < day, kept.items, line.is_public, kept.broken_at,
        kept.removed_at, _(kept.link_error) if kept.link_error and can_describe else "",
        can_describe and not is_gone, can_take_out and not is_gone, kept.is_demo,
    )  # fmt: skip


def fields(kept: Kept) -> dict[str, Any]:
    """Return what is on record of a piece of evidence that everyone may see."""
    line = kept.line
    return {
        "id": kept.id,
        "type": line.kind,
        "title": line.title or None,
        "url": (absolute(line.url) if line.url.startswith("/") else line.url) or None,
        "issuer": line.issuer or None,
        "issued": line.issued_text or None,
        "issued_from": line.issued_on.isoformat() if line.issued_on else None,
        "language": line.language or None,
        "expires_on": line.expires_on.isoformat() if line.expires_on else None,
        "items": list(kept.items),
        "recorded_at": line.recorded_at.isoformat() if line.recorded_at else None,
        "broken_since": _day(kept.broken_at),
        "taken_out_on": _day(kept.removed_at),
        "is_demo": kept.is_demo,
    }


def csv_rows(listed: Iterable[Kept]) -> Iterator[tuple[Any, ...]]:
    """Yield one row per piece of evidence."""
    for kept in listed:
        said = fields(kept)
        said["is_demo"] = "yes" if kept.is_demo else "no"
        yield tuple(said[name] for name in CSV_HEADER)


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None
