"""A city's plan for human rights, for people and for programs."""

from __future__ import annotations

from flask import Response, render_template

from hub.cities import queries as cities
from hub.cities.profile import names
from hub.commitments import planwords, policy, queries
from hub.commitments.views.blueprint import bp, today
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import csv_stream, json_document
from hub.web.gate import public
from hub.web.params import read_query


@bp.get("/cities/<slug>/plan")
@public
def show_plan(slug: str) -> str:
    """Show a city's plans, each action with the item it serves and how far it has come."""
    read_query()
    city, terms = cities.get_city(slug), vocabulary()
    return render_template(
        "commitments/plan.html",
        city=city,
        name=names(city)[0],
        plans=[planwords.plan_shown(plan, terms, today()) for plan in queries.list_plans(city.id)],
        states=list(planwords.state_words().values()),
        can_edit=policy.can_record_status(signed_in_user(), city.id),
        nav_current="cities",
    )


@bp.get("/cities/<slug>/plan.<any(json,csv):suffix>")
@public
def export_plan(slug: str, suffix: str) -> Response:
    """Give a city's plans to programs."""
    read_query()
    city = cities.get_city(slug)
    plans = queries.list_plans(city.id)
    if suffix == "csv":
        return csv_stream(f"plan-{city.slug}.csv", planwords.CSV_HEADER, planwords.csv_rows(plans))
    return json_document(planwords.plans_document(city, plans))
