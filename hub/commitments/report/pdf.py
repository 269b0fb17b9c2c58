"""A report as A4 pages in PDF, set by typst from our own template and fonts; nothing is fetched."""

from __future__ import annotations

from typing import Any

from hub.cases.citation import LICENCE, PUBLISHER, one_line
from hub.cases.leaflet import breakable, typeset
from hub.commitments.report.data import Period
from hub.commitments.report.parts import Cell, Document, Part
from hub.core.paths import TEMPLATES
from hub.core.text import safe_url
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import language

TEMPLATE = TEMPLATES / "commitments" / "report.typ"


def report_pdf(document: Document, period: Period, path: str) -> bytes:
    """Return a report as PDF; `path` is that of its page, with its query. The same content gives the same bytes."""
    return typeset(TEMPLATE, report_data(document, period, path))


def report_data(document: Document, period: Period, path: str) -> dict[str, Any]:
    """Return what the template sets in type."""
    return {
        "lang": language(),
        "publisher": PUBLISHER,
        "head": _("Report on the commitments"),
        "title": _soft(document.title),
        "span": document.span,
        "basis": document.basis,
        "updated": [period.last.year, period.last.month, period.last.day],
        "parts": [_part(part) for part in document.parts],
        "footer": f"{absolute(path)} · {LICENCE}",
    }


def _part(part: Part) -> dict[str, Any]:
    table = part.table
    return {
        "title": part.title,
        "sentences": [_soft(sentence) for sentence in part.sentences],
        "head": list(table.head) if table else [],
        "widths": list(table.widths) if table else [],
        "numbers": sorted(table.numbers) if table else [],
        "rows": [[_cell(cell) for cell in row] for row in table.rows] if table else [],
        "lines": [_cell(line) for line in part.lines],
        "numbered": part.is_numbered,
        "mono": part.mono,
    }


def _cell(cell: Cell) -> dict[str, str]:
    url = absolute(cell.url) if cell.url.startswith("/") else cell.url
    return {"text": _soft(cell.text), "small": _soft(cell.small), "url": safe_url(url), "status": cell.status}


def _soft(text: str) -> str:
    return breakable(one_line(text))
