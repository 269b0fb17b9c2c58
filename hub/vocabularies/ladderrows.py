"""What stands in seeds/ladders.yaml: the rungs of each item in its own terms, what shows them, how long it holds."""

from typing import Annotated, ClassVar

from pydantic import Field

from hub.core.seedfields import Texts
from hub.core.seedfiles import SeedModel
from hub.vocabularies.seedrows import ItemCode, ListCode

Kinds = tuple[ListCode, ...]


class Rungs(SeedModel):
    """What each rung means for one item; what stands beside the ladder keeps the general words."""

    not_started: Texts
    pledged: Texts
    adopted: Texts
    resourced: Texts
    operating: Texts
    reported: Texts


class Proofs(SeedModel):
    """The types of evidence that show a rung, any one of them; a pledge takes any public word."""

    adopted: Kinds
    resourced: Kinds
    operating: Kinds
    reported: Kinds


class LadderFacts(SeedModel):
    """A ladder with its cycle; no cycle: what was said need not be said again."""

    cycle_months: Annotated[int, Field(ge=1, le=120)] | None
    grace_days: Annotated[int, Field(ge=0, le=730)]
    lapse_months: Annotated[int, Field(ge=1, le=120)] | None
    rungs: Rungs
    proofs: Proofs


class Ladder(LadderFacts):
    """The ladder of one item, whose badge it counts for, and the ladder that all its points share."""

    key: ClassVar[str | None] = "item"
    item: ItemCode
    family: ListCode | None
    points: LadderFacts | None = None
