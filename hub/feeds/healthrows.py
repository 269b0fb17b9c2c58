"""How each source is, as organizers read it and as programs take it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_skeleton, format_timedelta

from hub.cities.models import Organisation
from hub.feeds.advice import advice_of
from hub.feeds.health import SourceHealth, months_until
from hub.feeds.models import PAUSED, FeedSource
from hub.feeds.service.moves import TIMES
from hub.feeds.sourcerows import Light, Moment, light_of, moment
from hub.web.locale import country_name, format_date, language, language_name
from hub.web.locale import gettext as _

HEALTH_COLUMNS = (
    "title", "slug", "state", "address", "homepage", "organisation", "language", "principles", "cities", "stories",
    "stories_12_months", "last_success", "failing_since", "failures", "problem", "warning", "next_check",
    "pace_minutes", "held_until", "moved_to", "moved_times",
)  # fmt: skip


@dataclass(frozen=True)
class SourceRow:
    """One source as a line of the list, and as the head of its own page."""

    slug: str
    title: str
    address: str
    light: Light
    succeeded: Moment | None
    failing_since: Moment | None
    failing_date: str
    failures: int
    error: str
    advice: str  # what someone can do about it
    warning: str
    next_check: Moment | None
    pace: str  # how often its stories and its feed ask for a check: "2 hours"
    held_until: Moment | None
    moved_to: str
    moved_times: int
    moved_most: int  # so many times it must say so
    entries: int
    months: tuple[int, ...]
    can_be_checked: bool

    @property
    def this_year(self) -> int:
        """How many stories came in the last twelve months."""
        return sum(self.months)


@dataclass(frozen=True)
class WantedRow:
    """An organisation whose news do not come in yet."""

    slug: str
    name: str
    homepage: str
    country: str
    languages: str


def source_row(source: FeedSource, health: SourceHealth, now: datetime) -> SourceRow:
    """Return a source in the words of the current language."""
    pace = timedelta(minutes=source.pace_minutes) if source.pace_minutes else None
    return SourceRow(
        slug=source.slug,
        title=source.title,
        address=source.address or "",
        light=light_of(source),
        succeeded=moment(source.succeeded_at, now),
        failing_since=moment(source.failing_since, now),
        failing_date=format_date(source.failing_since) if source.failing_since else "",
        failures=source.failures,
        error=_(source.error) if source.error else "",
        advice=_(said) if (said := advice_of(source.error)) else "",
        warning=_(health.warning) if health.warning and not source.error else "",
        next_check=moment(source.next_check_at, now),
        pace=format_timedelta(pace, locale=language()) if pace else "",
        held_until=moment(health.held_until, now),
        moved_to=source.moved_to or "",
        moved_times=min(source.moved_times, TIMES),
        moved_most=TIMES,
        entries=health.entries,
        months=health.months,
        can_be_checked=source.address is not None and source.state != PAUSED,
    )


def month_rows(months: Iterable[int], now: datetime) -> list[tuple[str, int]]:
    """Return the name of each of the last twelve months with its number of stories, the newest first."""
    named = [(_month(day), number) for day, number in zip(months_until(now), months, strict=True)]
    return named[::-1]


def source_item(source: FeedSource, health: SourceHealth, now: datetime) -> dict[str, Any]:
    """Return a source with its health as programs take it; moments in ISO 8601, sentences in English."""
    months = zip(months_until(now), health.months, strict=True)
    return {
        "slug": source.slug, "title": source.title, "address": source.address, "homepage": source.homepage,
        "organisation": source.organisation_slug, "language": source.language,
        "principles": source.principle_codes, "cities": source.city_slugs,
        "state": source.state if source.address else "files", "stories": health.entries,
        "stories_by_month": {f"{day:%Y-%m}": number for day, number in months},
        "last_success": _iso(source.succeeded_at), "failing_since": _iso(source.failing_since),
        "failures": source.failures, "problem": source.error, "warning": health.warning,
        "next_check": _iso(source.next_check_at), "pace_minutes": source.pace_minutes,
        "held_until": _iso(health.held_until), "moved_to": source.moved_to, "moved_times": source.moved_times,
    }  # fmt: skip


def source_line(source: FeedSource, health: SourceHealth, now: datetime) -> list[Any]:
    """Return a source with its health as a line of CSV, in the order of HEALTH_COLUMNS."""
    item = source_item(source, health, now)
    item["stories_12_months"] = sum(health.months)
    return [item[column] for column in HEALTH_COLUMNS]


def wanted_row(organisation: Organisation) -> WantedRow:
    """Return an organisation in the words of the current language."""
    return WantedRow(
        slug=organisation.slug,
        name=organisation.name,
        homepage=organisation.homepage or "",
        country=country_name(organisation.country) if organisation.country else "",
        languages=", ".join(language_name(code) for code in organisation.languages),
    )


def _month(day: date) -> str:
    return str(format_skeleton("yMMM", day, locale=language()))


def _iso(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
