"""How coordinators keep their city's plan: the plan, its actions, and how far each has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities import queries as cities
from hub.cities.models import City
from hub.cities.profile import names
from hub.commitments import planforms, planwords, policy, queries, service
from hub.commitments.planforms import ActionForm, PlanForm, RemoveForm, StepForm, Versioned
from hub.commitments.queries import ActionLine, PlanLine
from hub.commitments.views.blueprint import bp, today
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, permission
from hub.web.locale import in_language
from hub.web.params import read_query

ID = "int(max=2147483647)"


class Difference(NamedTuple):
    """A field that says one thing on record and another in the form."""

    label: str
    saved: str
    yours: str


@bp.route("/cities/<slug>/plan/new", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def add_plan(slug: str) -> ResponseReturnValue:
    """Put a plan on record."""
    city, form = _mine(slug), PlanForm()
    return _answer(form, _plan_page(city, None, form), lambda by: _added(city, form, by))


def _added(city: City, form: PlanForm, by: Any) -> str:
    plan = service.add_plan(by=by, city_id=city.id, said=form.said(), now=clock.now())
    return f"/cities/{city.slug}/plan#plan-{plan.id}"


@bp.route(f"/cities/<slug>/plan/<{ID}:plan_id>/edit", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def change_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    """Change what a plan says."""
    city = _mine(slug)
    plan = queries.get_plan(city.id, plan_id)
    form = PlanForm() if request.method == "POST" else PlanForm(formdata=None, data=planforms.of_plan(plan))

    def change(by: Any) -> str:
        service.change_plan(by=by, plan_id=plan_id, seen=form.seen_version, said=form.said(), now=clock.now())
        return f"/cities/{city.slug}/plan#plan-{plan_id}"

    def saved() -> Mapping[str, str]:
        return planforms.of_plan(queries.get_plan(city.id, plan_id))

    return _answer(form, _plan_page(city, plan, form), change, saved)


@bp.route(f"/cities/<slug>/plan/<{ID}:plan_id>/remove", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def remove_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    """Take out a plan that was entered by mistake."""
    city = _mine(slug)
    plan = queries.get_plan(city.id, plan_id)
    form = RemoveForm() if request.method == "POST" else RemoveForm(formdata=None, data={"version": plan.version})

    def remove(by: Any) -> str:
        service.remove_plan(by=by, plan_id=plan_id, seen=form.seen_version, now=clock.now())
        return f"/cities/{city.slug}/plan"

    page = _page("plan_remove", city, form=form, path=request.path, what=plan.title, is_plan=True)
    return _answer(form, page, remove, lambda: {"version": str(queries.get_plan(city.id, plan_id).version)})


@bp.route(f"/cities/<slug>/plan/<{ID}:plan_id>/actions/new", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def add_action(slug: str, plan_id: int) -> ResponseReturnValue:
    """Add an action to a plan."""
    city = _mine(slug)
    plan = queries.get_plan(city.id, plan_id)
    form = _action_form(None)

    def add(by: Any) -> str:
        action = service.add_action(by=by, plan_id=plan_id, said=form.said(), now=clock.now())
        return f"/cities/{city.slug}/plan#action-{action.id}"

    return _answer(form, _action_page(city, plan, None, form), add)


@bp.route(f"/cities/<slug>/plan/actions/<{ID}:action_id>/edit", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def change_action(slug: str, action_id: int) -> ResponseReturnValue:
    """Change what an action says, or its place."""
    city = _mine(slug)
    action = queries.get_action(city.id, action_id)
    form = _action_form(action)

    def change(by: Any) -> str:
        service.change_action(by=by, action_id=action_id, seen=form.seen_version, said=form.said(), now=clock.now())
        return f"/cities/{city.slug}/plan#action-{action_id}"

    def saved() -> Mapping[str, str]:
        return planforms.of_action(queries.get_action(city.id, action_id))

    return _answer(form, _action_page(city, queries.get_plan(city.id, action.plan_id), action, form), change, saved)


@bp.route(f"/cities/<slug>/plan/actions/<{ID}:action_id>/remove", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def remove_action(slug: str, action_id: int) -> ResponseReturnValue:
    """Take an action out of its plan."""
    city = _mine(slug)
    action = queries.get_action(city.id, action_id)
    form = RemoveForm() if request.method == "POST" else RemoveForm(formdata=None, data={"version": action.version})

    def remove(by: Any) -> str:
        service.remove_action(by=by, action_id=action_id, seen=form.seen_version, now=clock.now())
        return f"/cities/{city.slug}/plan#plan-{action.plan_id}"

    page = _page("plan_remove", city, form=form, path=request.path, what=action.text, is_plan=False)
    return _answer(form, page, remove, lambda: {"version": str(queries.get_action(city.id, action_id).version)})


@bp.route(f"/cities/<slug>/plan/actions/<{ID}:action_id>/step", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def assess_action(slug: str, action_id: int) -> ResponseReturnValue:
    """Record how far an action has come."""
    city = _mine(slug)
    action = queries.get_action(city.id, action_id)
    words = planwords.state_words()
    form = StepForm() if request.method == "POST" else StepForm(formdata=None, data={"version": action.version})
    form.offer([(code, f"{word.label}: {word.meaning}") for code, word in words.items()])

    def assess(by: Any) -> str:
        service.assess_action(
            by=by, action_id=action_id, seen=form.seen_version, state=form.state.data or "", note=form.note.data or "",
            url=form.url.data or "", now=clock.now(),
        )  # fmt: skip
        return f"/cities/{city.slug}/plan#action-{action_id}"

    def saved() -> Mapping[str, str]:
        now = queries.get_action(city.id, action_id)
        return {"state": now.state, "version": str(now.version)}

    shown = planwords.action_shown(action, vocabulary(), today())
    return _answer(form, _page("plan_step", city, form=form, path=request.path, shown=shown), assess, saved)


Page = Callable[..., str]


def _answer(
    form: Versioned,
    page: Page,
    work: Callable[[Any], str],
    saved: Callable[[], Mapping[str, str]] | None = None,
) -> ResponseReturnValue:
    """Show a form; sent, carry it out and lead on. What is wrong stands at its fields, what was saved meanwhile too."""
    read_query()
    if request.method != "POST":
        return page()
    if form.is_good():
        try:
            return redirect(form.carry_out(lambda: work(signed_in_user()), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            if saved is None:
                raise
            newer = saved()
            form.version.data = newer["version"]
            return page(differences=_differences(form, newer)), 409
    return page(), 400


def _differences(form: Versioned, saved: Mapping[str, str]) -> list[Difference]:
    found = []
    for name, kept in saved.items():
        yours = str(form[name].data or "")
        if name != "version" and kept != yours:
            found.append(Difference(str(form[name].label.text), kept, yours))
    return found


def _mine(slug: str) -> City:
    """Return the city whose plan is to be changed; raises NotFound, and Forbidden for who does not coordinate it."""
    city = cities.get_city(slug)
    if not policy.can_record_status(signed_in_user(), city.id):
        raise Forbidden("only a coordinator of the city changes its plan")
    return city


def _page(template: str, city: City, **values: Any) -> Page:
    def render(**more: Any) -> str:
        return render_template(
            f"commitments/{template}.html", city=city, name=names(city)[0], nav_current="cities", **values, **more
        )

    return render


def _plan_page(city: City, plan: PlanLine | None, form: PlanForm) -> Page:
    return _page("plan_edit", city, plan=plan, form=form, path=request.path)


def _action_page(city: City, plan: PlanLine, action: ActionLine | None, form: ActionForm) -> Page:
    return _page("plan_action", city, plan=plan, action=action, form=form, path=request.path)


def _action_form(action: ActionLine | None) -> ActionForm:
    """Return the form of an action with the items and points that can be chosen, also the one it has already."""
    filled = request.method != "POST" and action is not None
    form = ActionForm(formdata=None, data=planforms.of_action(action)) if filled and action else ActionForm()
    terms = vocabulary()
    kept = action.item_code if action else None
    items = [item for item in terms.items.values() if item.replaced_by is None or item.code == kept]
    choices = []
    for item in items:
        choices.append((item.code, f"{item.code} {in_language(item.labels)}"))
        choices += [(point.code, f"{point.code} {in_language(point.labels)}") for point in terms.points_of(item.code)]
    form.offer(choices)
    return form
