"""Whatever is typed, the index answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search.facets import FACET_NAMES
from hub.search.index.clauses import TantivyClauses
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from tests.search.samples import WORDS, index_of, random_cases
from tests.search.test_language_syntax import HOSTILE, PIECES, calls_of

pytestmark = pytest.mark.alone

EXPENSIVE = [
    "a* b* c* d*", "w*", " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"), "title:*", "city:*",
    " OR ".join(f"w{number}*" for number in range(90)), "rights " * 3000, '"' + "of the rights " * 30 + '"',
    "인권도시" * 100, "NOT w*", "principle:( )", "NOT NOT", " ".join(f"({number}" for number in range(99)),
]  # fmt: skip
# For 32 words in the five forms that a word may have, each asked of text and title.
MOST_CLAUSES = 500


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("many"), random_cases(5, 200))


@pytest.mark.parametrize("text", [*HOSTILE, *EXPENSIVE], ids=range(len(HOSTILE) + len(EXPENSIVE)))
def test_hostile_queries_are_answered_with_bounded_work(
    many: Index, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("_needle", "_terms_beginning", "codes", "years", "every", "some"):
        method = getattr(TantivyClauses, name)
        monkeypatch.setattr(
            TantivyClauses, name, lambda *given, _does=method, _name=name: asked.append(_name) or _does(*given)
        )
    calls = calls_of(lambda: many.search(parse(text).tree, facets=FACET_NAMES))
    assert len(asked) < MOST_CLAUSES
    assert asked.count("_terms_beginning") < 70  # each looks at the terms of every segment
    assert calls < 60_000


@given(
    st.one_of(
        st.text(max_size=80), st.lists(st.sampled_from([*PIECES, *WORDS, "city:", "principle:GP8 "])).map("".join)
    )
)
@settings(max_examples=300, deadline=None)
def test_any_query_is_answered(many: Index, text: str) -> None:
    hits = many.search(parse(text).tree, facets=("principle",), filters={"city": (text,)})
    assert hits.total >= len(hits.keys)
    many.search(parse(text).tree, sort="title")
