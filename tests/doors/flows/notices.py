"""What people do with what they are told."""

from __future__ import annotations

from hub.core import clock
from hub.follows.models import Notification
from tests.doors.flows.world import World, flow, press

OPEN = "/notifications/<int(max=2147483647):number>/open"


@flow({"/mute": "Muted", "/unmute": "Unmuted", OPEN: "NotificationsRead"})
def notices(w: World) -> None:
    me, page = w.person("ana"), "/notifications"
    because = {"kind": "country", "key": "KR"}
    told = {"event": "StatusRecorded", "topic": "commitments", "thing": "status:1:C1.1", "subject_id": 1}
    row = Notification(user_id=w.ids["ana"], position=1, created_at=clock.now(), because=because, **told)
    number = w.make(row)
    press(me, page, "/mute")
    press(me, page, "/unmute")
    press(me, page, f"{page}/{number}/open")
