"""The keyboard alone is enough, and one always sees where one is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, OpenPage

pytestmark = pytest.mark.browser

CASE = "/cases/graz-advisory-council"


def visible_focus(page: Page) -> dict[str, object]:
    """Return what has the focus, and whether one can see that it has."""
    found: dict[str, object] = page.evaluate(
        """() => {
          const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
          const dot = e.querySelector('circle');  // a point of the map shows it by its own line
          const ring = dot ? parseFloat(getComputedStyle(dot).strokeWidth) >= 3
                           : style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
          const across = box.right > 0 && box.left < innerWidth, down = box.bottom > 0 && box.top < innerHeight;
          return {tag: e.tagName, id: e.id, ring: ring, inside: across && down && box.width > 0,
                  words: e.getAttribute('aria-label') || e.innerText || e.name};
        }"""
    )
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", ["/", "/cases/?q=council", CASE, "/cities/", "/commitments/", "/login"])
def test_the_keyboard_alone_is_enough(open_page: OpenPage, path: str, size: dict[str, object]) -> None:
    page = open_page(**size)
    page.goto(path)
    page.keyboard.press("Tab")
    first = visible_focus(page)
    assert (first["tag"], first["ring"], first["inside"]) == ("A", True, True), f"the skip link does not show: {first}"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    assert visible_focus(page)["id"] == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "Tab goes on behind the skip"
    page.goto(path)
    unseen, shown = [], set()
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = visible_focus(page)
        if focus["tag"] == "BODY":
            break
        if focus["ring"] and focus["inside"]:
            shown.add(focus["id"])
        elif not (focus["id"] and focus["id"] in shown):  # the parts of a date field show it by themselves
            unseen.append(focus)
    assert unseen == []


def test_the_keyboard_searches_and_opens(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    press_until(page, lambda: page.evaluate("document.activeElement.name") == "q")
    page.keyboard.type("Graz council")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/\?q=Graz"))
    press_until(page, lambda: page.evaluate("document.activeElement.getAttribute('href')") == CASE, most=150)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(CASE) + "$"))


def press_until(page: Page, arrived: Callable[[], bool], most: int = 60) -> None:
    """Press Tab until something holds; raises AssertionError when it never does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if arrived():
            return
    raise AssertionError(f"not reached with {most} times Tab")
