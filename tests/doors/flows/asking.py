"""What cities are asked for: organizers add an item, change one, put a new version in the place of one."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow


@flow({"/organizers/items/new": "ItemAdded", "/organizers/items/<code>": "ItemChanged"})
def items(w: World) -> None:
    boss, new = w.organizer(), "/organizers/items/new"
    texts = {f"{name}_en": "Words" for name in ("name", "short", "what", "fulfilled", "responsible")}
    assert fill(boss, new, new, code="R8", kind="network", **texts).status_code == 303
    assert fill(boss, "/organizers/items/R8", "/organizers/items/R8", what_en="Others", why="Why").status_code == 303
    replaced = fill(boss, f"{new}?replaces=R8", new, code="R9", name_en="New words", why="A new text")
    assert replaced.status_code == 303
