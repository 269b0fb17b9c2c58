"""Loading the adaptations that documents tell of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.log import differing, record, state_of
from hub.core.seedfiles import Row
from hub.core.text import folded
from hub.exchange.events import AdaptationRecorded
from hub.exchange.models import Adaptation, AdaptationStep
from hub.exchange.seedrows import AdaptationRow
from hub.exchange.service.adapting import SAID
from hub.vocabularies.service import Loaded

Key = tuple[int, int | None, str]  # who takes it up, the case, else the title of the practice


def load_adaptations(rows: Iterable[Row[AdaptationRow]], now: datetime) -> Loaded:
    """Bring the compiled adaptations to what the file says, after the cases, inside `transaction()`.

    What a city said itself, and what was taken away, is left alone.
    """
    known: dict[Key, Adaptation] = {}
    for old in db.session.scalars(select(Adaptation).order_by(Adaptation.id)):
        known[(old.city_id, old.origin_id, folded(old.origin_title))] = old
    digests = {old.seed_digest for old in known.values()}
    by_people = select(AdaptationStep.adaptation_id).where(AdaptationStep.recorded_by.is_not(None))
    touched = set(db.session.scalars(by_people))
    cities = {row.slug: row.id for row in db.session.execute(select(City.slug, City.id))}
    cases = {row.slug: row.id for row in db.session.execute(select(CaseStudy.slug, CaseStudy.id))}
    loaded = Loaded()
    for row in rows:
        value = row.value
        origin_id = cases.get(value.origin) if value.origin else None
        adaptation = known.get((cities[value.city], origin_id, folded(value.origin_title or "")))
        is_settled = adaptation is not None and (adaptation.removed_at is not None or adaptation.id in touched)
        if is_settled or row.digest in digests or (value.origin and origin_id is None):
            loaded = loaded.plus(Loaded(same=1))
            continue
        is_new = adaptation is None
        adaptation = adaptation or Adaptation(city_id=cities[value.city], origin_id=origin_id, created_at=now)
        before = {} if is_new else state_of(adaptation, SAID)
        adaptation.origin_title = value.origin_title or ""
        adaptation.origin_city_id = cities[value.origin_city] if value.origin_city else None
        adaptation.origin_place, adaptation.origin_url = value.origin_place or "", value.origin_url or ""
        _say(adaptation, row, cases.get(value.own_case) if value.own_case else None, before, now)
        loaded = loaded.plus(Loaded(added=1) if is_new else Loaded(changed=1))
    return loaded


def _say(
    adaptation: Adaptation, row: Row[AdaptationRow], own_case_id: int | None, before: dict[str, object], now: datetime
) -> None:
    """Write what a document says, as a step and in the log."""
    value = row.value
    adaptation.state, adaptation.since, adaptation.language = value.state, value.since or "", value.language
    adaptation.changed, adaptation.reason = value.changed or "", value.reason or ""
    adaptation.own_case_id, adaptation.updated_at = own_case_id, now
    adaptation.source_title, adaptation.source_url = value.source_title, value.source_url
    adaptation.seed_digest = row.digest
    db.session.add(adaptation)
    db.session.flush()  # the step and the log entry name its id
    step = AdaptationStep(
        adaptation_id=adaptation.id, state=adaptation.state, since=adaptation.since, changed=adaptation.changed,
        reason=adaptation.reason, own_case_id=own_case_id, recorded_at=now,
    )  # fmt: skip
    db.session.add(step)
    db.session.flush()
    event = AdaptationRecorded(adaptation.id, step.id, adaptation.city_id, adaptation.origin_id)
    record(event, by=None, now=now, changes=differing(before, state_of(adaptation, SAID)))
