"""Terms: what finds what."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.search.language.analysis import analyse, prefix_terms, query_terms, split_word, stopped_in
from hub.search.language.terms import clean, fold, folded

pytestmark = pytest.mark.alone


def meets(query: str, text: str, language: str) -> bool:
    """Whether a query, whose language is not known, meets a text in this language."""
    terms = analyse(text, language)
    return any(
        all(wanted in ("_", term) for wanted, term in zip(needle, terms[at:], strict=False))
        for needle in query_terms(query)
        for at in range(len(terms) - len(needle) + 1)
    )


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("ordinances", "The ordinance of 2009", "en"),
        ("ordinance", "Two ordinances", "en"),
        ("ciudades", "Derecho a la ciudad", "es"),
        ("ciudad", "las ciudades", "es"),
        ("libertades", "libertad", "es"),
        ("garantias", "garantía", "es"),
        ("adoptées", "adopté", "fr"),
        ("egalites", "égalité", "fr"),
        ("égalités", "L’égalité d'accès", "fr"),
        ("egalite", "l'égalité", "fr"),
        ("poblacion", "la población", "es"),
        ("población", "la poblacion", "es"),
        ("poblacio\N{COMBINING ACUTE ACCENT}n", "la población", "es"),
        ("población", unicodedata.normalize("NFD", "la población"), "es"),
        ("인권", "인권조례를 만들다", "ko"),
        ("조례", "인권조례를 만들다", "ko"),
        ("인권조례", unicodedata.normalize("NFD", "인권조례"), "ko"),
        ("교통", "도시교통정책", "ko"),
        ("ＨＵＭＡＮ", "human rights", "en"),
        ("Straße", "strasse", "de"),
        ("coeur", "le cœur", "fr"),
        ("ISTANBUL", "İstanbul", "tr"),
        ("人权", "人权城市", "zh"),
        ("สิทธิ", "สิทธิมนุษยชน", "th"),
        ("अधिकार", "मानव अधिकार", "hi"),
        ("women", "women's rights", "en"),
        ("women's", "women’s rights", "en"),
        ("estado", "Estado de derecho", "es"),
        ("GP8.2", "clause GP8.2", "en"),
        ("human", "hu\N{SOFT HYPHEN}man", "en"),
        ("right to the city", "the rights to a city", "en"),
    ],
)
def test_finds(query: str, text: str, language: str) -> None:
    assert meets(query, text, language)


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("right city", "the right to the city", "en"),
        ("권조리", "인권조례", "ko"),
        ("conflict", "post-conflictual", "xx"),
        ("인권교육", "인권조례와 교육", "ko"),
    ],
)
def test_does_not_find(query: str, text: str, language: str) -> None:
    assert not meets(query, text, language)


def test_terms_stand_where_the_words_stood() -> None:
    assert analyse("The right to the city, l'égalité", "en") == ["_", "right", "_", "_", "citi", "egalit"]
    assert analyse("l'égalité d'accès à la population", "fr") == ["egalit", "acce", "_", "_", "popul"]


def test_hangul_is_cut_into_pairs_and_a_single_syllable_is_kept() -> None:
    assert analyse("인권조례 제3회", "ko") == ["인권", "권조", "조례", "제", "3", "회"]
    assert query_terms("인권조례") == (("인권", "권조", "조례"),)


def test_a_query_word_has_the_stems_of_all_languages_and_its_folded_form() -> None:
    assert set(query_terms("Participaciónes")) == {("participacion",), ("particip",), ("participaciones",)}
    assert query_terms("rights") == (("right",), ("rights",))


def test_stop_words_know_their_languages() -> None:
    assert stopped_in("sur") == ("fr",)
    assert stopped_in("the") == ("en",)
    assert set(stopped_in("me")) == {"en", "es", "fr"}
    assert stopped_in("estado") == ()
    assert stopped_in("más") == stopped_in("mas") == ("es",)
    assert query_terms("the") == (("the",),)


def test_the_beginning_of_a_word_is_not_stemmed() -> None:
    assert prefix_terms("Ordinan") == ("ordinan", ())
    assert prefix_terms("post-conf") == ("conf", ("post",))
    assert prefix_terms("***") == ("", ())


def test_offsets_point_into_the_word() -> None:
    for word, parts in {
        "인권조례": ["인권", "권조", "조례"],
        "Café": ["Café"],
        "ﬁne": ["ﬁne"],
        "women's": ["women"],
        "the": ["the"],
        "l’": [],
        unicodedata.normalize("NFD", "한글날"): [unicodedata.normalize("NFD", "한글날")] * 2,
    }.items():
        assert [word[first:last] for _, first, last in split_word(word, "en")] == parts


@given(st.text(), st.sampled_from(["en", "es", "fr", "ko", "xx", ""]))
def test_any_text_gives_terms_an_index_can_hold(text: str, language: str) -> None:
    terms = analyse(clean(text), language)
    for term in terms:
        assert term
        assert term.split() == [term]
        assert len(term) <= 64 * 3
        term.encode()


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Nd", "Mn")), min_size=1, max_size=20))
def test_a_word_is_found_under_itself(word: str) -> None:
    for needle in query_terms(word):
        assert meets(word, word, "xx"), needle


def test_threads_may_stem_at_once() -> None:
    ends = ("s", "al", "alité", "ing")
    words = [f"{stem}{end}" for stem in ("nation", "organis", "right", "conflict") for end in ends]
    text = " ".join(words * 20)
    expected = {language: analyse(text, language) for language in ("en", "es", "fr")}
    with ThreadPoolExecutor(8) as pool:
        for language, terms in pool.map(lambda at: (("en", "es", "fr")[at % 3], at), range(90)):
            assert analyse(text, language) == expected[language], terms
