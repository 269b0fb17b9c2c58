"""An organizer's way in, in a browser with a passkey of its own: invited, set up, signed in by each way, and put out
again while she is signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE, Watch
from tests.nodes import Node, node

ADDRESS = "ana@example.org"
PASSWORD = "quiet rivers keep long promises"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
Open = Callable[..., Page]


def give_device(page: Page) -> None:
    """Give a browser a device that knows its person."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def invited(running: Node, address: str) -> str:
    """Invite someone to organize, as the operator does, and return the path of the invitation."""
    said = running.run("people", "invite", "--role", "organizer", address).strip().splitlines()[-1]
    return said.removeprefix(running.base_url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def set_up_codes(page: Page) -> pyotp.TOTP:
    """Set up one-time codes from the page of what opens the account, and return the app."""
    page.get_by_role("link", name="Set up one-time codes").click()
    expect(page.locator("svg.qr")).to_be_visible()
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator(".secret code").inner_text()))
    page.get_by_label("Code from your app").fill(app.now())
    press(page, "Turn one-time codes on")
    expect(page.get_by_text("One-time codes are on.")).to_be_visible()
    return app


def make_recovery_codes(page: Page) -> list[str]:
    page.get_by_role("link", name="Make recovery codes").click()
    press(page, "Make ten codes and show them")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", page.locator("pre").inner_text())
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    return codes


def with_password(page: Page, address: str, password: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    page.goto("/account")
    press(page, "Sign out")
    expect(page).to_have_url(re.compile("/$"))


def with_passkey(running: Node, open_one: Open) -> Page:
    """Become organizer with a passkey and no password; sign out, and in again with the passkey alone."""
    page = open_one()
    give_device(page)
    page.goto(invited(running, ADDRESS))
    page.get_by_label("Your name").fill("Ana López")
    press(page, "Make my account with a passkey")
    expect(page.get_by_role("link", name="Make recovery codes")).to_be_visible()
    assert page.goto("/organizers").status == 403  # type: ignore[union-attr]
    page.goto("/account/security")
    set_up_codes(page)
    make_recovery_codes(page)
    page.get_by_role("link", name="Back to the invitation").click()
    press(page, "Become an organizer")
    expect(page).to_have_url(re.compile("/organizers$"))
    sign_out(page)
    page.goto("/login")
    press(page, "Sign in with a passkey")
    expect(page).to_have_url(re.compile("/desk$"))
    assert page.goto("/organizers").status == 200  # type: ignore[union-attr]
    return page


def with_codes(running: Node, open_one: Open, address: str) -> Page:
    """Become organizer without JavaScript, with a password and codes; sign in with a code, and a recovery code."""
    page = open_one(script=False)
    page.goto(invited(running, address))
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    page.get_by_label("Your name").fill("Bea Muster")
    page.get_by_label("Choose a password").fill(PASSWORD)
    press(page, "Make my account")
    page.get_by_role("link", name="Set up a second factor").click()
    set_up_codes(page)
    codes = make_recovery_codes(page)
    page.get_by_role("link", name="Back to the invitation").click()
    press(page, "Become an organizer")
    expect(page).to_have_url(re.compile("/organizers$"))
    sign_out(page)
    with_password(page, address, PASSWORD)
    expect(page).to_have_url(re.compile("/login/second$"))
    page.locator("summary", has_text="recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    press(page, "Sign in with a recovery code")
    expect(page).to_have_url(re.compile("/desk$"))
    assert page.goto("/organizers").status == 200  # type: ignore[union-attr]
    return page


def put_out(running: Node, open_one: Open, person: Page, name: str, button: str) -> None:
    """Let the demo's organizer end what someone is while she is signed in: her very next request is refused."""
    boss = open_one()
    account = next(each for each in running.accounts() if each["role"] == "organizer")
    with_password(boss, account["email"], account["password"])
    expect(boss).to_have_url(re.compile("/desk$"))
    boss.goto("/organizers/people")
    boss.get_by_role("link", name=name).first.click()
    if button.startswith("Suspend"):
        boss.get_by_label("Why is this account suspended?").fill("A drill")
    else:
        summary = boss.locator("summary", has_text=re.compile("end", re.I))
        if summary.count():
            summary.first.click()
    press(boss, button)
    expect(boss.locator(".notice.good")).to_be_visible()
    expected = 401 if button.startswith("Suspend") else 403
    assert person.goto("/organizers").status == expected  # type: ignore[union-attr]


@pytest.mark.browser
def test_organizers_come_in_and_are_put_out(chromium: Browser, tmp_path: Path) -> None:
    opened: list[tuple[BrowserContext, Watch]] = []
    with node(tmp_path) as running:

        def open_one(*, script: bool = True) -> Page:
            context = chromium.new_context(
                base_url=running.base_url, locale="en", java_script_enabled=script, **(DESK if script else PHONE)
            )
            context.set_default_timeout(20_000)
            watch = Watch(running.base_url)
            watch.listen(context)
            opened.append((context, watch))
            return context.new_page()

        try:
            ana = with_passkey(running, open_one)
            put_out(running, open_one, ana, "Ana López", "End the organizer role")
            assert ana.goto("/account").status == 200  # type: ignore[union-attr]
            bea = with_codes(running, open_one, "bea@example.org")
            put_out(running, open_one, bea, "Bea Muster", "Suspend this account")
            with_password(bea, "bea@example.org", PASSWORD)
            expect(bea.get_by_text("This address and password do not open an account.")).to_be_visible()
        finally:
            for context, _watch in opened:
                context.close()
        assert [complaint for _context, watch in opened for complaint in watch.complaints] == []
