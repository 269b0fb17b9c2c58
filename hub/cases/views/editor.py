"""The page of the editor: a step of a case, or all of them, with what is ready and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub.cases.completeness import Unfinished, unfinished
from hub.cases.content import CaseText, content_of, content_of_text, text_of
from hub.cases.diff import Change, changes
from hub.cases.fileshown import file_shown
from hub.cases.forms import CaseForm, FileForm
from hub.cases.history import field_name, spell
from hub.cases.links import gone_links
from hub.cases.marks import mark_words, marks_after
from hub.cases.models import DRAFT, CaseStudy
from hub.cases.policy import (
    can_archive_case,
    can_delete_draft,
    can_propose_change,
    can_publish_case,
    can_review_draft,
    can_submit_case,
    can_take_out,
    can_write_case,
    has_second_reader,
    needs_second_reader,
)
from hub.cases.queries import files_of, get_case
from hub.cases.rows import city_label
from hub.cases.template import EVIDENCE, STEPS
from hub.cases.unsaved import also_writing, copy_of, overlaid, steps_in
from hub.cases.views import editing, steps
from hub.cases.views.base import common
from hub.cases.views.grouping import clause_groups, item_groups
from hub.core import clock
from hub.web.actor import signed_in_user
from hub.web.locale import gettext as _


@dataclass(frozen=True)
class Unsaved:
    """What this person typed and has not saved: when, in which steps, and whether it stands in the form shown."""

    saved_at: datetime
    steps: tuple[str, ...]
    is_shown: bool
    is_stale: bool  # somebody saved the case since it was begun
    note: str = ""
    is_small: bool = False


def step_of(form: CaseForm) -> str:
    """Return which page of the editor a form is on."""
    if len(form.steps) == len(STEPS):
        return steps.ALL
    return next(iter(form.steps), steps.CHECK)


def unsaved_in(case: CaseStudy, user_id: int) -> tuple[CaseText, tuple[str, ...], Unsaved | None]:
    """Return what the case would say with what a person typed and did not save, in which steps, and when that was."""
    copy, stored = copy_of(case.id, user_id), text_of(case)
    if copy is None:
        return stored, (), None
    touched = tuple(steps_in(copy))
    text = overlaid(stored, copy.content, touched)
    if text == stored and not copy.change_note:
        return stored, (), None
    is_stale = copy.base_version != case.version
    return text, touched, Unsaved(copy.saved_at, touched, False, is_stale, copy.change_note, copy.is_small)


def refuse_unfinished(form: CaseForm, error: Unfinished) -> None:
    """Say at each field what publishing still needs."""
    for name in error.missing:
        form.refuse(steps.ANCHORS.get(name, name), _(error.message))
    for name, message in error.flaws:
        form.refuse(steps.ANCHORS.get(name, name), _(message))


def differences(case: CaseStudy, text: CaseText) -> list[Change]:
    """Return where a text differs from what is stored, in the order of the page."""
    stored = content_of(case)
    return changes(stored, stored | content_of_text(text), spell)


def conflict_page(slug: str, form: CaseForm, text: CaseText) -> ResponseReturnValue:
    """Show what was saved meanwhile beside what was typed; the form below begins from the newer version now."""
    case = get_case(slug, signed_in_user())
    marks = [mark_words(mark) for mark in marks_after(case.id, form.base_version)]
    form.version.data = str(case.version)
    return editor(case, form, conflict=differences(case, text), marks=marks)


def editor(
    case: CaseStudy,
    form: CaseForm,
    file_form: FileForm | None = None,
    *,
    more_rows: str = "",
    conflict: list[Change] | None = None,
    marks: Sequence[str] = (),
    is_kept: bool = False,
    near: Sequence[str] = (),
    unsaved: Unsaved | None = None,
    blocked: Unfinished | None = None,
) -> ResponseReturnValue:
    """Return the page of the editor; `is_kept` when it brings back a text that is not saved yet.

    The principles of `near` stand open. `blocked` is what kept a step from being published.
    """
    step = step_of(form)
    if file_form is None:
        whose = _owner(case)
        begun = {"file_licence": "cc-by-4.0", "file_owner": whose, "file_source": whose}
        file_form = FileForm(formdata=None, data=begun)
        file_form.form_key.data = form.form_key.data
    files = [file_shown(case, file) for file in files_of(case.id)]
    text = editing.typed_text(form, case)
    parts = steps.todo(text, case, len(files), form.steps)
    before, after = steps.neighbours(step)
    page = render_template(
        "cases/edit.html",
        **(common(case) | {"nav_current": "desk"}),
        **_rights(case),
        **_rows(form, more_rows),
        form=form,
        file_form=file_form,
        files=files,
        has_files=EVIDENCE in form.steps and can_write_case(signed_in_user(), case),
        gone=gone_links(case),
        step=step,
        steps=steps.step_links(text, case, step),
        step_names=steps.step_words(),
        before=before,
        after=after,
        clause_groups=clause_groups(form, near) if "clauses" in form else [],
        item_groups=item_groups(form) if "items" in form else [],
        todo=parts,
        ready=sum(part.is_done for part in parts),
        gaps=steps.gaps(case, blocked or unfinished(text, has_years=bool(case.years_text))),
        is_sendable=steps.is_sendable(text, case),
        is_blocked=blocked is not None,
        conflict=conflict,
        marks=marks,
        is_kept=is_kept,
        is_unsent=request.method == "POST" and conflict is None,
        unsaved=unsaved,
        editor_name=case.editor.name if case.editor else "",
        field_name=field_name,
        saved_at=editing.saved_at,
    )
    if conflict is not None and unsaved is None:
        return page, 409
    return page, 400 if form.problems or file_form.problems or blocked else 200


def _rights(case: CaseStudy) -> dict[str, Any]:
    """Return what this person may do here, and who writes beside her."""
    me: Any = signed_in_user()
    waits = needs_second_reader(me, case)
    return {
        "me_id": me.id,
        "is_mine": case.updated_by == me.id,
        "may_save": can_write_case(me, case) or can_propose_change(me, case),
        "proposes": case.state != DRAFT and waits,
        "can_submit": can_submit_case(me, case),
        "can_publish": can_publish_case(me, case) and not has_second_reader(case),
        "can_review": has_second_reader(case) and can_review_draft(me, case),
        "has_second_reader": has_second_reader(case),
        "can_archive": can_archive_case(me, case),
        "can_delete": can_delete_draft(me, case),
        "can_take_out": can_take_out(me, case),
        "colleagues": [user.public_name for user in also_writing(case, me.id, clock.now())],
    }


def _rows(form: CaseForm, more: str) -> dict[str, Any]:
    """Return the tables of fields that stand on the page, with room to write in."""
    tables = (("rows", "source_urls", 2), ("partner_rows", "partner_name", 3), ("indicator_rows", "indicator_name", 6))
    typed = {"rows": "rows", "partner_rows": "partners", "indicator_rows": "indicators"}
    return {
        name: editing.with_room(getattr(form, typed[name]), cells, more == field)
        for name, field, cells in tables
        if field in form
    }


def _owner(case: CaseStudy) -> str:
    return city_label(case.city) if case.city else ""
