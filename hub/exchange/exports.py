"""The exchange of the whole network for programs: rows of CSV, entries of a feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.cases.rows import city_label
from hub.core.text import safe_url
from hub.exchange.models import Adaptation
from hub.exchange.queries import ExchangeLine
from hub.exchange.rows import adaptation_path, practice_of
from hub.exchange.words import origin_place, state_since
from hub.web.formats import AtomEntry, absolute
from hub.web.locale import gettext as _

CSV_HEADER = (
    "case", "from_city", "to_city", "stage", "since", "updated_at", "case_title", "from_name", "from_country",
    "to_name", "to_country", "own_case", "changed", "reason", "language", "principles", "source_title", "source_url",
    "is_demo", "recorded_at", "url",
)  # fmt: skip


def csv_rows(lines: Iterable[ExchangeLine], principles: Mapping[int, Sequence[str]]) -> Iterator[tuple[Any, ...]]:
    """Yield adaptations as rows under CSV_HEADER, codes and texts as they were written."""
    for line in lines:
        origin, giver, own = line.origin, line.from_city, line.own_case
        yield (
            origin.slug if origin else "", giver.slug if giver else "", line.city.slug, line.state, line.since,
            line.updated_at.isoformat(), origin.title if origin else line.origin_title,
            giver.name if giver else line.origin_place,
            giver.country if giver else origin.country if origin else "",
            line.city.name, line.city.country, own.slug if own else "", line.changed, line.reason, line.language,
            list(principles.get(origin.id, ())) if origin else [], line.source_title, safe_url(line.source_url),
            line.is_demo, line.created_at.isoformat(), absolute(adaptation_path(line.id)),
        )  # fmt: skip


def feed_entry(adaptation: Adaptation) -> AtomEntry:
    """Return an adaptation as an entry of a feed: who is how far with whose practice, and what it says of it."""
    practice = practice_of(adaptation)
    said = [adaptation.changed, adaptation.reason]
    if adaptation.source_title:
        said.append(_("Documented by %(source)s", source=adaptation.source_title))
    if adaptation.is_demo:
        said.insert(0, _("Demo"))
    words = {
        "city": city_label(adaptation.city),
        "state": state_since(adaptation.state, adaptation.since),
        "practice": practice.title,
        "place": origin_place(adaptation) or _("Not known"),
    }
    return AtomEntry(
        id=f"adaptation/{adaptation.id}",
        title=_("%(city)s: %(state)s, “%(practice)s” of %(place)s", **words),
        url=adaptation_path(adaptation.id),
        updated_at=adaptation.updated_at,
        published_at=adaptation.created_at,
        summary=" ".join(part for part in said if part),
        author=words["city"] if not adaptation.source_title else "",
        related=practice.url,
    )
