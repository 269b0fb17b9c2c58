"""Dates are written as precisely as they are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from hub.web.dates import date_span, machine_date, partial_date


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    """Stand inside a request in a language."""
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        yield


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "2006", "2006"),
        ("en", "2012-05", "May 2012"),
        ("en", "2006-06-29", "June 29, 2006"),
        ("en", "about 2011", "about 2011"),
        ("en", "2007..2010", "2007 to 2010"),
        ("en", "", ""),
        ("en", "the spring of 2013", "the spring of 2013"),
        ("ko", "2006", "2006년"),
        ("ko", "2012-05", "2012년 5월"),
        ("ko", "2006-06-29", "2006년 6월 29일"),
        ("es", "2012-05", "mayo de 2012"),
        ("fr", "2012-05", "mai 2012"),
    ],
)
def test_a_partial_date_in_words(app: Flask, language: str, text: str, words: str) -> None:
    with reading(app, language):
        assert partial_date(text) == words


def test_a_whole_day_may_be_written_shorter(app: Flask) -> None:
    with reading(app, "en"):
        assert partial_date("2006-06-29", "medium") == "Jun 29, 2006"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2011-05-16", "2011-05-17", "16–17 de mayo de 2011"),
        ("2011-05-16", None, "16 de mayo de 2011"),
        ("2011-05-16", "2011-05-16", "16 de mayo de 2011"),
    ],
)
def test_a_span_of_days_says_the_month_once(app: Flask, first: str, last: str | None, words: str) -> None:
    with reading(app, "es"):
        assert date_span(first, last) == words


@pytest.mark.parametrize(
    ("text", "machine"),
    [("about 2011", "2011"), ("2007..2010", "2007"), ("2012-05", "2012-05"), ("", ""), (None, ""), ("soon", "")],
)
def test_what_time_elements_hold(text: str | None, machine: str) -> None:
    assert machine_date(text) == machine
