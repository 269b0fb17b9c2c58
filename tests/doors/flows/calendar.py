"""Events that organizers enter."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press


@flow({
    "/organizers/events/new": "CalendarEventAdded",
    "/organizers/events/<slug>": "CalendarEventChanged",
    "/organizers/events/<slug>/cancel": "CalendarEventCancelled",
    "/organizers/events/<slug>/reinstate": "CalendarEventReinstated",
    "/organizers/events/<slug>/remove": "CalendarEventTakenOut",
})  # fmt: skip
def events(w: World) -> None:
    boss, new = w.organizer(), "/organizers/events/new"
    added = fill(boss, new, new, title="A day of rights", starts_on="2027-12-10", place="City Hall", cities=["gwangju"])
    assert added.status_code == 303, added.text[-1500:]
    page = added.headers["Location"].replace("/events/", "/organizers/events/")
    fill(boss, page, page, title="A week of rights", ends_on="2027-12-16")
    for what in ("cancel", "reinstate", "remove"):
        press(boss, page, f"{page}/{what}")
