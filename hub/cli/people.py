"""`hub people`: inviting from the command line, the first organizer among them, and who has an account."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy import inspect

from hub.cities.queries import find_city
from hub.cli.context import set_up, with_app
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Invalid, NotFound
from hub.people import factor_letters, letters, queries, service
from hub.people.models import ORGANIZER, ROLES, User
from hub.people.service.factors import reset_factors
from hub.web.formats import absolute


@click.group()
def people() -> None:
    """Accounts and invitations."""


@people.command()
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--city", "city_slug", help="The city's short name, as in its address: /cities/gwangju.")
@click.option("--language", default="en", show_default=True, help="The language of the mail: en, ko, es or fr.")
@click.argument("address")
@with_app
def invite(app: Flask, role: str, city_slug: str | None, language: str, address: str) -> None:
    """Invite an ADDRESS to a role; the first organizer is made so."""
    if (role == ORGANIZER) == bool(city_slug):
        wrong = "an organizer works for no city: leave --city out" if city_slug else f"a {role} needs --city SLUG"
        raise click.ClickException(wrong)
    if language not in app.config["HUB"].languages:
        offered = ", ".join(app.config["HUB"].languages)
        raise click.ClickException(f"the hub does not speak “{language}”; it speaks {offered}")
    if not inspect(db.session.connection()).has_table(User.__tablename__):
        db.session.rollback()
        set_up()  # the first organizer may be invited before anything else is done
    city = find_city(city_slug) if city_slug else None
    if city_slug and city is None:
        raise click.ClickException(f"there is no city “{city_slug}”; the addresses under /cities/ hold the short names")
    city_id, now = city.id if city else None, clock.now()
    try:
        with transaction():
            invitation, token = service.invite(
                by=None, email=address, role=role, city_id=city_id, language=language, now=now
            )
            letters.queue_invitation(invitation, token, now)
            until = invitation.expires_at
    except Invalid as error:
        raise click.ClickException(error.message % error.values if error.values else error.message) from error
    click.echo(f"Invited until {until:%d %B %Y}. The mail is queued; the worker sends it. The address in it, once:")
    click.echo(absolute(letters.invitation_path(token, language)))


@people.command("reset-factor")
@click.argument("address")
@with_app
def reset_factor(app: Flask, address: str) -> None:
    """Take away passkeys, one-time codes and recovery codes of the account with an ADDRESS.

    The way back for someone who lost them all. Be sure first that it is she who asks.
    """
    now = clock.now()
    try:
        with transaction():
            user = reset_factors(address, now)
            factor_letters.queue_factor_changed(user, factor_letters.RESET, user.language or "en", now)
            email, has_password, is_organizer = user.email, bool(user.password_hash), user.is_organizer
    except NotFound as error:
        raise click.ClickException(f"no account has the address {address}; `hub people list` names them") from error
    click.echo(f"{email}: passkeys, one-time codes and recovery codes are gone, every device is signed out.")
    if has_password:
        click.echo("She signs in with her password alone now, and sets up a second factor at /account/security.")
    else:
        click.echo("She has no password: she asks for one at /password/forgot, then signs in with it.")
    if is_organizer:
        click.echo("The organizers’ pages open to her again once a second factor is set up.")
    click.echo("A mail that says so is queued; the worker sends it.")


@people.command("list")
@with_app
def list_accounts(app: Flask) -> None:
    """List the accounts, by address, with their roles."""
    for user in queries.everyone():
        roles = [ORGANIZER] if user.is_organizer else []
        roles += [f"{held.role} of {held.city.slug}" for held in user.memberships]
        state = "" if user.is_active else "  (suspended)"
        click.echo(f"{user.email}  {user.name}  {', '.join(roles) or '-'}{state}")
