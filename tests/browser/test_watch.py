"""The watch itself: what it is there to see, it sees."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.conftest import Watch
from tests.nodes import Node

pytestmark = pytest.mark.browser

Watched = tuple[Page, Watch]


@pytest.fixture
def watched(house: Node, chromium: Browser) -> Iterator[Watched]:
    """A page with its watch, on the first page of the hub."""
    context = chromium.new_context(base_url=house.base_url)
    watch = Watch(house.base_url)
    watch.listen(context)
    page = context.new_page()
    page.goto("/about")
    assert watch.complaints == []
    yield page, watch
    context.close()


@pytest.mark.parametrize(
    ("doing", "expected"),
    [
        (
            "const s = document.createElement('script'); s.append('window.ran = 1'); document.body.append(s)",
            "trustedscript",
        ),
        ("try { document.body.innerHTML += '<p>x</p>' } catch { window.refused = 1 }", "trusted"),
        ("document.body.setAttribute('style', 'color:red')", "policy"),
        ("new Image().src = '/static/nothing.png'", "404"),
        ("new Image().src = 'http://127.0.0.1:9/x.png'", "policy"),
        ("setTimeout(() => { throw new Error('on purpose') })", "on purpose"),
        ("console.error('on purpose')", "on purpose"),
    ],
)
def test_what_goes_wrong_in_a_page_is_seen(watched: Watched, doing: str, expected: str) -> None:
    page, watch = watched
    page.evaluate(f"() => {{ {doing} }}")
    deadline = time.monotonic() + 10
    while not any(expected in each.casefold() for each in watch.complaints) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert any(expected in complaint.casefold() for complaint in watch.complaints), watch.complaints
    assert page.evaluate("window.ran") is None, "the policy let a script run"


def test_a_page_that_excludes_people_is_seen(watched: Watched) -> None:
    page, _watch = watched
    page.evaluate("""() => {
      const picture = Object.assign(new Image(), {src: '/static/favicon.svg'});
      document.querySelector('main').replaceChildren(picture, document.createElement('input'));
    }""")
    found = " ".join(axe.violations(page))
    assert {"image-alt", "label", "page-has-heading-one"} <= set(found.replace("(", " ").split())
