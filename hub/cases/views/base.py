"""What all doors of this room share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.cases.rows import case_path, city_label, is_current_language, own_language_name
from hub.web.locale import country_name

bp = Blueprint("cases", __name__)


def common(case: CaseStudy) -> dict[str, Any]:
    """Return what every page about a case shows: where it happened, in which language it is told."""
    return {
        "nav_current": "cases",
        "case": case,
        "case_url": case_path(case.slug),
        "city_name": city_label(case.city) if case.city else "",
        "country": country_name(case.country),
        "is_draft": case.state == DRAFT,
        "is_archived": case.state == ARCHIVED,
        "told_in": "" if is_current_language(case.language) else own_language_name(case.language),
    }
