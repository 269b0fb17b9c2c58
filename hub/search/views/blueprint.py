"""The doors of this room, gathered, and what they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app

from hub.search.criteria import FARTHEST, Criteria
from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.queries import open_index
from hub.web.paging import Page
from hub.web.params import read_query

bp = Blueprint("search", __name__)

SINGLE = ("q", "year_from", "year_to", "sort", "view", "page", "per_page")


@dataclass(frozen=True)
class ResultPage(Page[Any]):
    """A page of a result, of which only the beginning can be paged through."""

    @property
    def pages(self) -> int:
        """How many pages can be asked for, at least one."""
        return min(super().pages, max(1, FARTHEST // self.per_page))

    @property
    def is_cut(self) -> bool:
        """Whether there is more than can be paged through."""
        return self.total > self.pages * self.per_page


def read_criteria() -> Criteria:
    """Read the criteria from this request; raises Invalid naming the parameter that makes no sense."""
    query = read_query(allowed=SINGLE, repeated=FACET_NAMES)
    data: dict[str, object] = {name: query.values(name) for name in FACET_NAMES}
    data |= {name: query.text(name) for name in SINGLE}
    return Criteria.build(data)


def this_index() -> Index:
    """Return the index of this node."""
    return open_index(current_app.config["HUB"].index_dir)
