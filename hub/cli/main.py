"""The `hub` command: one group per room, the daily verbs beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from hub.cli import backup as backups
from hub.cli import demo as demo_network
from hub.cli import digest as content_digest
from hub.cli import serving
from hub.cli.audit import audit
from hub.cli.cities import cities
from hub.cli.commitments import commitments
from hub.cli.context import set_up, with_app
from hub.cli.feeds import feeds
from hub.cli.follows import digests
from hub.cli.people import people
from hub.cli.search import search
from hub.core import chain, clock
from hub.core.db import db, prepare_sqlite
from hub.core.paths import SEEDS
from hub.core.seedfiles import SeedErrors
from hub.site import health, seeding
from hub.vocabularies.service import Loaded
from hub.web.gate import list_routes
from hub.worker import run_once


@click.group()
@click.pass_context
def hub(context: click.Context) -> None:
    """The Human Rights Cities Hub. Settings come from HUB_… variables or .env."""


for group in (people, cities, commitments, feeds, digests, audit, search):
    hub.add_command(group)


@hub.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True)
@click.option("--worker/--no-worker", "with_worker", default=True, help="Also run a worker beside the web process.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, with_worker: bool) -> None:
    """Serve the hub; migrates and loads the vocabularies, never the demo."""
    os.environ["PORT"] = str(port)  # the base address follows the port where it is not set
    app: Flask = context.obj()
    with app.app_context():
        set_up()
        _load(seeding.load_vocabulary_files)
        serving.serve(app, host, port, with_worker=with_worker)


@hub.command()
@click.option("--once", is_flag=True, help="Bring every reader up to date and end.")
@click.option("--until-parent-ends", is_flag=True, hidden=True)
@with_app
def worker(app: Flask, once: bool, until_parent_ends: bool) -> None:
    """Move the shared readers of the log on, send mail, and do the jobs that are due."""
    if once:
        passed = run_once(app.config["HUB"])
        serving.follow_once(app)
        click.echo(f"{passed} entries passed")
    else:
        serving.work(app, until_parent_ends=until_parent_ends)


@hub.command()
@with_app
def seed(app: Flask) -> None:
    """Load the seed files: unchanged rows are left alone, changed ones get a revision."""
    set_up()
    for name, loaded in _load(seeding.load_all).items():
        kept = f", {loaded.kept} left as an organizer changed them" if loaded.kept else ""
        click.echo(f"{name}: {loaded.added} added, {loaded.changed} changed, {loaded.same} as they were{kept}")


@hub.command()
@click.option("--json", "as_json", is_flag=True, help="Print the base address and the accounts as JSON.")
@click.option("--if-empty", is_flag=True, help="Load the seed files only into an empty database.")
@with_app
def demo(app: Flask, as_json: bool, if_empty: bool) -> None:
    """Load the seed files and make one demo account per role."""
    set_up()
    if if_empty and not demo_network.is_empty() and not demo_network.is_demo():
        click.echo("This record is not the demo network, so no demo sign-ins were made.")
        return
    if not if_empty or demo_network.is_empty():
        _load(seeding.load_all)
    document = demo_network.ensure_accounts(app.config["HUB"], clock.now())
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo(demo_network.sign_in_table(document))


def _load(loader: Callable[..., dict[str, Loaded]]) -> dict[str, Loaded]:
    try:
        return loader(SEEDS, clock.now())
    except SeedErrors as error:
        raise click.ClickException(f"nothing was loaded:\n{error}") from error


@hub.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of {rule, methods, permission}.")
@with_app
def routes(app: Flask, as_json: bool) -> None:
    """List every rule and method with its permission."""
    rows = list_routes(app)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            click.echo(f"{row['methods'][0]:7} {row['permission']:14} {row['rule']}")


@hub.command()
@with_app
def check(app: Flask) -> None:
    """Say whether this installation is sane, and if not, what to do."""
    problems = health.find_problems() or [f"log: {problem}" for problem in chain.verify().problems]
    if problems:
        raise click.ClickException("\n".join(problems))
    warnings = health.find_warnings(app.config["HUB"])
    for warning in warnings:
        click.echo(f"Look after this: {warning}")
    click.echo("The hub is migrated, loaded and searchable, and the log holds." + ("" if warnings else " All is well."))


@hub.command()
@with_app
def digest(app: Flask) -> None:
    """Print a hash of all content; equal twice in a row and after a restore."""
    click.echo(content_digest.content_digest(app.config["HUB"].files_dir))


@hub.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_app
def backup(app: Flask, folder: Path) -> None:
    """Write a backup into a new FOLDER, while people go on writing."""
    try:
        manifest = backups.back_up(db.engine, app.config["HUB"].files_dir, folder, click.echo)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"digest {manifest['digest']}")


@hub.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_app
def restore(app: Flask, folder: Path) -> None:
    """Bring the backup in FOLDER into this empty installation, on either engine."""
    prepare_sqlite(db.engine)
    files_dir = app.config["HUB"].files_dir
    try:
        manifest = backups.restore(db.engine, files_dir, folder, click.echo)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    found = content_digest.content_digest(files_dir)
    if found != manifest["digest"]:
        raise click.ClickException(f"the digest is {found}, not {manifest['digest']}: something was lost")
    serving.rebuild_index(app)
    click.echo(f"digest {found}")
