"""Doors of this room for programs: one case in every format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response

from hub.cases.citation import bibtex, ris
from hub.cases.exports import document
from hub.cases.leaflet import leaflet
from hub.cases.markdown import markdown
from hub.cases.metadata import MEDIA_TYPES, citation, link_header
from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.versions import cited_version, version_document, version_of
from hub.core.errors import Invalid
from hub.core.text import safe_url
from hub.exchange import queries as exchange
from hub.web.formats import absolute, json_document
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
    response = json_document(document(case) | _exchange(case)) if suffix == "json" else _file(case, suffix)
    response.headers["Link"] = link_header(case)
    return response


def _exchange(case: CaseStudy) -> dict[str, Any]:
    """Return what other cities made of a case; an empty list says that nobody told the hub, not that nobody did."""
    total, waiting = exchange.count_public_questions(case.id)
    return {
        "adaptations": [_adaptation(each) for each in exchange.adaptations_of_case(case.id)],
        "questions": {
            "total": total,
            "waiting": waiting,
            "url": absolute(f"/exchange/questions/?case={quote(case.slug)}"),
        },
        "replies": [_reply(each, case) for each in exchange.replies_beside_case(case.id)],
    }


def _reply(found: Any, case: CaseStudy) -> dict[str, Any]:
    return {
        "organisation": found.organisation,
        "text": found.text,
        "language": found.language,
        "released_on": found.released_at.date().isoformat(),
        "is_demo": found.is_demo,
        "url": absolute(f"{case_path(case.slug)}#reply-{found.id}"),
    }


def _adaptation(found: Any) -> dict[str, Any]:
    own, city = found.own_case, found.city
    source = {"title": found.source_title, "url": safe_url(found.source_url)} if found.source_title else None
    return {
        "city": {"slug": city.slug, "name": city.name, "country": city.country},
        "state": found.state,
        "since": found.since or None,
        "changed": found.changed,
        "reason": found.reason,
        "language": found.language,
        "own_case": {"slug": own.slug, "title": own.title, "url": absolute(case_path(own.slug))} if own else None,
        "source": source,
        "is_demo": found.is_demo,
        "updated_at": found.updated_at.isoformat(),
        "url": absolute(f"/exchange/adaptations/{found.id}"),
    }


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
