"""Cities learn from each other: one asks, the other answers, the practice is taken up and seen from both sides; a
reader without an account follows a principle by mail, reads the digest and stops it by one click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, Watch
from tests.browser.test_circle import link_in, mail_to, sign_in, write_case
from tests.nodes import Node, node

CASE = "/cases/gwangju-ombudsman"
ASKED = "How many people work in the office?"
SAID = "Seven, and one of them part time. <b>Not bold</b>"
READER = "leserin@example.org"


def ask(page: Page) -> None:
    page.goto(f"{CASE}?lang=en")
    page.get_by_role("link", name="Ask a question").click()
    page.locator("#text").fill(ASKED)
    page.get_by_role("button", name="Send question").click()
    expect(page.get_by_text(ASKED)).to_be_visible()
    expect(page.get_by_text("Asked today, waits for an answer")).to_be_visible()


def answer(page: Page) -> None:
    page.goto("/notifications?lang=en")
    expect(page.get_by_text("because you coordinate")).to_be_visible()
    assert violations(page) == []
    page.locator("p.told a").first.click()
    expect(page).to_have_url(re.compile("/exchange/questions/"))
    page.goto(f"{page.url}?lang=en")  # hers is Korean
    expect(page.get_by_text(ASKED)).to_be_visible()
    page.locator("#text").fill(SAID)
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text(SAID)).to_be_visible()  # as it was typed, no tag of it
    assert violations(page) == []


def take_up(page: Page) -> None:
    page.goto(f"{CASE}?lang=en")
    expect(page.get_by_text(SAID)).to_be_visible()
    page.get_by_role("link", name="Record that we consider it").click()
    page.locator("input[name=state][value=adapting]").check()
    page.locator("#since").fill("2026-09")
    page.locator("#changed").fill("Three people, and a bus that goes to the villages.")
    page.get_by_role("button", name="Put it on record").click()
    expect(page.get_by_text("a bus that goes to the villages")).to_be_visible()
    assert violations(page) == []


def seen_from_both_sides(page: Page) -> None:
    page.goto(f"{CASE}?lang=en")
    expect(page.locator(".takers").get_by_text("Utrecht")).to_be_visible()
    expect(page.locator("svg.tree")).to_have_count(1)
    assert violations(page) == []
    for city, heading in (("utrecht", "Took up from others"), ("gwangju", "Taken up by others")):
        page.goto(f"/cities/{city}?lang=en")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text("Adapting since September 2026")).to_be_visible()
    page.goto("/exchange/?state=adapting&principle=GP10&lang=en")
    expect(page.get_by_role("link", name="Utrecht").first).to_be_visible()


def follow_by_mail(page: Page, running: Node, folder: Path) -> None:
    """Follow by mail; what the worker has to send, it sends in between."""
    page.goto("/principles/GP8?lang=en")
    page.get_by_role("link", name="Follow", exact=True).click()
    page.locator("main").get_by_role("link", name=re.compile("mail", re.I)).first.click()
    page.locator("#email").fill(READER)
    page.locator("input[name=frequency][value=at_once]").check()
    page.get_by_role("button", name="Send me the mail to confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    running.run("worker", "--once")
    page.goto(link_in(mail_to(folder, READER), "/follow/mail/confirm/"))
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_text("Your address is confirmed", exact=False)).to_be_visible()
    assert violations(page) == []


def read_and_stop(running: Node, folder: Path) -> None:
    running.run("worker", "--once")
    running.run("digests", "send")
    running.run("worker", "--once")
    mail = mail_to(folder, READER, "Quincunx")
    for kind in ("plain", "html"):
        assert "Quincunx benches in every park" in mail.get_body((kind,)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    assert requests.get(address, timeout=20).status_code == 200  # looking stops nothing
    managed = running.base_url + link_in(mail, "/follow/mail/")
    assert READER in requests.get(managed, timeout=20).text
    stopped = requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    assert stopped.status_code == 200
    assert requests.get(managed, timeout=20).status_code == 404


@pytest.mark.browser
def test_cities_learn_from_each_other(chromium: Browser, tmp_path: Path) -> None:
    opened: list[tuple[BrowserContext, Watch]] = []
    with node(tmp_path, with_worker=False) as running:

        def open_one(**options: object) -> Page:
            context = chromium.new_context(base_url=running.base_url, locale="en", **(DESK | options))  # type: ignore[arg-type]
            context.set_default_timeout(20_000)
            watch = Watch(running.base_url)
            watch.listen(context)
            opened.append((context, watch))
            return context.new_page()

        accounts = {(each["role"], each["city"]): each for each in running.accounts()}
        utrecht, gwangju, reader = open_one(), open_one(), open_one(**PHONE)
        sign_in(utrecht, accounts["coordinator", "utrecht"])
        sign_in(gwangju, accounts["coordinator", "gwangju"])
        ask(utrecht)
        running.run("worker", "--once")
        answer(gwangju)
        take_up(utrecht)
        seen_from_both_sides(reader)
        follow_by_mail(reader, running, tmp_path)
        write_case(utrecht)
        read_and_stop(running, tmp_path)
        utrecht.goto("/notifications?lang=en")
        expect(utrecht.get_by_text("answered your question", exact=False)).to_be_visible()
        assert [complaint for _context, watch in opened for complaint in watch.complaints] == []
