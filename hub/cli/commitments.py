"""Keeping what is worked out from the status records: which was in force when, and known since when."""

from __future__ import annotations

import click
from flask import Flask

from hub.cli.context import with_app
from hub.commitments.service import compare_spans, rebuild_spans
from hub.core.db import transaction


@click.group()
def commitments() -> None:
    """The record of commitments."""


@commitments.command("rebuild")
@with_app
def commitments_rebuild(app: Flask) -> None:
    """Work out from all records again what was in force when, and put right what differs."""
    with transaction():
        found = rebuild_spans()
    click.echo(
        f"{found.agreeing + len(found.missing)} spans: {found.agreeing} as they were, {len(found.missing)} added,"
        f" {len(found.wrong)} taken out"
    )


@commitments.command("check")
@with_app
def commitments_check(app: Flask) -> None:
    """Compare what was in force when with the records it comes from; ends with status 1 when they differ."""
    with transaction():
        found = compare_spans()
    if found:
        raise click.ClickException(
            f"{len(found.missing)} spans are missing and {len(found.wrong)} are wrong: run hub commitments rebuild"
        )
    click.echo(f"All {found.agreeing} spans agree with the records.")
