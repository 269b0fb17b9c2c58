"""What the manifest's notes say of single files, as checks of what was stored; each yields what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from hub.core import clock
from hub.feeds.models import FeedEntry, FeedSource

Check = Callable[[FeedSource, Sequence[FeedEntry], str], Iterator[str]]
_MARKUP = re.compile(r"<(script|img|svg|math|iframe|form|input|base|noscript|object|embed|style|link|meta)\b", re.I)
_ATTRIBUTE = re.compile(r"<[^>]*\s(on\w+|style|id|class|name|src|srcdoc|background)\s*=", re.I)
_SCHEME = re.compile(r"""(href|src)\s*=\s*["']?\s*(javascript|data|vbscript|file)\s*:""", re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def every_text_is_harmless(entries: Sequence[FeedEntry]) -> Iterator[str]:
    """Whatever a feed holds: what is stored is clean, short enough, and dated so that it is not pinned on top."""
    soon = clock.now() + timedelta(hours=25)
    for entry in entries:
        markup = f"{entry.summary_html}\n{entry.body_html}"
        if _MARKUP.search(markup) or _ATTRIBUTE.search(markup) or _SCHEME.search(markup):
            yield f"{entry.title[:20]}: markup is left: {markup[:80]}"
        if _CONTROL.search("".join((entry.title, markup, entry.url, entry.guid, entry.date_text or "", entry.words))):
            yield f"{entry.title[:20]}: control characters"
        if len(entry.title) > 500 or len(entry.url) > 2048 or len(entry.guid) > 500 or len(markup) > 450_000:
            yield f"{entry.title[:20]}: too long"
        if entry.url and not entry.url.startswith(("http://", "https://")):
            yield f"{entry.title[:20]}: it leads to {entry.url[:40]}"
        if any(not each["url"].startswith(("http://", "https://")) for each in entry.enclosures):
            yield f"{entry.title[:20]}: a file at {entry.enclosures}"
        if entry.published_at > soon or entry.published_at.year < 1990:
            yield f"{entry.title[:20]}: dated {entry.published_at}"


def _expect(what: str, said: object, wanted: object) -> Iterator[str]:
    if said != wanted:
        yield f"{what} is {said!r}, not {wanted!r}"


def _wait_at_least(hours: float) -> Check:
    def check(source: FeedSource, _entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
        assert source.next_check_at is not None
        assert source.checked_at is not None
        wait = source.next_check_at - source.checked_at
        if wait < timedelta(hours=hours * 0.89):  # it may be a tenth sooner, so that not all are asked at once
            yield f"asked again after {wait}, not {hours} h"

    return check


def _dates(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    day = datetime(2025, 5, 15, tzinfo=UTC)
    for entry in entries:
        number = int(entry.title[1:])
        is_read = abs(entry.published_at - day) < timedelta(hours=36)
        if number <= 6 and not is_read:
            yield f"{entry.title}: {entry.published_at}, not 15 May 2025 ({entry.date_text!r})"
        if number > 6:
            yield from _expect(f"{entry.title}: its date", entry.published_at, entry.first_seen_at)
        if number > 7:
            yield from [] if entry.date_text else [f"{entry.title}: its date is not kept as text"]


def _updated_only(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    dates = {entry.title: entry.published_at for entry in entries}
    yield from _expect("the first date", dates["no published"], datetime(2025, 5, 15, tzinfo=UTC))
    yield from _expect("the other date", dates["no dates"], entries[0].first_seen_at)


def _edited(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    [entry] = entries
    yield from _expect("the title", entry.title, "Final title")
    if entry.edited_at is None or entry.first_seen_at is None or entry.edited_at <= entry.first_seen_at:
        yield f"first seen {entry.first_seen_at}, edited {entry.edited_at}"


def _moved(guid: str, url: str) -> Check:
    def check(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
        for entry in entries:
            yield from _expect("its name", entry.guid, guid)
            yield from _expect("its link", entry.url, url)
            yield from _expect("told as an edit", entry.edited_at, None)

    return check


def _links(**wanted: str) -> Check:
    def check(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
        for entry in entries:
            if entry.title in wanted:
                yield from _expect(f"the link of {entry.title}", entry.url, wanted[entry.title])

    return check


def _relative(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    [entry] = entries
    yield from _expect("the link", entry.url, "https://forum.example.org/dir/news/1")
    if 'href="https://forum.example.org/x"' not in entry.summary_html + entry.body_html:
        yield f"in the text: {entry.summary_html} {entry.body_html}"


def _relative_to_site(source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    site = "/".join((source.address or "").split("/")[:3])
    yield from _expect("the link", entries[0].url, f"{site}/news/a")


def _json(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    first, second = sorted(entries, key=lambda entry: entry.guid, reverse=True)
    files = [{"url": "https://forum.example.org/a.pdf", "type": "application/pdf", "bytes": 10}]
    yield from _expect("the files", first.enclosures, files)
    yield from _expect("the date", first.published_at, datetime(2025, 5, 15, tzinfo=UTC))
    yield from _expect("the language", first.language, "ko")
    if "안녕" not in first.summary_html + first.body_html or "alert" in first.summary_html + first.body_html:
        yield f"its text is {first.summary_html!r} {first.body_html!r}"
    if "&lt;b&gt;not bold&lt;/b&gt;" not in second.summary_html + second.body_html:
        yield f"plain text became {second.summary_html!r} {second.body_html!r}"


def _odd_json(source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    site = "/".join((source.address or "").split("/")[:3])
    links = {entry.title: entry.url for entry in entries}
    yield from _expect("the relative link", links.get("numeric id"), f"{site}/rel/7")
    yield from _expect("the link of no id", links.get("no id"), "https://x.example/8")


def _one_file(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    if not any(entry.enclosures for entry in entries):
        yield "its file is not kept"


def _no_bidi(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    titles = {entry.title for entry in entries}
    yield from _expect("the turned title", "gnp.exe" in {title.strip("\u200b") for title in titles}, True)


def _empty_note(_source: FeedSource, _entries: Sequence[FeedEntry], note: str) -> Iterator[str]:
    if "no story" not in note:
        yield f"it does not say that the feed is empty: {note!r}"


def _whole_ones(_source: FeedSource, entries: Sequence[FeedEntry], _note: str) -> Iterator[str]:
    yield from _expect(
        "the whole stories", [title for entry in entries if (title := entry.title) != "T3"], ["T0", "T1", "T2"]
    )


DETAILS: dict[str, Check] = {
    "lang/ko.rdf": _wait_at_least(12),
    "lang/es-latin1.rss": _wait_at_least(2),
    "dates/odd-dates.rss": _dates,
    "dates/updated-only.atom": _updated_only,
    "identity/edited-2.atom": _edited,
    "identity/guid-changed-2.rss": _moved("https://new.example/?p=1", "https://f.example/story"),
    "identity/http-to-https-2.rss": _moved("https://f.example/s", "https://f.example/s"),
    "identity/emptied.rss": _empty_note,
    "urls/relative-base.atom": _relative,
    "urls/relative-nobase.rss": _relative_to_site,
    "urls/unsafe-links.rss": _links(
        L0="", L1="", L2="", L3="http://169.254.169.254/latest/meta-data/", L4="", L5="http://proto.example/rel",
        L7="http://[::1]/", L8="https://xn--ngstr-lra8j.example/", L9="",
    ),
    "formats/jsonfeed11-ko.json": _json,
    "formats/jsonfeed10-odd.json": _odd_json,
    "venus/enclosure.xml": _one_file,
    "yarr/rss-podcast.xml": _one_file,
    "hostile/bidi-formula.rss": _no_bidi,
    "broken/truncated.rss": _whole_ones,
}  # fmt: skip
