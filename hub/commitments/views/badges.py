"""The rule of every badge, for people and for programs."""

from __future__ import annotations

from flask import Response, render_template

from hub.commitments.badgewords import badge_labels, badge_rules, families
from hub.commitments.views.blueprint import bp
from hub.vocabularies.queries import vocabulary
from hub.web.formats import absolute, json_document
from hub.web.gate import public
from hub.web.locale import in_language
from hub.web.params import read_query


@bp.get("/commitments/badges")
@public
def show_badges() -> str:
    """Say what each badge asks, with the numbers of every item that carries one."""
    read_query()
    rules = badge_rules()
    badges = [{"code": code, "label": label, "rule": rules[code]} for code, label in badge_labels().items()]
    return render_template(
        "commitments/badges.html", badges=badges, families=families(vocabulary()), nav_current="commitments"
    )


@bp.get("/commitments/badges.json")
@public
def export_badges() -> Response:
    """Give the rule of every badge to programs."""
    read_query()
    rules = badge_rules()
    return json_document(
        {
            "badges": [{"code": code, "label": label, "rule": rules[code]} for code, label in badge_labels().items()],
            "families": [
                {
                    "code": family.code,
                    "label": family.label,
                    "says": family.says or None,
                    "items": [
                        {
                            "code": item.code,
                            "label": in_language(item.labels),
                            "cycle_months": item.cycle_months,
                            "grace_days": item.grace_days if item.cycle_months is not None else None,
                            "lapse_months": item.lapse_months,
                            "url": absolute(f"/commitments/{item.code}"),
                        }
                        for item in family.items
                    ],
                }
                for family in families(vocabulary())
            ],
        }
    )
