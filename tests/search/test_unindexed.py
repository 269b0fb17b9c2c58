"""Without an index, or with one that lags far behind: filters, counts and titles from the database, just as exact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from hub.cases.events import CaseArchived, CaseRevised
from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogName, record
from hub.search import lateness, queries, unindexed
from hub.search.criteria import Criteria
from hub.search.follow import rebuild_from
from hub.search.index.store import Index
from hub.search.sources import source
from hub.vocabularies.events import VocabularyLoaded
from tests.cases.factory import make_case

ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"principle": ("GP8",)},
    {"principle": ("GP9", "DT-EQUALITY", "US1", "nobody")},
    {"country": ("KR", "AT"), "sort": "oldest"},
    {"region": ("europe",), "type": ("charter", "ombuds", "advisory_council"), "sort": "title"},
    {"language": ("es",), "year_from": 2005, "year_to": 2020, "sort": "city", "per_page": 7, "page": 2},
    {"group": ("children", "women", "migrants"), "commitment": ("C1.1", "C2.1", "C3.1"), "principle": ("GP1", "GP8.2")},
    {"city": ("gwangju", "seoul", "graz"), "sort": "newest"},
    {"q": "principle:gp8 AND NOT country:KR"},
    {"q": "year:2010..2018 AND (language:es OR language:fr)"},
    {"q": "principle:GP1* OR city:gwang*"},
    {"sort": "confirmed", "page": 3},
)


@dataclass(frozen=True)
class Happened:
    """Something that no document follows from."""

    number: int


def index_of(app: Flask) -> Index:
    return queries.open_index(app.config["HUB"].index_dir)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def without_index(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application in a folder where no index was ever made."""
    settings = app.config["HUB"]
    app.config["HUB"] = replace(settings, data_dir=tmp_path)
    yield app
    app.config["HUB"] = settings


def test_every_filter_finds_and_counts_what_the_index_does(app: Flask, session: Any) -> None:
    index = index_of(app)
    for given in ASKED:
        criteria = Criteria(**given)
        by_index, by_database = queries.find_cases(index, criteria, with_clauses=True), unindexed.find_cases(criteria)
        assert by_index.is_indexed
        assert not by_database.is_indexed
        assert by_database.total == by_index.total, given
        assert by_database.facets == by_index.facets, given
        assert sorted(unindexed.find_case_ids(criteria)) == sorted(queries.find_case_ids(index, criteria)), given
        if criteria.sort != "relevance":
            assert [case.slug for case in by_database.cases] == [case.slug for case in by_index.cases], given
    assert unindexed.count_cases(Criteria()) > 50


def test_words_are_found_in_titles_whatever_their_accents_and_case(session: Any) -> None:
    given = {
        "participation": "Participación de la «Ciudadanía» (núm. 7)", "school": "Human rights in SCHOOLS",
        "korean": "광주 인권도시 만들기", "percent": "100%_free tramways", "alone": "Nothing of that",
    }  # fmt: skip
    made = {name: make_case(f"t-{name}", title=title).id for name, title in given.items()}
    make_case("t-hidden", title="Human rights in schools, a draft", state=DRAFT, published_at=None)
    found = {
        "participacion ciudadania": {"participation"}, "PARTICIPACIÓN": {"participation"}, "núm 7": {"participation"},
        "school": {"school"}, '"rights in schools"': {"school"}, "scho*": {"school"}, "chools": set(),
        "인권": {"korean"}, "인권도시": {"korean"}, "100%": {"percent"}, "0%": set(), "100%_free": {"percent"},
        "schools OR 인권": {"school", "korean"}, "graz tramways": {"percent"},
        "title:schools NOT human": set(), "the schools": {"school"},
    }  # fmt: skip
    for words, names in found.items():
        ids = set(unindexed.find_case_ids(Criteria(q=words))) & set(made.values())
        assert ids == {made[name] for name in names}, words
    everything = set(unindexed.find_case_ids(Criteria()))
    assert made["alone"] in everything - set(unindexed.find_case_ids(Criteria(q="schools")))
    assert len(unindexed.find_case_ids(Criteria(q="NOT schools"))) < len(everything)
    national = make_case("t-national", title="Of no city", city=None).id
    assert national in unindexed.find_case_ids(Criteria(q="NOT city:graz"))


