"""Doors: asking a city on its case, reading and answering, closing, opening, taking away."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from hub.cases.rows import case_path, city_label
from hub.cities.queries import find_city
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.exchange import asking, policy, queries
from hub.exchange.forms.asking import BETWEEN, AnswerForm, AskForm, MoreForm, RemoveForm
from hub.exchange.models import ASKS, MENTORING, Question
from hub.exchange.service import answering
from hub.exchange.service import asking as service
from hub.exchange.service.asking import Asked
from hub.exchange.views.bp import bp, private
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.paging import Page
from hub.web.params import Query, read_query

PER_PAGE = 20
ID = "<int(max=2147483647):question_id>"
QUESTION = f"/exchange/questions/{ID}"


@bp.get("/exchange/questions/")
@public
def list_questions() -> str:
    """List the public questions: those that wait first, the longest wait on top."""
    query = read_query(allowed={"state", "kind", "case", "city", "page"})
    narrowed, number = _narrowed(query), query.integer("page", 1) or 1
    found, total = queries.list_questions(narrowed, PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "exchange/questions.html",
        page=Page(asking.question_lines(found), total, number, PER_PAGE),
        narrowed=narrowed,
        case=get_case(narrowed.case) if narrowed.case else None,
        city_name=_city_name(narrowed.city),
        kinds=asking.kinds(),
        states=asking.states(),
        nav_current="exchange",
    )


def _narrowed(query: Query) -> queries.QuestionFilter:
    """Read what narrows the list; raises Invalid naming the parameter that holds what there is not."""
    state, kind = query.text("state", 20), query.text("kind", 20)
    case, city = query.text("case", 120), query.text("city", 120)
    if state and state not in queries.STATES:
        raise Invalid("state", "Choose one of: %(choices)s.", choices=", ".join(queries.STATES))
    if kind and kind not in (ASKS, MENTORING):
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=f"{ASKS}, {MENTORING}")
    if city and find_city(city) is None:
        raise Invalid("city", "No city has this address.")
    if case:
        try:
            get_case(case)
        except NotFound:
            raise Invalid("case", "No case has this address.") from None
    return queries.QuestionFilter(state, kind, case, city)


def _city_name(slug: str) -> str:
    city = find_city(slug) if slug else None
    return city_label(city) if city is not None else ""


@bp.route("/cases/<slug>/ask", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def ask(slug: str) -> ResponseReturnValue:
    """Show the form for a question on a case, and put it to the city."""
    query = read_query(allowed={"kind"})
    me: Any = signed_in_user()
    case = get_case(slug, me)
    refused = service.why_not_ask(me, case)
    form = _ask_form(me, case, query.text("kind", 20))
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(lambda: _ask(case.id, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
            case = get_case(slug, me)
    page = render_template(
        "exchange/ask.html",
        form=form,
        case=case,
        case_url=case_path(case.slug),
        city_name=city_label(case.city) if case.city is not None else "",
        refused=_(refused.message, **refused.values) if refused is not None else "",
        is_somebody_here=queries.is_somebody_here(case.city_id),
        nav_current="cases",
    )
    return private(page, 400 if form.problems else 200)


def _ask_form(me: Any, case: CaseStudy, kind: str) -> AskForm:
    mine = [(str(each.city_id), city_label(each.city)) for each in me.memberships if me.works_for(each.city_id)]
    if kind and kind not in (ASKS, MENTORING):
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=f"{ASKS}, {MENTORING}")
    may_be_between = bool(mine) and case.city_id is not None
    if request.method == "POST":
        return AskForm(mine, may_be_between=may_be_between)
    given = {"kind": kind or ASKS, "city": mine[0][0] if mine else ""}
    return AskForm(mine, may_be_between=may_be_between, formdata=None, data=given)


def _ask(case_id: int, form: AskForm) -> str:
    me: Any = signed_in_user()
    said = Asked(
        text=form.text.data, kind=form.kind.data or ASKS, is_between_cities=form.who.data == BETWEEN,
        city_id=form.city_id, language=language(),
    )  # fmt: skip
    return asking.question_path(service.ask(case_id, said, by=me, now=clock.now()).id)


@bp.get(QUESTION)
@public
def show_question(question_id: int) -> ResponseReturnValue:
    """Show a question with all that was said under it; one between two cities to those alone."""
    read_query()
    return _question_page(question_id)


@bp.post(f"{QUESTION}/answer")
@csrf.exempt
@permission(MEMBER)
def answer(question_id: int) -> ResponseReturnValue:
    """Put an answer, or a word more of who asked, under a question."""
    me: Any = signed_in_user()
    question = queries.get_question(question_id, me)
    _answerable(question, me)
    form = _form_for(question, me)()
    if not form.is_good():
        return _question_page(question_id, form, 400)
    try:
        return redirect(form.carry_out(lambda: _answer(question_id, form), clock.now()), 303)
    except Invalid as error:
        form.refuse_invalid(error)
        return _question_page(question_id, form, 400)
    except Conflict:
        return _question_page(question_id, form, 409)


def _answerable(question: Question, me: Any) -> None:
    """Raise Forbidden for whoever has no part in a question, whether or not it is still open."""
    is_somebody_here = queries.is_somebody_here(question.case.city_id)
    if not policy.is_asker(me, question) and not policy.answers_for(me, question, is_somebody_here=is_somebody_here):
        raise Forbidden("the city that was asked answers, and who asked says more")


def _answer(question_id: int, form: AnswerForm) -> str:
    me: Any = signed_in_user()
    said = answering.answer_question(question_id, form.text.data, language(), by=me, now=clock.now())
    return f"{asking.question_path(question_id)}#answer-{said.id}"


@bp.post(f"{QUESTION}/close")
@permission(MEMBER)
def close(question_id: int) -> ResponseReturnValue:
    """Say that no answer is needed any more."""
    me: Any = signed_in_user()
    with transaction():
        service.close_question(question_id, by=me, now=clock.now())
    return redirect(asking.question_path(question_id), 303)


@bp.post(f"{QUESTION}/open")
@permission(MEMBER)
def open_to_all(question_id: int) -> ResponseReturnValue:
    """Open a question between two cities to everyone."""
    me: Any = signed_in_user()
    try:
        with transaction():
            service.open_question(question_id, by=me, now=clock.now())
    except Conflict:
        return _question_page(question_id, status=409)
    return redirect(asking.question_path(question_id), 303)


@bp.route(f"{QUESTION}/remove", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def remove(question_id: int) -> ResponseReturnValue:
    """Ask whether a question is to go with all that was said under it, and take it away."""
    read_query()
    me: Any = signed_in_user()
    question = queries.get_question(question_id, me)
    if question.removed_at is None and not policy.can_remove_question(me, question):
        raise Forbidden("who asked, her city and organizers take a question away")
    is_own = policy.is_asker(me, question) or me.coordinates(question.city_id)

    def work(why: str) -> str:
        service.remove_question(question_id, why, by=me, now=clock.now())
        return asking.question_path(question_id)

    return _removal(question_id, None, work, is_own=is_own)


@bp.route(f"{QUESTION}/answers/<int(max=2147483647):answer_id>/remove", methods=["GET", "POST"])
@csrf.exempt
@permission(MEMBER)
def remove_answer(question_id: int, answer_id: int) -> ResponseReturnValue:
    """Ask whether what stands under a question is to go, and take it away."""
    read_query()
    me: Any = signed_in_user()
    question = queries.get_question(question_id, me)
    said = next((each for each in question.answers if each.id == answer_id), None)
    if said is None:
        raise NotFound(f"no answer {answer_id}")
    if said.removed_at is None and not policy.can_remove_answer(me, said):
        raise Forbidden("its author, her city and organizers take an answer away")
    is_own = said.author_id == me.id or me.coordinates(said.city_id)

    def work(why: str) -> str:
        service.remove_answer(answer_id, why, by=me, now=clock.now())
        return asking.question_path(question_id)

    return _removal(question_id, answer_id, work, is_own=is_own)


def _removal(question_id: int, answer_id: int | None, work: Any, *, is_own: bool) -> ResponseReturnValue:
    form, me = RemoveForm(), signed_in_user()
    if request.method == "POST" and form.is_good():
        why = str(form.why.data or "")
        try:
            return redirect(form.carry_out(lambda: str(work(why)), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    line = asking.question_line(queries.get_question(question_id, me), me)
    if line.removed_at is not None:
        return redirect(line.url, 303)
    page = render_template(
        "exchange/question_remove.html",
        form=form,
        question=line,
        answer=next((each for each in line.answers if each.id == answer_id), None),
        is_own=is_own,
        nav_current="exchange",
    )
    return private(page, 400 if form.problems else 200)


def _form_for(question: Question, me: Any) -> type[AnswerForm]:
    """Return the form for what someone says here: who asked says more, whoever else answers."""
    is_asker = policy.is_asker(me, question) and not me.coordinates(question.case.city_id)
    return MoreForm if is_asker else AnswerForm


def _question_page(question_id: int, form: AnswerForm | None = None, status: int = 200) -> ResponseReturnValue:
    me: Any = signed_in_user()
    question = queries.get_question(question_id, me)
    is_somebody_here = queries.is_somebody_here(question.case.city_id)
    may_answer = policy.can_answer(me, question, is_somebody_here=is_somebody_here)
    fresh = _form_for(question, me)
    page = render_template(
        "exchange/question.html",
        question=asking.question_line(question, me),
        form=(form or fresh(formdata=None)) if may_answer else None,
        typed=form.text.data if form is not None and not may_answer else "",
        is_late=status == 409,
        says_more=fresh is MoreForm,
        is_somebody_here=is_somebody_here,
        may_close=policy.can_close_question(me, question),
        may_open=policy.can_open_question(me, question),
        may_remove=policy.can_remove_question(me, question),
        nav_current="exchange",
    )
    is_public = me is None and not question.is_between_cities and status == 200
    return page if is_public else private(page, status)
