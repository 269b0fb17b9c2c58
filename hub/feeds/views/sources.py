"""The organizers' doors to the sources of news: see, look at, add, change, pause, check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities.queries import list_cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.feeds import queries, service
from hub.feeds.forms import AddressForm, Choices, EditSourceForm, NewSourceForm, SourceForm
from hub.feeds.models import FeedSource
from hub.feeds.preview import Preview, look, typed_address
from hub.feeds.sourcerows import source_row, story_rows, sync_row
from hub.feeds.sync import Reach, sync_one
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import vocabulary
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language, language_name
from hub.web.params import read_query

LANGUAGES = ("en", "ko", "es", "fr", "ar", "ca", "de", "id", "it", "ja", "nl", "pt", "sv", "tr", "zh")
PATIENCE = timedelta(minutes=2)


@bp.get("/organizers/sources")
@permission(ORGANIZER)
def show_sources() -> str:
    """List the sources with how they are."""
    read_query()
    now = clock.now()
    rows = [source_row(source, entries, now) for source, entries in queries.list_sources()]
    return render_template("feeds/sources.html", sources=rows)


@bp.route("/organizers/sources/new", methods=["GET", "POST"])
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def look_at_address() -> ResponseReturnValue:
    """Ask for an address; sent, show what is there. Stores nothing."""
    read_query()
    form = AddressForm()
    if request.method == "POST" and form.is_good():
        seen = look(typed_address(form.address.data or ""), _reach())
        if seen.feed is not None:
            return _show_preview(_filled(seen), seen)
        if seen.choices:
            return render_template("feeds/source_new.html", form=form, choices=seen.choices, page=seen.address)
        form.refuse("address", _(seen.problem))
    return render_template("feeds/source_new.html", form=form), 400 if form.problems else 200


def _filled(seen: Preview) -> NewSourceForm:
    """Return the form for a feed that was looked at, filled with what it says of itself."""
    assert seen.feed is not None
    spoken = (seen.feed.language or "").split("-")[0].lower()
    form = NewSourceForm(formdata=None)
    _offer(form)
    form.address.data, form.homepage.data, form.title.data = seen.address, seen.feed.homepage, seen.feed.title
    form.language.data = spoken if spoken in LANGUAGES else ""
    return form


def _show_preview(form: NewSourceForm, seen: Preview | None = None) -> ResponseReturnValue:
    stories = story_rows(seen.feed) if seen and seen.feed else None
    page = render_template("feeds/source_add.html", form=form, seen=seen, stories=stories)
    return page, 400 if form.problems else 200


@bp.post("/organizers/sources")
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def add_source() -> ResponseReturnValue:
    """Add the source that was looked at, check it, and show it."""
    form = NewSourceForm()
    _offer(form)
    me: Any = signed_in_user()
    added: list[int] = []

    def add() -> str:
        source = service.add_source(
            form.address.data or "", form.facts(), homepage=form.homepage.data or "", allow=_reach().allow, by=me,
            now=clock.now(),
        )  # fmt: skip
        added.append(source.id)
        return f"/organizers/sources/{source.slug}"

    if form.is_good():
        try:
            place = form.carry_out(add, clock.now())
        except Invalid as error:
            form.refuse_invalid(error)
        else:
            for source_id in added:  # none when the form was sent twice
                sync_one(source_id, _reach(), _owner(), clock.now)
            return redirect(place, 303)
    return _show_preview(form)


@bp.route("/organizers/sources/<slug>", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def edit_source(slug: str) -> ResponseReturnValue:
    """Show a source with its last checks; sent, change it."""
    read_query()
    source = queries.get_source(slug)
    me: Any = signed_in_user()
    form = EditSourceForm(data=_values(source))
    _offer(form, source)
    if request.method == "POST" and form.is_good():

        def change() -> str:
            service.change_source(slug, form.facts(), expected=form.expected, by=me, now=clock.now())
            return f"/organizers/sources/{slug}"

        try:
            return redirect(form.carry_out(change, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            source = queries.get_source(slug)
            form.version.data = str(source.version)  # sent once more, it is meant
            return _show_source(source, form, theirs=source), 409
    return _show_source(source, form), 400 if form.problems else 200


@bp.post("/organizers/sources/<slug>/pause")
@permission(ORGANIZER)
def pause_source(slug: str) -> ResponseReturnValue:
    """Let a source rest."""
    me: Any = signed_in_user()
    with transaction():
        service.pause_source(slug, by=me, now=clock.now())
    return redirect(f"/organizers/sources/{slug}", 303)


@bp.post("/organizers/sources/<slug>/resume")
@permission(ORGANIZER)
def resume_source(slug: str) -> ResponseReturnValue:
    """Check a source again from now on."""
    me: Any = signed_in_user()
    with transaction():
        service.resume_source(slug, by=me, now=clock.now())
    return redirect(f"/organizers/sources/{slug}", 303)


@bp.post("/organizers/sources/<slug>/sync")
@limits.previews
@permission(ORGANIZER)
def check_source(slug: str) -> ResponseReturnValue:
    """Check a source at once and show what came of it."""
    source = queries.get_source(slug)
    now = clock.now()
    if source.checked_at is not None and now - source.checked_at < PATIENCE and not source.failures:
        said = _("This source was checked less than two minutes ago. Give its site a moment.")
        return _show_source(source, _form_of(source), said=said), 429
    me: Any = signed_in_user()
    if sync_one(source.id, _reach(), _owner(), clock.now, by=me) is None:
        said = _("This source cannot be checked now: it is paused, or a check is going on.")
        return _show_source(queries.get_source(slug), _form_of(source), said=said), 409
    return redirect(f"/organizers/sources/{slug}#checks", 303)


def _values(source: FeedSource) -> dict[str, Any]:
    return {
        "title": source.title, "language": source.language or "", "principles": source.principle_codes,
        "cities": source.city_slugs, "version": str(source.version),
    }  # fmt: skip


def _form_of(source: FeedSource) -> EditSourceForm:
    form = EditSourceForm(formdata=None, data=_values(source))
    _offer(form, source)
    return form


def _show_source(source: FeedSource, form: EditSourceForm, *, theirs: FeedSource | None = None, said: str = "") -> str:
    now = clock.now()
    names = dict(_cities())
    return render_template(
        "feeds/source.html",
        row=source_row(source, queries.count_entries(source.id), now),
        source=source,
        form=form,
        theirs=theirs,
        their_cities=[names.get(slug, slug) for slug in theirs.city_slugs] if theirs else [],
        said=said,
        syncs=[sync_row(sync, now) for sync in queries.list_syncs(source.id)],
    )


def _offer(form: SourceForm, source: FeedSource | None = None) -> None:
    own = [source.language] if source and source.language and source.language not in LANGUAGES else []
    languages = sorted(((code, language_name(code)) for code in (*LANGUAGES, *own)), key=lambda pair: pair[1])
    principles = [(term.code, f"{term.code} {in_language(term.labels)}") for term in vocabulary().top("gwangju")]
    form.offer([("", _("As each story says")), *languages], principles, _cities())


def _cities() -> Choices:
    return [(city.slug, city.label(language())) for city in list_cities()]


def _reach() -> Reach:
    settings = current_app.config["HUB"]
    return Reach(settings.fetch_allow, f"{settings.base_url}/about")


def _owner() -> str:
    """Return a name for this check that no other has."""
    return f"web:{uuid4().hex}"
