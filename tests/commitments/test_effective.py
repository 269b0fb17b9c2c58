"""Dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from hub.commitments.effective import read_effective
from hub.core.errors import Invalid

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("precision", "since", "until", "text", "kept"),
    [
        ("year", "2024", "", "2024", "year"),
        ("month", "2024-05", "", "2024-05", "month"),
        ("month", "2024-5", "", "2024-05", "month"),
        ("day", "2024-05-17", "", "2024-05-17", "day"),
        ("day", "2024.5.7", "", "2024-05-07", "day"),
        ("day", "２０２４-０５-１７", "", "2024-05-17", "day"),
        ("about", "2011", "", "about 2011", "about"),
        ("about", "about 2011", "", "about 2011", "about"),
        ("range", "2007", "2010", "2007..2010", "range"),
        ("range", "2007..2010", "", "2007..2010", "range"),
        ("range", "2007-03", "2010", "2007-03..2010", "range"),
        ("unknown", "", "", "", "unknown"),
        ("", "2024", "", "2024", "year"),
        ("", "2024-05", "", "2024-05", "month"),
        ("", "2024-05-17", "", "2024-05-17", "day"),
        ("", "About 2011", "", "about 2011", "about"),
        ("", "2007..2010", "", "2007..2010", "range"),
        ("year", "2036", "", "2036", "year"),
        ("year", "1900", "", "1900", "year"),
    ],
)
def test_what_is_understood(precision: str, since: str, until: str, text: str, kept: str) -> None:
    found = read_effective(precision, since, until, TODAY)
    assert (found.text, found.precision) == (text, kept)
    assert (found.first is None) == (not text)
    assert found.last is None or found.first is None or found.first <= found.last


@pytest.mark.parametrize(
    ("precision", "since", "until", "field"),
    [
        ("year", "", "", "since"),
        ("", "", "", "since"),
        ("year", "2024-05", "", "since"),
        ("day", "2024", "", "since"),
        ("day", "2023-02-29", "", "since"),
        ("month", "2024-13", "", "since"),
        ("month", "2024-00", "", "since"),
        ("year", "0000", "", "since"),
        ("year", "1899", "", "since"),
        ("year", "2037", "", "since"),
        ("year", "9999", "", "since"),
        ("year", "10" * 20, "", "since"),
        ("year", "soon", "", "since"),
        ("year", "-2024", "", "since"),
        ("year", "٢٠٢٤", "", "since"),
        ("range", "2010", "2007", "until"),
        ("range", "2010", "", "until"),
        ("range", "", "2010", "since"),
        ("range", "1..2..3", "", "since"),
        ("year", "2010", "2012", "until"),
        ("unknown", "2010", "", "precision"),
        ("year", "about 2010", "", "precision"),
        ("century", "2010", "", "precision"),
        ("", "about", "", "since"),
    ],
)
def test_what_is_refused_by_name(precision: str, since: str, until: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_effective(precision, since, until, TODAY)
    assert refused.value.field == field
