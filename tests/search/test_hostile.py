"""Whatever is sent to the doors of finding: an answer or a plain refusal, and bounded work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.search.facets import FACET_NAMES
from hub.search.index.reader import Reader
from hub.search.index.view import View
from hub.web.params import MAX_QUERY_BYTES
from tests.search.test_unindexed import index_of, statements, without_index

__all__ = ["without_index"]

DOORS = ("/cases/", "/cases.json", "/cases.csv", "/cases.atom", "/search", "/search/suggest.json")
LISTS = DOORS[:4]
PROGRAM = {"Accept": "application/json"}
ODD = (
    "w*", "***", "* * *", "a* b* c* d* e* f*", "*a", "?", "~", '"', '"""', '"right to', "(", ")", "((()",
    "NOT", "OR OR", "AND NOT AND", "- - -", "title:", "title:*", "title:(", "principle:( )", "principle:GP8*",
    "city:*", "year:", "year:x", "year:9999..0", "kind:case", "key:place", "id:1", "place", "case:1", "a^99",
    "a~5", "[a TO z]", "{!func}", "\\", "%", "_", "' OR 1=1;--", "x') UNION SELECT 1--",
    "<script>alert(1)</script>", "{{7*7}}", "%(words)s %s {0}", "\r\nSet-Cookie: a=1", "𝔥𝔲𝔪𝔞𝔫 𝕣𝕚𝕘𝕙𝕥𝕤", "ﬁﬂ",
    "ß ẞ İ ı", "e" + "\u0301" * 300, "\u202eحقوق\u202c", "حقوق الإنسان", "זכויות", "मानव अधिकार",
    "สิทธิมนุษยชน", "សិទ្ធិ", "လူ့အခွင့်", "ཐོབ་ཐང", "ሰብዓዊ", "ανθρώπινα", "права", "უფლება", "իրավունք",
    "人权 人權", "じんけん ジンケン", "인권", "ㅇㅣㄴ", "ᄋ", "🏳️‍🌈👩‍👩‍👧", "\u200b\u200d\ufeff", "ﷺ" * 27,
    "인" * 499, "a" * 499, "a " * 249, "(" * 499, "NOT " * 120, '"a ' * 160,
    " ".join(f"w{number}*" for number in range(90)), " OR ".join(["rights"] * 50), "title:" * 80,
    "\u0301" * 400,
)  # fmt: skip
IMPOSSIBLE = {
    "NUL": "a%00b", "NUL alone": "%00", "surrogate": "%ed%a0%80", "two surrogates": "%ed%a0%bd%ed%b8%80",
    "half": "%e2%82", "not UTF-8": "%ff%fe", "escape": "%1b[2J",
}  # fmt: skip
MISTAKEN = {
    "page": ("-1", "0", "1.5", "1e9", "²", "٣", "9" * 30, "501", "x", "--1"), "per_page": ("0", "-5", "101", "all"),
    "year_from": ("999", "-2000", "20 20", "year"), "year_to": ("2101",), "sort": ("random", "relevance,title", "'"),
}  # fmt: skip


@pytest.mark.parametrize("has_index", [True, False])
def test_any_words_are_answered(
    client: FlaskClient, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, has_index: bool
) -> None:
    # What the index cannot answer the database does: here that would hide a mistake.
    monkeypatch.setattr(Reader, "_distrust", lambda *_: pytest.fail("the index could not answer"))
    if not has_index:
        request.getfixturevalue("without_index")
    for number, words in enumerate(ODD):
        # Every door sees a third of them with an index, and each sees one in six without.
        for door in DOORS[number % 3 :: 3] if has_index else DOORS[number % 6 :: 6]:
            answer = client.get(f"{door}?q={quote(words)}")
            expected = (200, 400) if "\r" in words else (200,)
            assert answer.status_code in expected, (door, words, answer.text[:500])
            assert "<script>alert" not in answer.text, (door, words)


def test_what_no_word_can_be_is_refused_by_name(client: FlaskClient) -> None:
    for number, (name, value) in enumerate(IMPOSSIBLE.items()):
        for door in DOORS[number % 2 :: 2]:
            answer = client.get(f"{door}?q={value}", headers=PROGRAM)
            assert (answer.status_code, field(answer)) == (400, "q"), (door, name)
        assert client.get(f"/cases.json?city={value}").status_code == 400, name
    for door in DOORS:
        for words in ("word+" * 10_000, "a" * (MAX_QUERY_BYTES + 1), "a" * 501):
            assert client.get(f"{door}?q={words}").status_code in (400, 414), (door, len(words))


def test_numbers_and_choices_that_make_no_sense_are_refused_by_name(client: FlaskClient) -> None:
    doors = iter(LISTS * 20)
    for name, values in MISTAKEN.items():
        for value in values:
            door = next(doors)
            answer = client.get(f"{door}?{name}={quote(value)}", headers=PROGRAM)
            assert (answer.status_code, field(answer)) == (400, name), (door, value)
    for name in ("page", "kind"):
        assert client.get(f"/search?q=rights&{name}=-1").status_code == 400
    assert client.get("/cases.json?year_from=2020&year_to=2010").status_code == 400


def test_filters_by_the_thousand(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for door in LISTS:
        assert client.get(f"{door}?" + "&".join(["principle=GP8"] * 3000)).status_code in (400, 414), door
        assert client.get(f"{door}?" + "&".join(f"city=c{n}" for n in range(51))).status_code == 400, door
        assert client.get(f"{door}?" + "&".join(f"x{n}=1" for n in range(500))).status_code == 200, door
    # As many as an address holds, and nothing found: then ways out are looked for, too.
    pairs = [f"{name}={name[:2]}{number}" for name in FACET_NAMES for number in range(49)]
    many = "q=" + "+".join(f"w{number}*" for number in range(40)) + "&" + "&".join(pairs)
    assert len(many) < MAX_QUERY_BYTES
    asked = count_questions(monkeypatch)
    index_of(app).place()
    with statements() as said:
        assert client.get(f"/cases/?{many}").status_code == 200
    assert sum(asked.values()) < 40, asked
    assert len(said) < 60, len(said)
    for view in ("map", "matrix"):
        assert client.get(f"/cases/?view={view}&{many}").status_code == 200
    for door in LISTS[1:]:
        assert client.get(f"{door}?{many}").status_code == 200


def count_questions(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count from now on what the index is asked."""
    asked: Counter[str] = Counter()

    def counting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(view: View, *given: Any) -> Any:
            asked[name] += 1
            return method(view, *given)

        return counted

    for name in ("page", "counts", "ids", "_count"):
        monkeypatch.setattr(View, name, counting(name, getattr(View, name)))
    return asked


def field(answer: Any) -> str:
    """The name of the parameter that a refusal speaks of."""
    return str((answer.get_json(silent=True) or {}).get("parameter", ""))
