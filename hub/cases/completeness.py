"""What a case needs before it can be sent to review or published, and what is welcome in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hub.cases.content import CaseText
from hub.cases.template import (
    BY_NAME,
    CONSENTED,
    FIELDS,
    FLAG,
    INDICATOR,
    MOST_PRINCIPLES,
    PUBLISH,
    SUBMIT,
    WELCOME,
)
from hub.core.errors import Invalid
from hub.core.text import N_

# Details of another field: they are asked for, and not counted as parts of their own.
_DETAILS = frozenset({
    "language", "ended", "contact_address", "cost_amount", "cost_currency", "cost_year", "adapted_from_url",
    "consent_note", "alliance", "staff",
})  # fmt: skip


class Part(NamedTuple):
    """A part of a case, named by its field: when it is needed, and whether it is there."""

    field: str
    need: str
    is_done: bool

    @property
    def is_needed(self) -> bool:
        """Whether publishing needs it."""
        return self.need != WELCOME


class Flaw(NamedTuple):
    """What stands in a field and cannot be published like that, and what to do about it, in English."""

    field: str
    message: str


class Unfinished(Invalid):
    """A case cannot go on as it is; `missing` names the fields to fill, `flaws` what to mend."""

    def __init__(self, missing: list[str], flaws: list[Flaw] | None = None) -> None:
        self.missing, self.flaws = missing, flaws or []
        first = missing[0] if missing else self.flaws[0].field
        super().__init__(first, "This is needed before the case can be published.")


def parts_of(text: CaseText, *, has_years: bool = False, has_picture: bool = False) -> list[Part]:
    """Return the parts of a case in the order of its form; `has_years` when its years are told in words."""
    parts = [
        Part(field.name, field.need, _is_there(field.name, text, has_years=has_years))
        for field in FIELDS
        if field.kind != FLAG and field.name not in _DETAILS
    ]
    return [*parts, Part("file", WELCOME, has_picture)]


def missing(text: CaseText, *, has_years: bool = False, need: str = PUBLISH) -> list[str]:
    """Return the fields that must be filled before a case can be published, or with SUBMIT sent to review."""
    needs = (SUBMIT,) if need == SUBMIT else (SUBMIT, PUBLISH)
    parts = parts_of(text, has_years=has_years)
    return [part.field for part in parts if part.need in needs and not part.is_done]


def _is_there(name: str, text: CaseText, *, has_years: bool) -> bool:
    if name == "started":
        return has_years or text.started is not None or text.ended is not None
    if name == "results":
        return bool(text.results) or not text.has_reported_results
    return bool(getattr(text, name)) or (BY_NAME[name].may_be_open and name in text.open_answers)


def flaws(text: CaseText) -> list[Flaw]:
    """Return what is there and cannot be published: too many principles, a figure without a source, no consent."""
    return list(_flaws(text))


def _flaws(text: CaseText) -> Iterator[Flaw]:
    if len(text.principle_codes) > MOST_PRINCIPLES:
        yield Flaw("clauses", N_("A case serves one to three principles. Take out the clauses of the others."))
    for row in text.indicators:
        cells = dict(zip(INDICATOR, row, strict=False))
        if not (cells.get("name") and cells.get("value") and cells.get("source")):
            yield Flaw("indicators", N_("Each figure needs what was counted, its value and its source."))
            break
    if text.people_check == CONSENTED and not text.consent_note:
        yield Flaw("consent_note", N_("Say where the consent is kept. Readers do not see it."))


def unfinished(
    text: CaseText, *, has_years: bool = False, need: str = PUBLISH, before: CaseText | None = None
) -> Unfinished | None:
    """Return what stands in the way; of a case published already (`before`) only what the change makes worse."""
    gaps, wrong = missing(text, has_years=has_years, need=need), flaws(text)
    if before is not None:
        known = missing(before, has_years=has_years)
        gaps = [name for name in gaps if name not in known]
        wrong = [flaw for flaw in wrong if flaw not in flaws(before)]
    return Unfinished(gaps, wrong) if gaps or wrong else None


def is_answered(name: str, text: CaseText) -> bool:
    """Tell whether a field says something or was honestly left open."""
    return _is_there(name, text, has_years=False)
