"""Dates as feeds write them: the two standards, and what sites in four languages write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_TEXT = 100
_SEOUL = "+09:00"
_EPOCH = re.compile(r"(\d{10})(\d{3})?(\.\d+)?")
_DIGITS = re.compile(r"(\d{8})(?:T?(\d{4})(\d\d)?Z?)?")
_NUMBERS = re.compile(  # RFC 3339 and its looser relatives: 2025-05-15T09:00:00.25Z, 2025.5.15. 09:00, 2025/05
    r"(\d{4})(?:[-./]\s?(\d{1,2})(?:[-./]\s?(\d{1,2})\.?)?)?"
    r"(?:(?:\s*T|,?\s+)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.I,
)
_DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})\b")
_KOREAN_DAY = re.compile(r"(\d{4})\s*[년./-]\s*(\d{1,2})\s*[월./-]\s*(\d{1,2})\s*[일.]?")
_KOREAN_MAIL = re.compile(r"(?:[월화수목금토일](?:요일)?[,.]?\s*)?(\d{1,2}) (\d{1,2})월 (\d{4}\b.*)")
_KOREAN_TIME = re.compile(r"(오전|오후)?\s*(\d{1,2})\s*(?::|시)\s*(?:(\d{1,2})\s*분?)?(?::(\d{2}))?")
_KOREAN = re.compile("[가-힣]")
_ZONE_NAME = re.compile(r"(?<=[\d\s])\(?([A-Z]{1,5})\)?$")
_FROM_GREENWICH = re.compile(
    r"\b(?:GMT|UTC)([+-])(\d{1,2})(?::?(\d{2}))?\b.*"
)  # GMT+9, GMT+0900 (Korean Standard Time)
_WORD = re.compile(r"[a-z]+")
# Hours from Greenwich; where a name has two meanings, that of the mail standard (RFC 5322, 4.3), else the wider one.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AKST": -9, "HST": -10, "BRT": -3, "ART": -3, "CLT": -4, "COT": -5, "PET": -5, "WET": 0, "WEST": 1,
    "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "WAT": 1, "CAT": 2,
    "SAST": 2, "EAT": 3, "IST": 5.5, "NPT": 5.75, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8,
    "KST": 9, "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_MONTHS = (
    "jan january ene enero janv janvier", "feb february febrero fev fevr fevrier", "mar march marzo mars",
    "apr april abr abril avr avril", "may mayo mai", "jun june junio juin", "jul july julio juil juillet",
    "aug august ago agosto aou aout", "sep sept september septiembre setiembre septembre",
    "oct october octubre octobre", "nov november noviembre novembre", "dec december dic diciembre decembre",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAY_MONTH_YEAR = re.compile(
    r"\b(\d{1,2})(?:er|o|st|nd|rd|th)?(?:\s|[-/])+(?:de |of )?([a-z]+)(?:\s|[-/])+(?:de |del )?(\d{4})\b"
)
_MONTH_DAY_YEAR = re.compile(r"\b([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?\s+(\d{4})\b")
_TIME = re.compile(r"\b(\d{1,2})\s*(?::|h)\s*(\d{2})?(?::(\d{2}))?\s*([ap])?(?:\s?m)?\b\s*(?:z\b|([+-]\d{2}:?\d{2}))?")


def read_date(text: str) -> datetime | None:
    """Return the moment that a feed's date means, in UTC; None where it means none or no calendar has it.

    A day without a time is its midnight in UTC, a time without a zone is in UTC; one written in Korean is in Seoul.
    Days stand before months where both are numbers.
    """
    text = " ".join(unicodedata.normalize("NFKC", text[: MAX_TEXT * 4]).split())
    if not text or len(text) > MAX_TEXT or not any(ch.isdigit() for ch in text):
        return None
    text = _FROM_GREENWICH.sub(lambda found: f"{found[1]}{found[2]:0>2}{found[3] or '00'}", text)
    for reader in _READERS:
        try:
            found = reader(text)
            if found is not None:
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue  # the 31st of February, year 0, a zone a hundred hours away
    return None


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _mail(text: str) -> datetime | None:
    """Read `Thu, 15 May 2025 09:00:00 +0900` (RFC 822 with its successors), with more zones than the standard has."""
    if not text.isascii():
        return None
    text = _ZONE_NAME.sub(lambda name: _offset(name[1]) or name[0], text)
    words = set(_WORD.findall(text.lower()))
    return parsedate_to_datetime(text) if words & _MONTH.keys() and not words & {"am", "pm"} else None


def _numbers(text: str) -> datetime | None:
    if digits := _DIGITS.fullmatch(text):
        return datetime.fromisoformat(f"{digits[1]}T{digits[2] or '0000'}{digits[3] or '00'}")
    text = _ZONE_NAME.sub(lambda name: _offset(name[1]) or name[0], text)
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, half, zone = found.groups()
    return _moment(int(year), int(month or 1), int(day or 1), hour, minute, second, half, zone)


def _korean(text: str) -> datetime | None:
    if mail := _KOREAN_MAIL.fullmatch(text):
        return _named(f"{mail[1]} {_MONTHS[int(mail[2]) - 1][:3]} {mail[3]}")
    day = _KOREAN_DAY.search(text)
    if not day or not _KOREAN.search(text):
        return None
    rest = text[day.end() :]
    time = _KOREAN_TIME.search(rest)
    if not time:
        return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
    half = {"오전": "am", "오후": "pm"}.get(time[1] or "")
    return _moment(int(day[1]), int(day[2]), int(day[3]), time[2], time[3], time[4], half, _SEOUL)


def _day_first(text: str) -> datetime | None:
    found = _DAY_FIRST.search(text)
    if not found:
        return None
    day, month = int(found[1]), int(found[3])
    day, month = (month, day) if month > 12 else (day, month)
    return _moment(int(found[4]), month, day, *_time(text[found.end() :].lower()))


def _named(text: str) -> datetime | None:
    text = _ZONE_NAME.sub(lambda name: _offset(name[1]) or name[0], text)
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = " ".join("".join(ch for ch in apart if not unicodedata.combining(ch)).translate(_POINTS).split())
    if found := _DAY_MONTH_YEAR.search(bare):
        day, name, year = found.groups()
    elif found := _MONTH_DAY_YEAR.search(bare):
        name, day, year = found.groups()
    else:
        return None
    month = _MONTH.get(name)
    return _moment(int(year), month, int(day), *_time(bare[found.end() :])) if month else None


def _time(text: str) -> tuple[str | None, ...]:
    found = _TIME.search(text)
    return found.groups() if found else (None,) * 5


def _moment(
    year: int, month: int, day: int, hour: str | None, minute: str | None = None, second: str | None = None,
    half: str | None = None, zone: str | None = None,
) -> datetime:  # fmt: skip
    midnight = datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T00:00:00{_with_colon(zone)}")
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    minutes, seconds = int(minute or 0), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60:
        raise ValueError("no such time")
    return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _with_colon(zone: str | None) -> str:
    if not zone or zone in "Zz":
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:] or '00'}"


def _offset(name: str) -> str | None:
    hours = _ZONES.get(name)
    if hours is None:
        return None
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"


_POINTS = str.maketrans(",.", "  ")
_READERS: tuple[Callable[[str], datetime | None], ...] = (_epoch, _numbers, _mail, _korean, _day_first, _named)
