"""What people write to one another here: plain text, of which a few addresses may be links."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from hub.core.errors import Invalid
from hub.core.text import has_control_characters, safe_url, tidy

LONGEST_SAID = 2000  # characters of a question or an answer
LONGEST_REPLY = 3000
MOST_LINKS = 5

_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+", re.I)
_AFTER = ".,;:!?)]}'’…"  # what ends a sentence, not an address


def clean_said(field: str, text: str, most: int = LONGEST_SAID) -> str:
    """Return a text as it is kept: line ends as \\n, at most two in a row; raises Invalid naming the field.

    It is refused when empty, longer than `most` characters, with what cannot be shown, or with more than five links.
    """
    text = tidy(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    if not text:
        raise Invalid(field, "This is needed.")
    if len(text) > most:
        raise Invalid(
            field, "Write at most %(limit)d characters; it has %(found)d.", limit=most, found=len(text)
        )  # fmt: skip
    if has_control_characters(text):
        raise Invalid(field, "It holds a character that cannot be shown. Take it out.")
    if len(links_in(text)) > MOST_LINKS:
        raise Invalid(field, "Put in at most %(limit)d links.", limit=MOST_LINKS)
    return text


def links_in(text: str) -> list[str]:
    """Return the addresses of a text that become links, in their order."""
    return [url for url in (_trimmed(found.group()) for found in _ADDRESS.finditer(text)) if safe_url(url)]


def said_html(text: str) -> Markup:
    """Return a text as paragraphs, everything in it escaped; addresses of the web become links that vouch for nothing.

    Search engines are told not to follow them.
    """
    paragraphs = (part for part in re.split(r"\n\s*\n", text) if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part.strip("\n"))) for part in paragraphs)


def _lines(paragraph: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in paragraph.split("\n"))


def _linked(line: str) -> Markup:
    made, at = Markup(""), 0
    for found in _ADDRESS.finditer(line):
        url = _trimmed(found.group())
        if not safe_url(url):
            continue
        made += escape(line[at : found.start()])
        made += Markup('<a href="{0}" rel="nofollow ugc noopener">{0}</a>').format(url)
        at = found.start() + len(url)
    return made + escape(line[at:])


def _trimmed(url: str) -> str:
    """Return an address without what ends the sentence around it; a bracket that it opened itself stays."""
    while url and url[-1] in _AFTER and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url
