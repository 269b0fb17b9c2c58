"""Whether pages can be served: migrated, loaded, searchable."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from hub.core import migrate
from hub.core.db import db
from hub.search.queries import open_index
from hub.vocabularies.queries import vocabulary


def find_problems() -> list[str]:
    """Return what keeps pages from being served, in plain words; an empty list when all is well."""
    try:
        found = migrate.current(db.engine)
        if found != migrate.head():
            return [f"the tables are at revision {found or 'none'}, not {migrate.head()}: run hub serve or hub seed"]
        if not vocabulary().schemes:
            return ["the vocabularies are not loaded: run hub seed"]
    except SQLAlchemyError as error:
        return [f"the database does not answer: {type(error).__name__}"]
    return index_problems(current_app.config["HUB"].index_dir)


def index_problems(folder: Path) -> list[str]:
    """Return what keeps this node's search index from answering."""
    return [] if open_index(folder).place() else ["the search index is not built yet: run hub search rebuild"]
