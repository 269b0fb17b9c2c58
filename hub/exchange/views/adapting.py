"""Saying how far one's city is with a practice of another: a case of the hub, or one that the hub does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import queries as cases
from hub.cases.models import CaseStudy
from hub.cases.rows import case_path, city_label
from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.places import languages
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.exchange import policy, queries, service
from hub.exchange.forms import RecordForm, StepForm, next_step_of
from hub.exchange.models import STATES, Adaptation
from hub.exchange.rows import adaptation_path, adaptation_row, case_link, practice_of
from hub.exchange.views.bp import bp
from hub.exchange.words import origin_place, state_meanings, state_since
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, permission
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import Query, read_query

ID = "int(max=2147483647)"


class Other(NamedTuple):
    """Another city of hers for which she may say it."""

    url: str
    name: str


@bp.route("/cases/<slug>/adapt", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def adapt_case(slug: str) -> ResponseReturnValue:
    """Say that one's city considers, adapts, runs or stopped the practice of a case, for the first time or anew."""
    query = read_query(allowed={"city", "state"})
    me: Any = signed_in_user()
    case = cases.get_case(slug, me)
    path = f"{case_path(case.slug)}/adapt"
    offered = policy.adapting_cities(me, case)
    city = _city_meant(query, me, offered)
    begun = queries.find_adaptation(city.id, case.id) if city is not None else None
    if city is None or (refused := service.refusal(case, city.id, is_begun=begun is not None)) is not None:
        refused = service.refusal(case, case.city_id or 0, is_begun=False) if city is None else refused
        return _refused(case, refused), 403
    form = _step_form(StepForm, city, begun, _state_asked(query, begun))

    def record() -> str:
        adaptation, _step = service.record_adaptation(
            by=me, city_id=city_id, case_id=case_id, said=form.said(), seen=form.seen_version, now=clock.now()
        )
        return adaptation_path(adaptation.id)

    city_id, case_id = city.id, case.id
    others = [Other(f"{path}?city={each.slug}", city_label(each)) for each in offered if each.id != city_id]

    def page(**more: Any) -> str:
        return _page(
            "adapt", form, city, path=f"{path}?city={city.slug}", others=others, practice=case_link(case),
            from_name=city_label(case.city) if case.city else "", begun=begun, leave=f"{case_path(case.slug)}#lineage",
            **more,
        )  # fmt: skip

    return _answer(form, page, record, lambda: queries.find_adaptation(city_id, case_id))


