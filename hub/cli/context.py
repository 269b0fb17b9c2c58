"""Running a command inside the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from hub.core import migrate
from hub.core.db import db, prepare_sqlite
from hub.core.log import Origin, come_from
from hub.site import health


def set_up() -> None:
    """Bring the tables to the newest version."""
    prepare_sqlite(db.engine)
    migrate.upgrade(db.engine)


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, which is its first argument."""

    @click.pass_context
    @wraps(command)
    def run(context: click.Context, *arguments: Any, **options: Any) -> Any:
        app: Flask = context.obj()
        with app.app_context():
            come_from(Origin(f"cli {context.command_path.partition(' ')[2] or context.command_path}"))
            try:
                return command(app, *arguments, **options)
            except (OperationalError, ProgrammingError) as error:
                db.session.rollback()
                problems = health.find_problems()
                if problems:
                    raise click.ClickException(problems[0]) from error
                raise

    return run
