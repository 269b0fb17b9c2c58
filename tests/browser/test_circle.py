"""The whole circle in a browser: a city applies, is admitted, publishes, is found, followed and heard of; it records a
commitment with evidence; the forum's news come in. As coordinator and as organizer, on both engines, with and without
JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE, Watch
from tests.conftest import FULL
from tests.nodes import Node, node

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PASSWORD = "a long enough password"
ADDRESS = "rechte@graz.example.org"
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum letter</title><link>http://localhost/</link>
<item><title>Doors open in Graz &lt;script&gt;alert(1)&lt;/script&gt;</title><link>http://localhost/doors</link>
<guid>urn:doors</guid><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>
<description>&lt;p onclick="alert(1)"&gt;An open house.&lt;/p&gt;</description></item></channel></rss>"""


class Feed(BaseHTTPRequestHandler):
    """A site with one feed."""

    def do_GET(self) -> None:
        is_feed = self.path == "/feed.xml"
        body = FEED if is_feed else b'<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>'
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of somebody's site on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def mail_to(folder: Path, address: str, words: str = "") -> Any:
    """Wait for the newest mail to an address whose text holds some words."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        paths = sorted((folder / "var" / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in paths:
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if mail["To"] == address and words in mail.get_body(("plain",)).get_content():
                return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address} with “{words}”")


def link_in(mail: Any, path: str) -> str:
    """Return the first address in the text of a mail that leads to a part of the hub."""
    found = re.search(rf"https?://\S+({path}\S+)", mail.get_body(("plain",)).get_content())
    assert found, mail
    return found[1]


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password").fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: not address.endswith("/login"))


def apply_for(page: Page) -> None:
    page.goto("/join")
    page.get_by_label("Name of the local government").fill("Graz")
    page.get_by_label("Country").select_option("AT")
    page.get_by_label("Your name").fill("Anna Muster")
    page.get_by_label("Your office").fill("Human rights office")
    page.get_by_label("Your work e-mail address").fill(ADDRESS)
    page.get_by_label("Why your city wants to take part").fill("To learn and to share.")
    page.get_by_role("button", name=re.compile("Send|Apply")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("onfirm")


def write_case(page: Page) -> None:
    page.goto("/desk")
    page.get_by_role("link", name="Write a case study").first.click()
    page.get_by_label("Title").fill("Quincunx benches in every park")
    page.get_by_label("Summary").fill("Benches that people with canes can use.")
    page.get_by_role("button", name="Save draft and go on").click()
    expect(page).to_have_url(re.compile("/cases/quincunx-benches-in-every-park/edit"))
    page.goto("/cases/quincunx-benches-in-every-park/edit?step=all")
    page.get_by_text("GP8", exact=True).first.click()
    page.locator("input[name=clauses][value='GP8.2']").check()
    answer_the_rest(page)
    page.locator("input[name=types]").first.check()
    page.locator("input[name=groups]").first.check()
    page.get_by_label("Problem").fill("Nobody could rest.")
    page.get_by_label("What the city did").fill("It built **400** benches.")
    page.locator("input[name=none_yet]").check()
    page.get_by_label("Year it began").fill("2024")
    page.get_by_role("button", name="Publish case study").click()
    expect(page).to_have_url(re.compile("/cases/quincunx-benches-in-every-park"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Quincunx benches in every park")


def answer_the_rest(page: Page) -> None:
    """Give the short answers that publishing asks for, and leave the others honestly open."""
    page.locator("#lead_office").fill("Parks department")
    page.locator("#contact_role").fill("Coordinator, parks department")
    for name, code in (("stage", "running"), ("evidence_type", "none_yet"), ("people_check", "nobody")):
        page.locator(f"select[name={name}]").select_option(code)
    for name in ("participation", "cost_band", "failures", "conditions", "lessons"):
        page.locator(f"input[name=open_answers][value={name}]").check()


def record_status(page: Page) -> None:
    page.goto("/cities/graz/commitments/C4.1/record")
    page.locator("input[name=status][value=operating]").check()
    page.locator("input[name=precision][value=year]").check()
    page.get_by_label("Since when").fill("2024")
    page.locator("input[name=files]").set_input_files({"name": "act.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_label("What the file is called").fill("The act of the council")
    page.locator("select[name=file_kind]").select_option(index=1)
    page.get_by_role("button", name="Record this status").click()
    expect(page).to_have_url(re.compile("/cities/graz/commitments"))


def add_source(page: Page, site: str) -> None:
    page.goto("/organizers/sources")
    page.get_by_role("link", name="Add a source").first.click()
    page.get_by_label("Address of the site or its feed").fill(f"http://{site}/")
    page.get_by_role("button", name=re.compile("Look|preview", re.I)).click()
    expect(page.get_by_text("Doors open in Graz").first).to_be_visible()
    page.locator("details summary", has_text=re.compile("cities", re.I)).first.click()
    page.locator("input[name=cities][value=graz]").check()
    page.get_by_role("button", name=re.compile("Add", re.I)).last.click()
    check = page.get_by_role("button", name="Check now").first
    if check.is_visible():
        check.click()


def walk(open_one: Callable[..., Page], running: Node, folder: Path, site: str) -> None:
    organizer, utrecht = open_one(), open_one()
    accounts = {(each["role"], each["city"]): each for each in running.accounts()}
    applicant = open_one()
    apply_for(applicant)
    applicant.goto(link_in(mail_to(folder, ADDRESS, "/join/"), "/join/"))
    applicant.get_by_role("button", name="Confirm this address").click()
    expect(applicant.get_by_text("It waits for an organizer")).to_be_visible()

    sign_in(organizer, accounts["organizer", None])
    organizer.goto("/organizers/applications")
    organizer.get_by_role("link", name="Graz").first.click()
    organizer.get_by_role("button", name="Admit and send the invitation").click()
    expect(organizer.get_by_text("The invitation as coordinator was mailed").first).to_be_visible()

    coordinator = open_one()
    coordinator.goto(link_in(mail_to(folder, ADDRESS, "/invitations/"), "/invitations/"))
    coordinator.get_by_label("Your name").fill("Anna Muster")
    coordinator.get_by_label("Choose a password").fill(PASSWORD)
    coordinator.get_by_role("button", name="Accept the invitation").click()
    expect(coordinator).to_have_url(re.compile("/desk"))

    sign_in(utrecht, accounts["coordinator", "utrecht"])
    utrecht.goto("/cities/graz")
    utrecht.get_by_role("button", name=re.compile("^Follow")).click()
    expect(utrecht.get_by_role("button", name=re.compile("stop", re.I)).first).to_be_visible()

    write_case(coordinator)
    visitor = open_one()
    deadline = time.monotonic() + 30  # a second or two; more on a busy machine
    visitor.goto("/cases/?q=quincunx&principle=GP8")
    while time.monotonic() < deadline:
        visitor.reload()  # pages may be kept for a minute, but not by one who asks again
        if visitor.get_by_role("link", name="Quincunx benches in every park").count():
            break
        time.sleep(0.3)
    visitor.get_by_role("link", name="Quincunx benches in every park").click()
    expect(visitor.locator("strong", has_text="400")).to_be_visible()

    record_status(coordinator)
    visitor.goto("/cities/graz/commitments")
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="The act of the council").first.click()
    assert Path(download.value.path()).read_bytes() == PDF

    running.run("worker", "--once")
    running.run("digests", "send")  # before she looks: what she saw here is not mailed
    running.run("worker", "--once")
    utrecht.goto("/notifications")
    expect(utrecht.locator(".told", has_text="Quincunx benches in every park")).to_have_count(1)
    digest = mail_to(folder, accounts["coordinator", "utrecht"]["email"])
    for kind in ("plain", "html"):
        words = digest.get_body((kind,)).get_content()
        assert "Quincunx benches in every park" in words
        assert "C4.1" in words
    utrecht.goto(re.search(r"<(https?://[^>]+)>", digest["List-Unsubscribe"])[1])  # type: ignore[index]
    utrecht.get_by_role("button").last.click()
    utrecht.goto("/following")

    add_source(organizer, site)
    visitor.goto("/news/")
    expect(visitor.get_by_text("Doors open in Graz").first).to_be_visible()
    assert "onclick" not in visitor.content()
    organizer.goto("/organizers/audit")
    expect(organizer.get_by_role("heading", level=1)).to_be_visible()


WAYS = [("sqlite", True)]
if FULL:
    WAYS += [("postgresql", False), ("sqlite", False), ("postgresql", True)]


@pytest.mark.browser
@pytest.mark.parametrize(("engine", "script"), WAYS)
def test_the_circle(
    engine: str, script: bool, chromium: Browser, tmp_path: Path, site: str, request: pytest.FixtureRequest
) -> None:
    settings = {"FETCH_ALLOW": site}
    if engine == "postgresql":
        url = request.getfixturevalue("postgres").create_database()
        settings |= {"DATABASE_URL": url, "SECRET_KEY": "k3y-" * 10 + "abcdefgh"}
    opened: list[tuple[BrowserContext, Watch]] = []
    with node(tmp_path, **settings) as running:

        def open_one() -> Page:
            width = PHONE if script else DESK
            context = chromium.new_context(base_url=running.base_url, locale="en", java_script_enabled=script, **width)
            context.set_default_timeout(20_000)
            watch = Watch(running.base_url)
            watch.listen(context)
            opened.append((context, watch))
            return context.new_page()

        try:
            walk(open_one, running, tmp_path, site)
        finally:
            for context, _watch in opened:
                context.close()
        assert [complaint for _context, watch in opened for complaint in watch.complaints] == []
