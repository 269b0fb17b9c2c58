"""What a case needs before it can be published, and what is welcome in it."""

from __future__ import annotations

from typing import NamedTuple

from hub.cases.content import CaseText
from hub.core.errors import Invalid


class Part(NamedTuple):
    """A part of a case, named by its field: whether publishing needs it, and whether it is there."""

    field: str
    is_needed: bool
    is_done: bool


class Unfinished(Invalid):
    """A case cannot be published as it is; `missing` names the fields to fill."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(missing[0], "This is needed before the case can be published.")
        self.missing = missing


def parts_of(text: CaseText, *, has_years: bool = False, has_picture: bool = False) -> list[Part]:
    """Return the parts of a case in the order of its form; `has_years` when its years are told in words."""
    return [
        Part("title", True, bool(text.title)),
        Part("summary", True, bool(text.summary)),
        Part("started", True, has_years or text.started is not None or text.ended is not None),
        Part("clauses", True, bool(text.clauses)),
        Part("types", True, bool(text.types)),
        Part("groups", True, bool(text.groups)),
        Part("items", False, bool(text.items)),
        Part("problem", True, bool(text.problem)),
        Part("action", True, bool(text.action)),
        Part("results", True, bool(text.results) or not text.has_reported_results),
        Part("lessons", False, bool(text.lessons)),
        Part("source_urls", False, bool(text.sources)),
        Part("file", False, has_picture),
    ]


def missing(text: CaseText, *, has_years: bool = False) -> list[str]:
    """Return the fields that must be filled before a case can be published."""
    return [part.field for part in parts_of(text, has_years=has_years) if part.is_needed and not part.is_done]
