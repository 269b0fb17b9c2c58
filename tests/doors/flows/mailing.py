"""How often mail comes, stopping it from a mail, and an address that is tried again."""

from __future__ import annotations

from hub.core import clock
from hub.follows.letters import unsubscribe_path
from hub.follows.models import Follow, MailChoice
from hub.follows.tokens import Who, stop_token
from tests.doors.flows.world import World, fill, flow, press


@flow({
    "/following/mail": "MailChosen",
    "/following/mail/resume": "MailResumed",
    "/unsubscribe/<token>": "MailChosen",
})  # fmt: skip
def mailing(w: World) -> None:
    me = w.person("ana")
    fill(me, "/following", "/following/mail", cases="weekly", news="never")
    other = w.person("bea")
    given = {"user_id": w.ids["bea"], "frequencies": {}, "paused_at": clock.now(), "paused_why": "550 no such person"}
    w.make(MailChoice(**given))
    w.make(Follow(user_id=w.ids["bea"], kind="city", key="graz", created_at=clock.now()))
    press(other, "/following", "/following/mail/resume")
    with w.app.app_context():
        stop = f"/unsubscribe/{stop_token(Who(w.ids['bea'], None), 'city', 'graz')}"
        path = unsubscribe_path(user_id=w.ids["bea"])
    for each in (stop, path):
        press(other, each, each)
