"""What a feed says of a story, cleaned: lines, links, texts, names; the same for every format."""

from __future__ import annotations

import hashlib
import html as entities
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import nh3

from hub.core.addresses import MAX_ADDRESS
from hub.core.text import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, excerpt, plain_text, safe_url
from hub.feeds.parse import MAX_BODY, MAX_ENTRIES, MAX_GUID, MAX_TITLE, Enclosure, ParsedEntry

MAX_DEPTH = 200  # cleaning takes the square of it
MAX_EXCERPT = 500
MAX_ENCLOSURES = 10
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.I)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.A)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_WIDTHLESS = re.compile("[\u200b\u2060\ufeff]")
_WRITTEN_BY_US = re.compile(r"about |\d{4}(-\d{2}(-\d{2})?)?$")  # what the hub itself writes where a date is not whole
_MARKUP = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.I)
_NO_WORDS = re.compile(r"<(script|style)\b.*?(?:</\1\b[^<>]*>|$)", re.I | re.S)
_ENDLESS = frozenset(
    ["p", "li", "td", "th", "tr", "dt", "dd", "br", "hr", "img", "input", "wbr", "source", "col", "area"]
)  # need no end tag
_ALL_SPACE = re.compile(r"\s+")


def line(value: Any, limit: int = MAX_TITLE) -> str:
    """Return a text of one line as it is read, without markup and without what turns the direction of reading."""
    text = _WIDTHLESS.sub("", unseen_out(plain_text(str(value or "")[: limit * 20])))
    return excerpt(text, limit)


def unseen_out(text: str) -> str:
    """Return a text without control characters, lone surrogates and what turns the direction of reading."""
    return _UNSEEN.sub("", text)


def link(value: Any, base: str = "") -> str:
    """Return an address, joined to its base; empty when it is not http or https, or longer than 2,048 characters."""
    text = unseen_out(str(value or "")[: MAX_ADDRESS * 4]).strip()
    try:
        url = safe_url(urljoin(base, text)) if text else ""
    except ValueError:
        return ""
    return url if len(url) <= MAX_ADDRESS else ""


def language(*values: Any) -> str | None:
    """Return the first value that is a language code."""
    for value in values:
        code = str(value or "").strip().replace("_", "-")
        if len(code) <= 20 and _LANGUAGE.fullmatch(code):
            return code
    return None


def text_of_date(value: Any) -> str:
    """Return a date as its feed writes it, at most 40 characters; empty for what the hub itself could have written."""
    text = excerpt(unseen_out(plain_text(str(value or "")[:200])), 40)
    return "" if ".." in text or _WRITTEN_BY_US.match(text) else text


