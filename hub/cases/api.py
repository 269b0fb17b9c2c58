"""Doors of this room for programs: one case in every format."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response

from hub.cases.citation import bibtex, ris
from hub.cases.exports import document, markdown
from hub.cases.leaflet import leaflet
from hub.cases.metadata import MEDIA_TYPES, citation, link_header
from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.params import read_query

bp = Blueprint("cases_api", __name__)
_MAKERS: dict[str, Callable[[CaseStudy], str | bytes]] = {
    "md": markdown,
    "bib": lambda case: bibtex(citation(case)),
    "ris": lambda case: ris(citation(case)),
    "pdf": leaflet,
}


@bp.get("/cases/<slug>.<any(json,md,bib,ris,pdf):suffix>")
@public
def show_case_as(slug: str, suffix: str) -> Response:
    """Give one case as JSON, Markdown, BibTeX, RIS or PDF."""
    read_query()
    case = get_case(slug)
    response = json_document(document(case)) if suffix == "json" else _file(case, suffix)
    response.headers["Link"] = link_header(case)
    return response


def _file(case: CaseStudy, suffix: str) -> Response:
    kind = MEDIA_TYPES[suffix]
    response = Response(_MAKERS[suffix](case), content_type=kind if suffix == "pdf" else f"{kind}; charset=utf-8")
    shown = "attachment" if suffix in ("bib", "ris") else "inline"
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(case.slug, safe='')}.{suffix}"
    return response
