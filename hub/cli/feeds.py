"""`hub feeds`: checking all sources now, and taking over a list of feeds."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask

from hub.cli.context import with_app
from hub.cli.search import progress
from hub.core import clock
from hub.core.db import db, transaction
from hub.feeds import queries, service
from hub.feeds.jobs import reach_of
from hub.feeds.opml import UnreadableList, read_opml
from hub.feeds.sync import Checked, sync_many
from hub.worker import setting_of, worker_name


@click.group()
def feeds() -> None:
    """The sources of news."""


@feeds.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of {source, outcome, added, changed, error}.")
@with_app
def sync(app: Flask, as_json: bool) -> None:
    """Check every active source now and wait; ends well although a source fails."""
    setting = setting_of(app.config["HUB"], worker_name())
    sources = queries.list_checked()
    db.session.rollback()  # nothing stays open while feeds are fetched
    with progress("checked", "sources") as told:
        done = sync_many(
            sources, reach_of(setting), setting.owner, setting.clock, is_asked=True, told=None if as_json else told
        )
    done.sort(key=lambda each: each.slug)
    if as_json:
        click.echo(json.dumps([_row(each) for each in done], ensure_ascii=False, indent=1))
        return
    if not done:
        click.echo("There is no active source. Add one at /organizers/sources/new.")
    heading = ["source", "outcome", "new", "changed", ""]
    for line in _table([heading, *([str(cell) for cell in _row(each).values()] for each in done)]):
        click.echo(line)


def _row(each: Checked) -> dict[str, str | int]:
    stored = each.stored
    return {
        "source": each.slug, "outcome": stored.outcome, "added": stored.added, "changed": stored.changed,
        "error": stored.error,
    }  # fmt: skip


def _table(rows: list[list[str]]) -> list[str]:
    if len(rows) == 1:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


@feeds.command("import-opml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def import_opml(app: Flask, file: Path) -> None:
    """Add every feed of an OPML list as an active source; those known already are left alone.

    A folder named as a city or a principle ties its feeds to it.
    """
    try:
        outlines = read_opml(file.read_bytes())
    except UnreadableList as error:
        raise click.ClickException(f"{file}: nothing was added: {error}") from error
    allow = app.config["HUB"].fetch_allow
    with transaction():
        refused = service.sort_list(outlines, allow=allow).refused
        added = service.add_list(outlines, allow=allow, by=None, now=clock.now())
    for each in refused:
        click.echo(f"not added: {each.outline.address[:200]!r}: {each.reason}")
    click.echo(f"{len(added)} added, {len(refused)} left out")
