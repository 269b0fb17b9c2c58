"""Commitments for programs: items of JSON lists, rows of CSV files, entries of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from hub.cities.queries import CityLine
from hub.cities.standing import status_label
from hub.commitments.asked import Asked
from hub.commitments.assurance import SELF_DECLARED, Assurance, assurance_fields
from hub.commitments.cycle import freshness
from hub.commitments.freshwords import SPOKEN_OF
from hub.commitments.models import UNKNOWN
from hub.commitments.states import Key, StatusLine, Step
from hub.commitments.tally import Tally
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import partial_date
from hub.web.formats import AtomEntry, absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language

CSV_HEADER = (
    "city", "city_name", "country", "region", "item", "item_label", "status", "since", "since_from", "since_to",
    "precision", "claimed_by", "evidence_types", "sources", "legal_reason", "note", "recorded_at", "is_demo",
    "evidence_not_public", "checked", "checked_on", "fresh_until", "freshness",
)  # fmt: skip


def tally_item(tally: Tally, item: ItemView, asked: Asked) -> dict[str, Any]:
    """Return the network's state of an item; cities = known + unknown."""
    return {
        "code": tally.item_code,
        "label": in_language(item.labels),
        "group": item.group_code,
        "cities": tally.cities,
        "known": tally.known,
        "statuses": dict(tally.statuses),
        "unknown": tally.unknown,
        "url": absolute(asked.day_url(f"/commitments/{tally.item_code}")),
    }


def record_fields(line: StatusLine, found: Assurance = SELF_DECLARED) -> dict[str, Any]:
    """Return what a status record says, and how far others stand behind it."""
    return {
        "status": line.status,
        "since": line.effective_text or None,
        "since_from": line.effective_from.isoformat() if line.effective_from else None,
        "since_to": line.effective_to.isoformat() if line.effective_to else None,
        "precision": line.precision,
        "claimed_by": line.claimed_by,
        "verified": assurance_fields(found),
        "evidence": [
            {"type": piece.kind, "url": _address(piece.url), "title": piece.title or None}
            for piece in line.evidence
            if not piece.is_removed
        ],
        "evidence_not_public": line.withheld,
        "legal_reason": line.legal_reason,
        "note": line.note or None,
        "recorded_at": line.recorded_at.isoformat(),
        "is_demo": line.is_demo,
    }


def _address(url: str) -> str:
    """Return the address of evidence as it works from anywhere; what was uploaded is kept here."""
    return absolute(url) if url.startswith("/") else url


def city_reference(city: CityLine) -> dict[str, Any]:
    """Return a city as other things name it."""
    return {"slug": city.slug, "name": city.name, "country": city.country}


def city_item(item: ItemView, steps: Sequence[Step], current: StatusLine | None) -> dict[str, Any]:
    """Return one item in one city, with every record of it in the order they take effect."""
    said = record_fields(current) if current else {"status": UNKNOWN, "since": None, "evidence": []}
    history = [
        {"id": step.record.id, **record_fields(step.record), "place": step.place, "turn": step.turn or None}
        for step in steps
    ]
    return {
        "code": item.code,
        "label": in_language(item.labels),
        "group": item.group_code,
        **said,
        "history": history,
        "url": absolute(f"/commitments/{item.code}"),
    }


def csv_rows(
    cities: Iterable[CityLine],
    items: Sequence[ItemView],
    states: Mapping[Key, StatusLine],
    day: date | None = None,
    checks: Mapping[int, Assurance] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per city and item, unknown ones too.

    Given the day and how far others stand behind each record, the last columns tell that, and how fresh it is.
    """
    labels = [(item, in_language(item.labels)) for item in items]
    nothing = [""] * (len(CSV_HEADER) - 7)
    for city in cities:
        head = (city.slug, city.name, city.country, city.region)
        for item, label in labels:
            line = states.get((city.id, item.code))
            if line is None:
                yield (*head, item.code, label, UNKNOWN, *nothing)
                continue
            yield (
                *head, item.code, label, line.status, line.effective_text, line.effective_from, line.effective_to,
                line.precision, line.claimed_by, [piece.kind for piece in line.evidence if not piece.is_removed],
                [_address(piece.url) for piece in line.evidence if not piece.is_removed], line.legal_reason, line.note,
                line.recorded_at.isoformat(), "yes" if line.is_demo else "no", line.withheld,
                *_standing_cells(line, item, day, (checks or {}).get(line.id, SELF_DECLARED)),
            )  # fmt: skip


def _standing_cells(line: StatusLine, item: ItemView, day: date | None, found: Assurance) -> tuple[Any, ...]:
    """Return who stands behind a record since when, until when it is fresh, and how fresh it is on the day."""
    if day is None:
        return ("", "", "", "")
    if line.status not in SPOKEN_OF:
        return (found.tier, found.checked_on, "", "")
    fresh = freshness(line, item, day, found.confirmed_on)
    return (found.tier, found.checked_on, fresh.due_on, fresh.state)


def atom_entries(lines: Iterable[StatusLine], cities: Mapping[int, CityLine], terms: Vocabulary) -> list[AtomEntry]:
    """Return status records as entries of a feed."""
    entries = []
    for line in lines:
        city, item = cities[line.city_id], terms.get_item(line.item_code)
        said = {
            "city": city.label(language()),
            "item": in_language(item.labels),
            "status": status_label(line.status, terms),
            "since": partial_date(line.effective_text),
        }
        words = _("%(city)s, %(item)s: %(status)s (%(since)s)")
        if not said["since"]:
            words = _("%(city)s, %(item)s: %(status)s")
        entries.append(
            AtomEntry(
                id=f"record/{line.id}",
                title=words % said,
                url=f"/cities/{city.slug}/commitments#record-{line.id}",
                updated_at=line.recorded_at,
                published_at=line.recorded_at,
                summary=line.note,
                categories=(line.item_code, line.status),
            )
        )
    return entries
