"""The seed files that are shipped: complete, in four languages, and every reference leads somewhere."""

import re
from collections import Counter
from urllib.parse import urlsplit

import feedparser
import pytest

from hub.cases.completeness import is_answered, unfinished
from hub.cases.service.seeding import text_of_row
from hub.cases.template import TRANSLATED
from hub.core.paths import SEEDS
from hub.core.seedfields import Labels, Texts
from hub.core.seedfiles import unknown_codes
from hub.core.zones import zones_by_country
from hub.vocabularies.seedrows import Vocabularies
from tests.seeds.shipped import CSV, YAML, charter, city_ids, clauses, codes, inside, items, lists, rows, terms

pytestmark = pytest.mark.alone


def test_counts() -> None:
    gwangju, declaration, alliance = charter("gwangju"), charter("declaration"), charter("us-alliance")
    assert [len(gwangju.terms), len(clauses())] == [10, 20]
    assert [len(declaration.terms), len(alliance.terms)] == [9, 9]
    assert sum(len(term.parts) for term in alliance.terms) == 5
    assert [len(row.value.items) for row in rows("commitments.yaml")] == [2, 5, 5, 4, 2, 5]
    assert {name: len(rows(name)) for name in (*YAML, *CSV)} == {
        "charters.yaml": 3,
        "commitments.yaml": 6,
        "vocabularies.yaml": 1,
        "ladders.yaml": 23,
        "crosswalk.yaml": 20,
        "cases.yaml": 60,
        "case_translations.yaml": 30,
        "adaptations.yaml": 5,
        "organisations.yaml": 40,
        "editions.yaml": 16,
        "cities.csv": 123,
        "status_records.csv": 143,
    }
    assert Counter(row.value.language for row in rows("cases.yaml")) == {"en": 43, "ko": 6, "es": 6, "fr": 5}
    assert len({row.value.country for row in rows("cities.csv")}) == 45


def test_list_sizes() -> None:
    found = {name: len(getattr(lists(), name)) for name in Vocabularies.model_fields}
    assert found == {
        "statuses": 9,
        "evidence_types": 33,
        "practice_types": 15,
        "target_groups": 19,
        "regions": 7,
        "government_types": 23,
        "organisation_kinds": 9,
        "coalitions": 7,
        "families": 7,
        "stages": 5,
        "competences": 4,
        "participation_levels": 5,
        "cost_bands": 6,
        "funders": 8,
        "result_evidence": 4,
        "charter_rights": 12,
        "sdgs": 17,
    }
    beside = {status.code for status in lists().statuses if status.rank is None}
    assert beside == {"lapsed", "withdrawn", "outside_competence"}


def test_principles_are_numbered_in_order() -> None:
    assert [term.number for term in charter("gwangju").terms] == list(range(1, 11))
    assert all(term.code == f"GP{term.number}" for term in charter("gwangju").terms)


def test_codes_are_unique_across_charters_and_items() -> None:
    found = [term.code for term in terms()] + [item.code for item in items()]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", [*YAML])
def test_four_languages_are_complete_and_translated(name: str) -> None:
    seen = 0
    for row in rows(name):
        for labels in inside(row.value, Labels):
            seen += 1
            wordings = [getattr(labels, language).text for language in ("en", "ko", "es", "fr")]
            assert all(wording.strip() for wording in wordings)
            assert len(wordings[0]) < 60 or len(set(wordings)) == 4, wordings
        for texts in inside(row.value, Texts):
            seen += 1
            wordings = [texts.en, texts.ko, texts.es, texts.fr]
            assert all(wording.strip() for wording in wordings)
            assert len(wordings[0]) < 60 or len(set(wordings)) == 4, wordings
    assert seen or name in {
        "cases.yaml", "case_translations.yaml", "adaptations.yaml", "organisations.yaml", "crosswalk.yaml",
    }  # fmt: skip


def test_korean_descriptions_are_korean() -> None:
    for term in terms():
        assert re.search("[가-힣]", term.labels.ko.text), term.code
        assert re.search("[가-힣]", term.descriptions.ko.text), term.code
    for item in items():
        assert all(re.search("[가-힣]", text.ko) for text in (item.what, item.fulfilled_means, item.responsible_body))


def test_short_names_are_short() -> None:
    shorts = [term.short for row in rows("charters.yaml") for term in row.value.terms]
    for short in [*shorts, *(item.short for item in items())]:
        assert short is not None
        assert all(len(text) <= 24 for text in (short.en, short.ko, short.es, short.fr)), short


