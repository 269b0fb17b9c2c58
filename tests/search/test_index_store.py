"""The index itself: what is found, in what order, with honest counts."""

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.errors import Conflict, Unavailable
from hub.search.documents import Translation
from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.index.view import Place
from hub.search.language.syntax import parse
from hub.search.query import loosened
from tests.search.samples import CODES, START, WORDS, case, counted, found, index_of, matching, random_cases

pytestmark = pytest.mark.alone

SMALL = [
    case(
        1,
        "The right to the city",
        "The council adopted a human rights ordinance.",
        summary="Women's housing",
        facets={"principle": ("GP8.2",), "city": ("graz",), "country": ("AT",)},
        year=2001,
        published_at=START,
    ),
    case(
        2,
        "인권조례를 만들다",
        "광주광역시는 도시교통정책을 세웠다.",
        language="ko",
        facets={"principle": ("GP8",), "city": ("gwangju",)},
        year=2009,
        published_at=START + timedelta(days=1),
    ),
    case(
        3,
        "Derecho a la ciudad",
        "La población del sur de las ciudades. Right.",
        language="es",
        facets={"principle": ("GP1.1", "DT-LAW"), "city": ("mexico-city",)},
        published_at=START + timedelta(days=2),
    ),
    case(4, "Le droit à l’égalité", "Un accord sur le logement à la ville.", language="fr"),
    case(5, "Graz", "A city of human rights", kind="city"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("small"), SMALL, 7)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("인권", {2}),
        ("조례", {2}),
        ("교통", {2}),
        ("인권조례", {2}),
        ("인권정책", set()),
        ("poblacion", {3}),
        ("poblacio\N{COMBINING ACUTE ACCENT}n", {3}),
        ("ciudad", {3}),
        ("egalite", {4}),
        ("right city", {1, 5}),
        ('"right city"', set()),
        ('"right to the city"', {1}),
        ('"rights to a city"', {1}),
        ("the city", {1, 5}),
        ("del sur", {3}),
        ("ciudad sur", {3}),
        ("logement sur ville", {4}),
        ("sur", {3}),
        ("NOT rights", {2, 4}),
        ("-right -인권", {4}),
        ("rights NOT ordinance", {3, 5}),
        ("human AND (ordinance OR graz)", {1, 5}),
        ("ordin*", {1}),
        ("ordinance*", {1}),
        ("인권*", {2}),
        ("조*", {2}),
        ("zzz*", set()),
        ("title:right", {1}),
        ("title:ordinance", set()),
        ("title:(right city)", {1}),
        ("principle:GP8", {1, 2}),
        ("principle:gp8.2", {1}),
        ("principle:gp*", {1, 2, 3}),
        ("principle:GP1 OR principle:DT-LAW", {3}),
        ("city:graz", {1}),
        ("city:Graz right", {1}),
        ('city:"Mexico City"', {3}),
        ("-city:graz right", {3, 5}),
        ("year:2001", {1}),
        ("year:2001..2009", {1, 2}),
        ("year:2002..", {2}),
        ("year:..2001", {1}),
        ("women", {1}),
        ("***", {1, 2, 3, 4, 5}),
        ('"right to the city', {1, 5}),
    ],
)
def test_finds(small: Index, text: str, ids: set[int]) -> None:
    assert found(small, text) == ids


def test_any_one_word_is_enough_when_asked_loosely(small: Index) -> None:
    tree = parse("the ordinance ciudad").tree
    assert tree is not None
    assert set(small.search(loosened(tree)).keys) == {"case:1", "case:3"}


def test_a_word_in_the_title_comes_first(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(1, "Other", "Water and more"), case(2, "Water", "Other and more")])
    assert index.search(parse("water").tree).keys == ("case:2", "case:1")


def test_kinds_and_totals_per_kind(small: Index) -> None:
    assert small.search(kinds=("city",)).keys == ("city:5",)
    hits = small.search(parse("right").tree, kinds=("case",), facets=("kind",))
    assert hits.total == 2
    assert hits.facets == {"kind": {"case": 2, "city": 1}}
    assert small.ids(kind="case") == [1, 2, 3, 4]


