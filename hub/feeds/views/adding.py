"""Adding a source: whose address is wanted, what an address leads to, and taking it in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.feeds import health, service
from hub.feeds.advice import advice_of
from hub.feeds.forms import AddressForm, NewSourceForm
from hub.feeds.healthrows import wanted_row
from hub.feeds.models import FeedSource
from hub.feeds.preview import Preview, look, typed_address
from hub.feeds.sourcerows import story_rows
from hub.feeds.sync import sync_one
from hub.feeds.views.blueprint import bp
from hub.feeds.views.offered import LANGUAGES, offer, owner, reach
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import gettext as _
from hub.web.params import read_query


@bp.get("/organizers/sources/wanted")
@permission(ORGANIZER)
def show_wanted() -> str:
    """List the organisations whose address is wanted."""
    read_query()
    wanted, everyone = health.list_wanted(), health.list_organisations()
    rows = [wanted_row(each) for each in wanted]
    return render_template("feeds/sources_wanted.html", wanted=rows, given=len(everyone) - len(rows))


@bp.route("/organizers/sources/new", methods=["GET", "POST"])
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def look_at_address() -> ResponseReturnValue:
    """Ask for an address; sent, show what is there. Stores nothing."""
    wanted = read_query(allowed={"organisation"}).text("organisation", 80)
    form = AddressForm()
    whose = {each.slug: each for each in health.list_organisations()}.get(form.organisation.data or wanted)
    if whose is None and (form.organisation.data or wanted):
        raise Invalid("organisation", "No organisation on record has this name.")
    form.organisation.data = whose.slug if whose else ""
    if request.method == "GET" and whose:
        form.address.data = whose.homepage or ""
    page: dict[str, Any] = {"form": form, "whose": whose.name if whose else ""}
    if request.method == "POST" and form.is_good():
        seen, known = looked_at(form, typed_address(form.address.data or ""))
        if seen is not None and seen.feed is not None and known is None:
            return _show_preview(_filled(seen, form.organisation.data or ""), seen)
        page |= {"seen": seen, "known": known, "known_choices": known_among(seen)}
    return render_template("feeds/source_new.html", **page), 400 if form.problems else 200


def looked_at(form: HubForm, address: str, *, besides: int = 0) -> tuple[Preview | None, FeedSource | None]:
    """Return what an address leads to, and the source other than `besides` that reads it already.

    What is wrong with it, and what to do, stands at the form's field afterwards.
    """
    known = _known(address, besides)
    seen = None if known else look(address, reach())
    if seen is not None and seen.feed is not None:
        known = _known(seen.address, besides)
    if known is not None:
        form.refuse("address", _("This address is here already, as “%(title)s”.", title=known.title))
    elif seen is not None and seen.problem:
        form.refuse("address", _in_words(seen))
    return seen, known


def _in_words(seen: Preview) -> str:
    """Return what is wrong with an address, and what to do about it."""
    advice = advice_of(seen.problem)
    said = [_("The site says that its feed is at %(address)s.", address=seen.address)] if seen.found_on else []
    return " ".join([*said, _(seen.problem), *([_(advice)] if advice else [])])


def known_among(seen: Preview | None) -> dict[str, str]:
    """Return the slugs of the sources that read one of the feeds found already, by address."""
    found = {each.address: health.find_by_address(each.address) for each in (seen.choices if seen else ())}
    return {address: source.slug for address, source in found.items() if source is not None}


def _known(address: str, besides: int) -> FeedSource | None:
    source = health.find_by_address(address) if address else None
    return source if source is not None and source.id != besides else None


def _filled(seen: Preview, organisation: str) -> NewSourceForm:
    """Return the form for a feed that was looked at, filled with what it says of itself."""
    assert seen.feed is not None
    spoken = (seen.feed.language or "").split("-")[0].lower()
    form = NewSourceForm(formdata=None)
    offer(form)
    form.address.data, form.homepage.data = seen.address, seen.feed.homepage
    form.title.data = seen.feed.title or urlsplit(seen.address).hostname or ""
    form.language.data = spoken if spoken in LANGUAGES else ""
    form.organisation.data = organisation or _whose(seen.feed.homepage, seen.found_on, seen.address)
    return form


def _whose(*addresses: str) -> str:
    """Return the one organisation that lives on the host of these addresses, if there is one and only one."""
    hosts = {_host(address) for address in addresses} - {""}
    found = [each.slug for each in health.list_organisations() if _host(each.homepage or "") in hosts]
    return found[0] if len(found) == 1 else ""


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _show_preview(
    form: NewSourceForm, seen: Preview | None = None, known: FeedSource | None = None
) -> ResponseReturnValue:
    stories = story_rows(seen.feed) if seen and seen.feed else None
    page = render_template("feeds/source_add.html", form=form, seen=seen, stories=stories, known=known)
    return page, 400 if form.problems else 200


@bp.post("/organizers/sources")
@limits.previews
@csrf.exempt
@permission(ORGANIZER)
def add_source() -> ResponseReturnValue:
    """Add the source that was looked at, check it, and show it."""
    form = NewSourceForm()
    offer(form)
    me: Any = signed_in_user()
    added: list[int] = []
    known = None

    def add() -> str:
        source = service.add_source(
            form.address.data or "", form.facts(), homepage=form.homepage.data or "", allow=reach().allow, by=me,
            now=clock.now(),
        )  # fmt: skip
        added.append(source.id)
        return f"/organizers/sources/{source.slug}"

    if form.is_good():
        try:
            place = form.carry_out(add, clock.now())
        except Invalid as error:
            form.refuse_invalid(error)
            known = _known(form.address.data or "", 0)
        else:
            for source_id in added:  # none when the form was sent twice
                sync_one(source_id, reach(), owner(), clock.now)
            return redirect(place, 303)
    return _show_preview(form, known=known)
