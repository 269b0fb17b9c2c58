"""The report on one city in the words of the current language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hub.cities.standing import claim_words, host
from hub.commitments.models import CONFIRMED
from hub.commitments.report.data import CityReport
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
from hub.commitments.states import StatusLine, Step, day_of
from hub.commitments.wording import turn_words
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import partial_date
from hub.web.locale import format_date, in_language, ngettext
from hub.web.locale import gettext as _


def city_document(found: CityReport, name: str, digest: str, items: Sequence[ItemView], terms: Vocabulary) -> Document:
    """Return the report on a city; `items` are those that are asked of cities."""
    period = found.period
    unknown = [item for item in items if item.code not in found.end]
    numbers = {(piece.url, piece.kind): number for number, piece in enumerate(found.sources, start=1)}
    speak = Speaker(terms, numbers)
    known_now, known_before = len(items) - len(unknown), sum(item.code in found.start for item in items)
    parts = [
        Part(
            "short",
            _("In short"),
            [
                _(
                    "%(known)d of %(total)d items were on record at the end of the period, %(before)d before it began. "
                    "The others are unknown, which is not a no.",
                    known=known_now, total=len(items), before=known_before,
                ),
                ngettext("%(num)d record took effect in the period.", "%(num)d records took effect in the period.",
                         len(found.changes)),
                ngettext("%(num)d record about another time, or without a date, became known in it.",
                         "%(num)d records about another time, or without a date, became known in it.",
                         len(found.learned)),
                ngettext("%(num)d check was made in it.", "%(num)d checks were made in it.", len(found.checks)),
            ],
        ),
        _states_part(found, items, speak),
        Part(
            "unknown",
            _("What is unknown"),
            [ngettext("Of %(num)d item nothing was on record at the end of the period.",
                      "Of %(num)d items nothing was on record at the end of the period.", len(unknown))],
            lines=[Cell(speak.item(item)) for item in unknown],
        ),
        _changes_part(found, speak),
        _learned_part(found, speak),
        _checks_part(found, speak),
        _sources_part(found, terms),
        method_part(digest),
    ]  # fmt: skip
    return Document(_("Commitments of %(city)s: report", city=name), span_words(period), basis_words(period), parts)


def _states_part(found: CityReport, items: Iterable[ItemView], speak: Speaker) -> Part:
    shown = [code for item in items for code in (item.code, *(p.code for p in speak.terms.points_of(item.code)))]
    shown += sorted((found.start.keys() | found.end.keys()) - set(shown))
    rows = [
        [
            Cell(speak.code(code), f"#{code}"),
            speak.status(found.start.get(code)),
            speak.status(end := found.end.get(code)),
            Cell(_checked_words(found, end), small=claim_words(end.claimed_by) if end else ""),
            Cell(speak.sources(end) if end else ""),
        ]
        for code in shown
        if code in found.start or code in found.end
    ]
    before = _("On %(day)s", day=format_date(found.period.before, "medium"))
    after = _("On %(day)s", day=format_date(found.period.last, "medium"))
    head = [_("Item"), before, after, _("Checked"), _("Sources")]
    return Part(
        "state", _("Where it stood before, and at the end"), [] if rows else [_("Nothing was on record.")],
        table=Table(head, rows, [9, 5, 5, 5, 4]) if rows else None,
    )  # fmt: skip


def _checked_words(found: CityReport, line: StatusLine | None) -> str:
    if line is None:
        return ""
    assured = found.assured[line.id]
    if assured.check is None or assured.checked_on is None:
        return _("not yet checked")
    return f"{tier_words(assured.tier)}, {format_date(assured.checked_on, 'medium')}"


def _changes_part(found: CityReport, speak: Speaker) -> Part:
    rows = [
        [
            Cell(_since(change.step)),
            Cell(speak.code(change.step.record.item_code)),
            Cell(
                f"{speak.label(change.before)} → {speak.label(change.step.record)}", small=turn_words(change.step)
            ),
            Cell(claim_words(change.step.record.claimed_by), small=speak.sources(change.step.record)),
        ]
        for change in found.changes
    ]  # fmt: skip
    head = [_("Since"), _("Item"), _("Status"), _("Who says so, and sources")]
    return Part(
        "changes", _("What changed in this period"),
        [_("By the day it took effect, whenever the hub was told.") if rows else _("Nothing that is on record.")],
        table=Table(head, rows, [5, 9, 7, 7]) if rows else None,
    )  # fmt: skip


def _since(step: Step) -> str:
    return partial_date(step.record.effective_text, "medium") or _("date not known")


def _learned_part(found: CityReport, speak: Speaker) -> Part:
    rows = [
        [
            Cell(format_date(day_of(line.recorded_at), "medium")),
            Cell(speak.code(line.item_code)),
            speak.status(line)._replace(small=partial_date(line.effective_text) or _("date not known")),
            Cell(claim_words(line.claimed_by), small=speak.sources(line)),
        ]
        for line in found.learned
    ]
    head = [_("Recorded"), _("Item"), _("Status"), _("Who says so, and sources")]
    return Part(
        "learned", _("What became known in this period"),
        [_("Records that the hub was given in this period and that speak of another time, name no date, or were "
           "corrected since.")
         if rows else _("Nothing about another time.")],
        table=Table(head, rows, [5, 9, 7, 7]) if rows else None,
    )  # fmt: skip


def _checks_part(found: CityReport, speak: Speaker) -> Part:
    rows = [
        [
            Cell(format_date(check.checked_on, "medium")),
            Cell(speak.code(found.items_of[check.record_id])),
            Cell(_("Confirmed") if check.result == CONFIRMED else _("Not confirmed"), small=check.reason),
            Cell(tier_words(check.tier), small=check.by_name),
        ]
        for check in found.checks
    ]
    head = [_("Day"), _("Item"), _("Found"), _("Who checked")]
    return Part(
        "checks", _("Who checked"),
        [] if rows else [_("Nobody other than the city checked a record in this period. A city cannot check itself.")],
        table=Table(head, rows, [5, 9, 7, 7]) if rows else None,
    )  # fmt: skip


def _sources_part(found: CityReport, terms: Vocabulary) -> Part:
    lines = []
    for piece in found.sources:
        kind = terms.find("evidence_types", piece.kind)
        about = [in_language(kind.labels) if kind else "", piece.issuer, partial_date(piece.issued_text)]
        if piece.is_broken:
            about.append(_("leads nowhere now"))
        lines.append(Cell(piece.title or host(piece.url), piece.url, small=", ".join(part for part in about if part)))
    return Part(
        "sources", _("Evidence and sources"), [] if lines else [_("No document is named.")], lines=lines,
        is_numbered=True,
    )  # fmt: skip
