"""A case in other languages: which there are, writing one beside the original, taking one from the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.content import CaseText, text_in
from hub.cases.diff import Change, Segment, changes, word_diff
from hub.cases.forms.translating import TranslationForm
from hub.cases.history import field_name, spell
from hub.cases.models import PUBLISHED, CaseStudy, CaseTranslation
from hub.cases.policy import can_publish_translation, can_translate_case
from hub.cases.queries import RevisionView, find_revision, get_case, list_revisions
from hub.cases.rows import case_path, own_language_name
from hub.cases.service import TranslatedText
from hub.cases.template import BY_NAME, LINE, TRANSLATED
from hub.cases.translations import ORIGINAL, find_translation, list_translations
from hub.cases.views.base import bp, common
from hub.cases.views.editing import languages
from hub.cases.views.writing import carried_out
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import language_name
from hub.web.params import read_query, takes


@dataclass(frozen=True)
class Beside:
    """A field of a translation: what the original says, and the field to write it anew; `rows` is how tall that is."""

    name: str
    label: str
    original: str
    is_line: bool
    rows: int


@bp.get("/cases/<slug>/translations")
@public
def show_translations(slug: str) -> ResponseReturnValue:
    """List the languages in which a case can be read; `to` begins a translation into another one.

    Those that are not published are shown to those alone who may write them.
    """
    wanted = read_query(allowed={"to"}).text("to", 20)
    me = signed_in_user()
    case = get_case(slug, me)
    may_write = can_translate_case(me, case)
    found = list_translations(case.id, drafts=may_write)
    problem = ""
    if wanted and may_write:
        if wanted != case.language:
            return redirect(_path(case, wanted), 303)
        problem = wanted
    taken = {case.language, *(each.shown.language for each in found)}
    page = render_template(
        "cases/translations.html",
        **common(case),
        translations=found,
        own_name=own_language_name,
        language_name=language_name,
        reading_url=lambda code: f"{case_path(case.slug)}?text={quote(code)}",
        original_url=f"{case_path(case.slug)}?text={ORIGINAL}",
        writing_url=lambda code: _path(case, code),
        choices=[choice for choice in languages() if choice[0] not in taken] if may_write else [],
        problem=problem,
        may_write=may_write,
    )
    response = make_response(page, 400 if problem else 200)
    if me is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _path(case: CaseStudy, code: str) -> str:
    return f"{case_path(case.slug)}/translations/{quote(code)}"


@bp.route("/cases/<slug>/translations/<code>", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(MEMBER)
def translate_case(slug: str, code: str) -> ResponseReturnValue:
    """Write a case in another language beside the original, field by field; save it as a draft, or publish it."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not can_translate_case(me, case):
        raise Forbidden("this case is not one's own to translate")
    if code == case.language:
        raise Invalid("language", "The case study is written in this language already. Choose another one.")
    if code not in dict(languages()):
        raise NotFound("no such language")
    row = find_translation(case.id, code)
    form = _form(row, _newest(case).number)
    if request.method == "POST" and form.is_good():
        return _save(case, code, form, publish=request.form.get("do") == "publish")
    return _page(case, code, form, row)


def _newest(case: CaseStudy) -> RevisionView:
    """Return the version that a translation renders; raises NotFound where none was kept."""
    found = list_revisions(case.id, 1)
    if not found:
        raise NotFound(f"case {case.slug} has no version to translate")
    return found[0]


def _form(row: CaseTranslation | None, newest: int) -> TranslationForm:
    """Return the form of a translation: with what was typed where the request brings it, else with what is stored."""
    names = {name: field_name(name) for name in TRANSLATED}
    data: dict[str, Any] = {"version": "0", "seen": str(newest), "follows": str(newest)}
    if row is not None:
        own = {"version": str(row.version), "follows": str(row.follows)}
        data |= row.texts | own | {"is_machine": row.is_machine, "credit": row.credit}
    form = TranslationForm(data=data)
    for name, words in names.items():
        form[name].label.text = words
    return form


