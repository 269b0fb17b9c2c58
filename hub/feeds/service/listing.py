"""Adding a whole list of sources: what can be added, what cannot and why, and what the list's folders tie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Conflict, Invalid
from hub.core.log import record
from hub.core.text import N_, excerpt, folded, has_control_characters
from hub.feeds.events import SourcesAdded
from hub.feeds.identity import address_key
from hub.feeds.models import FeedSource
from hub.feeds.opml import Outline
from hub.feeds.service.adding import new_source, slug_beside
from hub.feeds.service.facts import MAX_TITLE, SourceFacts, ask_policy, check_allowed
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

TWICE = N_("It stands in the list twice.")
HERE = N_("It is here already.")


@dataclass(frozen=True)
class Ready:
    """A feed of a list that can be added, and what its folders tie it to."""

    outline: Outline
    facts: SourceFacts


@dataclass(frozen=True)
class Refused:
    """A feed of a list that cannot be added; `reason` is a plain English sentence, `slug` the source that it is."""

    outline: Outline
    reason: str
    slug: str = ""


@dataclass(frozen=True)
class SortedList:
    """A list taken apart."""

    ready: tuple[Ready, ...]
    refused: tuple[Refused, ...]


def sort_list(outlines: Iterable[Outline], *, allow: frozenset[str]) -> SortedList:
    """Return which feeds of a list can be added; none is asked for anything. Writes nothing."""
    known = {row.address_key: row.slug for row in db.session.execute(select(FeedSource.address_key, FeedSource.slug))}
    cities, principles = _city_folders(), _principle_folders()
    ready: list[Ready] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for outline in outlines:
        key = address_key(outline.address)
        try:
            check_allowed(outline.address, allow)
        except Invalid as error:
            refused.append(Refused(outline, error.message))
            continue
        if key in seen or key in known:
            slug = known.get(key) or ""
            refused.append(Refused(outline, HERE if slug else TWICE, slug))
            continue
        seen.add(key)
        folders = [folded(name) for name in outline.folders]
        ready.append(
            Ready(outline, SourceFacts(
                title=_title(outline),
                principle_codes=tuple(dict.fromkeys(principles[name] for name in folders if name in principles)),
                city_slugs=tuple(dict.fromkeys(cities[name] for name in folders if name in cities)),
            ))
        )  # fmt: skip
    return SortedList(tuple(ready), tuple(refused))


def add_list(outlines: Sequence[Outline], *, allow: frozenset[str], by: User | None, now: datetime) -> list[FeedSource]:
    """Add every feed of a list that can be added, inside `transaction()`; each is checked as soon as its turn comes.

    Raises Forbidden, and Conflict when another source came in at the same moment.
    """
    ask_policy(by)
    taken = set(db.session.scalars(select(FeedSource.slug)))
    made: list[FeedSource] = []
    for each in sort_list(outlines, allow=allow).ready:
        slug = slug_beside(each.facts.title, taken)
        taken.add(slug)
        made.append(new_source(each.outline.address, each.facts, each.outline.homepage, slug, by, now))
    db.session.add_all(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict("another source was added at the same time") from None
    if made:
        addresses = [source.address for source in made]
        event = SourcesAdded([source.id for source in made])
        record(event, by=by.id if by else None, now=now, changes={"addresses": (None, addresses)})
    return made


def _title(outline: Outline) -> str:
    title = excerpt(outline.title, MAX_TITLE)
    host = urlsplit(outline.address).hostname or outline.address
    return title if title and not has_control_characters(title) else excerpt(host, MAX_TITLE)


def _city_folders() -> dict[str, str]:
    """Return the slug of each city by its names, as a folder may be called; one that two cities share ties none."""
    names: dict[str, set[str]] = {}
    for city in db.session.execute(select(City.slug, City.name, City.name_native)):
        for name in (city.slug, city.name, city.name_native):
            if name:
                names.setdefault(folded(name), set()).add(city.slug)
    return {name: next(iter(slugs)) for name, slugs in names.items() if len(slugs) == 1}


def _principle_folders() -> dict[str, str]:
    """Return the code of each principle by its code and by its names, with and without the code before them."""
    codes: dict[str, str] = {}
    for term in vocabulary().top("gwangju"):
        texts = [each.get("text", "") if isinstance(each, dict) else each for each in (term.labels or {}).values()]
        names = [term.code, *texts, *(f"{term.code} {text}" for text in texts)]
        codes |= {folded(name): term.code for name in names if isinstance(name, str) and name}
    return codes
