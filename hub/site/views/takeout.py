"""Taking a person out of a case: first where the name stands, then the mark in its place; and files for good."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases.beside import COPIES, PROPOSALS, places_beside
from hub.cases.forms import TakeOutForm
from hub.cases.history import field_name
from hub.cases.marks import default_mark, every_revision, mark_words, marks_of, reasons, stored_files
from hub.cases.models import CaseStudy
from hub.cases.page import file_shown
from hub.cases.policy import can_take_out
from hub.cases.queries import get_case
from hub.cases.redacting import NOW, Excerpt, Found, places
from hub.cases.rows import case_path, own_language_name
from hub.cases.spellings import Spellings
from hub.cases.views.base import common
from hub.cases.views.writing import carried_out
from hub.core import clock
from hub.core.errors import Forbidden, Invalid
from hub.exchange.redacting import BETWEEN, places_between
from hub.extensions import csrf
from hub.site import takeout
from hub.site.views.base import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.params import read_query

MOST_EXCERPTS = 3


@bp.route("/cases/<slug>/take-out", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(MEMBER)
@sensitive()
def take_person_out(slug: str) -> ResponseReturnValue:
    """Ask for a name, show where it stands, then take it out of the case and all its versions."""
    done = read_query(allowed={"file"}).text("file", 10)
    form, asked = TakeOutForm(), request.form.get("do") if request.method == "POST" else "change"
    form.reason.choices = reasons()
    if asked == "take" and form.mark.data and form.is_good():
        return _take(slug, form)
    case = _case(slug)
    if asked == "change" or not form.is_good():
        return _ask(case, form, done)
    return _look(case, form)


def _case(slug: str) -> CaseStudy:
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not can_take_out(me, case):
        raise Forbidden("a coordinator of its city or an organizer takes a person out")
    return case


def _ask(case: CaseStudy, form: TakeOutForm, done: str = "") -> ResponseReturnValue:
    page = render_template("cases/take_out.html", **_shown(case, form), done=done)
    return page, 400 if form.problems else 200


def _look(case: CaseStudy, form: TakeOutForm) -> ResponseReturnValue:
    spelled = _spelled(form)
    found = places(case, every_revision(case.id), spelled) + places_beside(case.id, spelled)
    found += places_between(case.id, spelled)
    total, inside = sum(place.count for place in found), sum(place.inside for place in found)
    if not total:
        form.refuse("spellings", _nowhere(inside))
        return _ask(case, form)
    if not form.mark.data:
        form.mark.data = default_mark(case, clock.now())
    page = render_template(
        "cases/take_out_look.html", **_shown(case, form), found=_by_version(found), total=total, inside=inside,
        reason=dict(reasons()).get(str(form.reason.data), ""), most_excerpts=MOST_EXCERPTS,
        changes_address=any(place.part == "slug" for place in found),
    )  # fmt: skip
    return page, 400 if form.problems else 200


def _spelled(form: TakeOutForm) -> Spellings:
    return Spellings(form.names, bool(form.inside.data))


def _nowhere(inside: int) -> str:
    if inside:
        return _("It stands only inside longer words here. Tick the box below to take it out of these too.")
    return _("It stands nowhere in this case study, as it is written here.")


def _by_version(found: list[Found]) -> list[tuple[int | str, list[Found], list[Found]]]:
    """Return the places of each version: those in words that no newer one has, and the others."""
    seen: set[tuple[str, Excerpt]] = set()
    versions = []
    for version in dict.fromkeys(place.version for place in found):
        places_here = [place for place in found if place.version == version and place.count]
        words = {place.part: {(place.part, each) for each in place.excerpts} for place in places_here}
        same = [place for place in places_here if words[place.part] and words[place.part] <= seen]
        versions.append((version, [place for place in places_here if place not in same], same))
        seen.update(*words.values())
    return versions


def _take(slug: str, form: TakeOutForm) -> ResponseReturnValue:
    me: Any = signed_in_user()
    spelled, mark, reason = _spelled(form), str(form.mark.data), str(form.reason.data)

    def work() -> str:
        done = takeout.take_out(slug, spelled, mark=mark, reason=reason, by=me, now=clock.now())
        return f"{case_path(done.slug)}/history"

    try:
        return redirect(carried_out(form, work, [slug, form.names, spelled.inside, mark, reason]), 303)
    except Invalid as error:
        form.refuse_invalid(error)
        return _look(_case(slug), form) if error.field == "mark" else _ask(_case(slug), form)


def _shown(case: CaseStudy, form: TakeOutForm) -> dict[str, Any]:
    return common(case) | {
        "nav_current": "desk",
        "form": form,
        "marks": [mark_words(mark) for mark in marks_of(case.id)],
        "files": [(file_shown(case, file), file.removed_at is not None) for file in stored_files(case.id)],
        "part_name": _part_name,
        "where": lambda version: _where(version, case),
    }


def _where(version: int | str, case: CaseStudy) -> tuple[str, str]:
    """Return what the places of a version stand in, in words, and the language of what is written there."""
    if isinstance(version, int):
        words = _("As it stands now") if version == NOW else _("Version %(number)d", number=version)
        return words, case.language
    if version == COPIES:
        return _("What people typed and did not save yet"), case.language
    if version == BETWEEN:
        return _("Exchange between cities"), case.language
    if version == PROPOSALS:
        return _("Changes for a second reader"), case.language
    return _("Translation: %(language)s", language=own_language_name(version)), version


def _part_name(part: str) -> str:
    named = {
        "returned_note": _("Why it came back"), "decision_note": _("Why it came back"), "credit": _("Translated by"),
        "adaptation": _("Adaptations"), "adaptation_step": _("Adaptations"), "adaptation_comment": _("Comments"),
        "question": _("Questions"), "answer": _("Answers"), "reply": _("Replies"),
    }  # fmt: skip
    return named.get(part) or field_name(part)


@bp.post("/cases/<slug>/take-out/files/<int(max=2147483647):file_id>")
@permission(MEMBER)
@sensitive("POST")
def remove_file_for_good(slug: str, file_id: int) -> ResponseReturnValue:
    """Take a picture or document from a case and delete its content."""
    me: Any = signed_in_user()
    case = _case(slug)
    is_gone = takeout.remove_for_good(
        case.slug, file_id, files_dir=current_app.config["HUB"].files_dir, by=me, now=clock.now()
    )
    return redirect(f"{case_path(slug)}/take-out?file={'gone' if is_gone else 'shared'}#files", 303)
