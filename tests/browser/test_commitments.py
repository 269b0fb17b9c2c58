"""A commitment's way in a browser: claimed with evidence, checked by a peer, refused by an organizer, due, expired."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from hub.core.db import db, transaction
from hub.follows.models import MailChoice, Notification
from hub.people.models import User
from tests.browser.conftest import DESK, PHONE, Watch
from tests.browser.test_circle import PDF, mail_to, sign_in
from tests.drills.house import SHIM, Clock, House, wait_until
from tests.nodes import environment_of, inside, load_demo
from tests.servers import free_port

CYCLE = 366  # days at most in the twelve months of the item, and its grace
GRACE = 90
COMMITMENTS = "/cities/gwangju/commitments"


@pytest.fixture
def shifted(tmp_path: Path) -> Iterator[House]:
    """A node with the demo network whose clock can be set."""
    port, clock = free_port(), Clock(tmp_path / "clock")
    clock.set()
    environment = environment_of(tmp_path, port) | {"PYTHONPATH": str(SHIM), "TEST_CLOCK": str(clock.file)}
    load_demo(environment)
    made = House(tmp_path, environment, f"http://localhost:{port}", clock)
    with inside(made.app), transaction():
        db.session.execute(update(User).values(language="en"))  # so that all read the same words
        for user_id in db.session.scalars(select(User.id)).all():
            db.session.add(MailChoice(user_id=user_id, frequencies={"work": "at_once"}))
    yield made
    made.close()


class Browsers:
    """Opens people's browsers and keeps what they complain of."""

    def __init__(self, chromium: Browser, home: str) -> None:
        self.chromium, self.home = chromium, home
        self.opened: list[tuple[BrowserContext, Watch]] = []

    def open(self, account: dict[str, str] | None = None, **options: Any) -> Page:
        """Open a browser, signed in with an account if one is given."""
        context = self.chromium.new_context(base_url=self.home, locale="en", **(options or DESK))
        context.set_default_timeout(20_000)
        watch = Watch(self.home)
        watch.listen(context)
        self.opened.append((context, watch))
        page = context.new_page()
        if account is not None:
            sign_in(page, account)
        return page

    def close(self) -> list[str]:
        """Close all, and return what was complained of."""
        for context, _watch in self.opened:
            context.close()
        return [complaint for _context, watch in self.opened for complaint in watch.complaints]


def claim(page: Page, code: str) -> None:
    """Record that it is at work, with a document."""
    page.goto(f"{COMMITMENTS}/{code}/record")
    page.locator("input[name=status][value=operating]").check()
    page.locator("input[name=precision][value=year]").check()
    page.get_by_label("Since when").fill("2024")
    page.locator("input[name=files]").set_input_files({"name": "act.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_label("What the file is called").fill(f"The act on {code}")
    page.locator("select[name=file_kind]").select_option(index=1)
    page.get_by_role("button", name="Record this status").click()
    expect(page).to_have_url(re.compile(f"{COMMITMENTS}"))
    expect(page.get_by_role("link", name=f"The act on {code}").first).to_be_visible()


def ask_for_check(page: Page, code: str) -> str:
    """Ask for a check of what was recorded, and return the address of the request."""
    page.goto(f"{COMMITMENTS}/{code}/check")
    page.get_by_label("A word to whoever checks").fill("See page 3.")
    page.get_by_role("button", name="Ask for a check").click()
    expect(page).to_have_url(re.compile("/checks/[0-9]+$"))
    return page.url


def badges_of(page: Page, family: str) -> Any:
    """Return the line of a family's badge on the city's page."""
    page.goto(COMMITMENTS)
    page.reload()  # pages may be kept for a minute, but not by one who asks again
    return page.locator(".badges > li", has=page.get_by_role("link", name=family))


def is_reminded(house: House) -> bool:
    """Tell whether anyone was told of a due date; nobody opens a page for it, as what was seen is not mailed."""
    with inside(house.app):
        told = select(Notification.id).where(Notification.event == "CommitmentDue")
        return db.session.scalar(told.limit(1)) is not None


def walk(browsers: Browsers, house: House) -> None:
    accounts = {(each["role"], each["city"]): each for each in json.loads(house.run("demo", "--json"))["accounts"]}
    gwangju = browsers.open(accounts["coordinator", "gwangju"], **PHONE)
    visitor = browsers.open()
    expect(badges_of(visitor, "Educating Cities")).to_have_count(0)

    claim(gwangju, "C4.3")
    expect(badges_of(visitor, "Educating Cities").first).to_contain_text("Active")
    asked = ask_for_check(gwangju, "C4.3")

    utrecht = browsers.open(accounts["coordinator", "utrecht"])
    utrecht.goto("/checks/")
    utrecht.get_by_role("link", name=re.compile("C4.3")).first.click()
    expect(utrecht).to_have_url(asked)
    utrecht.get_by_label("No, nothing ties me to it").check()
    utrecht.get_by_label("The evidence shows it: confirm").check()
    utrecht.get_by_role("button", name="Put it on record").click()
    expect(utrecht.get_by_role("heading", name="What was found")).to_be_visible()
    expect(badges_of(visitor, "Educating Cities").first).to_contain_text("Verified")

    claim(gwangju, "C4.2")
    refused = ask_for_check(gwangju, "C4.2")
    organizer = browsers.open(accounts["organizer", None])
    organizer.goto("/organizers/checks")
    organizer.get_by_role("link", name=re.compile("C4.2")).first.click()
    expect(organizer).to_have_url(refused)
    organizer.get_by_label("The evidence does not show it: do not confirm").check()
    organizer.get_by_label("Reason").fill("The act does not name the Compact.")
    organizer.get_by_role("button", name="Put it on record").click()
    expect(organizer.get_by_text("The act does not name the Compact.").first).to_be_visible()
    badge = badges_of(visitor, "UN Global Compact").first
    expect(badge).to_contain_text("Active")
    expect(visitor.get_by_text("The act does not name the Compact.").first).to_be_visible()

    house.clock.set(days=CYCLE - 30)
    wait_until(lambda: is_reminded(house), "a reminder")  # the node's own worker makes it
    house.clock.set(days=CYCLE - 30, minutes=10)  # “at once” gathers for five
    mail_to(house.folder, accounts["coordinator", "gwangju"]["email"], "is to be said anew by")
    gwangju = browsers.open(accounts["coordinator", "gwangju"], **PHONE)
    gwangju.goto("/notifications")
    expect(gwangju.get_by_text("is to be said anew by").first).to_be_visible()
    expect(gwangju.get_by_text("because you coordinate").first).to_be_visible()
    gwangju.goto("/desk")
    expect(gwangju.locator("#due").get_by_text("C4.3").first).to_be_visible()

    house.clock.set(days=CYCLE + GRACE + 1)
    visitor = browsers.open()
    over = badges_of(visitor, "Educating Cities")
    visitor.locator("summary", has_text="of the past").click()
    for word in ("Verified", "Active", "Committed"):
        expect(over.filter(has_text=word).first).to_be_visible()
        expect(over.filter(has_text=word).first).to_contain_text("until")
    visitor.goto(f"{COMMITMENTS}?as_of={datetime.now(UTC).date().isoformat()}")
    expect(visitor.locator(".badges > li", has_text="Educating Cities").first).to_contain_text("Verified")


@pytest.mark.browser
def test_a_commitment_is_claimed_checked_refused_due_and_expired(chromium: Browser, shifted: House) -> None:
    with shifted.serving():
        browsers = Browsers(chromium, shifted.base_url)
        try:
            walk(browsers, shifted)
        finally:
            complaints = browsers.close()
        assert complaints == []
