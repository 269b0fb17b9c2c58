"""Labels of the vocabularies, in any language, find what carries their code."""

from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from hub.search.asking import understand
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from hub.search.query import loosened
from hub.search.tagging import MOST_TAGS, Labels, tagged
from hub.search.tree import And, Node, Not, Or, Phrase, Tagged, Word
from tests.search.samples import case, index_of
from tests.search.test_language_syntax import calls_of

MOST_CALLS = 60_000
GP9 = ("principle", "GP9")


def tags(text: str) -> tuple[tuple[str, str], ...]:
    """The codes whose label a question names."""
    return understand(text).tags


def test_a_label_is_known_in_every_language_however_it_is_written(session: Any) -> None:
    for text in (
        "인권교육",
        "인권 교육",
        "인권교육을",
        "human rights education",
        "Human Right Educations",
        '"human rights education"',
        "educación en derechos humanos",
        "educacion derechos humanos",
        "gp9",
        "GP9",
        "education",
        "교육",
    ):
        assert GP9 in tags(text), text
    assert ("principle", "GP1") in tags("droit à la ville")
    assert ("group", "children") in tags("child")
    assert ("group", "women_and_girls") in tags("mujer")
    assert ("commitment", "C2.5") in tags("c2.5")
    assert ("type", "ombudsman_or_remedy") in tags("옴부즈맨")
    assert ("region", "europe") in tags("유럽")
    assert ("country", "KR") in tags("한국")
    assert ("country", "ES") in tags("Espagne")
    for text, slug in (
        ("바르셀로나", "barcelona"),
        ("Viena", "vienna"),
        ("비엔나에서", "vienna"),
        ("Ginebra", "geneva"),
    ):
        assert ("city", slug) in tags(text), text


def test_what_is_no_whole_label_names_nothing(session: Any) -> None:
    for text in ("city", "other", "account", "fill", "rights", "국가", "zebra"):
        assert tags(text) == (), text
    for text in ("NOT children", "-children", "title:children", "child*"):
        assert tags(text) == (), text
    assert ("country", "AQ") not in tags("Antarctica")  # no city there
    with_other = Labels()
    with_other.add("Elsewhere", "en", ("city", "elsewhere"))
    assert tagged(Word("Elsewhere"), with_other) == (Word("Elsewhere"), ())  # no such city is on record


def test_the_longest_run_of_words_counts_and_the_rest_stays(session: Any) -> None:
    asked = understand("Graz human rights education water")
    label = And((Word("human"), Word("rights"), Word("education")))
    assert isinstance(asked.tree, And)
    first, named, last = asked.tree.parts
    assert (first, last) == (Word("Graz"), Word("water"))
    assert isinstance(named, Or)
    assert named.parts[0] == label
    assert set(named.parts[1:]) == {Tagged(*tag) for tag in asked.tags}
    assert loosened(asked.tree) == Or((Word("Graz"), Or((Or(label.parts), *named.parts[1:])), Word("water")))


def test_a_question_takes_no_more_than_its_share_of_tags(session: Any) -> None:
    many = understand("education children women ombudsman indicators participation Europe schools youth C1.1 R1 R2")
    assert len(many.tags) == MOST_TAGS
    assert str(many.tree).count("Tagged(") == MOST_TAGS


def test_naming_labels_is_quick_whatever_is_typed(session: Any) -> None:
    understand("a")  # the labels are read
    for text in ("inclusion education " * 16, "인 권 " * 16, "human rights " * 16, "x " * 10_000, "한국" * 250):
        assert calls_of(partial(understand, text)) < MOST_CALLS


def labels() -> Labels:
    """A few labels of our own."""
    made = Labels()
    made.add("Clean water", "en", ("principle", "GP8"))
    made.add("깨끗한 물", "ko", ("principle", "GP8"))
    made.add("Agua limpia", "es", ("principle", "GP8"))
    return made


def hits(index: Index, node: Node) -> tuple[str, ...]:
    """The keys found, best first."""
    return index.search(tagged(node, labels())[0]).keys


def test_texts_come_before_what_only_carries_the_tag(tmp_path: Path) -> None:
    gp8 = {"principle": ("GP8.2",)}
    index = index_of(
        tmp_path,
        [
            case(1, body="Graz " * 20, facets=gp8),
            case(2, body=f"A clean bill of health for the water in Graz. {'word ' * 300}"),
            case(3, body="Nothing of it, in Graz"),
            case(4, "깨끗한물", "그라츠", language="ko"),
        ],
    )
    graz = parse("clean water graz").tree
    assert graz is not None
    assert hits(index, graz) == ("case:2", "case:1")
    assert hits(index, Phrase("agua limpia")) == ("case:1",)
    assert set(hits(index, Word("깨끗한물"))) == {"case:1", "case:4"}
    assert hits(index, And((Word("graz"), Not(Phrase("clean water"))))) != ()
    assert "case:1" in hits(index, And((Word("graz"), Not(Phrase("clean water")))))
    assert index.search(tagged(graz, labels())[0], facets=("principle",)).facets["principle"] == {"GP8": 1, "GP8.2": 1}


def test_cases_tagged_with_a_principle_are_found_by_its_korean_name(client: FlaskClient) -> None:
    every = client.get("/cases.json?principle=GP9&per_page=100").json["items"]
    found = client.get("/cases.json?q=인권교육&per_page=100").json["items"]
    assert {item["slug"] for item in every if item["language"] == "en"} <= {item["slug"] for item in found}
    assert {item["slug"] for item in every} <= {item["slug"] for item in found}
    languages = [item["language"] for item in found]
    assert languages[0] == "ko"  # its words come first
