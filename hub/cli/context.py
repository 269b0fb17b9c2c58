"""Running a command inside the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, which is its first argument."""

    @click.pass_context
    @wraps(command)
    def run(context: click.Context, *arguments: Any, **options: Any) -> Any:
        app: Flask = context.obj()
        with app.app_context():
            return command(app, *arguments, **options)

    return run
