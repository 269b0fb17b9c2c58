"""The kinds of field that rows of seed files are made of: texts, labels in four languages, addresses, codes."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from hub.core.seedfiles import SeedModel


def shaped(pattern: str, words: str) -> AfterValidator:
    """Return a check that text has the given form; `words` completes "should be ..."."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(f"should be {words}, not {text[:60]!r}")
        return text

    return AfterValidator(check)


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in text):
        raise ValueError(f"should be a web address beginning with http:// or https://, not {text[:60]!r}")
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400), shaped(r"[^\n]+", "on one line")]
WebAddress = Annotated[str, StringConstraints(min_length=1, max_length=2_000), AfterValidator(_web_address)]
Slug = Annotated[str, shaped(r"[a-z0-9]+([-_][a-z0-9]+)*", "small letters and digits joined by hyphens")]
Country = Annotated[str, shaped(r"[A-Z]{2}", "two capital letters such as KR")]
Language = Annotated[str, shaped(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", "a language tag such as ko or zh-Hant")]
LabelStatus = Literal["official", "translated", "editorial"]


class Label(SeedModel):
    """A wording and where it comes from: the document itself, our translation of it, or our own words."""

    text: Text
    status: LabelStatus


class Labels(SeedModel):
    """A wording in each of the four languages."""

    en: Label
    ko: Label
    es: Label
    fr: Label


class Texts(SeedModel):
    """Our own words in each of the four languages."""

    en: Text
    ko: Text
    es: Text
    fr: Text


class Source(SeedModel):
    """Where a statement comes from; the address is missing for documents that are not on the web."""

    title: Line
    url: WebAddress | None
