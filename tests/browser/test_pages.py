"""Every page in every language, theme and width: all together with `HUB_DRILL=full`, else each two meet once."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import axe
from tests.browser.conftest import Watch
from tests.browser.pairs import all_rows, pairwise
from tests.browser.places import EVERY, LANGUAGES, NARROWEST, THEMES, WIDTHS, visitor_of
from tests.conftest import FULL
from tests.hands import Hands
from tests.nodes import Node

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]  # one node, one browser, one set of links

LARGEST = 60_000  # bytes of compressed HTML
HEIGHT = 900
UNFILLED = re.compile(r"%\([a-z_]+\)[sd]|\{\{|\{%|\bundefined\b|&lt;(?:span|time|a|b) ")
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1);
  return [`${width}`, ...wide.slice(0, 4).map(e => e.outerHTML.slice(0, 120))];
}"""
SHAPE = """() => ({lang: document.documentElement.lang, title: document.title,
  h1: document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length,
  id: document.querySelector('main')?.id, first: document.querySelector('a')?.getAttribute('href'),
  hrefs: [...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))})"""
_opened = count(1)
ROWS = (all_rows if FULL else pairwise)(tuple(EVERY), LANGUAGES, THEMES, WIDTHS)
ROWS.sort(key=lambda row: row[3])  # a window that keeps its width need not be laid out anew before each page
JUDGED = frozenset(  # by axe: each page, in both themes, another language and width for the next page
    ROWS if FULL else ([row for row in ROWS if row[0] == name][number % 3] for number, name in enumerate(EVERY))
)


@dataclass
class Links:
    """The links seen so far; each address of the hub is asked for once."""

    home: str
    of_all: Links | None = None  # what anyone may see need not be asked for again
    answers: dict[str, tuple[int, set[str]]] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def broken(self, page_url: str, html: str, hrefs: list[str]) -> list[str]:
        """Return the local links that lead nowhere, or to a part of a page that is not there."""
        found, here = [], _without_language(page_url)
        for href in sorted(set(hrefs)):
            address, part = urldefrag(urljoin(page_url, href))
            if not address.startswith(self.home + "/"):
                continue
            address = _without_language(address)
            status, parts = (200, _parts(html)) if address == here else self._answer(address)
            for_members = urlsplit(address).path in ("/desk", "/account", "/organizers", "/organizers/people")
            if status >= 400 and not (for_members and status in (401, 403)):
                found.append(f"{status}: {href}")
            elif part and part not in parts:
                found.append(f"no such part: {href}")
        return found

    def _answer(self, address: str) -> tuple[int, set[str]]:
        if self.of_all is not None and self.of_all._answer(address)[0] < 400:
            return self.of_all._answer(address)
        if address not in self.answers:
            response = self.session.get(address, timeout=30, headers={"Accept-Language": "en"})
            has_parts = response.headers.get("Content-Type", "").startswith(("text/html", "image/svg"))
            self.answers[address] = (response.status_code, _parts(response.text) if has_parts else set())
        return self.answers[address]


def _parts(text: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', text))


def _without_language(address: str) -> str:
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "lang"]
    return parts._replace(query=urlencode(kept)).geturl()


@pytest.fixture(scope="module")
def links(house: Node) -> Iterator[dict[str, Links]]:
    """What links of this run were found to answer, by who asks; those who have an account are signed in."""
    accounts = {(each["role"], each["city"]): each for each in house.accounts()}
    found = {"": Links(house.base_url)}
    for who, city in (("coordinator", "gwangju"), ("organizer", None)):
        hands = Hands(house.base_url)
        hands.sign_in(accounts[who, city]["email"], accounts[who, city]["password"])
        found[who] = Links(house.base_url, of_all=found[""], session=hands.session)
    yield found
    for each in found.values():
        each.session.close()


@pytest.fixture(scope="module")
def window(house: Node, chromium: Browser) -> Iterator[tuple[BrowserContext, Watch]]:
    """One context for all pages, so that fonts and styles are fetched once; a new theme is there at once."""
    context = chromium.new_context(base_url=house.base_url, reduced_motion="reduce")
    watch = Watch(house.base_url)
    watch.listen(context)
    yield context, watch
    context.close()


@pytest.fixture
def sheet(window: tuple[BrowserContext, Watch]) -> Iterator[Page]:
    """A page without cookies; whatever the browser complained about fails the test at its end."""
    context, watch = window
    context.clear_cookies()
    watch.complaints.clear()
    if context.pages and next(_opened) % 25 == 0:  # a page keeps growing, and a new one costs more than most tests
        context.pages[0].close()
    yield context.pages[0] if context.pages else context.new_page()
    assert watch.complaints == []


@pytest.mark.parametrize(("name", "language", "theme", "width"), ROWS)
def test_a_page_is_whole(
    sheet: Page, links: dict[str, Links], name: str, language: str, theme: str, width: int
) -> None:
    path, status = EVERY[name]
    seen_by = links[visitor_of(name)]
    if visitor_of(name):  # her own language would win over what the browser asks for
        path += ("&" if "?" in path else "?") + f"lang={language}"
        session = next(cookie.value for cookie in seen_by.session.cookies if cookie.name == "session")
        sheet.context.add_cookies([{"name": "session", "value": session or "", "url": seen_by.home}])
    sheet.set_extra_http_headers({"Accept-Language": language})
    sizes = [width, NARROWEST]
    if sheet.viewport_size == {"width": NARROWEST, "height": HEIGHT}:
        sizes.reverse()  # so the page before left it, and one change of size is enough
    resize(sheet, sizes[0])
    sheet.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    response = sheet.goto(path)
    assert response is not None
    assert response.status == status
    html = response.text()
    wrong = []
    for size in sizes:
        resize(sheet, size)
        wrong += [f"wider than {size}: {line}" for line in sheet.evaluate(OVERFLOW)]
        if size == width and (name, language, theme, width) in JUDGED:
            wrong += [f"axe: {line}" for line in judged(sheet, theme)]
    found = sheet.evaluate(SHAPE)
    wrong += shape(found, language)
    wrong += [f"unfilled: {found!r}" for found in sorted(set(UNFILLED.findall(html)))]
    size = len(gzip.compress(html.encode(), 6))
    if size > LARGEST:
        wrong.append(f"{size} bytes compressed")
    wrong += [f"link: {line}" for line in seen_by.broken(sheet.url, html, found["hrefs"])]
    if wrong:
        pytest.fail(f"{path} in {language}, {theme}, {width} px\n" + "\n".join(wrong), pytrace=False)


def resize(page: Page, width: int) -> None:
    """Give the window a width, where it has another."""
    if page.viewport_size != {"width": width, "height": HEIGHT}:
        page.set_viewport_size({"width": width, "height": HEIGHT})


def judged(page: Page, theme: str) -> list[str]:
    """Return what axe says of a page; in the slice of both themes, where of the dark one the colours are enough."""
    found = axe.violations(page, only_colours=theme == "dark" and not FULL)
    if not FULL:
        other = next(each for each in THEMES if each != theme)
        page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
        found += axe.violations(page, only_colours=other == "dark", is_loaded=True)
    return found


def shape(found: dict[str, Any], language: str) -> list[str]:
    """Return what the frame of a page lacks."""
    expected = {"lang": language, "h1": 1, "main": 1, "id": "main", "first": "#main"}
    wrong = [f"{name} is {found[name]!r}, not {value!r}" for name, value in expected.items() if found[name] != value]
    return wrong if found["title"].strip() else [*wrong, "no title"]
