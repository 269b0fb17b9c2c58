"""Having a status checked: asked for, taken back, decided by a peer and by an organizer, appealed against."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press
from tests.follows.acts import city_id

_CHECK = "/checks/<int(max=2147483647):request_id>"


@flow({
    "/cities/<slug>/commitments/<code>/check": "CheckRequested",
    _CHECK: "StatusVerified",
    f"{_CHECK}/withdraw": "CheckWithdrawn",
    f"{_CHECK}/peer": "PeerAsked",
    f"{_CHECK}/appeal": "CheckRequested",
})  # fmt: skip
def checks(w: World) -> None:
    me, peer, boss = w.coordinator(), w.coordinator("peer", "graz"), w.organizer()
    page = "/cities/gwangju/commitments/C4.1/check"
    path = fill(me, page, page, note="See page 3").headers["Location"]
    press(me, path, f"{path}/withdraw")
    path = fill(me, page, page).headers["Location"]
    fill(boss, path, f"{path}/peer", city=_city(w, "graz"))
    fill(peer, path, path, "conflict", conflict="none", result="refused", reason="It is about something else.")
    appeal = fill(me, path, f"{path}/appeal", reason="Read on to page 4.").headers["Location"]
    fill(boss, appeal, appeal, "result", result="confirmed")


def _city(w: World, slug: str) -> str:
    with w.app.app_context():
        return str(city_id(slug))
