"""What a case says, as one value that can be compared: as it is stored, as someone typed it, as a version keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.cases.models import (
    CLAUSE,
    ITEM,
    PRACTICE_TYPE,
    TARGET_GROUP,
    US_PRINCIPLE,
    CaseFile,
    CaseSource,
    CaseStudy,
    CaseTag,
)

Codes = tuple[str, ...]
_PLAIN = (
    "language", "title", "summary", "problem", "action", "results", "has_reported_results", "lessons", "started",
    "ended", "is_ongoing", "is_approximate",
)  # fmt: skip
_KEPT = ("country", "years_text", "confidence", "is_compiled")


@dataclass(frozen=True)
class CaseText:
    """All that people write in a case; `sources` are pairs of address and title, codes stand in order of weight."""

    language: str
    title: str
    summary: str = ""
    problem: str = ""
    action: str = ""
    results: str = ""
    has_reported_results: bool = True
    lessons: str = ""
    started: int | None = None
    ended: int | None = None
    is_ongoing: bool = False
    is_approximate: bool = False
    clauses: Codes = ()
    types: Codes = ()
    groups: Codes = ()
    items: Codes = ()
    alliance: Codes = ()
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def tags(self) -> dict[str, Codes]:
        """The codes by the scheme of their tags."""
        return {
            CLAUSE: self.clauses,
            PRACTICE_TYPE: self.types,
            TARGET_GROUP: self.groups,
            ITEM: self.items,
            US_PRINCIPLE: self.alliance,
        }


def text_of(case: CaseStudy) -> CaseText:
    """Return what a stored case says."""
    return CaseText(
        **{name: getattr(case, name) for name in _PLAIN},
        clauses=tuple(case.codes(CLAUSE)),
        types=tuple(case.codes(PRACTICE_TYPE)),
        groups=tuple(case.codes(TARGET_GROUP)),
        items=tuple(case.codes(ITEM)),
        alliance=tuple(case.codes(US_PRINCIPLE)),
        sources=tuple((source.url, source.title) for source in case.sources),
    )


def content_of(case: CaseStudy) -> dict[str, Any]:
    """Return all that a version of a case says, as a revision keeps it."""
    content = content_of_text(text_of(case)) | {name: getattr(case, name) for name in _KEPT}
    content["files"] = [_file_words(file) for file in case.files if file.removed_at is None]
    return content


def content_of_text(text: CaseText) -> dict[str, Any]:
    """Return what people write in a case in the form in which a revision keeps it."""
    content: dict[str, Any] = {name: getattr(text, name) for name in _PLAIN}
    content["tags"] = [[scheme, code] for scheme, codes in sorted(text.tags.items()) for code in codes]
    content["sources"] = [list(source) for source in text.sources]
    return content


def _file_words(file: CaseFile) -> list[str]:
    return [file.title, file.owner, file.licence, file.sha256]


def put_text(case: CaseStudy, text: CaseText) -> None:
    """Make a case say this."""
    if (case.started, case.ended, case.is_ongoing) != (text.started, text.ended, text.is_ongoing):
        case.years_text = _years(text) or case.years_text or ""
    for name in _PLAIN:
        setattr(case, name, getattr(text, name))
    put_tags(case, text.tags)
    put_sources(case, text.sources)


def _years(text: CaseText) -> str:
    if text.started is None:
        return "" if text.ended is None else f"-{text.ended}"
    if text.is_ongoing:
        return f"{text.started}-"
    return str(text.started) if text.ended in (None, text.started) else f"{text.started}-{text.ended}"


def put_tags(case: CaseStudy, wanted: dict[str, Codes]) -> None:
    """Give a case these codes, each scheme in its order; rows that stay are kept."""
    kept = {(tag.scheme, tag.code): tag for tag in case.tags}
    tags = []
    for scheme, codes in wanted.items():
        for rank, code in enumerate(codes):
            tag = kept.get((scheme, code)) or CaseTag(scheme=scheme, code=code)
            tag.rank = rank
            tags.append(tag)
    case.tags = tags


def put_sources(case: CaseStudy, wanted: tuple[tuple[str, str], ...]) -> None:
    """Give a case these documents, pairs of address and title, in their order; rows that stay are kept."""
    kept = list(case.sources)
    sources = []
    for position, (url, title) in enumerate(wanted):
        source = kept[position] if position < len(kept) else CaseSource(position=position)
        source.url, source.title = url, title
        sources.append(source)
    case.sources = sources
