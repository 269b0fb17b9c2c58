"""A case from the first line to its citation, on a phone: written, kept, illustrated, read by a second person, told
in another language, revised, compared, cited."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Watch
from tests.browser.test_circle import answer_the_rest, sign_in
from tests.cases.desk import picture
from tests.nodes import node

CASE = "/cases/lanterns-for-the-hill-stairs"
SHOWN = "A stair with a row of lanterns at dusk."


def begin(page: Page) -> None:
    page.goto("/cases/new?lang=en")
    page.locator("#title").fill("Lanterns for the hill stairs")
    page.locator("form button[type=submit]").last.click()
    page.goto(f"{CASE}/edit?step=story")
    page.locator("#problem").fill("People fell on dark stairs.")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")  # she puts the phone away
    expect(page.locator("form.editor")).to_have_attribute("data-keeping", "kept")


def go_on(page: Page) -> None:
    """Find what was typed, write the rest, put a picture to it, and send it to a colleague."""
    page.goto(f"{CASE}/edit?step=all")
    expect(page.locator("#problem")).to_have_value("People fell on dark stairs.")
    page.locator("#summary").fill("Four hundred lanterns, chosen by those who climb.")
    page.locator("#action").fill("The district hung **400** lanterns.")
    page.locator("#started").fill("2024")
    page.locator("details:has(input[name=clauses][value='GP8.2']) summary").click()
    page.locator("input[name=clauses][value='GP8.2']").check()
    page.locator("input[name=types]").first.check()
    page.locator("input[name=groups]").first.check()
    page.locator("input[name=none_yet]").check()
    answer_the_rest(page)
    page.locator("button[name=do][value=save]").last.click()
    page.goto(f"{CASE}/edit?step=evidence")
    page.locator("#file").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(900, 600))}
    )
    for field, words in (
        ("title", "The stairs"),
        ("owner", "District office"),
        ("source", "Own picture"),
        ("alt", SHOWN),
    ):
        page.locator(f"#file_{field}").fill(words)
    page.locator("#file_people").select_option("nobody")
    page.locator("button[formaction$='/files#files']").click()
    expect(page.locator("ul.kept li")).to_have_count(1)
    page.goto(f"{CASE}/edit?step=check")
    assert violations(page) == []
    page.locator("button[name=do][value=submit]").click()


def publish_and_translate(page: Page) -> None:
    page.goto(f"{CASE}/review?lang=en")
    page.locator("button[name=do][value=publish]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lanterns for the hill stairs")
    page.goto(f"{CASE}/translations/es?lang=en")
    page.locator("#title").fill("Faroles para las escaleras del cerro")
    page.locator("#summary").fill("Cuatrocientos faroles que eligió quien sube.")
    page.locator("button[name=do][value=publish]").click()


def revise(page: Page) -> None:
    page.goto(f"{CASE}/edit?step=story&lang=en")
    page.locator("#action").fill("The district hung **500** lanterns.")
    page.locator("#change_note").fill("A hundred more since spring")
    page.locator("button[name=do][value=save]").last.click()
    expect(page.locator("strong", has_text="500").first).to_be_visible()


@pytest.mark.browser
def test_a_case_lives_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    opened: list[tuple[BrowserContext, Watch]] = []
    with node(tmp_path, with_worker=False) as running:

        def phone(language: str = "en", **options: object) -> tuple[BrowserContext, Page]:
            context = chromium.new_context(base_url=running.base_url, locale=language, **(PHONE | options))  # type: ignore[arg-type]
            context.set_default_timeout(20_000)
            watch = Watch(running.base_url)
            watch.listen(context)
            opened.append((context, watch))
            return context, context.new_page()

        accounts = {(each["role"], each["city"]): each for each in running.accounts()}
        context, writer = phone()
        sign_in(writer, accounts["contributor", "gwangju"])
        begin(writer)
        signed_in = context.storage_state()
        context.close()
        _context, writer = phone(storage_state=signed_in)
        go_on(writer)

        _context, coordinator = phone()
        sign_in(coordinator, accounts["coordinator", "gwangju"])
        publish_and_translate(coordinator)
        _context, reader = phone("es")
        reader.goto(CASE)
        expect(reader.get_by_role("heading", level=1)).to_have_text("Faroles para las escaleras del cerro")
        expect(reader.get_by_role("img", name=SHOWN)).to_be_attached()
        assert violations(reader) == []
        revise(coordinator)
        reader.goto(f"{CASE}?lang=en&text=es")
        expect(reader.get_by_text("1 version behind the original")).to_be_visible()
        reader.goto(f"/cases/compare?case={CASE.split('/')[-1]}&case=graz-advisory-council&lang=en")
        expect(reader.get_by_text("Lanterns for the hill stairs").first).to_be_visible()
        assert violations(reader) == []
        reader.goto(f"{CASE}/history?lang=en")
        reader.get_by_role("link", name="Version", exact=False).last.click()
        with reader.expect_download() as download:
            reader.get_by_role("link", name="BibTeX").first.click()
        cited = Path(download.value.path()).read_text("utf-8")
        assert "Lanterns for the hill stairs" in cited
        assert "version=" in cited
        assert [complaint for _context, watch in opened for complaint in watch.complaints] == []
