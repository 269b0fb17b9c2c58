"""One story: its page for everyone, and what organizers decide about it."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities.queries import by_name, list_cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.feeds import queries, service
from hub.feeds.models import FeedEntry
from hub.feeds.policy import can_decide_stories
from hub.feeds.rows import story_path
from hub.feeds.storyforms import TakeOutForm, TiesForm
from hub.feeds.storypage import enclosures_of, story_row, text_of
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.formats import absolute
from hub.web.gate import ORGANIZER, WRITER, allows, permission, public
from hub.web.locale import in_language, language
from hub.web.params import read_query


@bp.get("/news/<int(max=2147483647):entry_id>")
@public
def show_story(entry_id: int) -> ResponseReturnValue:
    """Show a story with all the sources that brought it; another source's entry leads to the one that came first."""
    read_query()
    me: Any = signed_in_user()
    may_decide = can_decide_stories(me)
    entry = queries.get_story(entry_id, with_hidden=may_decide)
    shown = [each for each in queries.list_copies(entry) if may_decide or each.hidden_at is None]
    first = min(each.id for each in shown)
    if first != entry_id:
        return redirect(story_path(first), 302)
    return render_template(
        "feeds/story.html",
        nav_current="news",
        canonical=absolute(story_path(entry_id)),
        entry=entry,
        story=story_row(entry, with_hidden=may_decide),
        text=text_of(entry),
        enclosures=enclosures_of(entry),
        may_decide=may_decide,
        may_draft=allows(me, WRITER),
    )


@bp.post("/news/<int(max=2147483647):entry_id>/pin")
@permission(ORGANIZER)
def pin_story(entry_id: int) -> ResponseReturnValue:
    """Put a story first on the news."""
    me: Any = signed_in_user()
    with transaction():
        service.pin_story(entry_id, by=me, now=clock.now())
    return redirect(story_path(entry_id), 303)


@bp.post("/news/<int(max=2147483647):entry_id>/unpin")
@permission(ORGANIZER)
def unpin_story(entry_id: int) -> ResponseReturnValue:
    """Let a story go back to its place."""
    me: Any = signed_in_user()
    with transaction():
        service.unpin_story(entry_id, by=me, now=clock.now())
    return redirect(story_path(entry_id), 303)


@bp.post("/news/<int(max=2147483647):entry_id>/hide")
@permission(ORGANIZER)
def hide_story(entry_id: int) -> ResponseReturnValue:
    """Keep a story from all public pages."""
    me: Any = signed_in_user()
    with transaction():
        service.hide_story(entry_id, by=me, now=clock.now())
    return redirect(story_path(entry_id), 303)


@bp.post("/news/<int(max=2147483647):entry_id>/show")
@permission(ORGANIZER)
def show_story_again(entry_id: int) -> ResponseReturnValue:
    """Show a hidden story again."""
    me: Any = signed_in_user()
    with transaction():
        service.show_story(entry_id, by=me, now=clock.now())
    return redirect(story_path(entry_id), 303)


@bp.route("/news/<int(max=2147483647):entry_id>/ties", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was chosen
@permission(ORGANIZER)
def tie_story(entry_id: int) -> ResponseReturnValue:
    """Say which principles and cities a story is about."""
    read_query()
    me: Any = signed_in_user()
    entry = queries.get_story(entry_id, with_hidden=True)
    form = TiesForm(
        data={"version": str(entry.version), "principles": entry.principle_codes, "cities": entry.city_slugs}
    )
    cities = [(city.slug, city.label(language())) for city in by_name(list_cities())]
    form.offer(_principles(entry), cities + _unnamed(entry.city_slugs, dict(cities)))
    if request.method == "POST" and form.is_good():

        def tie() -> str:
            service.tie_story(
                entry_id, form.principles.data or [], form.cities.data or [], expected=form.expected, by=me,
                now=clock.now(),
            )  # fmt: skip
            return story_path(entry_id)

        try:
            return redirect(form.carry_out(tie, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            theirs = queries.get_story(entry_id, with_hidden=True)
            form.version.data = str(theirs.version)  # sent once more, it is meant
            return _show_ties(theirs, form, theirs=theirs), 409
    return _show_ties(entry, form), 400 if form.problems else 200


def _show_ties(entry: FeedEntry, form: TiesForm, *, theirs: FeedEntry | None = None) -> str:
    names = dict(form.cities.choices or [])
    return render_template(
        "feeds/story_ties.html",
        nav_current="news",
        entry=entry,
        story=story_row(entry, with_hidden=True),
        form=form,
        theirs=theirs,
        their_cities=[names.get(slug, slug) for slug in theirs.city_slugs] if theirs else [],
    )


def _principles(entry: FeedEntry) -> list[tuple[str, str]]:
    """Offer the ten principles and whatever the story carries already: what is not offered would be lost."""
    words = vocabulary()
    offered = [(term.code, f"{term.code} {in_language(term.labels)}") for term in words.top("gwangju")]
    return offered + _unnamed(entry.principle_codes, dict(offered))


def _unnamed(held: list[str], offered: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, code) for code in held if code not in offered]


@bp.route("/news/<int(max=2147483647):entry_id>/take-out", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token
@permission(ORGANIZER)
def take_story_out(entry_id: int) -> ResponseReturnValue:
    """Ask once, then empty a story for good."""
    read_query()
    me: Any = signed_in_user()
    form = TakeOutForm()
    if request.method == "POST" and form.is_good():

        def take_out() -> str:
            service.take_story_out(entry_id, by=me, now=clock.now())
            return "/news/"

        return redirect(form.carry_out(take_out, clock.now()), 303)
    entry = queries.get_story(entry_id, with_hidden=True)
    page = render_template(
        "feeds/story_take_out.html",
        nav_current="news",
        entry=entry,
        story=story_row(entry, with_hidden=True),
        form=form,
    )
    return page, 400 if form.problems else 200
