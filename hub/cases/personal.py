"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.cases.models import CaseFile, CaseRedaction, CaseRevision, CaseStudy
from hub.core.db import db


def about(user_id: int) -> dict[str, Any]:
    """Return the cases that a person began or saved last, the versions that she wrote, and the files that she sent."""
    return {
        "cases_begun": _cases(CaseStudy.created_by == user_id),
        "cases_saved_last": _cases(CaseStudy.updated_by == user_id),
        "versions_written": _versions(user_id),
        "files_sent": _files(user_id),
        "people_taken_out": _redactions(user_id),
    }


def _cases(which: Any) -> list[dict[str, Any]]:
    return [
        {"address": f"/cases/{each.slug}", "title": each.title, "state": each.state, "updated_at": each.updated_at}
        for each in db.session.scalars(select(CaseStudy).where(which).order_by(CaseStudy.id))
    ]


def _versions(user_id: int) -> list[dict[str, Any]]:
    query = select(CaseStudy.slug, CaseRevision).join(CaseStudy, CaseStudy.id == CaseRevision.case_id)
    query = query.where(CaseRevision.author_id == user_id).order_by(CaseRevision.id)
    return [
        {
            "case": f"/cases/{slug}", "number": each.number, "recorded_at": each.recorded_at, "note": each.change_note,
            "is_substantial": each.is_substantial, "content": each.content,
        }
        for slug, each in db.session.execute(query)
    ]  # fmt: skip


def _files(user_id: int) -> list[dict[str, Any]]:
    query = select(CaseStudy.slug, CaseFile).join(CaseStudy, CaseStudy.id == CaseFile.case_id)
    query = query.where(CaseFile.uploaded_by == user_id).order_by(CaseFile.id)
    return [
        {
            "address": f"/cases/{slug}/files/{each.id}", "name": each.name, "title": each.title, "owner": each.owner,
            "licence": each.licence, "size": each.size, "uploaded_at": each.uploaded_at, "removed_at": each.removed_at,
        }
        for slug, each in db.session.execute(query)
    ]  # fmt: skip


def _redactions(user_id: int) -> list[dict[str, Any]]:
    query = select(CaseStudy.slug, CaseRedaction).join(CaseStudy, CaseStudy.id == CaseRedaction.case_id)
    query = query.where(CaseRedaction.taken_by == user_id).order_by(CaseRedaction.id)
    return [
        {
            "case": f"/cases/{slug}",
            "reason": each.reason,
            "version": each.version,
            "places": each.places,
            "taken_at": each.taken_at,
        }
        for slug, each in db.session.execute(query)
    ]
