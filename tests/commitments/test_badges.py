"""Badges: on every day of random histories the rule worked out plainly, and what pages and programs are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.commitments.assurance import CheckLine
from hub.commitments.awards import Award, awards, awards_on
from hub.commitments.badges import ACTIVE, BADGES, COMMITTED, VERIFIED
from hub.commitments.models import STATUSES
from hub.commitments.states import EvidenceLine, StatusLine
from hub.vocabularies.queries import ItemView
from tests.commitments.factory import make_record

START = date(2024, 1, 1)
DAYS = [START + timedelta(days=number) for number in range(300)]
GRACE = 5


def day(number: int) -> date:
    return START + timedelta(days=number)


def moment(number: int) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


def item(code: str, cycle: int | None, family: str | None = "iccar") -> ItemView:
    words: dict[str, Any] = {}
    return ItemView(
        code, "C4", "instrument", None, True, None, words, words, words, words, words, words, (), None, None, (), None,
        1, family=family, cycle_months=cycle, grace_days=GRACE,
    )  # fmt: skip


ITEMS = {each.code: each for each in (item("C4.1", 1), item("C4.2", None), item("R1", 2, "education"))}

numbers = st.integers(0, 200)
perhaps = st.none() | numbers.map(day)
pieces = st.builds(
    lambda is_public, issued, expires, is_removed: EvidenceLine(
        "report", "https://example.org/", "", is_public, 1, issued_on=issued, expires_on=expires, is_removed=is_removed
    ),
    st.booleans(), perhaps, perhaps, st.booleans(),
)  # fmt: skip
records = st.tuples(
    st.sampled_from(sorted(ITEMS)), st.sampled_from((*STATUSES, "unknown", "operating", "reported", "operating")),
    perhaps, st.sampled_from(("city", "third_party", "editor")), numbers, st.none() | st.integers(0, 7),
    st.lists(pieces, max_size=2),
)  # fmt: skip
checks = st.tuples(
    st.integers(0, 7), st.sampled_from(("document", "peer", "register")), st.booleans(), numbers, st.integers(1, 90),
    st.integers(0, 20),
)  # fmt: skip


def told(drawn: list[Any]) -> list[StatusLine]:
    """Records from what was drawn; a correction replaces an earlier record of its item."""
    lines: list[StatusLine] = []
    for number, (code, status, since, claimed_by, recorded, replaces, evidence) in enumerate(drawn, start=1):
        earlier = [each.id for each in lines if each.item_code == code]
        old = earlier[replaces % len(earlier)] if replaces is not None and earlier else None
        public = tuple(piece for piece in evidence if piece.is_public)
        lines.append(
            StatusLine(
                number, 1, code, status, "", since, since, "day" if since else "unknown", claimed_by, "", None,
                moment(recorded), old, evidence=public,
            )
        )  # fmt: skip
    return lines


def checked(drawn: list[Any], lines: list[StatusLine]) -> dict[int, list[CheckLine]]:
    """Checks of these records from what was drawn."""
    found: dict[int, list[CheckLine]] = {}
    for number, (which, tier, is_confirmed, on, lasts, later) in enumerate(drawn, start=1):
        if lines:
            of = lines[which % len(lines)].id
            result, until = ("confirmed", day(on + lasts)) if is_confirmed else ("refused", None)
            line = CheckLine(number, of, tier, result, "", "", day(on), until, moment(on + later))
            found.setdefault(of, []).append(line)
    return found


def month_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    for last in (start.day, 30, 29, 28):
        try:
            return date(start.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def plainly(
    lines: list[StatusLine], code: str, on: date, checks: dict[int, list[CheckLine]], known: datetime | None
) -> str:
    """The rule as the page of badges tells it, for one item on one day, without any of the hub's own functions."""
    held, clock = [], datetime(1, 1, 1, tzinfo=UTC)
    for line in lines:
        if line.item_code == code:
            clock = max(clock, line.recorded_at)
            if known is None or clock <= known:
                held.append(line)
    gone = {line.replaces_id for line in held}
    ranked = [
        (line.effective_from or line.recorded_at.date(), line.id, line)
        for line in held
        if line.id not in gone and (line.effective_from or line.recorded_at.date()) <= on
    ]
    if not ranked:
        return ""
    line = max(ranked, key=lambda each: each[:2])[2]
    if line.status not in ("adopted", "resourced", "operating", "reported"):
        return ""
    newest = {}
    for check in sorted(checks.get(line.id, []), key=lambda each: (each.checked_on, each.id)):
        if check.checked_on <= on and (known is None or check.recorded_at <= known):
            newest[check.tier] = check
    confirmed = [each for each in newest.values() if each.result == "confirmed"]
    if (cycle := ITEMS[code].cycle_months) is not None:
        days = [each.issued_on for each in line.evidence if each.issued_on and each.issued_on <= on]
        days += [each.checked_on for each in confirmed]
        said = line.recorded_at.date() if line.claimed_by == "city" else line.effective_from
        days = days or ([min(said, on)] if said else [])
        if not days or on > month_later(max(days), cycle) + timedelta(days=GRACE):
            return ""
    shown = [e for e in line.evidence if not e.is_removed and (e.expires_on is None or e.expires_on >= on)]
    if line.status not in ("operating", "reported") or not shown:
        return COMMITTED
    return VERIFIED if any(each.expires_on and each.expires_on >= on for each in confirmed) else ACTIVE


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=8), st.lists(checks, max_size=6), st.none() | numbers.map(moment))
def test_on_every_day_badges_are_the_rule_worked_out_plainly(
    drawn: list[Any], drawn_checks: list[Any], known: datetime | None
) -> None:
    lines = told(drawn)
    made = checked(drawn_checks, lines)
    found = awards(lines, ITEMS, made, known)
    for on in DAYS:
        carried = {code: plainly(lines, code, on, made, known) for code in ITEMS}
        for family, codes in (("iccar", ("C4.1", "C4.2")), ("education", ("R1",))):
            for rank, badge in enumerate(BADGES):
                expected = {code for code in codes if carried[code] in BADGES[rank:]}
                standing = [each for each in found if (each.family, each.badge) == (family, badge)]
                standing = [each for each in standing if each.holds_on(on)]
                assert {ground.item_code for each in standing for ground in each.rests_on(on)} == expected, (on, badge)
                assert len(standing) == bool(expected)
    for before, after in pairwise(found):  # awards of one badge never touch: they would be one
        if before[:2] == after[:2]:
            assert before.last is not None
            assert after.first > before.last + timedelta(days=1)


