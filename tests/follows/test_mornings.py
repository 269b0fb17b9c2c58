"""Seven in the morning where the reader is: clock changes, days that a zone leaves out, and clocks that were wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from hub.follows.models import AT_ONCE, DAILY, NEVER, WEEKLY
from hub.follows.mornings import MONDAY, Wanted, due_topics, last_morning

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "day", "at"),
    [
        ("Asia/Seoul", "2030-03-01 22:00", "2030-03-02", "2030-03-01 22:00"),
        ("Asia/Seoul", "2030-03-01 21:59", "2030-03-01", "2030-02-28 22:00"),
        ("Europe/Vienna", "2030-03-31 04:59", "2030-03-30", "2030-03-30 06:00"),  # the clock went on at two
        ("Europe/Vienna", "2030-03-31 05:00", "2030-03-31", "2030-03-31 05:00"),
        ("Europe/Vienna", "2030-10-27 05:59", "2030-10-26", "2030-10-26 05:00"),  # and back
        ("Europe/Vienna", "2030-10-27 06:00", "2030-10-27", "2030-10-27 06:00"),
        ("Australia/Lord_Howe", "2030-01-01 20:00", "2030-01-02", "2030-01-01 20:00"),  # half hours
        ("Pacific/Kiritimati", "2030-01-01 17:00", "2030-01-02", "2030-01-01 17:00"),
        ("Etc/GMT+12", "2030-01-01 19:00", "2030-01-01", "2030-01-01 19:00"),
        # Samoa left out the 30th of December 2011.
        ("Pacific/Apia", "2011-12-29 17:00", "2011-12-29", "2011-12-29 17:00"),
        ("Pacific/Apia", "2011-12-30 16:59", "2011-12-29", "2011-12-29 17:00"),
        ("Pacific/Apia", "2011-12-30 17:00", "2011-12-31", "2011-12-30 17:00"),
        ("", "2030-01-01 07:00", "2030-01-01", "2030-01-01 07:00"),
        ("No/Where", "2030-01-01 06:59", "2029-12-31", "2029-12-31 07:00"),
    ],
)
def test_the_last_morning_of_a_zone(zone: str, now: str, day: str, at: str) -> None:
    assert last_morning(moment(now), zone) == (date.fromisoformat(day), moment(at))


def test_each_day_of_a_year_has_one_morning_in_its_order() -> None:
    for zone in ("Europe/Vienna", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham"):
        seen, now = [], moment("2030-01-02 00:00")
        while now < moment("2031-01-01 00:00"):
            found = last_morning(now, zone)
            if not seen or found != seen[-1]:
                seen.append(found)
            now += 3 * HOUR
        days = [each.day for each in seen]
        assert all(after - before == DAY for before, after in pairwise(days))
        gaps = [after.at - before.at for before, after in pairwise(seen)]
        assert 22 * HOUR < min(gaps) <= max(gaps) < 26 * HOUR


def test_the_last_monday() -> None:
    assert last_morning(moment("2030-03-04 06:59"), "UTC", MONDAY).day == date(2030, 2, 25)
    assert last_morning(moment("2030-03-04 07:00"), "UTC", MONDAY).day == date(2030, 3, 4)
    assert last_morning(moment("2030-03-03 22:00"), "Asia/Seoul", MONDAY).day == date(2030, 3, 4)


def wanted(zone: str = "UTC", daily_on: str = "", weekly_on: str = "", **frequencies: str) -> Wanted:
    days = [date.fromisoformat(each) if each else None for each in (daily_on, weekly_on)]
    return Wanted(frequencies, zone, *days)


def test_what_is_due_by_topic() -> None:
    reader = wanted(work=AT_ONCE, cases=DAILY, exchange=WEEKLY, news=NEVER)
    sunday = moment("2030-03-03 12:00")
    waiting = dict.fromkeys(("work", "cases", "exchange", "commitments", "news"), sunday)
    assert due_topics(reader, waiting, sunday + 4 * MINUTE) == set()
    assert due_topics(reader, waiting, sunday + 5 * MINUTE) == {"work"}
    assert due_topics(reader, waiting, moment("2030-03-04 06:59")) == {"work"}
    everything = {"work", "cases", "exchange", "commitments"}  # what she never chose is daily
    assert due_topics(reader, waiting, moment("2030-03-04 07:00")) == everything
    assert due_topics(reader, {"cases": moment("2030-03-04 07:00")}, moment("2030-03-04 23:00")) == set()


def test_one_daily_and_one_weekly_mail_a_day_of_her_own() -> None:
    monday, before = moment("2030-03-04 08:00"), {"cases": moment("2030-03-01 12:00")}
    assert due_topics(wanted(daily_on="2030-03-03"), before, monday) == {"cases"}
    assert due_topics(wanted(daily_on="2030-03-04"), before, monday) == set()
    assert due_topics(wanted(cases=WEEKLY, weekly_on="2030-03-04"), before, monday + 6 * DAY) == set()
    assert due_topics(wanted(cases=WEEKLY, weekly_on="2030-03-04"), before, monday + 7 * DAY) == {"cases"}
    # From Kiritimati to Honolulu her own day comes again: no second mail on it.
    assert due_topics(wanted("Pacific/Honolulu", daily_on="2030-03-04"), before, moment("2030-03-03 18:00")) == set()


def test_a_clock_that_ran_ahead_holds_nothing_up() -> None:
    monday, ahead = moment("2030-03-04 08:00"), moment("2030-04-13 08:00")
    for frequency in (AT_ONCE, DAILY, WEEKLY):
        assert due_topics(wanted(cases=frequency), {"cases": ahead}, monday) == {"cases"}
    before = {"cases": moment("2030-03-01 12:00")}
    assert due_topics(wanted(daily_on="2030-04-13"), before, monday) == {"cases"}
    assert due_topics(wanted(cases=WEEKLY, weekly_on="2030-04-08"), before, monday) == {"cases"}
