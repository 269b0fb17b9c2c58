"""Loading the seed files of all rooms: everything is read and checked first, then written in one transaction."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hub.cases.seedrows import CaseRow, CaseTranslationRow
from hub.cases.service import load_case_translations, load_cases
from hub.cities.seedrows import CityRow, OrganisationRow
from hub.cities.service import load_cities, load_organisations
from hub.commitments.seedrows import StatusRow
from hub.commitments.service import load_status_records
from hub.core.db import transaction
from hub.core.log import ensure_log_name
from hub.core.seedfiles import Row, SeedError, SeedErrors, read_csv, read_yaml, unknown_codes
from hub.exchange.seedrows import AdaptationRow
from hub.exchange.service import load_adaptations
from hub.feeds.parse import UnreadableFeed, parse_feed
from hub.feeds.seedrows import EditionRow
from hub.feeds.service import load_editions, load_forum_feed
from hub.vocabularies.ladderrows import Ladder, LadderFacts
from hub.vocabularies.seedrows import Charter, CommitmentGroup, Crosswalk, Vocabularies
from hub.vocabularies.service import Loaded, load_vocabularies


def load_vocabulary_files(folder: Path, now: datetime) -> dict[str, Loaded]:
    """Load only what the hub cannot work without: charters, items, lists, ladders, crosswalk. Raises SeedErrors."""
    charters = read_yaml(folder / "charters.yaml", Charter)
    groups = read_yaml(folder / "commitments.yaml", CommitmentGroup)
    lists = read_yaml(folder / "vocabularies.yaml", Vocabularies)
    ladders = read_yaml(folder / "ladders.yaml", Ladder)
    crosswalk = read_yaml(folder / "crosswalk.yaml", Crosswalk)
    with transaction():
        ensure_log_name()
        return {"vocabularies": load_vocabularies(charters, groups, lists, ladders, crosswalk, now)}


def load_all(folder: Path, now: datetime) -> dict[str, Loaded]:
    """Load every seed file, or nothing; returns what was added, changed and left alone. Raises SeedErrors."""
    charters = read_yaml(folder / "charters.yaml", Charter)
    groups = read_yaml(folder / "commitments.yaml", CommitmentGroup)
    lists = read_yaml(folder / "vocabularies.yaml", Vocabularies)
    ladders = read_yaml(folder / "ladders.yaml", Ladder)
    crosswalk = read_yaml(folder / "crosswalk.yaml", Crosswalk)
    cities = read_csv(folder / "cities.csv", CityRow)
    organisations = read_yaml(folder / "organisations.yaml", OrganisationRow)
    cases = read_yaml(folder / "cases.yaml", CaseRow)
    translations = read_yaml(folder / "case_translations.yaml", CaseTranslationRow)
    adaptations = read_yaml(folder / "adaptations.yaml", AdaptationRow)
    statuses = read_csv(folder / "status_records.csv", StatusRow)
    editions = read_yaml(folder / "editions.yaml", EditionRow)
    try:
        news = parse_feed((folder / "news" / "forum.atom").read_bytes())
    except UnreadableFeed as error:
        raise SeedErrors([SeedError("seeds/news/forum.atom", 1, "", str(error))]) from error

    principles = [part.code for row in charters for term in row.value.terms for part in (term, *term.parts)]
    items = [item.code for row in groups for item in row.value.items]
    points = [point.code for row in groups for item in row.value.items if item.points for point in item.points.parts]
    city_codes = [row.value.id for row in cities]
    known = {name: [entry.code for entry in getattr(lists[0].value, name)] for name in Vocabularies.model_fields}
    errors = [
        *unknown_codes(crosswalk, "clause", principles),
        *unknown_codes(crosswalk, "themes", principles),
        *unknown_codes(crosswalk, "items", items),
        *unknown_codes(crosswalk, "us_principles", principles),
        *unknown_codes(ladders, "item", items),
        *unknown_codes(ladders, "family", known["families"]),
        *_unknown_proofs(ladders, known["evidence_types"]),
        *unknown_codes(cities, "region", known["regions"]),
        *unknown_codes(cities, "coalition", known["coalitions"]),
        *unknown_codes(cities, "gov_type", known["government_types"]),
        *unknown_codes(organisations, "kind", known["organisation_kinds"]),
        *unknown_codes(cases, "city", city_codes),
        *unknown_codes(cases, "clauses", principles),
        *unknown_codes(cases, "practice_types", known["practice_types"]),
        *unknown_codes(cases, "target_groups", known["target_groups"]),
        *unknown_codes(cases, "commitment_items", items),
        *unknown_codes(cases, "us_principles", principles),
        *_unknown_case_codes(cases, known),
        *_wrong_translations(translations, cases),
        *_wrong_adaptations(adaptations, cases, city_codes),
        *unknown_codes(statuses, "city", city_codes),
        *unknown_codes(statuses, "item", [*items, *points]),
        *unknown_codes(statuses, "status", known["statuses"]),
        *unknown_codes(statuses, "evidence_type", known["evidence_types"]),
        *unknown_codes(editions, "city", city_codes),
    ]
    errors += [
        row.error(f'"{kind}" is not known', "items", place, "evidence_types", inner)
        for row in groups
        for place, item in enumerate(row.value.items)
        for inner, kind in enumerate(item.evidence_types)
        if kind not in known["evidence_types"]
    ]
    if errors:
        raise SeedErrors(errors)
    with transaction():
        ensure_log_name()
        return {
            "vocabularies": load_vocabularies(charters, groups, lists, ladders, crosswalk, now),
            "cities": load_cities(cities, now),
            "organisations": load_organisations(organisations, now),
            "cases": load_cases(cases, now),
            "translations of cases": load_case_translations(translations, now),
            "adaptations": load_adaptations(adaptations, now),
            "status records": load_status_records(statuses, now),
            "forum editions": load_editions(editions, now),
            "news": load_forum_feed(news, now),
        }


def _unknown_case_codes(cases: list[Row[CaseRow]], known: dict[str, list[str]]) -> list[SeedError]:
    """List the codes that cases name and the lists do not, field by field."""
    lists = {
        "stage": "stages", "competence": "competences", "participation_level": "participation_levels",
        "cost_band": "cost_bands", "funders": "funders", "evidence_type": "result_evidence",
        "rights": "charter_rights", "sdgs": "sdgs",
    }  # fmt: skip
    return [error for field, name in lists.items() for error in unknown_codes(cases, field, known[name])]


def _wrong_translations(translations: list[Row[CaseTranslationRow]], cases: list[Row[CaseRow]]) -> list[SeedError]:
    """List translations of cases that are not there, into their own language, or of what the case leaves empty."""
    known = {row.value.id: row.value for row in cases}
    found = unknown_codes(translations, "case", known)
    for row in translations:
        case = known.get(row.value.case)
        if case is None:
            continue
        if row.value.language == case.language:
            found.append(row.error("is the language of the case itself", "language"))
        found += [
            row.error("is empty in the case", "texts", name) for name in row.value.texts if not getattr(case, name, "")
        ]
    return found


def _wrong_adaptations(
    adaptations: list[Row[AdaptationRow]], cases: list[Row[CaseRow]], cities: list[str]
) -> list[SeedError]:
    """List adaptations that name what is not there, take up a city's own practice, or call another's case its own."""
    owners = {row.value.id: row.value.city for row in cases}
    found = unknown_codes(adaptations, "city", cities) + unknown_codes(adaptations, "origin_city", cities)
    found += unknown_codes(adaptations, "origin", owners) + unknown_codes(adaptations, "own_case", owners)
    for row in adaptations:
        origin, own, city = row.value.origin, row.value.own_case, row.value.city
        if origin is not None and owners.get(origin) == city:
            found.append(row.error("is a practice of the city itself", "origin"))
        if own is not None and owners.get(own, city) != city:
            found.append(row.error("is a case of another city", "own_case"))
    return found


def _unknown_proofs(ladders: list[Row[Ladder]], known: list[str]) -> list[SeedError]:
    """List the types of evidence that a ladder names and the lists do not."""
    found = []
    for row in ladders:
        parts: list[tuple[tuple[str, ...], LadderFacts]] = [((), row.value)]
        parts += [(("points",), row.value.points)] if row.value.points else []
        for begin, part in parts:
            for rung in type(part.proofs).model_fields:
                for place, kind in enumerate(getattr(part.proofs, rung)):
                    if kind not in known:
                        found.append(row.error(f'"{kind}" is not known', *begin, "proofs", rung, place))
    return found