def test_appeal_names_all_four_bodies() -> None:
    appeal = next(term for term in charter("declaration").terms if term.code == "DT-UN")
    said = " ".join([appeal.descriptions.en.text, *(part.descriptions.en.text for part in appeal.parts)])
    assert all(body in said for body in ("Human Rights Council", "OHCHR", "the UN and the OECD"))


def test_references_of_cases() -> None:
    cases, known = rows("cases.yaml"), lists()
    errors = unknown_codes(cases, "city", city_ids())
    errors += unknown_codes(cases, "clauses", clauses())
    errors += unknown_codes(cases, "practice_types", codes(known.practice_types))
    errors += unknown_codes(cases, "target_groups", codes(known.target_groups))
    errors += unknown_codes(cases, "commitment_items", codes(items()))
    errors += unknown_codes(cases, "us_principles", codes(terms()))
    errors += unknown_codes(cases, "stage", codes(known.stages))
    errors += unknown_codes(cases, "competence", codes(known.competences))
    errors += unknown_codes(cases, "participation_level", codes(known.participation_levels))
    errors += unknown_codes(cases, "cost_band", codes(known.cost_bands))
    errors += unknown_codes(cases, "funders", codes(known.funders))
    errors += unknown_codes(cases, "evidence_type", codes(known.result_evidence))
    errors += unknown_codes(cases, "rights", codes(known.charter_rights))
    errors += unknown_codes(cases, "sdgs", codes(known.sdgs))
    assert errors == []
    countries = {row.value.id: row.value.country for row in rows("cities.csv")}
    assert all(row.value.city is None or countries[row.value.city] == row.value.country for row in cases)
    assert [row.value.id for row in cases if row.value.city is None] == ["senegal-charte"]


def test_ten_cases_are_whole_and_told_in_four_languages() -> None:
    cases = {row.value.id: row.value for row in rows("cases.yaml")}
    told: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows("case_translations.yaml"):
        assert row.value.machine  # until a person who speaks the language has read it
        told.setdefault(row.value.case, {})[row.value.language] = row.value.texts
    assert len(told) == 10
    assert Counter(cases[name].language for name in told) == {"en": 4, "ko": 2, "es": 2, "fr": 2}
    assert len({cases[name].country for name in told}) == 9
    for name, languages in told.items():
        text = text_of_row(cases[name])
        assert unfinished(text) is None, name
        assert all(is_answered(field, text) for field in ("failures", "cost_band")), name
        assert {text.language, *languages} == {"en", "ko", "es", "fr"}
        filled = {field for field in TRANSLATED if getattr(text, field)}
        for language, texts in languages.items():
            assert set(texts) == filled, (name, language)
            assert all(texts[field] != getattr(text, field) for field in filled & {"title", "summary", "action"})
            assert (language == "ko") == bool(re.search("[가-힣]{2}", texts["summary"]))


def test_references_of_cities_and_organisations() -> None:
    cities, known = rows("cities.csv"), lists()
    errors = unknown_codes(cities, "region", codes(known.regions))
    errors += unknown_codes(cities, "coalition", codes(known.coalitions))
    errors += unknown_codes(cities, "gov_type", codes(known.government_types))
    errors += unknown_codes(rows("organisations.yaml"), "kind", codes(known.organisation_kinds))
    assert errors + unknown_codes(rows("editions.yaml"), "city", city_ids()) == []


def test_every_city_has_a_time_zone_of_its_country() -> None:
    for row in rows("cities.csv"):
        assert row.value.time_zone in zones_by_country()[row.value.country]


def test_references_of_status_records() -> None:
    records, known = rows("status_records.csv"), lists()
    errors = unknown_codes(records, "city", city_ids())
    errors += unknown_codes(records, "item", codes(items()))
    errors += unknown_codes(records, "status", codes(known.statuses))
    assert errors + unknown_codes(records, "evidence_type", codes(known.evidence_types)) == []


def test_references_of_commitments_and_crosswalk() -> None:
    accepted = codes(lists().evidence_types)
    assert [(item.code, kind) for item in items() for kind in item.evidence_types if kind not in accepted] == []
    crosswalk = rows("crosswalk.yaml")
    assert [row.value.clause for row in crosswalk] == [p.code for t in charter("gwangju").terms for p in t.parts]
    errors = unknown_codes(crosswalk, "themes", codes(charter("declaration").terms))
    errors += unknown_codes(crosswalk, "items", codes(items()))
    assert errors + unknown_codes(crosswalk, "us_principles", codes(charter("us-alliance").terms)) == []


