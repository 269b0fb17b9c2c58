"""A city's plan from its first line to the day it is taken out, and a published list of members."""

from __future__ import annotations

import io

from tests.doors.flows.world import World, fill, flow

_PLAN = "/cities/<slug>/plan"
_ACTION = f"{_PLAN}/actions/<int(max=2147483647):action_id>"
_LISTS = "/organizers/registers"
_LIST = f"{_LISTS}/<int(max=2147483647):list_id>"


@flow({
    f"{_PLAN}/new": "PlanAdded",
    f"{_PLAN}/<int(max=2147483647):plan_id>/edit": "PlanChanged",
    f"{_PLAN}/<int(max=2147483647):plan_id>/actions/new": "PlanChanged",
    f"{_ACTION}/edit": "PlanChanged",
    f"{_ACTION}/step": "ActionAssessed",
    f"{_ACTION}/remove": "PlanChanged",
    f"{_PLAN}/<int(max=2147483647):plan_id>/remove": "PlanRemoved",
})  # fmt: skip
def a_plan(w: World) -> None:
    me, home = w.coordinator(), "/cities/gwangju/plan"
    plan = f"{home}/" + _sent(fill(me, f"{home}/new", f"{home}/new", title="A plan"))
    fill(me, f"{plan}/edit", f"{plan}/edit", title="Another plan")
    added = fill(me, f"{plan}/actions/new", f"{plan}/actions/new", text="Train the staff", due_on="2027-01-31")
    action = f"{home}/actions/" + _sent(added)
    fill(me, f"{action}/edit", f"{action}/edit", responsible="Human Rights Division")
    fill(me, f"{action}/step", f"{action}/step", state="limited", note="Half of them")
    fill(me, f"{action}/remove", f"{action}/remove")
    fill(me, f"{plan}/remove", f"{plan}/remove")


@flow({
    f"{_LISTS}/new": "RegisterAdded",
    f"{_LIST}/accept": "RegisterRowDecided",
    f"{_LIST}/lines/<int(max=2147483647):row_id>": "RegisterRowDecided",
})  # fmt: skip
def a_member_list(w: World) -> None:
    boss, new = w.organizer(), f"{_LISTS}/new"
    listed = io.BytesIO(b"Name;Country\nGraz;AT\nViena;AT\nTimbuktu;ML\n"), "members.csv"
    page = fill(boss, new, new, item="C4.3", title="Members", source_url="https://www.example.org/members",
                as_of="2025-06-30", file=listed).headers["Location"]  # fmt: skip
    fill(boss, page, f"{page}/accept")
    line = boss.get(page).text.split(f'action="{page}/lines/')[1].split('"')[0]
    fill(boss, f"{page}/lines/{line}", f"{page}/lines/{line}", do="accept")


def _sent(response: object) -> str:
    """Return the number at the end of the address that a form led to."""
    return str(response.headers["Location"]).rsplit("-", 1)[1]  # type: ignore[attr-defined]
