"""Keeping this node's copy of the search index: making it, comparing it, following the log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from hub.cli import serving
from hub.cli.context import with_app
from hub.core.errors import Conflict, Unavailable
from hub.search.checking import Differences, compare, repair
from hub.search.follow import MOST_AT_ONCE, Told
from hub.search.index.store import Index
from hub.search.sources import source

_CLEARED = "\r\x1b[K"
_EVERY = 10.0  # seconds between lines of progress; a terminal's one line moves each second


@click.group()
def search() -> None:
    """This node's copy of the search index."""


@search.command("rebuild")
@with_app
def search_rebuild(app: Flask) -> None:
    """Build the index anew beside the old one and swap."""
    begun = time.monotonic()
    try:
        with progress("indexed") as told:
            count = serving.rebuild_index(app, told)
    except Conflict as error:
        raise click.ClickException("The index is being made anew by another process; wait until it is done.") from error
    click.echo(f"{count} documents indexed in {_duration(time.monotonic() - begun)}")


@search.command("check")
@click.option("--repair", "with_repair", is_flag=True, help="Write again what differs, also while the hub serves.")
@with_app
def search_check(app: Flask, with_repair: bool) -> None:
    """Compare the index with the database, contents too; ends with status 1 when they differ."""
    index = Index.open(app.config["HUB"].index_dir)
    try:
        with progress("compared") as told:
            found = compare(index, source(), told)
        for line in found.lines() if with_repair else ():
            click.echo(line)
        if with_repair and found != Differences():
            found = _repaired(app, index, found)
    except Unavailable as error:
        if not with_repair:
            raise click.ClickException("There is no index that can be read: hub search rebuild makes it.") from error
        click.echo(f"There was no index that could be read; {serving.rebuild_index(app)} documents indexed.")
        found = compare(index, source())
    if found != Differences():
        advice = "" if with_repair else "\nhub search check --repair writes again what differs."
        raise click.ClickException("\n".join(found.lines()) + advice)
    click.echo("The index agrees with the database.")


def _repaired(app: Flask, index: Index, found: Differences) -> Differences:
    """Mend what differs and compare once more; raises ClickException when the writer does not answer."""
    if len(found.keys) > MOST_AT_ONCE:
        with progress("indexed") as told:
            serving.rebuild_index(app, told)
    elif not repair(index, source(), found.keys):
        said = "Another process writes the index and does not answer. Stop it, or restart the hub, and try again."
        raise click.ClickException(said)
    return compare(index, source())


@search.command("follow")
@click.option("--until-parent-ends", is_flag=True, hidden=True)
@with_app
def search_follow(app: Flask, until_parent_ends: bool) -> None:
    """Keep this node's index up to date; `hub serve` starts this."""
    serving.follow_index(app, until_parent_ends=until_parent_ends)


@contextmanager
def progress(done_word: str, things: str = "documents") -> Iterator[Told]:
    """Say on standard error how far a long work has come, and about how long it still takes; a short one says nothing.

    A terminal shows one line that moves, and nothing of it in the end; a file gets a line every ten seconds.
    """
    begun = said = time.monotonic()
    terminal = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said < (1.0 if terminal else _EVERY):
            return
        said = now
        left = (now - begun) / done * (total - done)
        line = f"{done} of {total} {things} {done_word}, about {_duration(left)} left"
        click.echo(f"{_CLEARED}{line}" if terminal else line, err=True, nl=not terminal)

    try:
        yield told
    finally:
        if terminal:
            click.echo(_CLEARED, err=True, nl=False)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