def told_of(*drawn: Any, by: dict[int, list[CheckLine]] | None = None) -> list[Award]:
    return awards(told(list(drawn)), ITEMS, by or {})


def test_an_award_begins_expires_and_goes_on_when_it_is_spoken_of_again() -> None:
    document = EvidenceLine("report", "https://example.org/", issued_on=day(0))
    renewed = document._replace(issued_on=day(30))
    first = ("C4.1", "operating", day(0), "third_party", 0, None, [document])
    (active, committed) = told_of(first)
    assert (active.badge, active.first, active.last) == (ACTIVE, day(0), date(2024, 2, 6))  # a month and five days
    assert (committed.badge, committed.first, committed.last) == (COMMITTED, active.first, active.last)
    assert awards_on([active, committed], day(9)) == [active]
    assert awards_on([active, committed], date(2024, 2, 7)) == []

    again = ("C4.1", "reported", day(30), "third_party", 30, None, [document, renewed])
    (active, _committed) = told_of(first, again)
    assert (active.first, active.last) == (day(0), date(2024, 3, 5))
    assert [ground.record_id for ground in active.rests_on(day(29))] == [1]
    assert [ground.record_id for ground in active.rests_on(day(30))] == [2]

    late = ("C4.1", "reported", day(90), "third_party", 90, None, [document._replace(issued_on=day(90))])
    assert [(each.badge, each.first) for each in told_of(first, late)] == [
        (ACTIVE, day(0)), (ACTIVE, day(90)), (COMMITTED, day(0)), (COMMITTED, day(90)),
    ]  # fmt: skip

    check = CheckLine(1, 1, "peer", "confirmed", "", "", day(10), day(20), moment(10))
    verified = told_of(first, by={1: [check]})[0]
    assert (verified.badge, verified.first, verified.last) == (VERIFIED, day(10), day(20))


def test_without_a_cycle_it_has_no_end_until_something_else_is_said() -> None:
    document = EvidenceLine("report", "https://example.org/")
    (active, committed) = told_of(("C4.2", "operating", day(0), "city", 100, None, [document]))
    assert (active.last, committed.last) == (None, None)
    found = told_of(
        ("C4.2", "adopted", day(0), "city", 0, None, []), ("C4.2", "withdrawn", day(50), "city", 60, None, [])
    )
    assert [(each.badge, each.first, each.last) for each in found] == [(COMMITTED, day(0), day(49))]
    hidden = document._replace(is_public=False)
    assert [each.badge for each in told_of(("C4.2", "operating", day(0), "city", 0, None, [hidden]))] == [COMMITTED]


def test_the_page_of_badges_tells_the_rule_and_every_number(client: FlaskClient, session: Any) -> None:
    page, document = client.get("/commitments/badges"), client.get("/commitments/badges.json").get_json()
    assert page.status_code == 200
    assert [each["code"] for each in document["badges"]] == list(BADGES)
    for badge in document["badges"]:
        assert badge["rule"] in page.text
    listed = [item for family in document["families"] for item in family["items"]]
    assert listed
    assert all(f'id="{family["code"]}"' in page.text for family in document["families"])
    assert {"code", "cycle_months", "grace_days", "lapse_months"} <= set(listed[0])
    assert "max-age" in page.headers["Cache-Control"]
    assert client.get("/commitments/badges?as_of=x").status_code == 200  # a parameter it does not know is left out


def test_a_city_shows_its_badges_with_what_they_rest_on_and_those_of_the_past(
    client: FlaskClient, session: Any
) -> None:
    link = "https://example.org/decision"
    made = make_record(session, "suva", "R3", "operating", "2020-03-01", url=link, claimed_by="third_party").id

    def badges(query: str = "") -> list[tuple[str, str, str, str | None, list[int]]]:
        found = client.get(f"/cities/suva/commitments.json{query}").get_json()["badges"]
        return [
            (each["family"], each["badge"], each["since"], each["until"], [rest["record"] for rest in each["rests_on"]])
            for each in found
        ]

    spring = ("institutions", "active", "2020-03-01", "2022-05-30", [made])
    assert badges("?as_of=2020-03-01") == badges("?as_of=2022-05-30") == [spring]
    assert badges("?as_of=2020-02-29") == badges("?as_of=2022-05-31") == badges() == []
    assert badges("?as_of=2021-01-01&known=then") == []  # the hub heard of it in 2026 only
    then = client.get("/cities/suva/commitments?as_of=2021-01-01").text
    assert "since March 1, 2020, until May 30, 2022 if nobody speaks of it again" in then
    assert f'href="/cities/suva/commitments#record-{made}"' in then
    now = client.get("/cities/suva/commitments").text
    assert "2 badges of the past" in now
    assert "from March 1, 2020 until May 30, 2022" in now
