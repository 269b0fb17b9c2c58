"""How far others stand behind a record: what counts, from when until when, and as known then."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.commitments.assurance import (
    SELF_DECLARED,
    Assurance,
    CheckLine,
    assurance,
    assurance_fields,
    counts_until,
)
from hub.commitments.models import CONFIRMED, DOCUMENT, PEER, REFUSED, REGISTER, SELF, TIERS, Verification
from hub.commitments.queries import checks_in_force, checks_of
from hub.commitments.states import EvidenceLine
from hub.vocabularies.queries import ItemView, vocabulary
from tests.commitments.factory import make_record

FIRST = date(2024, 5, 1)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def check(number: int, tier: str, result: str, day: date, until: date | None = None, **more: Any) -> CheckLine:
    values = {"reason": "", "conflicts": "", "recorded_at": at(day)} | more
    return CheckLine(number, 1, tier, result, checked_on=day, expires_on=until, **values)


@pytest.fixture
def item(session: Any) -> ItemView:
    return next(iter(vocabulary().items.values()))


def test_the_highest_tier_that_counts_and_the_refusal_beside_it() -> None:
    until = FIRST + timedelta(days=100)
    document = check(1, DOCUMENT, CONFIRMED, FIRST, until)
    peer = check(2, PEER, CONFIRMED, FIRST + timedelta(days=10), FIRST + timedelta(days=20), by_slug="graz")
    refused = check(3, REGISTER, REFUSED, FIRST + timedelta(days=15), reason="Not on the list.")
    said = [refused, peer, document]
    assert assurance(said, FIRST - timedelta(days=1)) == SELF_DECLARED
    assert assurance(said, FIRST).tier == DOCUMENT
    middle = assurance(said, FIRST + timedelta(days=15))
    assert (middle.tier, middle.by, middle.refused) == (PEER, "graz", refused)
    assert middle.confirmed_on == (FIRST, FIRST + timedelta(days=10))
    assert assurance(said, FIRST + timedelta(days=20)).tier == PEER, "the last day still counts"
    assert assurance(said, FIRST + timedelta(days=21)).tier == DOCUMENT
    late = assurance(said, until + timedelta(days=1))
    assert (late.tier, late.is_checked, late.confirmed_on) == (SELF, False, middle.confirmed_on)
    fields = assurance_fields(middle)
    assert (fields["tier"], fields["by"], fields["checked_on"]) == (PEER, "graz", "2024-05-11")
    assert fields["refused"]["reason"] == "Not on the list."
    assert assurance_fields(SELF_DECLARED) == {
        "tier": "self", "checked_on": None, "expires_on": None, "by": None, "refused": None,
    }  # fmt: skip


def test_the_newest_check_of_a_tier_decides_and_an_appeal_can_overturn_a_refusal() -> None:
    later, last = FIRST + timedelta(days=5), FIRST + timedelta(days=9)
    confirmed = check(1, DOCUMENT, CONFIRMED, FIRST, date(2027, 1, 1))
    refused = check(2, DOCUMENT, REFUSED, later, reason="The link is dead.")
    assert assurance([confirmed, refused], later) == Assurance(refused=refused)
    peer_refused = check(3, PEER, REFUSED, later, reason="No.")
    granted = check(4, DOCUMENT, CONFIRMED, last, date(2027, 1, 1), appeal_of_id=3)
    found = assurance([confirmed, refused, peer_refused, granted], last)
    assert (found.tier, found.check, found.refused) == (DOCUMENT, granted, None)
    upheld = granted._replace(result=REFUSED, expires_on=None, reason="Still not.")
    found = assurance([peer_refused, upheld], last)
    assert (found.tier, found.refused) == (SELF, upheld)
    assert assurance([peer_refused, granted], last - timedelta(days=1)).refused == peer_refused
    older_list = check(5, REGISTER, CONFIRMED, FIRST, date(2027, 1, 1), recorded_at=at(date(2026, 1, 1)))
    newer_list = check(4, REGISTER, REFUSED, last, reason="Gone.", recorded_at=at(last))
    assert assurance([newer_list, older_list], date(2026, 6, 1)).tier == SELF, "the day it speaks of decides"


def test_how_long_a_confirmation_counts(item: ItemView) -> None:
    bound = replace(item, cycle_months=12, grace_days=30)
    assert counts_until(date(2024, 1, 31), bound, ()) == date(2025, 3, 2)
    assert counts_until(date(2024, 1, 31), replace(item, cycle_months=None, grace_days=5), ()) == date(2026, 5, 1)
    short, gone = EvidenceLine("report", "", expires_on=date(2024, 6, 1)), EvidenceLine("report", "", is_removed=True)
    over = short._replace(expires_on=date(2024, 1, 1))
    removed = gone._replace(expires_on=date(2024, 3, 1))
    assert counts_until(date(2024, 1, 31), bound, (over, removed, short, EvidenceLine("x", ""))) == date(2024, 6, 1)


def naive(checks: list[CheckLine], day: date, known: datetime) -> tuple[str, set[int]]:
    """Return the tier and the refusals that stand, told as the rule says it, slowly."""
    seen = [each for each in checks if each.recorded_at <= known and each.checked_on <= day]
    gone = {each.appeal_of_id for each in seen if each.result == CONFIRMED}
    tier, refusals = SELF, set()
    for name in TIERS:
        own = [each for each in seen if each.tier == name and each.id not in gone]
        if not own:
            continue
        newest = max(own, key=lambda each: (each.checked_on, each.id))
        if newest.result == REFUSED:
            refusals.add(newest.id)
        elif newest.expires_on is not None and newest.expires_on >= day:
            tier = name
    return tier, refusals


def test_random_histories_give_what_the_rule_says() -> None:
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    for _round in range(60):
        made: list[CheckLine] = []
        for number in range(1, chance.randint(1, 8)):
            day = FIRST + timedelta(days=chance.randint(0, 40))
            result = chance.choice((CONFIRMED, CONFIRMED, REFUSED))
            until = day + timedelta(days=chance.randint(0, 30)) if result == CONFIRMED else None
            refused = [each.id for each in made if each.result == REFUSED]
            more = {"appeal_of_id": chance.choice(refused)} if refused and chance.random() < 0.4 else {}
            recorded = at(day + timedelta(days=chance.choice((0, 0, 3))))
            made.append(check(number, chance.choice(TIERS), result, day, until, recorded_at=recorded, **more))
        shuffled = chance.sample(made, len(made))
        for offset in range(0, 75, 3):
            day = FIRST + timedelta(days=offset)
            known = at(FIRST + timedelta(days=chance.randint(0, 75)), 23)
            found = assurance(shuffled, day, known)
            tier, refusals = naive(made, day, known)
            assert found.tier == tier, f"seed {seed}: {made} on {day} as known {known}"
            assert (found.refused.id if found.refused else 0) in (refusals or {0}), f"seed {seed}"


def test_checks_are_read_for_many_records_at_once_and_as_known_then(session: Any) -> None:
    one = make_record(session, "suva", "R1", "operating", "2012", url="https://example.org/one")
    other = make_record(session, "graz", "R1", "operating", "2012", url="https://example.org/two")
    session.add(
        Verification(
            record_id=one.id, city_id=one.city_id, item_code="R1", tier=PEER, result=CONFIRMED, checked_on=FIRST,
            expires_on=date(2026, 8, 1), by_city_id=other.city_id, recorded_at=at(date(2024, 6, 1)),
        )
    )  # fmt: skip
    session.commit()
    found = checks_in_force([one.id, other.id], date(2024, 7, 1))
    assert (found[one.id].tier, found[one.id].by, found[other.id]) == (PEER, "graz", SELF_DECLARED)
    assert checks_in_force([one.id], date(2024, 7, 1), at(FIRST))[one.id] == SELF_DECLARED
    assert [each.by_label("en") for each in checks_of(range(one.id - 1500, one.id + 1))[one.id]] == ["Graz"]
    assert checks_of([]) == {}
