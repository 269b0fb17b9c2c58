"""The report on all cities in the words of the current language: sums by item, of no city alone."""

from __future__ import annotations

from collections.abc import Iterable

from hub.commitments.models import BESIDE, CONFIRMED, DOCUMENT, LADDER, PEER, REGISTER
from hub.commitments.report.data import NetworkReport
from hub.commitments.report.parts import (
    Cell,
    Document,
    Part,
    Speaker,
    Table,
    basis_words,
    method_part,
    span_words,
    tier_words,
)
from hub.commitments.states import MET, STOPPED
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language, ngettext


def network_document(found: NetworkReport, digest: str, terms: Vocabulary) -> Document:
    """Return the report on all cities: sums by item, of no city alone."""
    period = found.period
    silent = [code for code, statuses in found.end.items() if not sum(statuses.values())]
    cells = found.cities * len(found.end)
    known = sum(sum(statuses.values()) for statuses in found.end.values())
    speak = Speaker(terms, {})
    parts = [
        Part(
            "short",
            _("In short"),
            [
                _(
                    "%(cities)d cities and %(items)d items make %(cells)d questions. To %(known)d of them the record "
                    "holds an answer at the end of the period; %(unknown)d are unknown, which is not a no.",
                    cities=found.cities, items=len(found.end), cells=cells, known=known, unknown=cells - known,
                ),
                ngettext("%(num)d record took effect in the period.", "%(num)d records took effect in the period.",
                         sum(found.took_effect.values())),
                ngettext("%(num)d record came on record in it, whatever day it speaks of.",
                         "%(num)d records came on record in it, whatever day they speak of.",
                         sum(found.came_on_record.values())),
                _("Cities are counted, not compared: the items differ in kind, and some lie outside a city’s powers."),
            ],
        ),
        Part("state", _("Where the cities stood"), [
            _("Met means adopted or further up the ladder. Each cell: before the period, then at its end."),
        ], table=_sums_table(found, speak)),
        Part("changes", _("What changed, and what became known"), [
            _("Took effect: by the day it speaks of. Came on record: by the day the hub was told."),
        ], table=_changes_table(found, speak)),
        Part("unknown", _("What is unknown"), [
            ngettext("Of %(num)d item nothing is known of any city.", "Of %(num)d items nothing is known of any city.",
                     len(silent)),
        ], lines=[Cell(speak.code(code), f"/commitments/{code}") for code in silent]),
        _network_checks(found),
        Part("sources", _("Evidence"), [
            _("What the records in force at the end of the period rest on. Each city’s own report names its sources."),
        ], table=_evidence_table(found, terms)),
        method_part(digest),
    ]  # fmt: skip
    return Document(_("Commitments of all cities: report"), span_words(period), basis_words(period), parts)


def _sums_table(found: NetworkReport, speak: Speaker) -> Table:
    groups = (MET, ("pledged", LADDER[0]), STOPPED, (BESIDE[2],))

    def pair(code: str, statuses: Iterable[str]) -> Cell:
        wanted = tuple(statuses)
        first, last = (sum(each.get(code, {}).get(s, 0) for s in wanted) for each in (found.start, found.end))
        return Cell(f"{first} → {last}")

    rows = []
    for code in found.end:
        gone, left = (found.cities - sum(each.get(code, {}).values()) for each in (found.start, found.end))
        cells = [pair(code, group) for group in groups]
        rows.append([Cell(speak.code(code), f"/commitments/{code}"), *cells, Cell(f"{gone} → {left}")])
    head = [_("Item"), _("Met"), _("Pledged or not started"), _("Stopped"), _("Outside powers"), _("Unknown")]
    return Table(head, rows, [9, 4, 4, 4, 4, 4], frozenset(range(1, 6)))


def _changes_table(found: NetworkReport, speak: Speaker) -> Table | None:
    rows = [
        [Cell(speak.code(code)), Cell(str(took)), Cell(str(came))]
        for code in found.end
        if (took := found.took_effect.get(code, 0)) + (came := found.came_on_record.get(code, 0))
    ]
    head = [_("Item"), _("Took effect"), _("Came on record")]
    return Table(head, rows, [9, 4, 4], frozenset({1, 2})) if rows else None


def _network_checks(found: NetworkReport) -> Part:
    rows = []
    for tier in (DOCUMENT, PEER, REGISTER):
        said = {result: number for (of, result), number in found.checks.items() if of == tier}
        if said:
            confirmed = said.get(CONFIRMED, 0)
            rows.append([Cell(tier_words(tier)), Cell(str(confirmed)), Cell(str(sum(said.values()) - confirmed))])
    head = [_("Who checked"), _("Confirmed"), _("Not confirmed")]
    return Part(
        "checks", _("Who checked"), [] if rows else [_("No record was checked in this period.")],
        table=Table(head, rows, [9, 4, 4], frozenset({1, 2})) if rows else None,
    )  # fmt: skip


def _evidence_table(found: NetworkReport, terms: Vocabulary) -> Table | None:
    rows = []
    for term in terms.scheme("evidence_types"):
        if number := found.evidence.get(term.code, 0):
            rows.append([Cell(in_language(term.labels)), Cell(str(number))])
    return Table([_("Kind"), _("Pieces")], rows, [9, 4], frozenset({1})) if rows else None
