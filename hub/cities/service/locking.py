"""Taking rows so that two people cannot change them at one moment."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select

Query = TypeVar("Query", bound=Select[Any])


def locked(query: Query) -> Query:
    """Return the query such that its rows stay as they are found until the commit, and are read as they are now.

    Without reading anew, a row that the session already held would keep the values from before the wait.
    """
    return query.with_for_update().execution_options(populate_existing=True)
