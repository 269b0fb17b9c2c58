"""The dated marks that a person was taken out of a case, and what is looked through to take one out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cases.models import CaseFile, CaseRedaction, CaseRevision, CaseStudy
from hub.cases.service.takeout import ERROR, MINOR, RISK, WISH
from hub.core.db import db
from hub.web.locale import NATIVE_NAMES, format_date, ngettext, speaking
from hub.web.locale import gettext as _


def marks_of(case_id: int) -> list[CaseRedaction]:
    """Return the marks of a case, newest first."""
    query = select(CaseRedaction).where(CaseRedaction.case_id == case_id)
    return list(db.session.scalars(query.order_by(CaseRedaction.id.desc())))


def marks_after(case_id: int, version: int) -> list[CaseRedaction]:
    """Return the marks that a text begun from a version does not know of yet, newest first."""
    return [mark for mark in marks_of(case_id) if mark.version > version]


def default_mark(case: CaseStudy, now: datetime) -> str:
    """Return what stands in place of a name, dated, in the language of the case where the hub speaks it."""
    code = case.language.split("-")[0]
    with speaking(code if code in NATIVE_NAMES else "en"):
        return _("[a person, taken out on %(date)s]", date=format_date(now))


def mark_words(mark: CaseRedaction) -> str:
    """Return what anyone may read of a mark; why she was at risk, or how old she was, is not told."""
    said = {"date": format_date(mark.taken_at)}
    if mark.reason == WISH:
        return ngettext(
            "On %(date)s a person was taken out of all versions of this case study, at %(num)d place, on her wish.",
            "On %(date)s a person was taken out of all versions of this case study, at %(num)d places, on her wish.",
            mark.places, **said,
        )  # fmt: skip
    if mark.reason == ERROR:
        return ngettext(
            "On %(date)s a person who was named by mistake was taken out of all versions of this case study, at"
            " %(num)d place.",
            "On %(date)s a person who was named by mistake was taken out of all versions of this case study, at"
            " %(num)d places.",
            mark.places, **said,
        )  # fmt: skip
    return ngettext(
        "On %(date)s a person was taken out of all versions of this case study, at %(num)d place, to protect her.",
        "On %(date)s a person was taken out of all versions of this case study, at %(num)d places, to protect her.",
        mark.places, **said,
    )  # fmt: skip


def reasons() -> list[tuple[str, str]]:
    """Return why a person is taken out, by code, in words."""
    return [
        (WISH, _("She wishes it")),
        (RISK, _("Being named puts her at risk")),
        (MINOR, _("She is a minor")),
        (ERROR, _("She was named by mistake")),
    ]


def every_revision(case_id: int) -> list[CaseRevision]:
    """Return all versions of a case, whole, newest first."""
    query = select(CaseRevision).where(CaseRevision.case_id == case_id)
    return list(db.session.scalars(query.order_by(CaseRevision.number.desc())))


def stored_files(case_id: int) -> list[CaseFile]:
    """Return the files of a case whose content is still kept, also those that its page no longer shows."""
    query = select(CaseFile).where(CaseFile.case_id == case_id, CaseFile.sha256 != "")
    return list(db.session.scalars(query.order_by(CaseFile.removed_at.is_not(None), CaseFile.id)))
