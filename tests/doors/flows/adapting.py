"""A practice that another city takes up, from the first word to the mistaken one that goes again."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press

_ONE = "/exchange/adaptations/<int(max=2147483647):adaptation_id>"


@flow({
    "/cases/<slug>/adapt": "AdaptationRecorded",
    f"{_ONE}/comment": "AdaptationCommented",
    f"{_ONE}/comments/<int(max=2147483647):comment_id>/remove": "AdaptationCommentRemoved",
    f"{_ONE}/remove": "AdaptationRemoved",
})  # fmt: skip
def an_adaptation(w: World) -> None:
    me, other = w.coordinator(), w.coordinator("other", "barcelona")
    form = "/cases/barcelona-ond/adapt"
    page = fill(me, form, form, state="considering", since="2025", changed="Two offices").headers["Location"]
    fill(me, form, form, state="adapting", reason="The council agreed")
    said = fill(other, page, f"{page}/comment", text="Call us").headers["Location"]
    comment = f"{page}/comments/{said.rsplit('-', 1)[1]}/remove"
    press(other, page, comment)
    press(me, page, f"{page}/remove")


@flow({"/exchange/record": "AdaptationRecorded", f"{_ONE}/step": "AdaptationRecorded"})
def a_practice_from_elsewhere(w: World) -> None:
    me, form = w.coordinator(), "/exchange/record"
    page = fill(me, form, form, title="A night office", place="Oslo", state="adapting").headers["Location"]
    fill(me, f"{page}/step", f"{page}/step", state="running", since="2025")
