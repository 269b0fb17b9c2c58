"""One result as a list, a map and a matrix; what a page says of it, and what it offers where nothing is found."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.cities.names import fold
from hub.search.criteria import Criteria
from hub.search.index.store import Hits, Index
from hub.search.queries import cross_cities
from hub.search.views.blueprint import ResultPage, this_index
from tests.cases.factory import reading
from tests.search.samples import START, case, index_of

LINK = re.compile(r'<a href="(/cases/[^"]*)"[^>]*>([^<]*)</a>')


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.text


def total(client: FlaskClient, path: str) -> int:
    """The total that programs get at the address of a page."""
    found = client.get(html.unescape(path).replace("/cases/", "/cases.json", 1))
    assert found.status_code == 200, path
    return int(found.json["total"])  # type: ignore[index]


def part(text: str, begin: str, end: str) -> str:
    return text.split(begin, 1)[1].split(end, 1)[0]


def without_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hub.search.views.blueprint.open_index", lambda _: Index.open(tmp_path / "none"))


def test_three_views_of_one_result(client: FlaskClient) -> None:
    query = "q=city&principle=GP8&year_from=1990&sort=newest"
    for view in ("list", "map", "matrix"):
        text = page(client, f"/cases/?{query}" + (f"&view={view}" if view != "list" else ""))
        assert f'class="found">{total(client, f"/cases/?{query}")} cases<' in text
        tabs = part(text, '<nav class="tabs"', "</nav>")
        assert tabs.count('aria-current="page"') == 1
        assert tabs.count('rel="nofollow"') == 2
        for name in ("list", "map", "matrix"):
            shown = "" if name == "list" else f"&amp;view={name}"
            assert f'href="/cases/?q=city&amp;principle=GP8&amp;year_from=1990&amp;sort=newest{shown}"' in tabs
        kept = part(text, '<form action="/cases/">', "</form>")
        assert ('name="view"' in kept) == (view != "list")
        assert 'value="GP8" checked' in kept
        assert ('class="cases"' in text, 'class="map"' in text, 'class="counts"' in text) == (
            view == "list", view == "map", view == "matrix",
        )  # fmt: skip
        assert 'href="/cases.csv?q=city&amp;principle=GP8&amp;year_from=1990&amp;sort=newest"' in text
        assert '<meta name="robots" content="noindex, follow">' in text


def test_the_map_loses_no_case(client: FlaskClient) -> None:
    text = page(client, "/cases/?view=map")
    places = part(text, '<div id="places">', "</details>")
    numbers = [int(number) for number in re.findall(r'<td class="num">(\d+)</td>', places)]
    assert sum(numbers) == total(client, "/cases/")
    assert "National programme, of no city" in places
    assert "Senegal (1)" in text
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)".*?<td class="num">(\d+)</td></tr>', places)
    assert len(rows) > 20
    for address, number in rows[::9]:
        assert total(client, address) == int(number), address
    points = re.findall(r'<a href="(/cases/[^"]*city=[^"]*)" aria-label="(?:[^":]*, )?(?:[^":]*: )?(\d+) cases?', text)
    several = [(address, number) for address, number in points if address.count("city=") > 1]
    assert several
    for address, number in several[:3]:
        assert total(client, address) == int(number), address


@pytest.mark.parametrize("query", ["", "q=city+OR+ciudad&principle=GP8", "principle=GP8.2&principle=GP4&country=KR"])
def test_every_count_of_the_matrix_leads_to_as_many(client: FlaskClient, query: str) -> None:
    text = part(page(client, f"/cases/?{query}&view=matrix"), '<table class="counts">', "</table>")
    links = [(address, int(number)) for address, number in LINK.findall(text)]
    assert len(links) > 10
    for address, number in {*links[:: max(1, len(links) // 12)], *links[-11:]}:
        assert total(client, address) == number, address
    assert int(LINK.findall(part(text, "<tfoot>", "</tfoot>"))[0][1]) == total(client, f"/cases/?{query}")
    names = re.findall(r'<th scope="row">([^<]+)</th>', part(text, "<tbody>", "</tbody>"))
    cities = [name for name in names if "other cit" not in name and "programme" not in name]
    assert cities == sorted(cities, key=fold)


def test_the_matrix_counts_what_it_does_not_show(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.search.matrix.MOST_ROWS", 5)
    text = part(page(client, "/cases/?view=matrix"), '<table class="counts">', "</table>")
    rows = [re.findall(r"<td[^>]*>(?:<a[^>]*>)?(\d+)", row) for row in re.findall(r"<tr.*?</tr>", text)[1:]]
    assert len(rows) == 7  # five cities, the others, the sum
    assert "other cities and national programmes" in text
    for column in zip(*rows, strict=True):
        *shown, whole = map(int, column)
        assert sum(shown) == whole


def test_without_an_index_the_page_says_so_and_still_counts(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = {view: page(client, f"/cases/?principle=GP8&view={view}") for view in ("map", "matrix")}
    everything = page(client, "/search?q=Gwangju")
    with monkeypatch.context() as patch:
        without_index(patch, tmp_path)
        for view, text in whole.items():
            again = page(client, f"/cases/?principle=GP8&view={view}")
            begin, end = (
                ('<div id="places">', "</details>") if view == "map" else ('<table class="counts">', "</table>")
            )
            assert part(again, begin, end) == part(text, begin, end)
            assert "words inside the texts are not found yet" in again
            assert "words inside the texts are not found yet" not in text
        listed = page(client, "/cases/?principle=GP8&q=ombuds*")
        assert "words inside the texts are not found yet" in listed
        assert client.get("/cases.json?principle=GP8").json["is_indexed"] is False  # type: ignore[index]
        assert client.get("/cases.csv?principle=GP8").text.count("\n") > 10
        assert client.get("/cases.atom").status_code == 200
        bare = page(client, "/search?q=Gwangju")
        assert "words inside the texts are not found yet" in bare
        assert 'id="h-cases"' in bare
        assert 'id="h-city"' in everything
        assert 'id="h-city"' not in bare


def test_a_label_in_another_language_finds_by_tag_and_says_so(client: FlaskClient) -> None:
    text = page(client, "/cases/?q=인권교육")
    assert re.search(r"Cases tagged <b>[^<]*GP9 Education[^<]*</b> are shown too", text)
    blocks = text.split("<li>\n<h3")[1:]
    assert len(blocks) == total(client, "/cases/?q=인권교육")
    by_tag = [block for block in blocks if "Found by its tag:" in block]
    by_words = [block for block in blocks if "Found by its tag:" not in block]
    assert any(block.startswith(' lang="en"') for block in by_tag)
    assert by_words
    assert not any("<mark>" in block for block in by_tag)
    assert all("GP9" in part(block, "Found by its tag:", "</p>") for block in by_tag)
    assert "Cases tagged" not in page(client, "/cases/?q=zzqqxx")


def test_odd_spelling_and_odd_syntax_are_explained(client: FlaskClient) -> None:
    text = page(client, "/cases/?q=particpation")
    meant = re.search(r'Did you mean <a href="([^"]+)"[^>]*>participation</a>\? <span class="quiet">(\d+) cases', text)
    assert meant
    assert total(client, meant[1]) == int(meant[2]) > 10
    assert "Did you mean" not in page(client, "/cases/?q=participation")
    assert "Did you mean" in page(client, "/search?q=particpation")
    text = page(client, '/cases/?q="right+city')
    assert "could not be read as typed" in text
    assert re.search(r'This was searched: <b dir="auto">[^<]*right[^<]*</b>', text)
    assert "This was searched" not in page(client, "/cases/?q=right+city")


def test_nothing_found_offers_something(client: FlaskClient) -> None:
    text = page(client, "/cases/?q=ombudsman+zzqqxx&principle=GP8")
    assert "No case matches" in text
    way = re.search(r'<a href="([^"]+)" rel="nofollow">Without “ombudsman zzqqxx”</a>: (\d+) cases', text)
    assert way
    assert total(client, way[1]) == int(way[2]) > 0
    near = part(text, 'id="near">', "</ul></div>\n</div>")
    assert near.startswith("Nearest to these words")
    assert "<h3" in near
    text = page(client, "/cases/?q=zzqqxx")
    assert part(text, 'id="near">', "<") == "Meanwhile, the newest cases"
    newest = client.get("/cases.json?sort=newest&per_page=5").json
    shown = re.findall(r'<h3 lang="\w+"><a href="/cases/([^"]+)"', text)
    assert shown == [item["slug"] for item in newest["items"]]  # type: ignore[index]
    assert 'class="tabs"' not in text


def test_the_nearest_stand_below_where_hardly_anything_was_found(client: FlaskClient) -> None:
    text = page(client, "/cases/?q=newcomers+without+a+vote+advising")
    found, near = text.split('id="near">')
    assert near.startswith("Nearest to these words")
    slugs = [re.findall(r'<h3 lang="\w+"><a href="/cases/([^"]+)"', each) for each in (found, near)]
    assert 0 < len(slugs[0]) <= 3
    assert slugs[1]
    assert not set(slugs[0]) & set(slugs[1])
    assert 'id="near"' not in page(client, "/cases/?q=participation")


def test_any_search_can_be_followed_by_its_words_and_filters(client: FlaskClient) -> None:
    for path in ("/cases/?q=city+hall&principle=GP8&sort=title&per_page=5&page=2", "/cases/?q=zzqqxx&view=map"):
        text = page(client, path)
        (link,) = re.findall(r'<a href="(/follow\?[^"]+)" rel="nofollow">Follow this search</a>', text)
        asked = parse_qs(urlsplit(html.unescape(link)).query)
        assert asked["kind"] == ["search"]
        assert asked["query"] == ["q=city+hall&principle=GP8" if "hall" in path else "q=zzqqxx"]
        assert "csrf_token" not in text
    assert "Follow this search" not in page(client, "/cases/?sort=title&view=matrix")


def test_a_line_of_a_result_says_when_and_in_which_language(client: FlaskClient) -> None:
    text = page(client, "/cases/?q=인권조례")
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d">Published \w', text)
    assert 'In <span lang="ko">한국어</span>' in text
    assert "<mark>" in text


def test_paging_ends_where_it_says(client: FlaskClient) -> None:
    far = ResultPage([], 100_000, 500, 20)
    assert (far.pages, far.is_cut) == (500, True)
    assert (ResultPage([], 100_000, 1, 100).pages, ResultPage([], 10_000, 1, 100).is_cut) == (100, False)
    assert ResultPage([], 41).pages == 3
    for path in ("/cases/?page=501", "/cases.json?page=101&per_page=100", "/search?q=a&kind=city&page=501"):
        response = client.get(path, headers={"Accept": "application/problem+json"})
        assert response.status_code == 400
        assert "page" in response.text
        assert "Narrow the search" in response.text
    assert "The list ends before this page" in page(client, "/cases/?page=500")
    for path, field in (
        ("/cases/?view=globe", "view"),
        ("/search?kind=case&q=a", "kind"),
        ("/search?q=a&page=2", "page"),
    ):
        assert field in page(client, path, 400)


def test_everything_of_one_kind_can_be_read(client: FlaskClient) -> None:
    text = page(client, "/search?q=human+rights")
    assert text.index('id="h-cases"') < text.index('id="h-principle"')
    found = re.search(r'id="h-principle">Principles</h2><p>(\d+) found', text)
    assert found
    assert int(found[1]) > 20
    assert f'<a href="/search?q=human+rights&amp;kind=principle" rel="nofollow">All {found[1]}<' in text
    listed: list[str] = []
    for number in (1, 2):
        text = page(client, f"/search?q=human+rights&kind=principle&page={number}")
        listed += re.findall(r'<p><a href="(/principles/[^"]+)"', text)
        assert '<link rel="next"' not in text
    assert len(listed) == len(set(listed)) == int(found[1])
    assert 'href="/search?q=human+rights"' in text
    assert "The list ends before this page" in page(client, "/search?q=human+rights&kind=principle&page=9")
    assert "Nothing of this kind" in page(client, "/search?q=zzqqxx&kind=news")
    assert "Nothing of this kind" in page(client, "/search?kind=news")


def test_recently_confirmed_comes_first(tmp_path: Path) -> None:
    given = [case(1), case(2, confirmed_at=START), case(3, confirmed_at=START.replace(day=9)), case(4)]
    index = index_of(tmp_path, given)
    assert index.search(sort="confirmed").keys[:2] == ("case:3", "case:2")


def test_counts_of_two_facets_agree_with_one_by_one(app: Flask) -> None:
    with reading(app):
        index, criteria = this_index(), Criteria.build({"year_from": 1990})
        cities, principles = ["gwangju", "graz", "nantes", "nowhere"], ["GP1", "GP4", "GP8.2"]
        crossed = cross_cities(index, criteria, cities, principles)
        for city in cities:
            for code in principles:
                filters = {"city": (city,), "principle": (code,)}
                one = index.search(None, kinds=("case",), filters=filters, years=criteria.years)
                assert crossed.cells.get(city, {}).get(code, 0) == one.total
        plain = cross_cities(index, Criteria(), cities, principles)
        assert cross_cities(index, Criteria(), [], principles).columns == plain.columns
        assert cross_cities(index, Criteria(), cities, []).cells == {}


def test_very_many_filters_cost_little_and_are_left_out_together(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    search = Index.search

    def counting(self: Index, *args: object, **more: object) -> Hits:
        asked.append(1)
        return search(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Index, "search", counting)
    many = "&".join(f"city=c{number}&type=t{number}&group=g{number}" for number in range(45))
    text = page(client, f"/cases/?{many}&country=AT")
    assert "No case matches" in text
    assert len(asked) < 12
    asked.clear()
    many = "&".join(f"city=c{number}" for number in range(45))
    text = page(client, f"/cases/?{many}&country=AT")
    way = re.search(r'<a href="([^"]+)" rel="nofollow">Without City</a>: (\d+) cases', text)
    assert way
    assert way[1] == "/cases/?country=AT"
    assert total(client, way[1]) == int(way[2])


def test_a_filter_with_very_many_values_keeps_what_is_chosen(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.search.labels.MOST_SHOWN", 6)
    text = part(page(client, "/cases/?city=york"), '<form action="/cases/">', "</form>")
    cities = part(text, "<legend>City</legend>", "</fieldset>")
    assert cities.count('name="city"') == 7
    assert 'value="york" checked' in cities
    assert re.search(r"\d+ more are found by typing their names", cities)
