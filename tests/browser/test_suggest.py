"""Suggestions below the search box, in a browser: by keyboard, by hand, and not in the way of searching."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, OpenPage

pytestmark = pytest.mark.browser

OPEN = ".suggestions:visible"


def open_suggestions(page: Page) -> None:
    """Type what two cases and no city begin with."""
    page.goto("/cases/")
    page.locator("main input[name=q]").press_sequentially("ombuds")
    expect(page.locator(OPEN)).to_be_visible()


def test_the_keyboard_chooses_a_suggestion(open_page: OpenPage) -> None:
    page = open_page()
    open_suggestions(page)
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert options.count() > 1
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    assert violations(page) == []
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator(OPEN)).to_have_count(0)
    expect(field).to_have_value("ombuds")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("m")
    expect(page.locator(OPEN)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/[a-z-]+$"))


def test_who_types_on_searches_as_before(open_page: OpenPage) -> None:
    page = open_page()
    open_suggestions(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/\?q=ombuds$"))


def test_a_finger_opens_what_it_names(open_page: OpenPage) -> None:
    page = open_page(**PHONE, language="ko")
    page.goto("/")
    page.locator("main input[name=q]").press_sequentially("광")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("광주광역시")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    option.tap()
    expect(page).to_have_url(re.compile("/cities/gwangju$"))
