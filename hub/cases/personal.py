"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.cases.models import (
    CaseCopy,
    CaseFile,
    CaseProposal,
    CaseRedaction,
    CaseRevision,
    CaseStudy,
    CaseTranslation,
    CaseTranslationRevision,
)
from hub.core.db import db


def about(user_id: int) -> dict[str, Any]:
    """Return the cases that a person began or saved last, the versions that she wrote, and the files that she sent."""
    return {
        "cases_begun": _cases(CaseStudy.created_by == user_id),
        "cases_saved_last": _cases(CaseStudy.updated_by == user_id),
        "versions_written": _versions(CaseRevision.author_id == user_id),
        "files_sent": _files(user_id),
        "people_taken_out": _redactions(user_id),
        "cases_sent_to_a_second_reader": _cases(CaseStudy.submitted_by == user_id),
        "versions_read_as_second_reader": _versions(CaseRevision.reviewed_by == user_id),
        "texts_not_saved": _rows(CaseCopy, CaseCopy.user_id == user_id, CaseCopy.saved_at),
        "changes_proposed": _rows(CaseProposal, CaseProposal.proposed_by == user_id, CaseProposal.id),
        "changes_decided": _rows(CaseProposal, CaseProposal.decided_by == user_id, CaseProposal.id),
        "translations": _rows(CaseTranslation, CaseTranslation.translated_by == user_id, CaseTranslation.id),
        "versions_of_translations": _translated(user_id),
    }


def _cases(which: Any) -> list[dict[str, Any]]:
    return [
        {"address": f"/cases/{each.slug}", "title": each.title, "state": each.state, "updated_at": each.updated_at}
        for each in db.session.scalars(select(CaseStudy).where(which).order_by(CaseStudy.id))
    ]


def _versions(which: Any) -> list[dict[str, Any]]:
    query = select(CaseStudy.slug, CaseRevision).join(CaseStudy, CaseStudy.id == CaseRevision.case_id)
    query = query.where(which).order_by(CaseRevision.id)
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


def _rows(model: Any, which: Any, order: Any) -> list[dict[str, Any]]:
    query = select(CaseStudy.slug, model).join(CaseStudy, CaseStudy.id == model.case_id).where(which).order_by(order)
    return [{"case": f"/cases/{slug}"} | _told(row) for slug, row in db.session.execute(query)]


def _translated(user_id: int) -> list[dict[str, Any]]:
    query = select(CaseTranslationRevision).where(CaseTranslationRevision.author_id == user_id)
    return [_told(row) for row in db.session.scalars(query.order_by(CaseTranslationRevision.id))]


def _told(row: Any) -> dict[str, Any]:
    """Return what a row says, without the numbers of rows."""
    names = [column.key for column in row.__table__.columns if not column.foreign_keys and not column.primary_key]
    return {name: getattr(row, name) for name in names}


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
