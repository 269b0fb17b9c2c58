"""Whatever is typed, the index answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from tests.search.samples import WORDS, index_of, random_cases
from tests.search.test_language_syntax import HOSTILE, PIECES

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("many"), random_cases(5, 200))


@pytest.mark.parametrize("text", [*HOSTILE, "a* b* c* d*", "w*", "title:*", "city:*", "principle:( )", "NOT NOT"])
def test_hostile_queries_are_answered(many: Index, text: str) -> None:
    many.search(parse(text).tree, facets=FACET_NAMES)


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
