"""Following by mail without an account: asked, confirmed, changed, stopped."""

from __future__ import annotations

from tests.doors.flows.world import World, fill, flow, press
from tests.follows.subscribers import READER, confirm_path, wish_page
from tests.people.accounts import new_address


@flow({
    "/follow/mail": "SubscriptionAsked",
    "/follow/mail/confirm/<token>": "Subscribed",
    "/follow/mail/<token>": "SubscriptionChanged",
    "/follow/mail/<token>/stop": "SubscriptionEnded",
    "/follow/mail/<token>/end": "SubscriptionEnded",
})  # fmt: skip
def by_mail(w: World) -> None:
    reader, page = w.browser(), ""
    for kind, name in (("city", "gwangju"), ("country", "KR")):
        new_address(reader)
        fill(reader, wish_page(kind, name), "/follow/mail", email=READER)
        path = confirm_path(reader)
        page = str(press(reader, path, path).location).split("?")[0]
    fill(reader, page, page, time_zone="Asia/Seoul", news="weekly")
    press(reader, page, f"{page}/stop")
    press(reader, page, f"{page}/end")
