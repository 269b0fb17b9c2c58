"""Run migrations on the connection that `hub.core.migrate` hands over, inside its transaction."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime

import hub.models  # noqa: F401
from hub.core.db import Base, UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> Any:
    """Write the hub's own types as the plain ones they rest on, so that old migrations keep working."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(_context: Any, _column: Any, _metadata_column: Any, inspected: Any, declared: Any) -> bool | None:
    """Take a moment with or without the hub's wrapper as the same."""
    return False if isinstance(declared, UtcDateTime) and isinstance(inspected, DateTime) else None


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=compare_type,
)
context.run_migrations()
