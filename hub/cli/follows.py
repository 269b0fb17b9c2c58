"""The daily mail by hand."""

from __future__ import annotations

import click
from flask import Flask

from hub.cli.context import with_app
from hub.core import clock
from hub.follows.jobs import send_waiting


@click.group()
def digests() -> None:
    """The daily mail to those who follow something."""


@digests.command("send")
@with_app
def send(app: Flask) -> None:
    """Send every waiting digest now, whatever the hour."""
    queued = send_waiting(clock.now(), app.config["HUB"].languages)
    click.echo(f"Digests queued: {queued}. The worker sends them.")