def terms(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the tags of a story, at most 80 characters each."""
    return tuple(unseen_out(str(value))[:80] for value in values if value)


def enclosure(url: Any, kind: Any, size: Any, base: str) -> Enclosure | None:
    """Return a file that goes with a story; None when its address is not http or https."""
    address, text = link(url, base), str(size or "").strip()
    if not address:
        return None
    media = str(kind or "").strip().lower()
    length = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0
    return Enclosure(address, media if _MEDIA_TYPE.fullmatch(media) else "", length)


def enclosures(found: Iterable[Enclosure | None]) -> tuple[Enclosure, ...]:
    """Return the first ten files, each address once."""
    once: dict[str, Enclosure] = {}
    for each in found:
        if each is not None:
            once.setdefault(each.url, each)
    return tuple(once.values())[:MAX_ENCLOSURES]


def texts(summary: str, whole: str, base: str) -> tuple[str, str]:
    """Return the summary and the whole text of a story, cleaned.

    The whole text is empty unless it says more than the summary that the feed gives. Where a feed gives no summary, a
    short whole text is it; of a long one it is the beginning.
    """
    own, full = markup(summary, base), markup(whole, base) if whole else ""
    if not full:
        return own, ""
    words, all_words = _bare(own), _bare(full)
    if words:
        return (own, full) if len(all_words) > len(words) else (own, "")
    if len(all_words) <= MAX_EXCERPT:
        return full, ""
    start = excerpt(plain_text(full[: MAX_EXCERPT * 20]), MAX_EXCERPT)
    return f"<p>{entities.escape(start, quote=False)}</p>", full


def paragraphs(text: str) -> str:
    """Return plain text as HTML: escaped, an empty line ends a paragraph."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return "".join(f"<p>{entities.escape(part, quote=False)}</p>".replace("\n", "<br>") for part in parts if part)


def markup(html: str, base: str) -> str:
    """Return HTML with what may stand on our pages: no pictures, no script, links absolute; at most 200 KB of it.

    Where tags are nested deeper than any text needs, or cleaned text grows much, only the words are kept.
    """
    cut = html.encode("utf-8", "ignore")[:MAX_BODY].decode("utf-8", "ignore") if len(html) > MAX_BODY // 4 else html
    if "<" not in cut and "&" not in cut:
        return unseen_out(cut)
    if _depth(cut) <= MAX_DEPTH:
        cleaned = unseen_out(_cleaner(base).clean(cut))
        if len(cleaned) <= 2 * len(cut) + 10_000:
            return cleaned
    words = _ALL_SPACE.sub(" ", entities.unescape(_MARKUP.sub(" ", _NO_WORDS.sub(" ", cut)))).strip()
    return f"<p>{entities.escape(unseen_out(words), quote=False)}</p>" if words else ""


@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    settings: dict[str, Any] = {
        "tags": set(ALLOWED_TAGS),
        "attributes": {tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        "url_schemes": {"http", "https", "mailto"},
        "link_rel": "noopener nofollow ugc",
    }
    if safe_url(base):
        try:
            return nh3.Cleaner(**settings, url_relative=("rewrite_with_base", base))
        except ValueError:
            pass
    return nh3.Cleaner(**settings, url_relative="deny")


def _depth(html: str) -> int:
    if html.count("<") <= MAX_DEPTH:
        return 0
    deepest = depth = 0
    for tag in _MARKUP.finditer(html):
        if tag[2].lower() in _ENDLESS:
            continue
        depth = max(depth + (-1 if tag[1] else 1), 0)
        deepest = max(deepest, depth)
    return deepest


def _bare(html: str) -> str:
    return _ALL_SPACE.sub(" ", _MARKUP.sub(" ", html)).strip()


def name_of(own: Any, url: str, title: str, date: str, text: str) -> str:
    """Return what names an entry: its own id, else its link, else a hash of title and date, else of date and text."""
    name = unseen_out(str("" if own is None else own)).strip() or url
    if name:
        return name if len(name) <= MAX_GUID else _hashed(name)
    return _hashed(title, date) if title else _hashed(date, text)


def told_apart(entries: Sequence[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """Return the entries under names of their own, true doubles once: some feeds give one id to all."""
    titles: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        titles.setdefault((entry.guid, entry.url), set()).add(entry.title)
    shared = Counter(guid for guid, _url in titles)
    kept: dict[str, ParsedEntry] = {}
    for entry in entries:
        ambiguous = len(titles[entry.guid, entry.url]) > 1
        if ambiguous or shared[entry.guid] > 1:
            place = entry.url.partition("://")[2]
            what = f"{place}\n{entry.title}" if ambiguous else place or entry.title
            entry = replace(entry, guid=_hashed(entry.guid, what))
        kept.setdefault(entry.guid, entry)
    return tuple(kept.values())


def _hashed(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def newest(dates: Sequence[datetime | None]) -> list[int]:
    """Return the places of the newest entries, at most 500, in the order of the feed.

    An entry without a date counts as old as the one before it.
    """
    if len(dates) <= MAX_ENTRIES:
        return list(range(len(dates)))
    known: list[datetime] = []
    for date in dates:
        known.append(date or (known[-1] if known else datetime.max.replace(tzinfo=UTC)))
    ranked = sorted(range(len(known)), key=lambda place: known[place], reverse=True)
    return sorted(ranked[:MAX_ENTRIES])
