"""A case as JSON, with everything that is public of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from hub.cases.citation import LICENCE, LICENCE_URL
from hub.cases.content import text_of
from hub.cases.marks import marks_of
from hub.cases.metadata import MEDIA_TYPES, citation, cited_in_words, format_url
from hub.cases.models import FUNDER, GOAL, PRACTICE_TYPE, RIGHT, TARGET_GROUP, CaseFile, CaseStudy, CaseTranslation
from hub.cases.page import (
    FileShown,
    alliance_tags,
    chosen_goals,
    clause_tags,
    file_shown,
    goals,
    groups,
    item_tags,
    kinds,
    rights,
)
from hub.cases.rows import case_item, case_path, labels_of, terms_now
from hub.cases.template import INDICATOR, MARKDOWN, PARTNER, TRANSLATED
from hub.cases.translations import published_translations
from hub.cases.truth import truth_of
from hub.cases.words import code_words
from hub.core import clock
from hub.core.db import db
from hub.web.formats import absolute
from hub.web.locale import country_name, in_language

_CODED = ("stage", "competence", "participation_level", "evidence_type", "people_check")


def document(case: CaseStudy) -> dict[str, Any]:
    """Return everything that is public of a case; codes are stable, labels are in the current language."""
    city, text = case.city, text_of(case)
    cited = citation(case)
    tops = terms_now().schemes.get("gwangju", {})
    item = case_item(case)
    if city is not None:
        item["city"] |= {
            "name_native": city.name_native,
            "native_language": city.native_language,
            "region": city.region,
            "lat": city.lat,
            "lon": city.lon,
            "url": absolute(f"/cities/{city.slug}"),
        }
    return item | {
        "state": case.state,
        "country_name": country_name(case.country),
        **{name: getattr(text, name) for name in MARKDOWN},
        "has_reported_results": case.has_reported_results,
        "lead_office": case.lead_office,
        "contact": {"role": case.contact_role, "address": case.contact_address},
        **{name: _code(name, getattr(text, name)) for name in _CODED},
        "cost": {
            "band": _code("cost_band", case.cost_band),
            "amount": case.cost_amount,
            "currency": case.cost_currency,
            "year": case.cost_year,
        },
        "staff": case.staff,
        "partners": [dict(zip(PARTNER, row, strict=False)) for row in text.partners],
        "indicators": [dict(zip(INDICATOR, row, strict=False)) for row in text.indicators],
        "adapted_from": {"text": case.adapted_from, "url": case.adapted_from_url},
        "will_mentor": {"yes": True, "no": False}.get(case.will_mentor),
        "open_answers": list(text.open_answers),
        "years": {
            "text": case.years_text,
            "started": case.started,
            "ended": case.ended,
            "is_ongoing": case.is_ongoing,
            "is_approximate": case.is_approximate,
        },
        "tags": {
            "principles": [
                {"code": code, "label": in_language(tops[code].labels) if code in tops else code}
                for code in case.principle_codes
            ],
            "clauses": _coded(clause_tags(case)),
            "us_principles": _coded(alliance_tags(case)),
            "commitments": _coded(item_tags(case)),
            "types": _pairs(case.codes(PRACTICE_TYPE), kinds(case)),
            "groups": _pairs(case.codes(TARGET_GROUP), groups(case)),
            "rights": _pairs(case.codes(RIGHT), rights(case)),
            "sdgs": goals(case),
            "sdgs_chosen": _pairs(case.codes(GOAL), chosen_goals(case)),
            "funders": _pairs(case.codes(FUNDER), labels_of(case, FUNDER, "funders")),
        },
        "sources": [{"title": source.title, "url": source.url} for source in case.sources],
        "files": [_file(file_shown(case, file), file) for file in case.files if file.removed_at is None],
        "is_compiled": case.is_compiled,
        "confirmed_at": case.confirmed_at.isoformat() if case.confirmed_at else None,
        "truth": truth_of(case, clock.now().date()).document(),
        "confidence": case.confidence,
        "version": case.version,
        "people_taken_out": [
            {"on": mark.taken_at.date().isoformat(), "places": mark.places} for mark in marks_of(case.id)
        ],
        "translations": _translations(case),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "citation": {"author": cited.author, "text": " ".join(cited_in_words(case))},
        "history_url": cited.url + "/history",
        "formats": {suffix: absolute(format_url(case, suffix)) for suffix in MEDIA_TYPES},
    }


def _code(name: str, code: str) -> dict[str, str] | None:
    return {"code": code, "label": code_words(name, code)} if code else None


def _translations(case: CaseStudy) -> list[dict[str, Any]]:
    """Return the published translations of a case with their texts; the fields beside them are the original's."""
    found = published_translations(case.id)
    texts: dict[int, dict[str, str]] = {}
    if found:
        query = select(CaseTranslation.id, CaseTranslation.texts).where(CaseTranslation.case_id == case.id)
        texts = {row[0]: row[1] for row in db.session.execute(query)}
    return [
        {
            "language": each.language,
            "is_machine": each.is_machine,
            "translator": each.translator or None,
            "follows_version": each.follows,
            "versions_behind": each.behind,
            "version": each.version,
            "updated_at": each.updated_at.isoformat(),
            "url": f"{absolute(case_path(case.slug))}?text={quote(each.language)}",
            **{name: words for name, words in texts.get(each.id, {}).items() if words and name in TRANSLATED},
        }
        for each in found
    ]


def _file(shown: FileShown, file: CaseFile) -> dict[str, Any]:
    return {
        "title": shown.title,
        "alt": file.alt,
        "owner": file.owner,
        "source": file.source,
        "licence": file.licence,
        "media_type": file.mime,
        "width": file.width,
        "height": file.height,
        "url": absolute(shown.url),
    }


def _coded(tags: list[Any]) -> list[dict[str, str]]:
    return [{"code": tag.code, "label": tag.label} for tag in tags]


def _pairs(codes: list[str], labels: list[str]) -> list[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in zip(codes, labels, strict=True)]
