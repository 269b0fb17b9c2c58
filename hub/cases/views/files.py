"""Pictures and documents of a case: give them out, take them in, describe them, take them away."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from flask import Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.fileshown import file_shown, licences
from hub.cases.filewords import flaws_of, stamp_of, words_of
from hub.cases.forms import EDITOR, CaseForm, DescribeForm, FileForm
from hub.cases.models import CaseFile, CaseStudy
from hub.cases.policy import can_read_case
from hub.cases.queries import find_file, get_case
from hub.cases.rows import case_path
from hub.cases.template import EVIDENCE, STEPS
from hub.cases.views import editing
from hub.cases.views.base import bp, common
from hub.cases.views.writing import carried_out, editor, own_case
from hub.cases.words import code_words
from hub.core import clock
from hub.core.db import db
from hub.core.errors import Conflict, Invalid, NotFound
from hub.core.uploads import COPY, MAX_BYTES, WIDTHS, read_upload
from hub.extensions import csrf
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.downloads import stored_file
from hub.web.forms import HubForm
from hub.web.gate import WRITER, permission, public
from hub.web.locale import gettext as _
from hub.web.params import read_query

NUMBER = "<int(max=2147483647):file_id>"
PLACE = f"/edit?step={EVIDENCE}#files"


@bp.get(f"/cases/<slug>/files/{NUMBER}")
@public
def show_file(slug: str, file_id: int) -> Response:
    """Give out a picture or document to whoever may read its case; a picture also in one of its smaller `width`s."""
    width = read_query(allowed={"width"}).integer("width", None, 1, max(WIDTHS))
    case = get_case(slug, signed_in_user())
    file = find_file(case.id, file_id)
    if file is None:
        raise NotFound("no such file")
    is_public = can_read_case(case)
    if width is None:
        return stored_file(file.sha256, file.name, file.mime, is_public=is_public)
    for wide, _high, sha256 in file.sizes:
        if wide == width:
            name = f"{PurePath(file.name).stem}-{wide}.webp"
            return stored_file(sha256, name, COPY, is_public=is_public)
    raise Invalid("width", "It is not kept in this width.")


@bp.post("/cases/<slug>/files")
@limits.uploads
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def add_file(slug: str) -> ResponseReturnValue:
    """Take in a picture or document; the text that stands in the editor comes back with it."""
    case = own_case(slug)
    text, form = _text_beside(case), FileForm()
    if form.is_good(beside=EDITOR):
        try:
            place = _store(slug, form)
            if place:
                return _back(slug, text, place)
        except Invalid as error:
            form.refuse_invalid(error)
    return editor(own_case(slug), text or editing.form_of(case, is_sent=False), form, is_kept=text is not None)


def _store(slug: str, form: FileForm) -> str:
    """Keep what was sent and return where that leads; nothing where words are missing, which the form then says."""
    me: Any = signed_in_user()
    words = form.words
    upload = read_upload("file", form.file.data.filename or "", form.file.data.read(MAX_BYTES + 1))
    flaws = flaws_of(words, is_image=upload.is_image)
    for field, message in flaws:
        form.refuse(field, _(message))
    if flaws:
        return ""
    stored = upload.store_with_copies(current_app.config["HUB"].files_dir)  # before the row that names it

    def work() -> str:
        service.add_file(slug, upload, stored, words, by=me, now=clock.now())
        return case_path(slug) + PLACE

    return carried_out(form, work, [stored.sha256, words])


@bp.route(f"/cases/<slug>/files/{NUMBER}/edit", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def describe_file(slug: str, file_id: int) -> ResponseReturnValue:
    """Say something else about a picture or document; what someone said meanwhile is shown beside it."""
    read_query()
    case = own_case(slug)
    file = find_file(case.id, file_id)
    if file is None:
        raise NotFound("no such file")
    is_sent = request.method == "POST"
    held = DescribeForm.said(file)
    form = DescribeForm(data=held) if is_sent else DescribeForm(formdata=None, data=held)
    if not is_sent:
        form.stamp.data = stamp_of(words_of(file))
    elif form.is_good() and _say(form, file):
        me: Any = signed_in_user()
        words, stamp = form.words, str(form.stamp.data or "")

        def work() -> str:
            service.describe_file(slug, file_id, words, stamp, by=me, now=clock.now())
            return case_path(slug) + PLACE

        try:
            return redirect(carried_out(form, work, [file_id, words, stamp]), 303)
        except Conflict:
            db.session.expire_all()
            return _described(own_case(slug), file_id, form, is_stale=True)
        except Invalid as error:
            form.refuse_invalid(error)
    return _described(case, file_id, form)


def _say(form: DescribeForm, file: CaseFile) -> bool:
    """Tell whether nothing is missing from what was said; what is, the form says."""
    flaws = flaws_of(form.words, is_image=file.is_image)
    for field, message in flaws:
        form.refuse(field, _(message))
    return not flaws


def _described(case: CaseStudy, file_id: int, form: DescribeForm, *, is_stale: bool = False) -> ResponseReturnValue:
    file = find_file(case.id, file_id)
    if file is None:
        raise NotFound("no such file")
    theirs: list[tuple[str, str]] = []
    if is_stale:
        form.stamp.data = stamp_of(words_of(file))
        theirs = [(label, said) for label, said, mine in _side_by_side(form, file) if said != mine]
    page = render_template(
        "cases/file.html",
        **(common(case) | {"nav_current": "desk"}),
        form=form,
        file=file_shown(case, file),
        theirs=theirs,
        is_stale=is_stale,
    )
    return page, 409 if is_stale else 400 if form.problems else 200


def _side_by_side(form: DescribeForm, file: CaseFile) -> list[tuple[str, str, str]]:
    """Return each field by its label, as it is stored and as it was typed."""
    rows = []
    for name, said in DescribeForm.said(file).items():
        mine = str(form[name].data or "")
        if name == "file_licence":
            said, mine = licences().get(said, said), licences().get(mine, mine)
        elif name == "file_people":
            said, mine = code_words("people_check", said), code_words("people_check", mine)
        rows.append((_(str(form[name].label.text)), said, mine))
    return rows


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
        return case_path(slug) + PLACE

    return _back(slug, text, carried_out(form, work, file_id))


def _text_beside(case: CaseStudy) -> CaseForm | None:
    """Return the text that was sent along with a file; None where the file came alone."""
    is_step = request.form.get("step") == EVIDENCE  # the one step in which files are added
    if "title" not in request.form and not is_step:
        return None
    form = editing.form_of(case, steps=(EVIDENCE,) if is_step else STEPS)
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
