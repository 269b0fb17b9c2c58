"""Doors: following by mail without an account: ask, confirm, change, stop."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.follows import queries, service, wishletters
from hub.follows.followed import Followed, find_followed
from hub.follows.forms import HOW_OFTEN, SubscribeForm, SubscriptionForm
from hub.follows.models import KINDS, SEARCH, Subscriber, SubscriptionWish
from hub.follows.searches import LONGEST_SEARCH
from hub.follows.things import name_things
from hub.follows.tokens import manage_token, read_manage_token
from hub.follows.views.bp import bp
from hub.people import queries as people
from hub.web import limits
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import language, language_name
from hub.web.params import read_query, takes

LONGEST_ID = 1000
SENT, ENDED = "/follow/mail/sent", "/follow/mail/ended"


def mail_url(followed: Followed) -> str:
    """Return the address of the form by which one follows a thing by mail; empty for what only a feed brings."""
    if not followed.kind:
        return ""
    named = {"query": followed.query} if followed.kind == SEARCH else {"id": followed.key}
    return "/follow/mail?" + urlencode({"kind": followed.kind, **named})


@bp.get("/follow/mail")
@public
def show_wish() -> ResponseReturnValue:
    """Offer to follow a thing by mail without an account. Raises Invalid, NotFound."""
    query = read_query(allowed={"kind", "id", "query"})
    form = SubscribeForm(formdata=None)
    form.kind.data, form.id.data = query.text("kind", 40), query.text("id", LONGEST_ID)
    form.query.data = query.text("query", LONGEST_SEARCH)
    return _wish_page(form, _wished(form))


@bp.post("/follow/mail")
@limits.applications
@csrf.exempt
@public
def send_wish() -> ResponseReturnValue:
    """Take a wish to follow by mail; the answer is the same whatever is known of the address. Raises Invalid."""
    read_query()
    form = SubscribeForm()
    followed = _wished(form)
    if form.is_good():
        try:
            return _private(redirect(form.carry_out(lambda: _keep(form, followed), clock.now()), 303), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _wish_page(form, followed, 400)


def _wished(form: SubscribeForm) -> Followed:
    """Return what the form is about; raises Invalid naming what cannot be followed by mail, NotFound."""
    kind, name, search = form.kind.data or "", form.id.data or "", form.query.data or ""
    if kind not in KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(KINDS))
    return find_followed(kind, search if kind == SEARCH else name)


def _keep(form: SubscribeForm, followed: Followed) -> str:
    now = clock.now()
    wish = service.Wish(
        form.email.data, followed.kind, followed.key, followed.query, form.frequency.data, language(),
        form.time_zone.data,
    )  # fmt: skip
    kept = service.ask_to_subscribe(wish, now)
    if kept is not None:
        row, token = kept
        is_member = people.find_user_by_email(row.email) is not None
        wishletters.queue_asked(row, token, followed, now, is_member=is_member)
    return SENT


def _wish_page(form: SubscribeForm, followed: Followed, status: int = 200) -> ResponseReturnValue:
    return _private(render_template("follows/subscribe.html", form=form, followed=followed), status)


@bp.get(SENT)
@public
def show_wish_sent() -> str:
    """Say that a mail was sent, whoever asked."""
    read_query()
    return render_template("follows/subscribe_sent.html")


@bp.get("/follow/mail/confirm/<token>")
@public
def show_confirm(token: str) -> ResponseReturnValue:
    """Ask whoever opened the link to confirm; opening it changes nothing."""
    read_query()
    return _confirm_page(token)


@bp.post("/follow/mail/confirm/<token>")
@public
def confirm_wish(token: str) -> ResponseReturnValue:
    """Confirm an address: what was wished for is followed from now on. Raises Invalid."""
    try:
        with transaction():
            subscriber_id = service.confirm_subscription(token, clock.now())
    except NotFound:
        return _confirm_page(token)
    return _private(redirect(f"/follow/mail/{manage_token(subscriber_id)}?begun=1", 303), 303)


def _confirm_page(token: str) -> ResponseReturnValue:
    wish = queries.find_wish(token, clock.now())
    followed = _still_there(wish) if wish is not None else None
    page = render_template(
        "follows/subscribe_confirm.html",
        token=token,
        wish=wish if followed is not None else None,
        followed=followed,
        how_often=_(HOW_OFTEN[wish.frequency]) if wish is not None else "",
        spoken=language_name(wish.language) if wish is not None else "",
    )
    return _private(page, 200 if followed is not None else 404)


def _still_there(wish: SubscriptionWish) -> Followed | None:
    try:
        return find_followed(wish.kind, wish.query or wish.key)
    except (Invalid, NotFound):
        return None


@bp.get("/follow/mail/<token>")
@public
def show_subscription(token: str) -> ResponseReturnValue:
    """Show a subscriber what she follows by mail, each with the way to stop. Raises NotFound."""
    query = read_query(allowed={"begun"})
    subscriber = queries.find_subscriber(read_manage_token(token))
    if subscriber is None:
        return _private(render_template("follows/subscribe_ended.html"), 404)
    return _managed_page(subscriber, token, is_new=query.text("begun", 10) == "1")


@bp.post("/follow/mail/<token>")
@csrf.exempt
@public
def change_subscription(token: str) -> ResponseReturnValue:
    """Change how often, in which language and at whose morning mail comes. Raises NotFound."""
    subscriber = queries.get_subscriber(read_manage_token(token))
    form = _subscription_form(subscriber, is_sent=True)
    subscriber_id, place = subscriber.id, f"/follow/mail/{token}"

    def change() -> str:
        service.change_subscription(
            subscriber_id, language=form.language.data, time_zone=form.time_zone.data,
            frequencies=form.frequencies, now=clock.now(),
        )  # fmt: skip
        return place

    if form.is_good():
        try:
            return _private(redirect(form.carry_out(change, clock.now()), 303), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _managed_page(subscriber, token, form, 400)


@bp.post("/follow/mail/<token>/stop")
@takes("kind", "id")
@public
def stop_one(token: str) -> ResponseReturnValue:
    """End one follow of a subscriber; with the last nothing of her is kept. Raises NotFound."""
    subscriber_id = read_manage_token(token)
    with transaction():
        service.stop_subscription(subscriber_id, request.form.get("kind", ""), request.form.get("id", ""), clock.now())
    place = f"/follow/mail/{token}" if queries.find_subscriber(subscriber_id) is not None else ENDED
    return _private(redirect(place, 303), 303)


@bp.post("/follow/mail/<token>/end")
@public
def end_all(token: str) -> ResponseReturnValue:
    """End all that a subscriber follows; nothing of her is kept. Raises NotFound."""
    subscriber_id = read_manage_token(token)
    with transaction():
        service.end_subscription(subscriber_id, clock.now())
    return _private(redirect(ENDED, 303), 303)


@bp.get(ENDED)
@public
def show_ended() -> str:
    """Say that no mail comes any more."""
    read_query()
    return render_template("follows/subscribe_ended.html")


def _managed_page(
    subscriber: Subscriber,
    token: str,
    form: SubscriptionForm | None = None,
    status: int = 200,
    *,
    is_new: bool = False,
) -> ResponseReturnValue:
    follows = [(row.kind, row.key) for row in queries.follows_of(subscriber_id=subscriber.id)]
    things = name_things(follows, None)
    page = render_template(
        "follows/managed.html",
        token=token,
        subscriber=subscriber,
        is_new=is_new,
        things=sorted((things[target] for target in follows), key=lambda thing: thing.label),
        form=form or _subscription_form(subscriber),
        frequencies=queries.frequencies_of(subscriber_id=subscriber.id) | (form.frequencies if form else {}),
        choice=queries.find_mail_choice(subscriber_id=subscriber.id),
    )
    return _private(page, status)


def _subscription_form(subscriber: Subscriber, *, is_sent: bool = False) -> SubscriptionForm:
    offered: tuple[str, ...] = current_app.config["HUB"].languages
    if is_sent:
        return SubscriptionForm(offered, kept_zone=subscriber.time_zone)
    said = {"language": subscriber.language, "time_zone": subscriber.time_zone}
    return SubscriptionForm(offered, kept_zone=subscriber.time_zone, formdata=None, data=said)


def _private(page: ResponseReturnValue, status: int = 200) -> ResponseReturnValue:
    response = make_response(page)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
