"""Mail about what is new, by hand."""

from __future__ import annotations

import click
from flask import Flask

from hub.cli.context import with_app
from hub.core import clock
from hub.follows.jobs import send_waiting


@click.group()
def digests() -> None:
    """The mail to those who follow something."""


@digests.command("send")
@with_app
def send(app: Flask) -> None:
    """Queue every digest that waits, whatever the hour: at most as many as the queue takes at once."""
    queued = send_waiting(clock.now(), app.config["HUB"].languages, whatever_the_hour=True)
    click.echo(f"Digests queued: {queued}. The worker sends them.")