def test_orders(small: Index) -> None:
    def order(sort: str) -> tuple[str, ...]:
        return small.search(kinds=("case",), sort=sort).keys

    assert order("newest") == ("case:3", "case:2", "case:1", "case:4")
    assert order("oldest") == ("case:4", "case:1", "case:2", "case:3")
    assert order("title") == ("case:3", "case:4", "case:1", "case:2")
    assert order("city") == ("case:1", "case:2", "case:3", "case:4")
    assert order("relevance") == order("newest")


def test_pages_join_into_the_whole_without_overlap(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(n, "Same", published_at=START) for n in range(1, 98)])
    for sort in ("relevance", "newest", "oldest", "title", "city"):
        keys = [key for page in range(11) for key in index.search(sort=sort, offset=page * 10, limit=10).keys]
        assert len(keys) == len(set(keys)) == 97


def test_a_page_beyond_the_end_is_empty_and_keeps_the_total(small: Index) -> None:
    for offset in (5, 10_000 * 100):
        hits = small.search(offset=offset, limit=100)
        assert (hits.total, hits.keys) == (5, ())
    assert small.search(limit=0).total == 5


def test_what_is_hidden_is_in_no_hit_and_no_count(small: Index) -> None:
    hits = small.search(facets=("principle", "kind"), hidden={"case:1", "case:99"})
    assert "case:1" not in hits.keys
    assert hits.total == 4
    assert hits.facets == {"principle": {"GP1": 1, "GP1.1": 1, "DT-LAW": 1, "GP8": 1}, "kind": {"case": 3, "city": 1}}


def test_counts_are_what_one_gets(tmp_path: Path) -> None:
    documents = random_cases(1, 300)
    index = index_of(tmp_path, documents)
    chance = random.Random(2)
    for _ in range(60):
        filters = {
            name: tuple(chance.sample(codes, chance.randint(1, 2)))
            for name, codes in {**CODES, "principle": ("GP8", "GP1", "GP8.2", "US3", "GP99")}.items()
            if chance.random() < 0.3
        }
        years = chance.choice(((None, None), (2003, None), (2001, 2006)))
        word = chance.choice(("", *WORDS))
        hits = index.search(
            parse(word).tree, filters=filters, years=years, facets=FACET_NAMES, kinds=("case",), limit=1000
        )
        expected = matching(documents, filters, years, word)
        assert hits.total == len(expected)
        assert set(hits.keys) == {given.key for given in expected}
        assert hits.facets == counted(documents, filters, years, word)


def test_taking_a_code_gives_the_total_that_was_promised(tmp_path: Path) -> None:
    index = index_of(tmp_path, random_cases(3, 200))
    filters = {"city": ("graz",), "principle": ("GP8",)}
    for name, counts in index.facet_counts(filters=filters).items():
        for code, count in counts.items():
            assert index.search(filters={**filters, name: (code,)}).total == count


def test_writing_replaces_removes_and_moves_the_place(tmp_path: Path) -> None:
    index = index_of(tmp_path, SMALL, 7, "log-a")
    assert index.place() == Place("log-a", 7)
    index.write([case(1, "Old"), case(1, "Harbour"), case(9, "New")], ["case:2", "case:77"], 8, "log-a")
    assert index.place() == Place("log-a", 8)
    assert index.search(limit=100).total == 5
    assert found(index, "harbour") == {1}
    assert found(index, "인권") == set()
    assert found(index, "new") == {9}
    assert found(index, "old") == set()
    index.close()


def test_another_reader_sees_what_was_written(tmp_path: Path) -> None:
    writer, reader = index_of(tmp_path, SMALL), Index.open(tmp_path)
    assert reader.search().total == 5
    for number in range(20, 30):
        writer.write([case(number)], [], number, "log")
        assert reader.place() == Place("log", number)
        assert reader.search().total == number - 14
    writer.close()


def test_the_second_writer_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    first, second = index_of(tmp_path, SMALL), Index.open(tmp_path)
    first.write([], [], 1, "log")
    with pytest.raises(Conflict):
        second.write([], [], 2, "log")
    assert second.search().total == 5
    assert second.place() == Place("log", 1)
    first.close()
    second.write([], [], 2, "log")
    assert first.place() == Place("log", 2)
    second.close()


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "nothing")
    assert index.place() is None
    for ask in (index.search, index.facet_counts, index.health, lambda: index.write([], [], 1, "log")):
        with pytest.raises(Unavailable):
            ask()
    index.close()


