"""What an organizer may say of an item."""

from __future__ import annotations

from typing import Any

import pytest

from hub.core.errors import Invalid
from hub.vocabularies.editing import ItemFacts, checked, labelled, place_of, sources_text

ENGLISH = {name: {"en": "Words"} for name in ("labels", "short", "what", "fulfilled_means", "responsible_body")}


def facts(**values: Any) -> ItemFacts:
    return ItemFacts(**({"kind": "network", "texts": ENGLISH} | values))


def refused(**values: Any) -> str:
    with pytest.raises(Invalid) as caught:
        checked(facts(**values), {"iccar"}, {"charter", "rule"})
    return caught.value.field


@pytest.mark.parametrize(
    ("code", "group", "parent"),
    [("C4.5", "C4", None), ("C4.5.1", "C4", "C4.5"), ("R6", "R", None), ("R6.2", "R", "R6"), ("C1.10", "C1", None)],
)
def test_a_code_says_where_it_stands(code: str, group: str, parent: str | None) -> None:
    assert place_of(code) == (group, parent)


def test_what_is_no_code() -> None:
    for code in ("", "C4", "C0.1", "R", "R0", "C4.01", "C4.5.1.1", "c4.5", "GP8", "R6.", "C4.5 ", "C4.1234", "Ｃ4.5"):
        with pytest.raises(Invalid) as caught:
            place_of(code)
        assert caught.value.field == "code", code


def test_what_is_kept() -> None:
    kept = checked(
        facts(
            cycle_months=" 24 ", grace_days="", sources="A page  https://example.org/a\n\nA book\n", family="iccar",
            founded="2004-12-10", rungs={"adopted": {"en": " It is\n decided ", "ko": "", "fr": "C’est décidé"}},
            proofs={"adopted": ("charter", "charter")}, others=("rule", "charter"),
        ),
        {"iccar"},
        {"charter", "rule"},
    )  # fmt: skip
    assert (kept["cycle_months"], kept["grace_days"], kept["lapse_months"]) == (24, 90, None)
    assert kept["sources"] == [{"title": "A page", "url": "https://example.org/a"}, {"title": "A book", "url": None}]
    assert sources_text(kept["sources"]) == "A page https://example.org/a\nA book"
    assert kept["rungs"] == {"adopted": {"en": "It is decided", "fr": "C’est décidé"}}
    assert (kept["proofs"], kept["evidence_types"]) == ({"adopted": ["charter"]}, ["rule", "charter"])
    assert kept["note"] == {}


def test_what_cannot_be_is_refused_by_its_field() -> None:
    def without(name: str) -> dict[str, Any]:
        return ENGLISH | {name: {"ko": "말"}}

    found = [
        refused(kind="law"), refused(family="unesco"), refused(cycle_months="0"), refused(cycle_months="two"),
        refused(grace_days="731"), refused(lapse_months="12"), refused(founded="2006-02-30"),
        refused(home="javascript:x"),
        refused(sources="https://example.org"), refused(sources="A page ftp://example.org"),
        refused(texts=without("labels")), refused(texts=without("note")),
        refused(texts=ENGLISH | {"short": {"en": "x" * 25}}), refused(rungs={"adopted": {"es": "Hecho"}}),
        refused(proofs={"adopted": ("letter",)}), refused(others=("letter",)), refused(paragraphs="x" * 81),
        refused(texts=ENGLISH | {"what": {"en": "a\x00b"}}), refused(cycle_months="24", lapse_months="121"),
    ]  # fmt: skip
    assert found == [
        "kind", "family", "cycle_months", "cycle_months", "grace_days", "lapse_months", "founded", "home", "sources",
        "sources", "name_en", "note_en", "short_en", "rung_adopted_en", "proof_adopted", "others", "paragraphs",
        "what_en", "lapse_months",
    ]  # fmt: skip


def test_a_wording_that_stays_keeps_where_it_comes_from() -> None:
    before = {"en": {"text": "Charter", "status": "official"}, "ko": {"text": "헌장", "status": "official"}}
    after = labelled({"en": "Charter", "ko": "새 헌장"}, before)
    assert after == {"en": before["en"], "ko": {"text": "새 헌장", "status": "editorial"}}
