"""Shape of what organizers say of a commitment item: facts once, texts in four languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField

from hub.vocabularies.editing import (
    LANGUAGES,
    MAX_LINE,
    MAX_RUNG,
    MAX_TEXT,
    MAX_URL,
    PROVEN,
    RUNGS,
    TEXTS,
    ItemFacts,
    sources_text,
)
from hub.vocabularies.queries import ItemView
from hub.web.forms import N_, AtMost, ChecksField, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _
from hub.web.locale import language_name

Choices = Sequence[tuple[str, str]]

_LABELS = {
    "labels": N_("Name"),
    "short": N_("Short name"),
    "what": N_("What it asks"),
    "fulfilled_means": N_("When it counts as met"),
    "responsible_body": N_("Who can decide"),
    "note": N_("Note"),
}
_PROSE = ("what", "fulfilled_means", "note")


class ItemForm(HubForm):
    """An item to add; its texts are the fields `name_en` to `rung_reported_fr`."""

    code = LineField(N_("Code"), [AtMost(20)])
    kind = RadioField(N_("What it is"), [required, one_of_offered], validate_choice=False)
    is_named = BooleanField(N_("Named in the Gwangju Declaration"))
    paragraphs = LineField(N_("Where the Declaration or a principle says so"), [AtMost(80)])
    official_name = LineField(N_("Official name"), [AtMost(MAX_LINE)])
    founded = LineField(N_("Founded or adopted"), [AtMost(10)])
    home = LineField(N_("Website"), [AtMost(MAX_URL)])
    sources = ProseField(N_("Sources"), [AtMost(8000)])
    family = SelectField(N_("Which badge it counts for"), [one_of_offered], validate_choice=False)
    cycle_months = LineField(N_("To be said anew after so many months"), [AtMost(9)])
    grace_days = LineField(N_("Days after that in which it still counts"), [AtMost(9)])
    lapse_months = LineField(N_("Months after that until the network strikes a silent member off"), [AtMost(9)])
    proof_adopted = ChecksField()
    proof_resourced = ChecksField()
    proof_operating = ChecksField()
    proof_reported = ChecksField()
    others = ChecksField(N_("Other documents that count"))
    why = ProseField(N_("Why"), [AtMost(MAX_TEXT)])
    version = HiddenField()

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which none has, when it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def offer(self, kinds: Choices, families: Choices, evidence: Choices, statuses: Mapping[str, str]) -> None:
        """Set what can be chosen, and what the fields of each rung and language are called."""
        self.kind.choices = list(kinds)
        self.family.choices = [("", _("No badge")), *families]
        self.others.choices = list(evidence)
        for rung in PROVEN:
            self[f"proof_{rung}"].choices = list(evidence)
            self[f"proof_{rung}"].label.text = _("Documents that show: %(rung)s", rung=statuses[rung])
        for code in LANGUAGES:
            for name, (asked, _limit) in TEXTS.items():
                self[f"{asked}_{code}"].label.text = _named(_(_LABELS[name]), code)
            for rung in RUNGS:
                self[f"rung_{rung}_{code}"].label.text = _named(statuses[rung], code)

    def texts_in(self, code: str) -> list[Any]:
        """Return the fields of the texts in a language."""
        return [self[f"{asked}_{code}"] for asked, _limit in TEXTS.values()]

    def rungs_in(self, code: str) -> list[Any]:
        """Return the fields of the rungs in a language."""
        return [self[f"rung_{rung}_{code}"] for rung in RUNGS]

    @property
    def proofs(self) -> list[Any]:
        """The fields of the documents that show each rung, and of those that count besides."""
        return [*(self[f"proof_{rung}"] for rung in PROVEN), self.others]

    def facts(self) -> ItemFacts:
        """Return what was filled in."""

        def by_language(asked: str) -> dict[str, str]:
            return {code: self[f"{asked}_{code}"].data or "" for code in LANGUAGES}

        return ItemFacts(
            kind=self.kind.data or "",
            is_named=bool(self.is_named.data),
            paragraphs=self.paragraphs.data or "",
            official_name=self.official_name.data or "",
            founded=self.founded.data or "",
            home=self.home.data or "",
            sources=self.sources.data or "",
            family=self.family.data or "",
            cycle_months=self.cycle_months.data or "",
            grace_days=self.grace_days.data or "",
            lapse_months=self.lapse_months.data or "",
            texts={name: by_language(asked) for name, (asked, _limit) in TEXTS.items()},
            rungs={rung: by_language(f"rung_{rung}") for rung in RUNGS},
            proofs={rung: tuple(self[f"proof_{rung}"].data or ()) for rung in PROVEN},
            others=tuple(self.others.data or ()),
        )


def _add_texts() -> None:
    """Give the form a field for every text and rung in every language."""
    for code in LANGUAGES:
        for name, (asked, limit) in TEXTS.items():
            kind = ProseField if name in _PROSE else LineField
            setattr(ItemForm, f"{asked}_{code}", kind(_LABELS[name], [AtMost(limit)]))
        for rung in RUNGS:
            setattr(ItemForm, f"rung_{rung}_{code}", LineField("", [AtMost(MAX_RUNG)]))


_add_texts()


def values_of(item: ItemView) -> dict[str, Any]:
    """Return what the form shows of an item as it stands."""
    shown = {kind for kinds in item.proofs.values() for kind in kinds}
    values: dict[str, Any] = {
        "kind": item.kind, "is_named": item.is_named_in_declaration, "paragraphs": item.paragraphs or "",
        "official_name": item.official_name or "", "founded": item.founded_or_adopted or "", "home": item.home or "",
        "sources": sources_text(item.sources), "family": item.family or "",
        "cycle_months": _shown(item.cycle_months), "grace_days": _shown(item.grace_days),
        "lapse_months": _shown(item.lapse_months), "version": str(item.revision),
        "others": [kind for kind in item.evidence_types if kind not in shown],
    }  # fmt: skip
    values |= {f"proof_{rung}": list(item.proofs.get(rung, ())) for rung in PROVEN}
    for code in LANGUAGES:
        values |= {f"{asked}_{code}": _text(getattr(item, name), code) for name, (asked, _limit) in TEXTS.items()}
        values |= {f"rung_{rung}_{code}": _text(item.rungs.get(rung, {}), code) for rung in RUNGS}
    return values


def _named(label: str, code: str) -> str:
    return _("%(label)s (%(language)s)", label=label, language=language_name(code))


def _text(texts: Mapping[str, Any], code: str) -> str:
    value = texts.get(code) or ""
    return str(value.get("text", "")) if isinstance(value, dict) else str(value)


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)
