"""`hub audit`: whether the log holds, and where it ends."""

from __future__ import annotations

import re

import click
from flask import Flask
from sqlalchemy import select

from hub.cli.context import with_app
from hub.core import chain
from hub.core.db import db
from hub.core.log import LogEntry


@click.group()
def audit() -> None:
    """The audit trail."""


def _noted(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[tuple[int, str]]:
    found = [re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", text) for text in given]
    if not all(found):
        raise click.BadParameter("write it as `hub audit head` prints it: NUMBER:HASH")
    return [(int(each[1]), each[2]) for each in found if each]


@audit.command("verify")
@click.option("--head", "noted", multiple=True, callback=_noted, help="An end that you noted earlier: NUMBER:HASH.")
@with_app
def audit_verify(app: Flask, noted: list[tuple[int, str]]) -> None:
    """Check that no entry of the log was altered, removed or reordered; ends with status 1 when one was."""
    verdict = chain.verify(noted, lambda done, total: click.echo(f"{done} of {total} entries", err=True))
    if verdict.problems:
        more = [f"… and {verdict.unnamed} more"] if verdict.unnamed else []
        raise click.ClickException("\n".join([*verdict.problems, *more]))
    click.echo(f"The log holds: {verdict.entries} entries, each in place and unaltered.")
    click.echo(f"Personal values: {verdict.kept} kept, {verdict.erased} erased by entries that say so.")


@audit.command("head")
@with_app
def audit_head(app: Flask) -> None:
    """Print where the log ends, to be noted outside: a log cut off later is then missed by `hub audit verify`."""
    last = db.session.execute(
        select(LogEntry.position, LogEntry.hash).order_by(LogEntry.position.desc()).limit(1)
    ).first()
    if last is None:
        raise click.ClickException("the log is empty")
    click.echo(f"{last[0]}:{last[1]}")