def test_pages_and_formats_answer_and_say_so(without_index: Flask, client: FlaskClient, session: Any) -> None:
    make_case("a-tramway", title="Quincunxial tramways", summary="All about gondolas.")
    page = client.get("/cases/?q=quincunxial")
    assert page.status_code == 200
    assert "a-tramway" in page.text
    assert "words inside the texts are not found yet" in page.text
    assert client.get("/cases.json?q=quincunxial").get_json()["total"] == 1
    assert client.get("/cases.json?q=gondolas").get_json()["total"] == 0  # the texts are what the index is for
    assert "a-tramway" in client.get("/cases.csv?q=quincunxial").text
    assert "a-tramway" in client.get("/cases.atom?q=quincunxial").text
    counted = client.get("/cases.json?principle=GP8").get_json()
    assert counted["total"] == {each["code"]: each["count"] for each in counted["facets"]["principle"]}["GP8"] > 0
    for path in ("/cases/?view=map", "/cases/?view=matrix", "/search?q=gwangju", "/search/suggest.json?q=gwan"):
        assert client.get(path).status_code == 200, path
    assert "quincunxial" in client.get("/search?q=quincunxial").text.lower()


def test_the_work_for_a_page_is_bounded(session: Any) -> None:
    hostile = Criteria.build({
        "q": " OR ".join([*("w*" for _ in range(20)), '"a b', "principle:GP*", "city:(a b c)", "title:*"]),
        **{name: [f"code-{number}" for number in range(50)] for name in ("principle", "country", "city", "type")},
        "group": ["children"], "commitment": ["C1.1"], "language": ["en", "ko"], "region": ["europe"],
    })  # fmt: skip
    with statements() as said:
        unindexed.find_cases(hostile)
        plain = len(said)
        unindexed.find_cases(Criteria(q="rights"))
    assert plain < 30
    assert len(said) - plain < 12


def test_what_is_archived_but_still_in_the_index_is_neither_found_nor_counted(app: Flask, session: Any) -> None:
    """However long ago that was: what lies farther back than is read, the database answers."""
    index = index_of(app)
    criteria = Criteria(principle=("GP8",), per_page=100)
    before = queries.find_cases(index, criteria)
    gone = before.cases[0]
    code = gone.principle_codes[0]
    assert before.facets["principle"][code] > 0
    with transaction():
        session.get_one(CaseStudy, gone.id).state = ARCHIVED
        record(CaseArchived(gone.id), by=None, now=clock.now())

    def is_gone() -> bool:
        after = queries.find_cases(index, criteria)
        assert gone.id not in {case.id for case in after.cases} | set(queries.find_case_ids(index, criteria))
        assert after.total == before.total - 1 == queries.count_cases(index, criteria)
        assert after.facets["principle"][code] == before.facets["principle"][code] - 1
        return after.is_indexed

    assert is_gone()
    with transaction():
        for number in range(lateness.MOST_ENTRIES):
            record(Happened(number), by=None, now=clock.now())
    assert not is_gone()


def test_an_index_that_knows_too_little_is_not_asked(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_of(app)
    assert lateness.hidden_keys(index) == set()
    changed = make_case("a-change")
    with transaction():
        record(CaseRevised(changed.id, is_substantial=True), by=None, now=clock.now())
    assert lateness.hidden_keys(index) == {f"case:{changed.id}"}
    monkeypatch.setattr(lateness, "MOST_KEYS", 20)
    with transaction():
        record(VocabularyLoaded(1), by=None, now=clock.now())  # touches every case
    assert lateness.hidden_keys(index) is None
    monkeypatch.setattr(lateness, "MOST_KEYS", 10_000)
    assert len(lateness.hidden_keys(index) or ()) > 50
    with transaction():
        session.scalars(select(LogName)).one().name = "restored"
    assert lateness.hidden_keys(index) is None
    assert not queries.find_cases(index, Criteria()).is_indexed
    db.session.rollback()


def test_kept_pages_go_when_the_index_is_made_anew(session: Any, tmp_path: Path) -> None:
    """A page made while the index could not be read must not outlive its repair, though nothing happened since."""
    without = queries.newest_state(tmp_path)
    rebuild_from(tmp_path, source())
    first = queries.newest_state(tmp_path)
    rebuild_from(tmp_path, source())
    assert len({without, first, queries.newest_state(tmp_path)}) == 3
