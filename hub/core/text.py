"""Text from outside: cleaned on the way in, safe on the way out."""

from __future__ import annotations

import html as html_entities
import re
import unicodedata
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

RESERVED_SLUGS = frozenset(
    [
        "new",
        "compare",
        "edit",
        "history",
        "json",
        "csv",
        "atom",
        "ics",
        "md",
        "bib",
        "ris",
        "pdf",
        "api",
        "search",
        "login",
        "logout",
        "join",
        "follow",
        "desk",
        "organizers",
        "account",
    ]
)
ALLOWED_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title", "lang"},
    "*": {"lang", "dir"},
    "td": {"colspan"},
    "th": {"colspan", "scope"},
}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def N_(text: str) -> str:
    """Mark a text for translation where it stands before any request, as the label of a field; returned as it is."""
    return text


def clean_html(html: str) -> str:
    """Return the HTML without all that could run, load or restyle; links lead to http, https and mail only."""
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )


def render_markdown(text: str) -> Markup:
    """Return Markdown as cleaned HTML; raw HTML in it is shown as typed."""
    return Markup(clean_html(_markdown.render(text)))  # noqa: S704  # nosec B704  # cleaned just now


def plain_text(html: str) -> str:
    """Return the words of an HTML fragment, white space folded, entities resolved."""
    bare = nh3.clean(re.sub(r"<(br|/p|/div|/li|/h\d)\b[^>]*>", " ", html, flags=re.I), tags=set())
    return " ".join(html_entities.unescape(bare).split())


def excerpt(text: str, limit: int) -> str:
    """Return at most `limit` characters of the text, cut at a word where there is one, with an ellipsis when cut."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head, space, _ = text[:limit].rpartition(" ")
    return (head if space and len(head) > limit // 2 else text[: limit - 1]).rstrip(" ,;:.") + "…"


def slugify(text: str) -> str:
    """Return a slug of at most 80 lower-case letters of any script, digits and hyphens, never a reserved word."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = re.findall(r"[^\W_]+", folded)
    slug = "-".join(words)[:80].strip("-") or "item"
    return f"{slug}-1" if slug in RESERVED_SLUGS else slug


def folded(text: str) -> str:
    """Return the text as it is compared: without case, accents and width, white space folded; Hangul stays whole."""
    if text.isascii():
        return " ".join(text.casefold().split())
    apart = unicodedata.normalize("NFKD", text).casefold()
    accents = {ch for ch in set(apart) if unicodedata.combining(ch)}  # few: quicker than to ask of every character
    bare = "".join([ch for ch in apart if ch not in accents]) if accents else apart
    return " ".join(unicodedata.normalize("NFC", bare).split())


def safe_url(url: str) -> str:
    """Return the address when it is http or https with a host, else an empty string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""


_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")  # Cc and Cs but tab, line ends


def has_control_characters(text: str) -> bool:
    """Tell whether the text holds NUL, other control characters (tab and line ends are fine) or lone surrogates."""
    return _CONTROL.search(text) is not None


_UNSEEN = re.compile("[\\u00ad\\u200b\\u2060\\ufeff]")  # joiners and marks of direction say something, these do not
_FIXED_SPACE = re.compile("(?<=[«‹])[\\u00a0\\u202f]|[\\u00a0\\u202f](?=[;:!?»›%])")  # as French is set
_POINT = re.compile("^[ \\t]*[•‣▪●◦·\\uf0a7\\uf0b7][ \\t\\u00a0]+", re.M)


def tidy(text: str) -> str:
    """Return a text as it was meant before a word processor had it: no unseen characters, its points as a list.

    Spaces that do not break become plain ones, but where French wants them; line separators become line ends.
    """
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text).replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _POINT.sub("- ", text)
    kept = {found.start() for found in _FIXED_SPACE.finditer(text)}
    return "".join(" " if ch in "\u00a0\u202f" and at not in kept else ch for at, ch in enumerate(text))
