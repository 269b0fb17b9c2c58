"""Bringing cities and organisations to what the seed files say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cities.events import CityAdded, CityChanged, OrganisationChanged
from hub.cities.models import City, CityRevision, Organisation
from hub.cities.seedrows import CityRow, OrganisationRow
from hub.core.db import db
from hub.core.log import differing, record, state_of
from hub.core.seedfiles import Row
from hub.vocabularies.service import Loaded

ORGANISATION = ("name", "kind", "homepage", "country", "languages", "note", "feed_address")


def load_cities(rows: Iterable[Row[CityRow]], now: datetime) -> Loaded:
    """Bring the seeded cities to what the file says, inside `transaction()`; what a person edited is left alone."""
    known = {city.slug: city for city in db.session.scalars(select(City))}
    edited = set(db.session.scalars(select(CityRevision.city_id).where(CityRevision.author_id.is_not(None))))
    loaded = Loaded()
    for row in rows:
        city = known.get(row.value.id)
        if city is not None and (city.seed_digest == row.digest or city.id in edited):
            loaded = loaded.plus(Loaded(same=1))
            continue
        is_new = city is None
        values = _city_values(row.value)
        before = city.profile() if city else {}
        city = city or City(slug=row.value.id)
        for name, value in values.items():
            setattr(city, name, value)
        city.updated_at, city.seed_digest = now, row.digest
        db.session.add(city)
        db.session.flush()  # the revision and the log entry name the city's id
        db.session.add(CityRevision(city_id=city.id, number=city.version, content=values, recorded_at=now))
        event = CityAdded(city.id) if is_new else CityChanged(city.id)
        record(event, by=None, now=now, changes=differing(before, city.profile()))
        loaded = loaded.plus(Loaded(added=1) if is_new else Loaded(changed=1))
    return loaded


def _city_values(row: CityRow) -> dict[str, Any]:
    names = (
        "name", "name_native", "native_language", "country", "region", "coalition", "lat", "lon", "geo_source",
        "time_zone", "population_gazetteer", "gov_type", "website", "hrc_since", "hrc_basis", "hrc_source",
        "forum_editions", "forum_source", "notes",
    )  # fmt: skip
    values = {name: getattr(row, name) for name in names}
    if values["coalition"] is None:
        del values["coalition"]  # the city chooses it in its profile
    return values


def load_organisations(rows: Iterable[Row[OrganisationRow]], now: datetime) -> Loaded:
    """Bring the seeded organisations to what the file says, inside `transaction()`."""
    known = {organisation.slug: organisation for organisation in db.session.scalars(select(Organisation))}
    loaded = Loaded()
    for row in rows:
        organisation = known.get(row.value.id)
        if organisation is not None and organisation.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        loaded = loaded.plus(Loaded(changed=1) if organisation else Loaded(added=1))
        before = state_of(organisation, ORGANISATION) if organisation else {}
        organisation = organisation or Organisation(slug=row.value.id)
        organisation.name, organisation.kind, organisation.homepage = row.value.name, row.value.kind, row.value.homepage
        organisation.country, organisation.languages = row.value.country, list(row.value.languages)
        organisation.note, organisation.feed_address = row.value.note, row.value.feed
        organisation.seed_digest = row.digest
        db.session.add(organisation)
        db.session.flush()  # the log entry names the organisation's id
        changes = differing(before, state_of(organisation, ORGANISATION))
        record(OrganisationChanged(organisation.id), by=None, now=now, changes=changes)
    return loaded
