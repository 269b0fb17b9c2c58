"""Pictures and documents of a case: give them out, take them in, take them away."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.forms import EDITOR, CaseForm, FileForm
from hub.cases.models import CaseStudy
from hub.cases.page import licences
from hub.cases.policy import can_read_case
from hub.cases.queries import find_file, get_case
from hub.cases.rows import case_path
from hub.cases.views import editing
from hub.cases.views.base import bp
from hub.cases.views.writing import carried_out, editor, own_case
from hub.core import clock
from hub.core.errors import Invalid, NotFound
from hub.core.uploads import MAX_BYTES, Upload, read_upload
from hub.extensions import csrf
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.downloads import stored_file
from hub.web.forms import HubForm
from hub.web.gate import WRITER, permission, public
from hub.web.params import read_query

NUMBER = "<int(max=2147483647):file_id>"


@bp.get(f"/cases/<slug>/files/{NUMBER}")
@public
def show_file(slug: str, file_id: int) -> Response:
    """Give out a picture or document to whoever may read its case."""
    read_query()
    case = get_case(slug, signed_in_user())
    file = find_file(case.id, file_id)
    if file is None:
        raise NotFound("no such file")
    return stored_file(file.sha256, file.name, file.mime, is_public=can_read_case(case))


@bp.post("/cases/<slug>/files")
@limits.uploads
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def add_file(slug: str) -> ResponseReturnValue:
    """Take in a picture or document; the text that stands in the editor comes back with it."""
    case = own_case(slug)
    text, form = _text_beside(case), FileForm()
    form.file_licence.choices = list(licences().items())
    if form.is_good(beside=EDITOR):
        try:
            upload = read_upload("file", form.file.data.filename or "", form.file.data.read(MAX_BYTES + 1))
            place = _store(slug, upload, form)
            return _back(slug, text, place)
        except Invalid as error:
            form.refuse_invalid(error)
    return editor(own_case(slug), text or editing.form_of(case, is_sent=False), form, is_kept=text is not None)


def _store(slug: str, upload: Upload, form: FileForm) -> str:
    me: Any = signed_in_user()
    sha256 = upload.store(current_app.config["HUB"].files_dir)  # before the row that names it
    title, owner, licence = str(form.file_title.data), str(form.file_owner.data), str(form.file_licence.data)
    has_consent = bool(form.file_consent.data)

    def work() -> str:
        service.add_file(
            slug, upload, sha256, title=title, owner=owner, licence=licence, has_consent=has_consent, by=me,
            now=clock.now(),
        )  # fmt: skip
        return f"{case_path(slug)}/edit#files"

    return carried_out(form, work, [sha256, title, owner, licence])


@bp.post(f"/cases/<slug>/files/{NUMBER}/remove")
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def remove_file(slug: str, file_id: int) -> ResponseReturnValue:
    """Take a picture or document away; the text that stands in the editor comes back."""
    case = own_case(slug)
    text, form = _text_beside(case), HubForm()
    if not form.is_good(beside=EDITOR):
        shown = text or editing.form_of(case, is_sent=False)
        for problem in form.problems:
            shown.refuse("form_key", problem.message)
        return editor(case, shown, is_kept=text is not None)
    me: Any = signed_in_user()

    def work() -> str:
        service.remove_file(slug, file_id, by=me, now=clock.now())
        return f"{case_path(slug)}/edit#files"

    return _back(slug, text, carried_out(form, work, file_id))


def _text_beside(case: CaseStudy) -> CaseForm | None:
    """Return the text that was sent along with a file; None where the file came alone."""
    if "title" not in request.form:
        return None
    form = editing.form_of(case)
    form.is_current = form.base_version == case.version
    return form


def _back(slug: str, text: CaseForm | None, place: str) -> ResponseReturnValue:
    if text is None:
        return redirect(place, 303)
    case = own_case(slug)
    if text.is_current:  # nobody but this file counted the version up
        text.version.data = str(case.version)
    text.form_key.data = uuid4().hex
    return editor(case, text, is_kept=True)
