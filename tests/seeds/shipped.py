"""The seed files that are shipped, read once, and ways to look into them."""

from collections.abc import Iterable, Iterator
from functools import cache

from hub.cases.seedrows import CaseRow, CaseTranslationRow
from hub.cities.seedrows import CityRow, OrganisationRow
from hub.commitments.seedrows import StatusRow
from hub.core.paths import SEEDS
from hub.core.seedfiles import Row, SeedModel, read_csv, read_yaml
from hub.exchange.seedrows import AdaptationRow
from hub.feeds.seedrows import EditionRow
from hub.vocabularies.ladderrows import Ladder
from hub.vocabularies.seedrows import Charter, CommitmentGroup, CommitmentItem, Crosswalk, Term, Vocabularies

YAML: dict[str, type[SeedModel]] = {
    "charters.yaml": Charter,
    "commitments.yaml": CommitmentGroup,
    "vocabularies.yaml": Vocabularies,
    "ladders.yaml": Ladder,
    "crosswalk.yaml": Crosswalk,
    "cases.yaml": CaseRow,
    "case_translations.yaml": CaseTranslationRow,
    "adaptations.yaml": AdaptationRow,
    "organisations.yaml": OrganisationRow,
    "editions.yaml": EditionRow,
}
CSV: dict[str, type[SeedModel]] = {"cities.csv": CityRow, "status_records.csv": StatusRow}


@cache
def rows(name: str) -> list[Row]:
    return read_yaml(SEEDS / name, YAML[name]) if name in YAML else read_csv(SEEDS / name, CSV[name])


def charter(code: str) -> Charter:
    return next(row.value for row in rows("charters.yaml") if row.value.code == code)


def terms() -> Iterator[Term]:
    for row in rows("charters.yaml"):
        for term in row.value.terms:
            yield term
            yield from term.parts


def items() -> list[CommitmentItem]:
    return [item for row in rows("commitments.yaml") for item in row.value.items]


def lists() -> Vocabularies:
    return rows("vocabularies.yaml")[0].value


def codes(entries: Iterable) -> set[str]:
    return {entry.code for entry in entries}


def clauses() -> set[str]:
    return {part.code for term in charter("gwangju").terms for part in term.parts}


def city_ids() -> set[str]:
    return {row.value.id for row in rows("cities.csv")}


def inside(value: object, kind: type) -> Iterator:
    """All values of a kind in a model, however deep."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, SeedModel):
        for name in type(value).model_fields:
            yield from inside(getattr(value, name), kind)
    elif isinstance(value, tuple):
        for one in value:
            yield from inside(one, kind)
