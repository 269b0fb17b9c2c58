"""Did you mean: what is suggested for words that no document holds."""

import random
from pathlib import Path
from typing import Any

import pytest

from hub.search.index.lexicon import MOST_COMPARED, Budget, Lexicon
from hub.search.index.store import Index
from hub.search.spelling import better
from tests.search.samples import case, index_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(
        tmp_path_factory.mktemp("spelling"),
        [
            case(1, "Housing for everyone", "The council met.", summary="An ombudsman helps tenants"),
            case(2, "Housing and water", summary="Tenants decide"),
            case(3, "Hosting guests", summary="Water for all"),
            case(4, "Participación ciudadana", language="es"),
            case(5, "인권옴부즈맨을 두다", summary="시민의 인권조례", language="ko"),
            case(6, "L’égalité au quotidien", language="fr"),
        ],
    )


def test_the_nearest_word_that_is_held(index: Index, session: Any) -> None:
    assert better(index, "housng") == "housing"
    assert better(index, "ohusing") == "housing"
    assert better(index, "hausing") == "housing"  # held twice, "hosting" once
    assert better(index, "Housng watr") == "Housing water"
    assert better(index, "OMBUDSMN") == "OMBUDSMAN"
    assert better(index, "participasion") == "participación"
    assert better(index, "PARTICIPACIO\N{COMBINING ACUTE ACCENT}NN ciudadana") == "PARTICIPACIÓN ciudadana"
    assert better(index, "l'égalitté") == "l'égalité"
    assert better(index, "인꿘조례") == "인권조례"
    assert better(index, "인권옴부즈멘") == "인권옴부즈맨"


def test_of_equally_near_words_the_one_that_goes_with_the_others(tmp_path: Path, session: Any) -> None:
    index = index_of(
        tmp_path, [*(case(number, "Housing for all") for number in range(1, 5)), case(9, "Hosting guests")]
    )
    assert better(index, "hosing") == "housing"
    assert better(index, "hosing guests") == "hosting guests"
    assert better(index, "hosing xylophone") is None


def test_everything_else_stays_as_it_was_typed(index: Index, session: Any) -> None:
    assert better(index, 'Tenants AND (housng OR "watr")') == 'Tenants AND (housing OR "water")'
    assert better(index, "housng -watr") == "housing -watr"
    assert better(index, "housng NOT watr") == "housing NOT watr"
    assert better(index, "housng -title:watr") == "housing -title:watr"
    for text in ("", "***", "housing", "houses", "decided", "poblacion*", "title:housng", 'city:"housng"', "-housng"):
        assert better(index, text) is None, text
    for text in ("cat", "w4ter", "wat*", "xylophone", "housng xylophone", "year:2015", "\ud800", "인쿠"):
        assert better(index, text) is None, text


def test_what_is_hidden_or_gone_is_not_suggested(tmp_path: Path, session: Any) -> None:
    index = index_of(tmp_path, [case(1, "Housing"), case(2, "Secrecy"), *(case(n) for n in range(3, 300))])
    assert better(index, "secrcy") == "secrecy"
    assert better(index, "secrcy", hidden={"case:2"}) is None
    index.write([], ["case:2"], 1, "log")
    assert better(index, "secrcy") is None
    assert better(index, "housng") == "housing"
    index.write([case(500, "Sanctuary")], [], 10, "log")
    assert better(index, "sanctuery") == "sanctuary"
    index.close()


def test_the_words_of_a_large_index_are_read_beside(
    tmp_path: Path, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of(tmp_path, [case(1, "Housing")])
    monkeypatch.setattr("hub.search.index.lexicon.SOON_READ", 1)
    begun: list[Any] = []
    monkeypatch.setattr("hub.search.index.lexicon.threading.Thread.start", lambda thread: begun.append(thread))
    assert better(index, "housng") is None
    assert better(index, "housng") is None
    assert len(begun) == 1  # while one reads, the others wait for nothing
    begun[0].run()
    assert better(index, "housng") == "housing"
    index.write([case(2, "Sanctuary")], [], 10, "log")
    assert better(index, "sanctuery") is None  # the words of before, until the new ones are read
    begun[1].run()
    assert better(index, "sanctuery") == "sanctuary"
    index.close()


def test_the_work_is_bounded_by_counting(index: Index, session: Any) -> None:
    chance = random.Random(1)
    words = {"".join(chance.choices("abcdefghijklmnop", k=chance.randint(5, 9))) for _ in range(20_000)}
    lexicon = Lexicon.of((word, 1) for word in sorted(words))
    budget = Budget()
    for _ in range(20):
        lexicon.near("zzzzzzz", budget)
    assert 0 <= budget.left < MOST_COMPARED
    spent = Budget(0)
    assert lexicon.near(next(iter(words)), spent) == []
    assert lexicon.near(min(words), Budget())[0] == (min(words), 0)
    assert better(index, " ".join(f"housng{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")) is None
    assert better(index, f"{'x' * 400} " * 30) is None
