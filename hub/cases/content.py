"""What a case says, as one value that can be compared: as it is stored, as someone typed it, as a version keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.cases.models import (
    CLAUSE,
    FUNDER,
    GOAL,
    ITEM,
    PRACTICE_TYPE,
    RIGHT,
    TARGET_GROUP,
    US_PRINCIPLE,
    CaseFile,
    CaseSource,
    CaseStudy,
    CaseTag,
)
from hub.cases.template import CODES, FIELDS, PRIVATE, ROWS

Codes = tuple[str, ...]
Rows = tuple[tuple[str, ...], ...]
SCHEMES = {
    "clauses": CLAUSE, "types": PRACTICE_TYPE, "groups": TARGET_GROUP, "items": ITEM, "alliance": US_PRINCIPLE,
    "rights": RIGHT, "sdgs": GOAL, "funders": FUNDER,
}  # fmt: skip
ROW_LISTS = ("partners", "indicators")
LINK = ("link_checked_at", "link_failures", "link_error", "link_broken_at")  # what is known of an address
UNASKED = (None, 0, "", None)
_PLAIN = (
    *(field.name for field in FIELDS if field.kind not in (CODES, ROWS) and not field.is_private),
    "has_reported_results",
)
_KEPT = ("country", "years_text", "confidence", "is_compiled")


@dataclass(frozen=True)
class CaseText:
    """All that people write in a case (the fields of `template.FIELDS`); codes stand in order of weight.

    `sources` are pairs of address and title, `partners` and `indicators` rows of cells. `open_answers` names the fields
    that are answered with "not yet known"; for the results that is `has_reported_results`.
    """

    language: str
    title: str
    summary: str = ""
    lead_office: str = ""
    contact_role: str = ""
    contact_address: str = ""
    started: int | None = None
    ended: int | None = None
    is_ongoing: bool = False
    is_approximate: bool = False
    stage: str = ""
    clauses: Codes = ()
    types: Codes = ()
    groups: Codes = ()
    items: Codes = ()
    alliance: Codes = ()
    rights: Codes = ()
    sdgs: Codes = ()
    competence: str = ""
    participation_level: str = ""
    problem: str = ""
    action: str = ""
    participation: str = ""
    legal_basis: str = ""
    partners: Rows = ()
    cost_band: str = ""
    cost_amount: str = ""
    cost_currency: str = ""
    cost_year: int | None = None
    staff: str = ""
    funders: Codes = ()
    results: str = ""
    has_reported_results: bool = True
    evidence_type: str = ""
    indicators: Rows = ()
    failures: str = ""
    conditions: str = ""
    lessons: str = ""
    adapted_from: str = ""
    adapted_from_url: str = ""
    essential: str = ""
    adaptable: str = ""
    will_mentor: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    people_check: str = ""
    consent_note: str = ""
    open_answers: Codes = ()

    @property
    def tags(self) -> dict[str, Codes]:
        """The codes by the scheme of their tags."""
        return {scheme: getattr(self, name) for name, scheme in SCHEMES.items()}

    @property
    def principle_codes(self) -> list[str]:
        """The Gwangju principles of its clauses, each once, in order of weight."""
        return list(dict.fromkeys(code.split(".")[0] for code in self.clauses))


def text_of(case: CaseStudy) -> CaseText:
    """Return what a stored case says."""
    values: dict[str, Any] = {name: getattr(case, name) for name in (*_PLAIN, *PRIVATE)}
    values |= {name: tuple(case.codes(scheme)) for name, scheme in SCHEMES.items()}
    values |= {name: tuple(tuple(row) for row in getattr(case, name)) for name in ROW_LISTS}
    values["open_answers"] = tuple(case.open_answers)
    values["sources"] = tuple((source.url, source.title) for source in case.sources)
    return CaseText(**values)


def text_in(content: Mapping[str, Any]) -> CaseText:
    """Return the text that a version, or a text put by, keeps; what it does not know of is empty."""
    tags: dict[str, list[str]] = {}
    for scheme, code in content.get("tags", []):
        tags.setdefault(scheme, []).append(code)
    values: dict[str, Any] = {"language": "", "title": ""}
    values |= {name: content[name] for name in (*_PLAIN, *PRIVATE) if content.get(name) is not None}
    values |= {name: tuple(tags.get(scheme, ())) for name, scheme in SCHEMES.items()}
    values |= {name: tuple(tuple(map(str, row)) for row in content.get(name, [])) for name in ROW_LISTS}
    values["open_answers"] = tuple(content.get("open_answers", ()))
    values["sources"] = tuple((str(url), str(title)) for url, title in content.get("sources", []))
    return CaseText(**values)


def content_of(case: CaseStudy) -> dict[str, Any]:
    """Return all that a version of a case says, as a revision keeps it."""
    content = content_of_text(text_of(case)) | {name: getattr(case, name) for name in _KEPT}
    content["files"] = [_file_words(file) for file in case.files if file.removed_at is None]
    return content


def content_of_text(text: CaseText) -> dict[str, Any]:
    """Return what people write in a case in the form in which a revision keeps it."""
    content: dict[str, Any] = {name: getattr(text, name) for name in _PLAIN}
    content["tags"] = [[scheme, code] for scheme, codes in sorted(text.tags.items()) for code in codes]
    content["open_answers"] = list(text.open_answers)
    for name in ROW_LISTS:
        content[name] = [list(row) for row in getattr(text, name)]
    content["sources"] = [list(source) for source in text.sources]
    return content


def _file_words(file: CaseFile) -> list[str]:
    return [file.title, file.owner, file.licence, file.sha256, file.alt, file.source]


def put_text(case: CaseStudy, text: CaseText) -> None:
    """Make a case say this."""
    if (case.started, case.ended, case.is_ongoing) != (text.started, text.ended, text.is_ongoing):
        case.years_text = _years(text) or case.years_text or ""
    for name in (*_PLAIN, *PRIVATE):
        setattr(case, name, getattr(text, name))
    case.open_answers = list(text.open_answers)
    for name in ROW_LISTS:
        setattr(case, name, [list(row) for row in getattr(text, name)])
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
    """Give a case these documents, pairs of address and title, in their order; rows that stay are kept.

    What is known of an address, whether it still leads somewhere, goes with it.
    """
    kept = list(case.sources)
    known = {source.url: tuple(getattr(source, name) for name in LINK) for source in kept}
    sources = []
    for position, (url, title) in enumerate(wanted):
        source = kept[position] if position < len(kept) else CaseSource(position=position)
        if source.url != url:
            for name, value in zip(LINK, known.get(url, UNASKED), strict=True):
                setattr(source, name, value)
        source.url, source.title = url, title
        sources.append(source)
    case.sources = sources
