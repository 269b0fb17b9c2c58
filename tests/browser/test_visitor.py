"""A visitor on a phone finds the human rights council of Graz, reads it, and sees what its city committed to."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage

pytestmark = pytest.mark.browser

CASE = "/cases/graz-advisory-council"
TITLE = "A human rights council that reports to its own city"
WORDS = "declaration alone residents see whether the city keeps its word"  # of its text, not of its title
HANGUL = re.compile(r"[가-힣]")
UNKNOWN = {"en": re.compile(r"^\s*Unknown\s*$"), "ko": HANGUL}
MOST_PAGES = 5


@pytest.fixture(
    params=[(language, script) for language in ("en", "ko") for script in (True, False)],
    ids=lambda param: f"{param[0]}-{'with' if param[1] else 'without'}-JavaScript",
)
def phone(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A phone, its browser set to English or Korean, with and without JavaScript, on the first page."""
    language, script = request.param
    page = open_page(language=language, script=script, **PHONE)
    page.goto("/")
    assert language_of(page) == language
    return page


def language_of(page: Page) -> str:
    """Return the language the page says it is in."""
    return page.locator("html").get_attribute("lang") or ""


def query_of(page: Page) -> dict[str, list[str]]:
    """Return what the address asks for."""
    return parse_qs(urlsplit(page.url).query)


def follow(link: Locator, path: str) -> None:
    """Tap a link and arrive where it leads."""
    link.scroll_into_view_if_needed()
    link.tap()
    expect(link.page).to_have_url(re.compile(re.escape(path) + r"([?#].*)?$"))


def case_in_list(page: Page) -> Locator:
    """Return the link of the case in the list, turning pages as a reader would."""
    link = page.locator(f'main ul.cases a[href="{CASE}"]')
    for _ in range(MOST_PAGES):
        if link.count():
            return link.first
        before = page.url
        page.locator('nav.pager a[rel="next"]').tap()
        expect(page).not_to_have_url(before)
        page.wait_for_load_state()
    raise AssertionError(f"{CASE} stands on none of {MOST_PAGES} pages")


def read_the_case(page: Page, language: str) -> None:
    """Assert that the case is there to be read, whatever the language of the pages around it."""
    expect(page.locator("h1")).to_have_text(TITLE)
    assert language_of(page) == language
    spoken = page.locator("h1").evaluate("e => e.closest('[lang]').lang")
    assert spoken == "en", "the text of the case is English in every interface"
    for part in ("problem", "action", "results", "lessons", "evidence"):
        expect(page.locator(f"#{part} h2")).to_be_visible()
        if language == "ko":
            expect(page.locator(f"#{part} h2")).to_have_text(HANGUL)
    expect(page.locator("#problem")).to_contain_text("no way to see whether the city keeps its word")
    expect(page.locator("#evidence a[href^=http]").first).to_be_visible()
    expect(page.locator("article time").first).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\d$"))


def see_what_is_unknown(page: Page, language: str) -> None:
    """Go from the case to its city and its commitments: what is unknown is called unknown."""
    follow(page.locator('.byline a[href="/cities/graz"]'), "/cities/graz")
    expect(page.locator("h1")).to_contain_text("Graz")
    expect(page.locator(f'main a[href="{CASE}"]').first).to_be_visible()
    follow(page.locator('main a[href="/cities/graz/commitments"]').first, "/cities/graz/commitments")
    assert language_of(page) == language
    unknown, known = page.locator(".st-unknown:visible"), page.locator("tr[id] .st:not(.st-unknown):visible")
    assert unknown.count() > known.count() > 0
    for sign in unknown.all():
        expect(sign).to_have_text(UNKNOWN[language])
    for sign in page.locator("tr[id] .st").all():
        assert sign.inner_text().strip().casefold() not in ("no", "none", "아니요", "아니오", "없음", "")


def test_finds_it_by_words_of_its_text(phone: Page) -> None:
    language = language_of(phone)
    field = phone.locator("main form[role=search] input[name=q]")
    field.tap()
    field.fill(WORDS)
    phone.locator("main form[role=search] button[type=submit]").tap()
    expect(phone).to_have_url(re.compile(r"/cases/\?q="))
    assert language_of(phone) == language
    expect(phone.locator("main form[role=search] input[name=q]")).to_have_value(WORDS)
    first = phone.locator("main ul.cases > li").first
    expect(first.locator("a").first).to_have_attribute("href", CASE)
    expect(first.locator("mark").first).to_be_visible()
    follow(case_in_list(phone), CASE)
    read_the_case(phone, language)
    see_what_is_unknown(phone, language)


