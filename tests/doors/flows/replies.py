"""An organisation asks for a reply, confirms, takes back; organizers release, decline, take away."""

from __future__ import annotations

from hub.exchange.models import Reply
from tests.doors.flows.world import World, fill, flow, press
from tests.exchange.asks import REPLY, newest, token_mailed

_BESIDE = "/reply?case=graz-advisory-council"


@flow({
    "/reply": "ReplyAsked",
    "/reply/confirm/<token>": "ReplyConfirmed",
    "/reply/<token>/withdraw": "ReplyWithdrawn",
    "/organizers/replies/<int(max=2147483647):reply_id>": "ReplyReleased",
})  # fmt: skip
def replies(w: World) -> None:
    boss = w.organizer()
    page, _token = _waiting(w)
    fill(boss, page, page, "release")
    fill(boss, page, page, "remove", reason="It names a neighbour.")
    page, _token = _waiting(w)
    fill(boss, page, page, "decline", reason="You are not named.")
    page, token = _waiting(w)
    fill(boss, page, page, "release")
    press(w.browser(), f"/reply/{token}", f"/reply/{token}/withdraw")


def _waiting(w: World) -> tuple[str, str]:
    """Send a reply and confirm its address; return the organizers' page and the token."""
    visitor = w.browser()
    assert fill(visitor, _BESIDE, "/reply", **REPLY).status_code == 303
    token = token_mailed(visitor)
    press(visitor, f"/reply/confirm/{token}", f"/reply/confirm/{token}")
    return f"/organizers/replies/{newest(visitor, Reply).id}", token