@bp.route(f"/exchange/adaptations/<{ID}:adaptation_id>/step", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def say_next_step(adaptation_id: int) -> ResponseReturnValue:
    """Say how far one's city has come with a practice that the hub does not hold."""
    read_query()
    me: Any = signed_in_user()
    begun = queries.get_adaptation(adaptation_id)
    if not policy.can_record_adaptation(me, begun.city_id):
        raise Forbidden("coordinators say what their city takes up")
    if begun.origin is not None and request.method != "POST":
        return redirect(f"{case_path(begun.origin.slug)}/adapt?city={begun.city.slug}", 303)
    form = _step_form(StepForm, begun.city, begun, "")

    def record() -> str:
        service.record_next_step(
            by=me, adaptation_id=adaptation_id, said=form.said(), seen=form.seen_version, now=clock.now()
        )
        return adaptation_path(adaptation_id)

    def page(**more: Any) -> str:
        return _page(
            "adapt", form, begun.city, path=f"{adaptation_path(adaptation_id)}/step", others=[],
            practice=practice_of(begun), from_name=origin_place(begun), begun=begun,
            leave=adaptation_path(adaptation_id), **more,
        )  # fmt: skip

    return _answer(form, page, record, lambda: queries.get_adaptation(adaptation_id))


@bp.route("/exchange/record", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def record_practice() -> ResponseReturnValue:
    """Say that one's city takes up a practice that the hub does not hold."""
    query = read_query(allowed={"city", "state"})
    me: Any = signed_in_user()
    offered = policy.adapting_cities(me)
    city = _city_meant(query, me, offered)
    if city is None:
        raise Forbidden("coordinators say what their city takes up")
    form = _step_form(RecordForm, city, None, _state_asked(query, None))
    on_record = [each for each in cities.by_name(cities.list_cities()) if each.id != city.id]
    form.from_city.choices = [("", _("Not on record here")), *((str(c.id), c.label(language())) for c in on_record)]

    def record() -> str:
        adaptation, _step = service.record_outside_practice(
            by=me, city_id=city_id, practice=form.practice(), said=form.said(), now=clock.now()
        )
        return adaptation_path(adaptation.id)

    city_id = city.id
    others = [Other(f"/exchange/record?city={each.slug}", city_label(each)) for each in offered if each.id != city_id]

    def page(**more: Any) -> str:
        return _page("record", form, city, path=f"/exchange/record?city={city.slug}", others=others, **more)

    return _answer(form, page, record, lambda: None)


def _city_meant(query: Query, me: Any, offered: list[City]) -> City | None:
    """Return for which city she speaks: the one that is asked for, else the first that may; None where none may.

    Raises NotFound for no city and Forbidden for one that she does not coordinate.
    """
    slug = query.text("city", 80)
    if not slug:
        return offered[0] if offered else None
    city = cities.get_city(slug)
    if not policy.can_record_adaptation(me, city.id):
        raise Forbidden("coordinators say what their city takes up")
    return city


def _state_asked(query: Query, begun: Adaptation | None) -> str:
    """Return the state that a link asks to begin with; raises Invalid for what is none."""
    state = query.text("state", 20)
    if state and state not in STATES:
        raise Invalid("state", "Choose one of the list.")
    return "" if begun is not None else state


def _step_form(kind: type[Any], city: City, begun: Adaptation | None, state: str) -> Any:
    """Return the form with what it offers, begun with what goes on as it is."""
    filled = next_step_of(begun) if begun is not None else {"version": "0", "state": state, "language": language()}
    form = kind(data=filled)
    own = [case for case in cases.cases_of_city(city.id) if begun is None or case.id != begun.origin_id]
    if begun is not None and begun.own_case is not None and begun.own_case not in own:
        own.insert(0, begun.own_case)  # archived since
    choices = [("", _("None yet")), *((str(case.id), case.title) for case in own)]
    form.offer(state_meanings(), choices, languages(begun.language if begun is not None else language()))
    return form


def _answer(
    form: StepForm,
    page: Callable[..., str],
    work: Callable[[], str],
    saved: Callable[[], Adaptation | None],
) -> ResponseReturnValue:
    """Show a form; sent, carry it out and lead on. What is wrong stands at its fields, what is newer above."""
    if request.method != "POST":
        return page()
    if form.is_good():
        try:
            return redirect(form.carry_out(work, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            newer = saved()
            form.version.data = str(newer.version if newer is not None else 0)
            return page(meanwhile=adaptation_row(newer) if newer is not None else None, is_conflict=True), 409
    return page(), 400


def _page(template: str, form: StepForm, city: City, begun: Adaptation | None = None, **values: Any) -> str:
    values["on_record"] = state_since(begun.state, begun.since) if begun is not None else ""
    return render_template(
        f"exchange/{template}.html", form=form, city=city, city_name=city_label(city), begun=begun,
        nav_current="exchange", **values,
    )  # fmt: skip


def _refused(case: CaseStudy, refused: Invalid | None) -> str:
    """Show in words why nothing can be recorded."""
    why = _(refused.message, **refused.values) if refused is not None else ""
    return render_template(
        "exchange/adapt.html", refused=why, practice=case_link(case), nav_current="exchange",
        leave=f"{case_path(case.slug)}#lineage",
    )  # fmt: skip