def wordings(texts: Texts) -> tuple[str, ...]:
    return texts.en, texts.ko, texts.es, texts.fr


def test_ladders_fit_their_items() -> None:
    ladders, known = rows("ladders.yaml"), lists()
    assert [row.value.item for row in ladders] == [item.code for item in items()]
    assert unknown_codes(ladders, "family", codes(known.families)) == []
    assert [row.value.item for row in ladders if row.value.family is None] == ["C4.4"]
    assert [row.value.item for row in ladders if row.value.cycle_months is None] == ["R1", "R2"]
    assert [row.value.item for row in ladders if row.value.lapse_months is not None] == ["C4.2"]
    parts = [part for row in ladders for part in (row.value, row.value.points) if part is not None]
    assert len(parts) == 24
    for part in parts:
        rungs = [rung for _, rung in part.rungs]
        assert all(len(set(texts)) == len(texts) for texts in zip(*map(wordings, rungs), strict=True))
        assert all(len(text) < 80 for rung in rungs for text in wordings(rung))
        assert {kind for _, kinds in part.proofs for kind in kinds} <= codes(known.evidence_types)
        assert all(kinds for _, kinds in part.proofs)


def test_points_of_the_coalitions_plan() -> None:
    (item,) = [item for item in items() if item.points is not None]
    assert [point.code for point in item.points.parts] == [f"C4.1.{number}" for number in range(1, 11)]
    assert all(len(text) <= 24 for point in item.points.parts for _, text in point.short)


def test_sources_are_readable_citations() -> None:
    for row in [*rows("commitments.yaml"), *rows("editions.yaml"), *rows("cases.yaml"), *rows("vocabularies.yaml")]:
        assert "seed:" not in row.value.model_dump_json()
    assert all(source.url for row in rows("cases.yaml") for source in row.value.sources)


def test_city_facts() -> None:
    cities = {row.value.id: row.value for row in rows("cities.csv")}
    gwangju = cities["gwangju"]
    assert (gwangju.name_native, gwangju.native_language, gwangju.region) == ("광주광역시", "ko", "asia-pacific")
    assert gwangju.forum_years == tuple(range(2011, 2027))
    assert cities["nuremberg"].forum_years == (2020, 2024)
    assert sum(city.lat is None for city in cities.values()) == 6
    assert all(city.geo_source and "GeoNames" in city.geo_source for city in cities.values() if city.lat is not None)


def test_case_years() -> None:
    years = {row.value.id: row.value for row in rows("cases.yaml")}

    def of(name: str) -> tuple[int | None, int | None, bool, bool]:
        case = years[name]
        return case.started, case.ended, case.is_ongoing, case.is_approximate

    assert of("graz-advisory-council") == (2001, None, True, False)
    assert of("utrecht-treaty-study") == (2010, 2011, False, False)
    assert of("york-recommitment") == (2023, 2023, False, False)
    assert of("gwangju-indicators") == (2011, None, True, True)
    assert of("mannheim-alliance") == (None, None, True, True)
    assert sum(not row.value.results_reported for row in rows("cases.yaml")) == 21


def test_status_precision() -> None:
    found = Counter(row.value.precision for row in rows("status_records.csv"))
    assert set(found) == {"day", "month", "year", "about", "unknown"}
    given_up = {
        row.value.id: row.value.effective
        for row in rows("status_records.csv")
        if row.value.status in ("lapsed", "withdrawn")
    }
    assert given_up == {
        "madrid-r3-1": "2019",
        "madrid-r4-1": "2019",
        "chungnam-r2-3": "2018",
        "portoalegre-c1.2-2": None,
        "nagpur-c1.1-2": "about 2001",
    }


def test_forum_feed() -> None:
    feed = feedparser.parse(str(SEEDS / "news" / "forum.atom"))
    assert not feed.bozo
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == 22
    principles = codes(charter("gwangju").terms)
    known = {source.url for row in rows("editions.yaml") for source in row.value.sources}
    known |= {name.source for row in rows("charters.yaml") for name in row.value.source.official_names}
    for entry in feed.entries:
        assert entry.id.startswith("tag:")
        assert urlsplit(entry.link).scheme in {"http", "https"}
        assert entry.link in known
        assert entry.published_parsed
        assert entry.title
        assert entry.summary
        assert {tag.term for tag in entry.get("tags", [])} <= principles
        assert entry.summary_detail.language == "en"
