"""The fields of the index, and how one document fills them."""

from datetime import datetime

import tantivy

from hub.search.digest import digest_of
from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES, TOP_PRINCIPLE, parent
from hub.search.language.analysis import analyse
from hub.search.language.spelled import beginnings, spelled
from hub.search.language.terms import GAP, clean, folded

# Counts up when fields or terms change, so that an index made by older code is made again instead of misread.
VERSION = 5
PLACE = "place"
TOKENIZER = "terms"
SETS = {name: f"{name}_set" for name in ("principle", TOP_PRINCIPLE, "group", "type", "commitment")}
SET_JOINT = "\x1f"
FIRST_YEAR, LAST_YEAR = 0, 9999
_ID_BITS = 24
_TEXT_BYTES = 60


def schema() -> tantivy.Schema:
    """Give the schema.

    "text" holds the words of title, summary and body together, "title" those of the title once more: measured on
    Cranfield, title and text scored apart and added are worse (decision 1). "words" holds the words of title and
    summary as they are spelled, to guess from what was meant; "beginnings" those of the title without accents, to be
    found while somebody types. "..._set" holds all codes that a document carries of a facet as one: counting these
    takes a third of the time where hits are many.
    """
    build = tantivy.SchemaBuilder()
    build.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("id", fast=True)
    build.add_text_field("text", tokenizer_name=TOKENIZER)
    build.add_text_field("title", tokenizer_name=TOKENIZER)
    for name in ("words", "beginnings"):
        build.add_text_field(name, tokenizer_name=TOKENIZER, index_option="basic")
    for name in ("kind", *FACET_NAMES, TOP_PRINCIPLE):
        build.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in SETS.values():
        build.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("written_in", tokenizer_name="raw", index_option="basic")
    build.add_integer_field("year", indexed=True, fast=True)
    build.add_unsigned_field("by_date", fast=True)
    build.add_unsigned_field("by_confirmed", fast=True)
    build.add_text_field("by_title", fast=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("by_city", fast=True, tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("digest", fast=True)
    build.add_text_field("log_name", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("position", stored=True)
    return build.build()


def register(index: tantivy.Index) -> None:
    """Tell an opened index how texts are cut: terms come ready-made, with spaces between."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENIZER, analyser)


def document(given: SearchDocument) -> tantivy.Document:
    """Give the index's form of a document."""
    made = tantivy.Document()
    made.add_text("key", given.key)
    made.add_unsigned("id", given.id)
    made.add_text("kind", given.kind)
    titles: list[str] = []
    words: list[str] = []
    for text in given.texts:
        title = analyse(text.title, text.language)
        # Gaps keep the words of two texts from standing next to each other.
        titles += [*title, GAP]
        words += [*title, *analyse(text.summary, text.language), *analyse(text.body, text.language), GAP]
    made.add_text("title", " ".join(titles[:-1]))
    made.add_text("text", " ".join(words[:-1]))
    made.add_text("words", " ".join(dict.fromkeys(w for t in given.texts for w in spelled(f"{t.title}\n{t.summary}"))))
    made.add_text("beginnings", " ".join(dict.fromkeys(w for t in given.texts for w in beginnings(t.title))))
    made.add_text("written_in", given.language)
    carried = {name: given.facets.get(name, ()) for name in FACET_NAMES}
    carried[TOP_PRINCIPLE] = tuple(code for code in carried["principle"] if parent(code) == code)
    for name, codes in carried.items():
        for code in codes:
            made.add_text(name, code)
        if codes and name in SETS:
            made.add_text(SETS[name], SET_JOINT.join(sorted(codes)))
    if given.year is not None:
        made.add_integer("year", min(max(given.year, FIRST_YEAR), LAST_YEAR))
    by_title = f"{folded(given.title)[:_TEXT_BYTES]} {given.key}"
    made.add_text("by_title", by_title)
    made.add_text("by_city", f"{next(iter(given.facets.get('city', ())), '~')} {by_title}")
    made.add_unsigned("by_date", date_order(given.published_at, given.id))
    made.add_unsigned("by_confirmed", date_order(given.confirmed_at, given.id))
    made.add_unsigned("digest", digest_of(given))
    return made


def date_order(moment: datetime | None, number: int) -> int:
    """Give a number that orders by moment and, within one second, by id, so that pages never overlap."""
    seconds = max(0, int(moment.timestamp())) if moment else 0
    return (seconds << _ID_BITS) + number % (1 << _ID_BITS)


def place(log_name: str, position: int) -> tantivy.Document:
    """Give the one document that says up to where in which log the index knows."""
    made = tantivy.Document()
    made.add_text("key", PLACE)
    made.add_text("kind", PLACE)
    made.add_text("log_name", clean(log_name))
    made.add_unsigned("position", position)
    return made
