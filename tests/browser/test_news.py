"""Someone who knows no feed jargon pastes the address of a site, sees what is wrong with it, and finds its story."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.conftest import PHONE, Watch
from tests.feeds.site import Site, item, rss, running_site
from tests.nodes import node

pytestmark = pytest.mark.browser

SHOP = b"<!doctype html><html lang='de'><head><title>Garden tools</title></head><body><h1>Rakes</h1></body></html>"
TOWN = b"""<!doctype html><html lang="en"><head><title>Town hall</title>
<link rel="alternate" type="application/rss+xml" title="News of the town" href="/news.xml">
<link rel="alternate" type="application/rss+xml" title="Lost and found" href="/lost.xml"></head><body></body></html>"""
STORY = "Quincunx benches open in every park"


def put_town(site: Site) -> None:
    """Let the site have a page without any feed, a page with two, and the feeds."""
    site.put("/rakes", SHOP, Content_Type="text/html; charset=utf-8")
    site.put("/town", TOWN, Content_Type="text/html; charset=utf-8")
    news = rss(item("urn:town:1", title=STORY, text="People with canes can rest."), title="Town news")
    site.put("/news.xml", news, Content_Type="application/rss+xml")
    site.put("/lost.xml", rss(item("urn:lost:1", title="A glove")), Content_Type="application/rss+xml")


def look_at(page: Page, address: str) -> None:
    page.get_by_label("Address of the site or its feed").fill(address)
    page.get_by_role("button", name=re.compile("Look", re.I)).last.click()


def walk(page: Page, site: Site, account: dict[str, str]) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password").fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/organizers/sources")
    page.get_by_role("link", name="their addresses are wanted").click()
    row = page.locator("tr", has_text="Gwangju News")
    expect(row.get_by_role("link").first).to_have_attribute("href", re.compile("^http"))
    row.get_by_role("link", name="Give the address").click()
    expect(page.get_by_label("Address of the site or its feed")).to_have_value(re.compile("^http"))

    look_at(page, site.url("/rakes"))
    expect(page.get_by_role("alert")).to_contain_text("names no feed")
    expect(page.get_by_label("Address of the site or its feed")).to_have_value(site.url("/rakes"))
    assert axe.violations(page) == []
    look_at(page, "http://192.168.1.1/news")
    expect(page.get_by_role("alert")).to_contain_text("anyone can open on the internet")
    look_at(page, site.url("/nowhere"))
    expect(page.get_by_role("alert")).to_contain_text("try the first page of the site instead")

    look_at(page, site.url("/town"))
    expect(page.get_by_role("heading", name="2 feeds found")).to_be_visible()
    page.get_by_role("button", name="Look at this feed News of the town").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add this source?")
    expect(page.get_by_text(STORY)).to_be_visible()
    expect(page.get_by_label("Name of the source")).to_have_value("Town news")
    assert axe.violations(page) == []
    page.locator("input[name=principles][value=GP8]").check()
    page.get_by_role("button", name="Add this source").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Town news")
    expect(page.get_by_text("Works").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.violations(page) == []
    page.goto("/organizers/sources/new")
    look_at(page, site.url("/news.xml"))
    page.get_by_role("link", name="Open “Town news”").click()
    expect(page).to_have_url(re.compile("/organizers/sources/town-news$"))


def test_who_knows_no_jargon_brings_a_story_in(chromium: Browser, tmp_path: Path) -> None:
    with running_site() as site:
        put_town(site)
        with node(tmp_path, FETCH_ALLOW=site.pair) as running:
            watch = Watch(running.base_url)
            contexts = [
                chromium.new_context(base_url=running.base_url, locale="en", java_script_enabled=True, **PHONE)
                for _person in range(2)
            ]
            organizer, visitor = (context.new_page() for context in contexts)
            for context in contexts:
                context.set_default_timeout(20_000)
                watch.listen(context)
            account = next(each for each in running.accounts() if each["role"] == "organizer")
            walk(organizer, site, account)
            visitor.goto("/news/")
            expect(visitor.get_by_text(STORY).first).to_be_visible()
            visitor.get_by_role("link", name="Sources", exact=True).click()
            expect(visitor.get_by_role("link", name="Town news", exact=True)).to_be_visible()
            assert axe.violations(visitor) == []
            for context in contexts:
                context.close()
    assert watch.complaints == []
