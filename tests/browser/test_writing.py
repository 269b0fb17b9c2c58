"""Writing on a phone: what is typed is kept, and comes back after the browser was closed or the session ended."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.test_circle import sign_in
from tests.nodes import Node

pytestmark = pytest.mark.browser

DRAFT = "/cases/lanterns-on-every-stair"
STORY = f"{DRAFT}/edit?step=story"
PASTED = """<html><head><style>p{color:red}</style></head><body><p><b>Dark</b> stairs, <i>many</i> falls.</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>old people</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>children</p>
<table><tr><td>Falls</td><td>12</td></tr></table><p>See <a href="https://example.org/a">the report</a>.
<img src="https://example.org/x.png" onerror="alert(1)"></p><script>alert(1)</script></body></html>"""
PASTE = """([id, html]) => {
  const field = document.getElementById(id), data = new DataTransfer();
  field.focus();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""

LEAVE = "window.dispatchEvent(new PageTransitionEvent('pagehide'))"  # what is typed is sent then without a pause


def phone(chromium: Browser, house: Node, complaints: list[str], **options: object) -> tuple[BrowserContext, Page]:
    """Open a phone, and note what it complains about."""
    context = chromium.new_context(base_url=house.base_url, locale="en", **(PHONE | options))  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    context.on("console", lambda each: complaints.append(each.text) if each.type == "error" else None)
    context.on("weberror", lambda each: complaints.append(str(each.error)))
    return context, context.new_page()


def test_a_draft_on_a_phone_loses_nothing(house: Node, chromium: Browser) -> None:
    complaints: list[str] = []
    account = next(each for each in house.accounts() if each["city"] == "utrecht")
    context, page = phone(chromium, house, complaints)
    sign_in(page, account)
    page.goto("/cases/new?lang=en")
    page.get_by_label("Title").fill("Lanterns on every stair")
    page.get_by_role("button", name="Save draft and go on").click()
    page.get_by_label("Title").fill("x" * 130)
    expect(page.locator("#title ~ .sofar")).to_have_text("10 characters too many")
    page.get_by_label("Title").fill("Lanterns on every stair")
    assert violations(page) == []
    page.goto(STORY)
    page.evaluate(PASTE, ["problem", PASTED])
    clean = (
        "**Dark** stairs, *many* falls.\n\n- old people\n- children\n\nFalls; 12\n\n"
        "See [the report](https://example.org/a)."
    )
    expect(page.locator("#problem")).to_have_value(clean)
    expect(page.locator("form.editor")).to_have_attribute("data-keeping", "kept")  # one after the other
    page.locator("#action").fill("The city hung lanterns.")
    page.evaluate(LEAVE)
    expect(page.locator("form.editor")).to_have_attribute("data-keeping", "kept")
    expect(page.locator("[data-said]")).to_contain_text("Kept ")
    state = context.storage_state()
    context.close()  # without saving

    context, page = phone(chromium, house, complaints, storage_state=state)
    page.goto(f"{DRAFT}/edit")
    expect(page.locator(".unsaved")).to_contain_text("You have text from")
    expect(page.locator("#problem")).to_have_value(clean)
    expect(page.locator("#action")).to_have_value("The city hung lanterns.")
    assert violations(page) == []
    page.locator("button[value=preview]").click()
    expect(page.locator(".clauses strong").first).to_have_text("Dark")
    page.get_by_role("button", name="Go on writing").click()
    expect(page.locator("#problem")).to_have_value(clean)
    assert complaints == []

    context.clear_cookies()  # her session ends
    page.locator("#action").fill("The city hung four hundred lanterns.")
    page.evaluate(LEAVE)
    expect(page.locator("[data-said]")).to_contain_text("you are signed out")
    assert page.locator("[data-said] a").get_attribute("href") == f"/login?next={quote(STORY, safe='')}"
    page.get_by_role("button", name="Save and go to: Means").click()  # in vain
    expect(page.locator("#action")).to_have_count(0)
    context.add_cookies(state["cookies"])  # type: ignore[arg-type]
    page.goto(STORY)
    expect(page.locator("#action")).to_have_value("The city hung four hundred lanterns.")
    expect(page.locator("[data-said]")).to_contain_text("Kept ")
    page.get_by_role("button", name="Save and go to: Means").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Means")
    expect(page.locator(".unsaved")).to_have_count(0)
    page.goto(STORY)
    expect(page.locator("#action")).to_have_value("The city hung four hundred lanterns.")
    page.goto(f"{DRAFT}/delete")
    page.get_by_role("button", name="Delete").click()
    context.close()