@pytest.mark.parametrize("name", ["current", "meta.json"])
def test_a_damaged_index_counts_as_none(tmp_path: Path, name: str) -> None:
    index = index_of(tmp_path, SMALL)
    next(tmp_path.rglob(name)).write_bytes(b"\xff\x00 no")
    assert Index.open(tmp_path).place() is None
    with pytest.raises(Unavailable):
        index.search()


def test_many_small_writes_leave_few_files_and_little_waste(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(n, body=" ".join(WORDS)) for n in range(200)])
    for position in range(1, 61):
        index.write([case(position % 20, body=f"turn {position}")], [], position, "log")
    health = index.health()
    assert health.documents == 200
    assert health.segments <= 24
    index.close()
    version = next(path for path in tmp_path.iterdir() if path.is_dir())
    segments = json.loads((version / "meta.json").read_text(encoding="utf-8"))["segments"]
    living = {line["segment_id"].replace("-", "") for line in segments} | {"meta"}
    assert {file.name.partition(".")[0] for file in version.glob("[!.]*")} <= living


def test_a_translation_is_found_beside_its_original(tmp_path: Path) -> None:
    translations = (Translation("ko", "주거권", "시민의 집"), Translation("es", "Vivienda", body="Las ciudades"))
    index = index_of(tmp_path, [case(1, "Housing", "Homes for all", translations=translations), case(2, "Cities")])
    for text in ("housing", "homes", "주거권", "vivienda", "ciudad", "title:vivienda", "title:주거", "주거권 homes"):
        assert found(index, text) == {1}, text
    assert found(index, '"housing 주거권"') == set()  # two texts, not one
    assert index.search(facets=("language",)).facets == {"language": {"en": 2}}


def test_a_beginning_longer_than_the_stem_is_found(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(1, "Educación", "Educar", language="es"), case(2, "Other", "educators")])
    assert found(index, "educacio*") == {1, 2}  # all forms of the word, as without the asterisk
    assert found(index, "title:educacio*") == {1}
    assert found(index, "title:other*") == {2}


def test_a_korean_particle_at_the_end_of_what_is_asked_may_be_missing(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(1, "인권도시 조례", language="ko"), case(2, "도시는 크다", language="ko")])
    assert found(index, "인권도시의") == {1}
    assert found(index, "도시를 조례로") == {1}
    assert found(index, "도시는") == {1, 2}


@pytest.mark.parametrize("most_sets", [1000, 3])
def test_many_hits_are_counted_by_whole_sets_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_sets: int
) -> None:
    cases = random_cases(21, 120)
    index = index_of(tmp_path, [*cases, *(case(900 + n, "water", kind="news", facets=CODES) for n in range(5))])
    monkeypatch.setattr("hub.search.index.view.MANY_HITS", 1)
    monkeypatch.setattr("hub.search.index.view._MOST_SETS", most_sets)
    for filters in ({}, {"principle": ("GP8",), "group": ("children",)}):
        hits = index.search(parse("water").tree, kinds=("case",), filters=filters, facets=FACET_NAMES, limit=200)
        assert hits.facets == counted(cases, filters, word="water")
        assert hits.total == len(matching(cases, filters, word="water"))
    snapshot = index._reader.snapshot()
    assert snapshot is not None
    assert bool(snapshot.too_varied) == (most_sets == 3)  # then each code is counted, as where hits are few


def test_a_kind_is_told_from_the_others_whether_they_are_many_or_few(tmp_path: Path) -> None:
    news = [case(100 + n, "Water", kind="news") for n in range(3)]
    index = index_of(tmp_path, [*(case(n, "Water") for n in range(1, 9)), *news, case(200, "Water", kind="city")])
    for text in ("water", ""):
        asked = parse(text).tree
        for kinds, total in ((("case",), 8), (("news",), 3), (("news", "city"), 4), (("case", "city"), 9), ((), 12)):
            assert index.search(asked, kinds=kinds).total == total
        assert index.search(asked, kinds=("event",)).total == 0
        assert index.search(asked, kinds=("case",), hidden=("case:1", "news:100")).total == 7
