"""What organizers decide about stories."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press

STORY = "/news/<int(max=2147483647):entry_id>"


@flow({
    f"{STORY}/pin": "StoryPinned",
    f"{STORY}/unpin": "StoryUnpinned",
    f"{STORY}/hide": "StoryHidden",
    f"{STORY}/show": "StoryShown",
    f"{STORY}/ties": "StoryTied",
    f"{STORY}/take-out": "StoryTakenOut",
})  # fmt: skip
def stories(w: World) -> None:
    boss, page = w.organizer(), "/news/1"
    for what in ("pin", "unpin", "hide", "show"):
        press(boss, page, f"{page}/{what}")
    for what, values in (("ties", {"principles": ["GP7"]}), ("take-out", {})):
        done = fill(boss, f"{page}/{what}", f"{page}/{what}", **values)
        assert done.status_code == 303, done.text[-1500:]
