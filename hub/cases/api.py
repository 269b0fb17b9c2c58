"""Doors of this room for programs: one case in every format."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response

from hub.cases.citation import bibtex, ris
from hub.cases.exports import document
from hub.cases.leaflet import leaflet
from hub.cases.markdown import markdown
from hub.cases.metadata import MEDIA_TYPES, citation, link_header
from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from hub.cases.versions import cited_version, version_document, version_of
from hub.core.errors import Invalid
from hub.web.formats import json_document
from hub.web.gate import public
from hub.web.params import read_query

bp = Blueprint("cases_api", __name__)
_CITED = {"bib": bibtex, "ris": ris}
_MAKERS: dict[str, Callable[[CaseStudy], str | bytes]] = {
    "md": markdown,
    "bib": lambda case: bibtex(citation(case)),
    "ris": lambda case: ris(citation(case)),
    "pdf": leaflet,
}


@bp.get("/cases/<slug>.<any(json,md,bib,ris,pdf):suffix>")
@public
def show_case_as(slug: str, suffix: str) -> Response:
    """Give one case as JSON, Markdown, BibTeX, RIS or PDF; `version` is one of its versions, in what cites or keeps it.

    Raises Invalid for a version in a format that tells the case as it stands.
    """
    number = read_query(allowed={"version"}).integer("version", high=1_000_000)
    case = get_case(slug)
    if number is not None:
        return _version(case, suffix, number)
    response = json_document(document(case)) if suffix == "json" else _file(case, suffix)
    response.headers["Link"] = link_header(case)
    return response


def _version(case: CaseStudy, suffix: str, number: int) -> Response:
    if suffix not in _CITED and suffix != "json":
        raise Invalid("version", "This format gives the newest version only. Ask for json, bib or ris.")
    revision = version_of(case, number)
    if suffix == "json":
        return json_document(version_document(case, revision))
    return _given(case, suffix, _CITED[suffix](cited_version(case, revision)))


def _file(case: CaseStudy, suffix: str) -> Response:
    return _given(case, suffix, _MAKERS[suffix](case))


def _given(case: CaseStudy, suffix: str, content: str | bytes) -> Response:
    kind = MEDIA_TYPES[suffix]
    response = Response(content, content_type=kind if suffix == "pdf" else f"{kind}; charset=utf-8")
    shown = "attachment" if suffix in ("bib", "ris") else "inline"
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(case.slug, safe='')}.{suffix}"
    return response