def test_finds_it_by_a_principle_of_the_bar(phone: Page) -> None:
    language = language_of(phone)
    patch = phone.locator("header .bar10 a", has_text="GP8")
    follow(patch, "/cases/?principle=GP8")
    assert query_of(phone) == {"principle": ["GP8"]}
    expect(phone.locator("header .bar10 [aria-current]")).to_contain_text("GP8")
    chips = phone.locator("ul.chips a:not(.clear)")
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("GP8")
    follow(case_in_list(phone), CASE)
    read_the_case(phone, language)


def test_finds_it_by_the_principles(phone: Page) -> None:
    language = language_of(phone)
    follow(phone.locator('.mainnav a[href="/principles/"]'), "/principles/")
    follow(phone.locator('main a[href="/principles/GP8"]').first, "/principles/GP8")
    expect(phone.locator("h1")).to_contain_text(HANGUL if language == "ko" else "Effective Institutions")
    if not phone.locator(f'main ul.cases a[href="{CASE}"]').count():
        follow(phone.locator('main a[href="/cases/?principle=GP8"]').first, "/cases/?principle=GP8")
    follow(case_in_list(phone), CASE)
    read_the_case(phone, language)


def test_narrows_the_list_and_takes_it_back(phone: Page) -> None:
    phone.goto("/cases/")
    everything = phone.locator("h2.found").inner_text()
    phone.locator(".facets summary").first.tap()
    country = phone.locator('.facets input[name="country"][value="AT"]')
    if not country.is_visible():
        phone.locator("fieldset", has=country).locator("details.rest summary").tap()
    country.check()
    phone.locator('.facets button[type="submit"]').tap()
    expect(phone).to_have_url(re.compile(r"country=AT"))
    expect(phone.locator(f'main ul.cases a[href="{CASE}"]')).to_be_visible()
    assert phone.locator("h2.found").inner_text() != everything
    phone.locator("ul.chips a").first.tap()
    expect(phone).to_have_url(re.compile(r"/cases/$"))
    expect(phone.locator("h2.found")).to_have_text(everything)


def test_the_filter_that_empties_the_list_is_named(phone: Page) -> None:
    phone.goto("/cases/?q=Graz&country=AT&language=ko")
    expect(phone.locator("main .explore > div > ul.cases")).to_have_count(0)
    ways = phone.locator("main .empty a")
    assert ways.count() >= 1
    ways.last.tap()
    expect(phone.locator("main ul.cases > li").first).to_be_visible()


def test_a_missing_page_offers_search(phone: Page) -> None:
    response = phone.goto("/cases/graz-advisory-counsel")
    assert response is not None
    assert response.status == 404
    phone.locator("main input[name=q]").fill("Graz council")
    phone.locator("main form[role=search] button").tap()
    expect(phone.locator(f'main ul.cases a[href="{CASE}"]')).to_be_visible()


def test_another_language_keeps_the_page_and_the_query(phone: Page) -> None:
    start = language_of(phone)
    other = "en" if start == "ko" else "ko"
    phone.goto("/cases/?q=council&principle=GP8&page=1")
    phone.locator(f'header nav a[hreflang="{other}"]').tap()
    expect(phone.locator("html")).to_have_attribute("lang", other)
    assert urlsplit(phone.url).path == "/cases/"
    asked = query_of(phone)
    assert (asked["q"], asked["principle"]) == (["council"], ["GP8"])
    expect(phone.locator("main form[role=search] input[name=q]")).to_have_value("council")
    expect(phone.locator(f'header nav a[hreflang="{other}"]')).to_have_attribute("aria-current", "true")
    follow(phone.locator('.mainnav a[href="/cities/"]'), "/cities/")
    assert language_of(phone) == other, "the choice is remembered"


@pytest.mark.parametrize("language", ["ko", "es", "fr"])
def test_the_frame_is_in_the_language_of_the_page(open_page: OpenPage, language: str) -> None:
    page = open_page(language="en")
    frames: dict[str, list[str]] = {}
    for code in ("en", language):
        page.goto(f"/cases/?lang={code}")
        frames[code] = [
            text.strip() for text in page.locator(".mainnav a, main h1, main button, .skip").all_inner_texts()
        ]
    same = [mine for mine, english in zip(frames[language], frames["en"], strict=True) if mine == english]
    assert same == [], f"not translated into {language}"
