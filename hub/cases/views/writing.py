"""Writing a case: begin, edit, publish, archive, take over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.completeness import Unfinished
from hub.cases.content import CaseText, content_of, content_of_text
from hub.cases.diff import changes
from hub.cases.forms import EDITOR, CaseForm, FileForm, StartForm
from hub.cases.history import field_name, spell
from hub.cases.marks import mark_words, marks_after
from hub.cases.models import PUBLISHED, CaseStudy
from hub.cases.page import file_shown, licences
from hub.cases.policy import can_archive_case, can_delete_draft, can_publish_case, can_take_out, can_write_case
from hub.cases.queries import files_of, find_case, get_case
from hub.cases.rows import case_path, city_label
from hub.cases.views import editing
from hub.cases.views.base import bp, common
from hub.cases.views.begun import beginning
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm
from hub.web.gate import COORDINATOR, WRITER, permission
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query, takes

HIGHEST = 2_147_483_647  # no row of either engine has a higher number


@bp.route("/cases/new", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def start_case() -> ResponseReturnValue:
    """Begin a draft, from nothing or `from` a story of the news, and lead to its editor."""
    query = read_query(allowed={"city", "from"})
    wanted, begun = query.text("city", 80), beginning(query.integer("from", None, 1, HIGHEST))
    me: Any = signed_in_user()
    cities = {each.city.slug: each.city for each in me.memberships if me.works_for(each.city_id)}
    first = wanted if wanted in cities else next(iter(cities), "")
    told_in = begun.language if begun and begun.language in dict(editing.languages()) else language()
    form = StartForm(data={"city": first, "language": told_in, "title": begun.title if begun else ""})
    form.city.choices = [(slug, city_label(city)) for slug, city in cities.items()]
    form.language.choices = editing.languages()
    if request.method == "POST" and form.is_good():
        city_id = cities[str(form.city.data)].id

        def work() -> str:
            case = service.start_case(
                city_id=city_id, language=str(form.language.data), title=str(form.title.data),
                summary=str(form.summary.data or ""), by=me, now=clock.now(),
                sources=begun.sources if begun else (), clauses=begun.clauses if begun else (),
            )  # fmt: skip
            place = f"{case_path(case.slug)}/edit"
            return begun.editor(place) if begun else place

        try:
            typed = [form.city.data, form.language.data, form.title.data, form.summary.data, begun and begun.number]
            return redirect(carried_out(form, work, typed), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    page = render_template("cases/new.html", nav_current="desk", form=form, cities=cities, begun=begun)
    return page, 400 if form.problems else 200


def carried_out(form: HubForm, work: Any, content: Any) -> str:
    """Do the work of a form once; sent again with other content, as after going back, it is another sending."""
    form.form_key.data = hashlib.sha256(f"{form.form_key.data} {content!r}".encode()).hexdigest()[:32]
    return form.carry_out(work, clock.now())


def own_case(slug: str) -> CaseStudy:
    """Return a case that the person signed in may change; raises NotFound for a foreign draft, else Forbidden."""
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not can_write_case(me, case):
        raise Forbidden("this case is not one's own to change")
    return case


@bp.route("/cases/<slug>/edit", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def edit_case(slug: str) -> ResponseReturnValue:
    """Change a draft or a published case; a draft can be published from here.

    `principle` names those of which the writer is to choose a clause.
    """
    wanted = read_query(repeated={"principle"}).values("principle")
    me: Any = signed_in_user()
    is_sent = request.method == "POST"
    case = _sent_case(slug, me) if is_sent else get_case(slug, me)
    # Who still wrote when a colleague published gets the text back, and is told.
    if not can_write_case(me, case) and not (is_sent and me.works_for(case.city_id)):
        raise Forbidden("this case is not one's own to change")
    form = editing.form_of(case)
    if is_sent:
        if "add_row" in request.form:
            return editor(case, form, more_rows=request.form["add_row"])
        if form.is_good(beside=EDITOR):
            return _save(case, form, publish=request.form.get("do") == "publish")
    return editor(case, form, near=wanted)


def _sent_case(slug: str, me: Any) -> CaseStudy:
    """Return the case that a form is about, also when its address changed since the form was opened."""
    try:
        return get_case(slug, me)
    except NotFound:
        sent = request.form.get("case", "")
        case = find_case(int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None
        if case is None or not can_write_case(me, case):
            raise
        return case


def _save(case: CaseStudy, form: CaseForm, *, publish: bool) -> ResponseReturnValue:
    slug, text = case.slug, editing.typed_text(form, case)
    me: Any = signed_in_user()
    note, is_small, version = str(form.change_note.data or ""), bool(form.is_small.data), form.base_version

    def work() -> str:
        saved = service.save_case(
            slug, text, version, by=me, now=clock.now(), note=note, is_small=is_small, publish=publish
        )
        return case_path(slug) if saved.state == PUBLISHED else f"{case_path(slug)}/edit"

    try:
        return redirect(carried_out(form, work, [version, text, note, is_small, publish]), 303)
    except (Conflict, Forbidden):
        return _conflict(slug, form, text)
    except Unfinished as error:
        refuse_unfinished(form, error)
    except Invalid as error:
        form.refuse_invalid(error)
    return editor(get_case(slug, me), form)


def refuse_unfinished(form: CaseForm, error: Unfinished) -> None:
    """Say at each field what publishing still needs."""
    for name in error.missing:
        form.refuse(editing.ANCHORS.get(name, name), _(error.message))
    for name, message in error.flaws:
        form.refuse(editing.ANCHORS.get(name, name), _(message))


def _conflict(slug: str, form: CaseForm, text: CaseText) -> ResponseReturnValue:
    """Show what was saved meanwhile beside what was typed; the form below begins from the newer version now."""
    case = get_case(slug, signed_in_user())
    stored = content_of(case)
    mine = stored | content_of_text(text)
    marks = [mark_words(mark) for mark in marks_after(case.id, form.base_version)]
    form.version.data = str(case.version)
    return editor(case, form, conflict=changes(stored, mine, spell), marks=marks)


def editor(
    case: CaseStudy,
    form: CaseForm,
    file_form: FileForm | None = None,
    *,
    more_rows: str = "",
    conflict: Any = None,
    marks: Sequence[str] = (),
    is_kept: bool = False,
    near: Sequence[str] = (),
) -> ResponseReturnValue:
    """Return the page of the editor; `is_kept` when it brings back a text that is not saved yet.

    The principles of `near` stand open.
    """
    me: Any = signed_in_user()
    if file_form is None:
        file_form = FileForm(formdata=None, data={"file_licence": "cc-by-4.0", "file_owner": _owner(case)})
        file_form.form_key.data = form.form_key.data
    file_form.file_licence.choices = list(licences().items())
    files = [file_shown(case, file) for file in files_of(case.id)]
    parts = editing.todo(editing.typed_text(form, case), case, len(files))
    page = render_template(
        "cases/edit.html",
        **(common(case) | {"nav_current": "desk"}),
        form=form,
        file_form=file_form,
        files=files,
        rows=editing.with_room(form.rows, 2, more_rows == "source_urls"),
        partner_rows=editing.with_room(form.partners, 3, more_rows == "partner_name"),
        indicator_rows=editing.with_room(form.indicators, 6, more_rows == "indicator_name"),
        clause_groups=editing.clause_groups(form, near),
        item_groups=editing.item_groups(form),
        todo=parts,
        ready=sum(part.is_done for part in parts),
        gaps=[part for part in parts if part.is_needed and not part.is_done],
        can_publish=can_publish_case(me, case),
        can_archive=can_archive_case(me, case),
        can_delete=can_delete_draft(me, case),
        can_take_out=can_take_out(me, case),
        conflict=conflict,
        marks=marks,
        is_kept=is_kept,
        may_save=can_write_case(me, case),
        editor_name=case.editor.name if case.editor else "",
        is_mine=case.updated_by == me.id,
        field_name=field_name,
        saved_at=editing.saved_at,
    )
    if conflict is not None:
        return page, 409
    return page, 400 if form.problems or file_form.problems else 200


def _owner(case: CaseStudy) -> str:
    return city_label(case.city) if case.city else ""


@bp.post("/cases/<slug>/publish")
@takes("version")
@permission(COORDINATOR)
def publish_case(slug: str) -> ResponseReturnValue:
    """Open a draft, or an archived case again, as it stands; what is missing leads to its fields."""
    me: Any = signed_in_user()
    version = _version_sent()
    try:
        with transaction():
            service.publish_case(slug, version, by=me, now=clock.now())
    except Unfinished as error:
        case = own_case(slug)
        form = editing.form_of(case, is_sent=False)
        refuse_unfinished(form, error)
        return editor(case, form)
    return redirect(case_path(slug), 303)


@bp.post("/cases/<slug>/confirm")
@takes("version")
@permission(COORDINATOR)
def confirm_case(slug: str) -> ResponseReturnValue:
    """Take over a compiled case as it stands."""
    me: Any = signed_in_user()
    version, note = _version_sent(), _("Confirmed by the city as it stands.")
    with transaction():
        service.confirm_case(slug, version, by=me, now=clock.now(), note=note)
    return redirect(case_path(slug), 303)


def _version_sent() -> int:
    """Return the version that a button was shown with; raises Invalid for anything else."""
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Invalid("version", "Open the page anew and try again.")
    return int(sent)
