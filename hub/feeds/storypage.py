"""One story as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from babel.units import format_unit
from markupsafe import Markup

from hub.core.text import clean_html, safe_url
from hub.feeds.models import FeedEntry
from hub.feeds.queries import stories
from hub.feeds.rows import NewsRow, host_of, news_rows
from hub.vocabularies.queries import vocabulary
from hub.web.locale import language

UNITS = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte")


@dataclass(frozen=True)
class EnclosureRow:
    """A file that a story carries; it stays where it is."""

    label: str
    url: str
    kind: str
    size: str


def story_row(entry: FeedEntry, *, with_hidden: bool = False) -> NewsRow:
    """Return a story in the words of the current language."""
    return news_rows(stories([entry], with_hidden=with_hidden), vocabulary())[0]


def text_of(entry: FeedEntry) -> Markup:
    """Return the whole text of a story where its feed gives it, else its summary; without pictures and scripts."""
    return Markup(clean_html(entry.body_html or entry.summary_html))  # noqa: S704  # nosec B704  # cleaned just now


def enclosures_of(entry: FeedEntry) -> list[EnclosureRow]:
    """Return the files of a story that can be followed, with kind and size as far as the feed says."""
    rows = []
    for each in entry.enclosures:
        url = safe_url(str(each.get("url") or ""))
        if url:
            rows.append(EnclosureRow(_file_name(url), url, str(each.get("type") or ""), _size(each.get("bytes"))))
    return rows


def _file_name(url: str) -> str:
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return " ".join(name.split())[:80] or host_of(url)


def _size(size: object) -> str:
    """Return a number of bytes as people say it; empty where it is not known."""
    if not isinstance(size, int) or size <= 0:
        return ""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return format_unit(round(amount, 1 if amount < 10 else 0), UNITS[unit], length="short", locale=language())