def _save(case: CaseStudy, code: str, form: TranslationForm, *, publish: bool) -> ResponseReturnValue:
    slug, version = case.slug, int(str(form.version.data))
    me: Any = signed_in_user()
    said = TranslatedText(form.texts, bool(form.is_machine.data), str(form.credit.data or ""), form.rendered)

    def work() -> str:
        saved = service.save_translation(slug, code, said, version, by=me, now=clock.now(), publish=publish)
        is_open = saved.state == PUBLISHED
        return f"{case_path(slug)}?text={quote(code)}" if is_open else f"{case_path(slug)}/translations"

    try:
        return redirect(carried_out(form, work, [code, version, said, publish]), 303)
    except Conflict:
        row = find_translation(case.id, code)
        meanwhile = _meanwhile(row, form)
        form.version.data = str(row.version if row else 0)
        return _page(get_case(slug, me), code, form, row, meanwhile=meanwhile)
    except Invalid as error:
        form.refuse_invalid(error)
    return _page(get_case(slug, me), code, form, find_translation(case.id, code))


def _meanwhile(row: CaseTranslation | None, form: TranslationForm) -> list[tuple[str, list[Segment]]]:
    """Return the fields in which what was saved meanwhile differs from what was typed, the former as words gone."""
    stored, typed = row.texts if row else {}, form.texts
    pairs = [(name, stored.get(name, ""), typed.get(name, "")) for name in TRANSLATED]
    return [(name, word_diff(old, new)) for name, old, new in pairs if old != new]


def _page(
    case: CaseStudy, code: str, form: TranslationForm, row: CaseTranslation | None, *, meanwhile: Any = None
) -> ResponseReturnValue:
    me: Any = signed_in_user()
    newest = _newest(case)
    beside = find_revision(case.id, form.number("seen")) or newest
    rendered = find_revision(case.id, form.number("follows")) or beside
    may_publish = can_publish_translation(me, case)
    is_public = row is not None and row.state == PUBLISHED
    page = render_template(
        "cases/translate.html",
        **(common(case) | {"nav_current": "desk"}),
        form=form,
        code=code,
        own_name=own_language_name(code),
        original_name=language_name(case.language),
        language_name=language_name(code),
        fields=_fields(text_in(beside.content), form),
        seen=beside.number,
        follows=rendered.number,
        is_behind=rendered.number != beside.number,
        since=_since(rendered, beside),
        field_name=field_name,
        row=row,
        is_public=is_public,
        may_publish=may_publish,
        may_save=may_publish or not is_public,
        meanwhile=meanwhile,
        action=_path(case, code),
    )
    return page, 409 if meanwhile is not None else 400 if form.problems else 200


def _fields(original: CaseText, form: TranslationForm) -> list[Beside]:
    """Return the fields to translate: those that the original fills, and those that the translation still has."""
    found = []
    for name in TRANSLATED:
        said, ours = str(getattr(original, name)), str(form[name].data or "")
        if said or ours:
            rows = max(3, min(18, max(len(said), len(ours)) // 55 + 2))
            found.append(Beside(name, field_name(name), said, BY_NAME[name].kind == LINE, rows))
    return found


def _since(before: RevisionView, newest: RevisionView) -> list[Change]:
    """Return what changed in the original since the version that a translation follows, of what is translated."""
    found = changes(before.content, newest.content, spell)
    return [change for change in found if change.field in TRANSLATED]


@bp.post("/cases/<slug>/translations/<code>/withdraw")
@takes("version")
@permission(MEMBER)
def withdraw_translation(slug: str, code: str) -> ResponseReturnValue:
    """Take a translation from the page of its case; it stays as a draft."""
    me: Any = signed_in_user()
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Invalid("version", "Open the page anew and try again.")
    with transaction():
        service.withdraw_translation(slug, code, int(sent), by=me, now=clock.now())
    return redirect(f"{case_path(slug)}/translations", 303)
