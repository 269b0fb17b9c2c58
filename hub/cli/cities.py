"""Bringing cities on record from a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from hub.cities.seedrows import CityRow
from hub.cities.service import load_cities
from hub.cli.context import with_app
from hub.core import clock
from hub.core.db import transaction
from hub.core.seedfiles import SeedErrors, read_csv, unknown_codes
from hub.vocabularies.queries import vocabulary

SCHEMES = {"region": "regions", "coalition": "coalitions", "gov_type": "government_types"}


@click.group()
def cities() -> None:
    """Cities on record."""


@cities.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_app
def import_cities(app: Flask, file: Path) -> None:
    """Add or update cities from a CSV FILE with the columns of seeds/cities.csv; what people edited is left alone."""
    words = vocabulary()
    try:
        rows = read_csv(file, CityRow)
        errors = [
            error
            for column, scheme in SCHEMES.items()
            for error in unknown_codes(rows, column, [term.code for term in words.scheme(scheme)])
        ]
        if errors:
            raise SeedErrors(errors)
    except SeedErrors as error:
        raise click.ClickException(f"nothing was loaded:\n{error}") from error
    with transaction():
        loaded = load_cities(rows, clock.now())
    click.echo(f"{loaded.added} added, {loaded.changed} changed, {loaded.same} as they were")
