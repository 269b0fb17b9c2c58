"""Adding sources of news, one by one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.core.addresses import MAX_ADDRESS
from hub.core.db import db
from hub.core.errors import Conflict
from hub.core.log import differing, record, state_of
from hub.core.text import safe_url, slugify
from hub.feeds.events import SourceAdded
from hub.feeds.identity import address_key
from hub.feeds.models import NEW, FeedSource
from hub.feeds.service.facts import FACTS, SourceFacts, ask_policy, check_allowed, checked_facts, refuse_known
from hub.people.models import User

TAKEN = frozenset({"new", "wanted", "import"})  # pages beside those of the sources


def add_source(
    address: str, facts: SourceFacts, *, homepage: str = "", allow: frozenset[str], by: User | None, now: datetime
) -> FeedSource:
    """Add a source that is checked from now on, inside `transaction()`.

    Raises Forbidden; Invalid naming the field, also when the address is known already.
    """
    ask_policy(by)
    check_allowed(address, allow)
    facts = checked_facts(facts)
    for _attempt in range(5):
        refuse_known(address_key(address))
        source = new_source(address, facts, homepage, _free_slug(facts.title), by, now)
        try:
            with db.session.begin_nested():
                db.session.add(source)
        except IntegrityError:  # someone else added this address, or one of this name, at the same moment
            continue
        changes = differing({}, state_of(source, ("address", "homepage", *FACTS)))
        record(SourceAdded(source.id), by=by.id if by else None, now=now, changes=changes)
        return source
    raise Conflict("other sources are being added at the same time")


def new_source(
    address: str, facts: SourceFacts, homepage: str, slug: str, by: User | None, now: datetime
) -> FeedSource:
    """Return a source that is due at once; nothing is checked or stored here."""
    return FeedSource(
        slug=slug,
        title=facts.title,
        address=address,
        address_key=address_key(address),
        homepage=safe_url(homepage)[:MAX_ADDRESS] or None,
        state=NEW,
        language=facts.language,
        principle_codes=list(facts.principle_codes),
        city_slugs=list(facts.city_slugs),
        organisation_slug=facts.organisation_slug,
        added_by=by.id if by else None,
        added_at=now,
        next_check_at=now,
    )


def slug_beside(title: str, taken: set[str]) -> str:
    """Return a slug for a title that none of those taken is."""
    slug = slugify(title)[:74].strip("-")
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken and name not in TAKEN)


def _free_slug(title: str) -> str:
    slug = slugify(title)[:74].strip("-")
    beginning = FeedSource.slug.startswith(slug, autoescape=True)
    return slug_beside(title, set(db.session.scalars(select(FeedSource.slug).where(beginning))))
