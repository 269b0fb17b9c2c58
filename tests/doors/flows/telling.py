"""Cases in other languages, and an earlier version brought back."""

from __future__ import annotations

from tests.cases import desk
from tests.doors.flows.world import World, fill, flow, press

TRANSLATION = "/cases/<slug>/translations/<code>"


@flow({
    TRANSLATION: "CaseTranslationSaved",
    f"{TRANSLATION}/withdraw": "CaseTranslationWithdrawn",
    "/cases/<slug>/restore": "CaseRevised",
})  # fmt: skip
def telling_anew(w: World) -> None:
    me = w.coordinator()
    slug = desk.publish(me)
    page = f"/cases/{slug}/translations/es"
    fill(me, page, page, do="save", title="Una feria")
    fill(me, page, page, do="publish", summary="Los vecinos se ven cada mes.")
    fill(me, page, page, title="Una feria de vecinos")
    press(me, page, f"{page}/withdraw")
    assert desk.send(me, slug, title="Another fair", change_note="Why").status_code == 303
    fill(me, f"/cases/{slug}/restore", f"/cases/{slug}/restore")
