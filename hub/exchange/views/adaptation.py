"""The page of an adaptation, what the two cities say to it, and taking it away."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Forbidden, Invalid
from hub.exchange import policy, queries, service
from hub.exchange.adaptationpage import AdaptationPage, adaptation_page
from hub.exchange.forms import CommentForm
from hub.exchange.models import Adaptation
from hub.exchange.rows import adaptation_path
from hub.exchange.views.bp import bp, private
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, MEMBER, permission, public
from hub.web.locale import language
from hub.web.params import read_query, takes

ID = "int(max=2147483647)"
_HERE = f"/exchange/adaptations/<{ID}:adaptation_id>"


@bp.get(_HERE)
@public
def show_adaptation(adaptation_id: int) -> ResponseReturnValue:
    """Show who took up whose practice, how far, step by step, and what the two cities say to it."""
    read_query()
    adaptation = queries.get_adaptation(adaptation_id)
    page = _page(adaptation, _comment_form(adaptation))
    return private(page) if signed_in_user() is not None else page


@bp.post(f"{_HERE}/comment")
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def comment(adaptation_id: int) -> ResponseReturnValue:
    """Say something to an adaptation, for one of its two cities."""
    read_query()
    me: Any = signed_in_user()
    adaptation = queries.get_adaptation(adaptation_id)
    if policy.speaks_on_adaptation(me, adaptation) is None:
        raise Forbidden("coordinators of the two cities comment")
    form = CommentForm()

    def work() -> str:
        said = service.comment_on_adaptation(
            by=me, adaptation_id=adaptation_id, text=str(form.text.data), language=language(), now=clock.now()
        )
        return f"{adaptation_path(adaptation_id)}#comment-{said.id}"

    if form.is_good():
        try:
            return redirect(form.carry_out(work, clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return private(_page(queries.get_adaptation(adaptation_id), form), 400)


@bp.post(f"{_HERE}/comments/<{ID}:comment_id>/remove")
@permission(MEMBER)  # coordinators of the city that said it, and organizers: the policy says which
def remove_comment(adaptation_id: int, comment_id: int) -> ResponseReturnValue:
    """Take a comment away; that there was one stays to be seen."""
    read_query()
    me: Any = signed_in_user()
    with transaction():
        service.remove_comment(by=me, adaptation_id=adaptation_id, comment_id=comment_id, now=clock.now())
    return redirect(f"{adaptation_path(adaptation_id)}#comment-{comment_id}", 303)


@bp.post(f"{_HERE}/remove")
@takes("version")
@permission(MEMBER)  # coordinators of the city that takes it up, and organizers: the policy says which
def remove_adaptation(adaptation_id: int) -> ResponseReturnValue:
    """Take away an adaptation that was entered by mistake."""
    read_query()
    me: Any = signed_in_user()
    if not policy.can_remove_adaptation(me, queries.get_adaptation(adaptation_id)):
        raise Forbidden("its city and organizers take an adaptation away")
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Invalid("version", "Open the page anew and try again.")
    with transaction():
        service.remove_adaptation(by=me, adaptation_id=adaptation_id, seen=int(sent), now=clock.now())
    return redirect("/exchange/", 303)


def _comment_form(adaptation: Adaptation) -> CommentForm | None:
    return CommentForm() if policy.speaks_on_adaptation(signed_in_user(), adaptation) is not None else None


def _page(adaptation: Adaptation, form: CommentForm | None) -> str:
    shown: AdaptationPage = adaptation_page(adaptation, signed_in_user())
    return render_template("exchange/adaptation.html", shown=shown, form=form, nav_current="exchange")
