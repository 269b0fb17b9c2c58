"""Reads of cases: what is shown, in which order, and at what price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from hub.cases import queries
from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.cases.near import related
from hub.cities.models import City
from hub.core.errors import NotFound
from tests.cases.factory import WHEN, make_case, revise


def slugs(cases: list[CaseStudy]) -> list[str]:
    return [case.slug for case in cases]


class Counting:
    """Counts the statements sent while the block runs."""

    def __init__(self, session: Any) -> None:
        self.engine = session.get_bind().engine
        self.statements: list[str] = []

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            self.statements.append(statement)

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)


def test_a_published_and_an_archived_case_can_be_read(session: Any) -> None:
    make_case("open-case")
    make_case("old-case", state=ARCHIVED)
    assert queries.get_case("open-case").city.slug == "graz"
    assert queries.get_case("old-case").state == ARCHIVED


@pytest.mark.parametrize("slug", ["secret-case", "nothing", "", "graz-advisory-council.json"])
def test_a_draft_looks_like_nothing(session: Any, slug: str) -> None:
    make_case("secret-case", state=DRAFT, published_at=None)
    with pytest.raises(NotFound):
        queries.get_case(slug)


def test_a_case_is_read_with_few_statements(session: Any) -> None:
    session.expire_all()
    with Counting(session) as statements:
        case = queries.get_case("graz-advisory-council")
        assert case.city.name
        assert case.codes("clause")
        assert case.sources[0].url
    assert len(statements) == 3


def test_listed_cases_keep_the_order_of_their_ids(session: Any) -> None:
    ids = [case.id for case in queries.newest(6)]
    hidden = make_case("hidden", state=DRAFT).id
    wanted = [ids[3], hidden, ids[0], 999_999, ids[5]]
    assert [case.id for case in queries.list_published(wanted)] == [ids[3], ids[0], ids[5]]
    assert queries.list_published([]) == []


def test_a_page_of_cases_costs_two_statements(session: Any) -> None:
    ids = list(session.scalars(select(CaseStudy.id).limit(20)))
    session.expire_all()
    session.expunge_all()
    with Counting(session) as statements:
        for case in queries.list_published(ids):
            assert case.principle_codes
            assert case.city is None or case.city.name
    assert len(statements) == 2


def test_drafts_and_archived_cases_stand_in_no_list(session: Any) -> None:
    tags = [("clause", "GP3.2"), ("commitment", "C2.1"), ("us", "US3"), ("type", "advisory_council")]
    graz = session.scalars(select(City.id).where(City.slug == "graz")).one()
    before = queries.counts_by_term()
    for state in (DRAFT, ARCHIVED):
        make_case(f"a-{state}", state=state, tags=tags)
    unseen = {"a-draft", "a-archived"}
    for found in (
        queries.newest(500), queries.cases_of_city(graz), list(queries.all_published()), queries.cases_with_code("GP3"),
        queries.cases_with_code("C2.1"), queries.cases_with_code("US3"),
    ):  # fmt: skip
        assert found
        assert not unseen & set(slugs(found))
    near = related(queries.get_case("graz-advisory-council"), 500)
    assert near
    assert not unseen & {other.slug for other in near}
    assert queries.counts_by_term() == before


def test_newest_come_first_then_those_begun_last(session: Any) -> None:
    later = WHEN + timedelta(days=9000)
    make_case("x-late", published_at=later, started=1990)
    make_case("x-later-begun", published_at=later, started=2005)
    make_case("x-undated", published_at=later, started=None)
    assert slugs(queries.newest(3)) == ["x-later-begun", "x-late", "x-undated"]


def test_all_published_streams_every_case_once_in_batches(session: Any) -> None:
    everything = list(queries.all_published(batch=7))
    assert len(everything) == len({case.id for case in everything}) == 60
    assert slugs(everything) == slugs(queries.newest(100))
    chosen = [everything[9].id, everything[2].id]
    assert [case.id for case in queries.all_published(chosen, batch=1)] == chosen


def test_a_principle_covers_its_clauses(session: Any) -> None:
    make_case("only-clause", tags=[("clause", "GP10.2")])
    make_case("only-one", tags=[("clause", "GP1.2")])
    assert "only-clause" in slugs(queries.cases_with_code("GP10"))
    assert "only-clause" in slugs(queries.cases_with_code("GP10.2"))
    assert "only-clause" not in slugs(queries.cases_with_code("GP10.1"))
    assert "only-clause" not in slugs(queries.cases_with_code("GP1"))
    assert "only-one" in slugs(queries.cases_with_code("GP1"))


def test_themes_come_through_the_crosswalk(session: Any) -> None:
    from hub.vocabularies.queries import vocabulary

    terms = vocabulary()
    clause = next(code for code in terms.crosswalk if "DT-LAW" in terms.targets(code, "theme"))
    other = next(code for code in terms.crosswalk if "DT-LAW" not in terms.targets(code, "theme"))
    make_case("by-theme", tags=[("clause", clause)])
    make_case("by-other", tags=[("clause", other)])
    found = slugs(queries.cases_with_code("DT-LAW"))
    assert "by-theme" in found
    assert "by-other" not in found


def test_us_principles_commitments_and_unknown_codes(session: Any) -> None:
    make_case("american", tags=[("us", "US3"), ("commitment", "R2")])
    assert "american" in slugs(queries.cases_with_code("US3"))
    assert "american" in slugs(queries.cases_with_code("R2"))
    assert queries.cases_with_code("GP99") == []
    assert queries.cases_with_code("") == []
    assert len(queries.cases_with_code("GP8", limit=2)) == 2


def test_counts_are_the_lengths_of_the_lists(session: Any) -> None:
    counts = queries.counts_by_term()
    for code in ("GP1", "GP8", "GP8.2", "GP3.2", "DT-LAW", "DT-UN", "US3", "US9"):
        assert counts.get(code, 0) == len(queries.cases_with_code(code)), code
    assert counts["GP8"] > 0
    make_case("one-more", tags=[("clause", "GP8.1"), ("clause", "GP8.2")])
    assert queries.counts_by_term()["GP8"] == counts["GP8"] + 1  # two clauses, one case


def test_cities_with_cases(session: Any) -> None:
    graz = session.scalars(select(City.id).where(City.slug == "graz")).one()
    told = select(CaseStudy.city_id).where(CaseStudy.city_id.is_not(None))
    bare = session.scalars(select(City.id).where(City.id.not_in(told))).all()
    assert bare
    counts = queries.counts_by_city()
    assert counts[graz] == len(queries.cases_of_city(graz)) == 2
    assert graz in queries.cities_with_cases()
    assert not set(bare) & queries.cities_with_cases()


def test_near_cases_share_most_and_are_stable(session: Any) -> None:
    tags = [("clause", "GP9.1"), ("clause", "GP9.2"), ("type", "network_and_cooperation")]
    case = make_case("the-one", tags=tags)
    make_case("twin", tags=tags)
    make_case("half", tags=tags[:1], city=None)
    near = related(case, 200)
    assert near[0].slug == "twin"
    assert (near[0].shared_clauses, near[0].shared_types) == (2, 1)
    assert "the-one" not in {other.slug for other in near}
    half = next(other for other in near if other.slug == "half")
    assert half.city is None
    assert near == related(case, 200)
    scores = [other.weight for other in near]
    assert scores == sorted(scores, reverse=True)
    assert len(related(case)) == 4


def test_a_case_without_tags_is_near_to_nothing(session: Any) -> None:
    assert related(make_case("bare", tags=[])) == []


def test_versions_newest_first_and_by_number(session: Any) -> None:
    case_id = make_case("versioned").id
    revise(case_id, title="Second", note="A reason")
    revise(case_id, title="Third")
    found = queries.list_revisions(case_id, 10)
    assert [revision.number for revision in found] == [3, 2, 1]
    assert queries.count_revisions(case_id) == 3
    second = queries.find_revision(case_id, 2)
    assert second is not None
    assert second.content["title"] == "Second"
    assert second.change_note == "A reason"
    assert second.is_compiled
    assert queries.find_revision(case_id, 4) is None
    assert [revision.number for revision in queries.list_revisions(case_id, 1, 1)] == [2]
