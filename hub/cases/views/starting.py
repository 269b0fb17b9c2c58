"""Beginning a case: from nothing, from a story of the news, or from a copy of another case of one's own city."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.desk import DeskCase
from hub.cases.forms import StartForm
from hub.cases.queries import compiled_of, drafts_of, own_published
from hub.cases.rows import case_path, city_label
from hub.cases.views import editing
from hub.cases.views.base import bp
from hub.cases.views.begun import beginning, copied
from hub.cases.views.sending import carried_out
from hub.core import clock
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import WRITER, permission
from hub.web.locale import language
from hub.web.params import read_query

HIGHEST = 2_147_483_647  # no row of either engine has a higher number
MOST_OFFERED = 50


@bp.route("/cases/new", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def start_case() -> ResponseReturnValue:
    """Begin a draft, from nothing, `from` a story of the news or a `copy` of a case, and lead to its editor."""
    query = read_query(allowed={"city", "from", "copy"})
    me: Any = signed_in_user()
    wanted = query.text("city", 80)
    begun = copied(query.text("copy", 80), me) or beginning(query.integer("from", None, 1, HIGHEST))
    cities = {each.city.slug: each.city for each in me.memberships if me.works_for(each.city_id)}
    first = next((each for each in (wanted, begun.city if begun else "") if each in cities), next(iter(cities), ""))
    told_in = begun.language if begun and begun.language in dict(editing.languages()) else language()
    form = StartForm(data={
        "city": first, "language": told_in, "title": begun.title if begun else "",
        "summary": begun.summary if begun else "",
    })  # fmt: skip
    form.city.choices = [(slug, city_label(city)) for slug, city in cities.items()]
    form.language.choices = editing.languages()
    if request.method == "POST" and form.is_good():
        city_id = cities[str(form.city.data)].id

        def work() -> str:
            case = service.start_case(
                city_id=city_id, language=str(form.language.data), title=str(form.title.data),
                summary=str(form.summary.data or ""), by=me, now=clock.now(),
                sources=begun.sources if begun else (), clauses=begun.clauses if begun else (),
                text=begun.text if begun else None,
            )  # fmt: skip
            place = f"{case_path(case.slug)}/edit"
            return begun.editor(place) if begun else place

        try:
            typed = [form.city.data, form.language.data, form.title.data, form.summary.data, begun and begun.address]
            return redirect(carried_out(form, work, typed), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    offered = [] if begun else _own_cases([city.id for city in cities.values()])
    page = render_template("cases/new.html", nav_current="desk", form=form, cities=cities, begun=begun, offered=offered)
    return page, 400 if form.problems else 200


def _own_cases(city_ids: list[int]) -> list[DeskCase]:
    """Return the cases of these cities that a new one may be begun from."""
    return [*own_published(city_ids), *compiled_of(city_ids), *drafts_of(city_ids)][:MOST_OFFERED]
