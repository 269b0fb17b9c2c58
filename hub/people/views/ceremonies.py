"""What doors with passkeys share: the browser's side of a ceremony, JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, jsonify, request, session
from webauthn import base64url_to_bytes
from werkzeug.wrappers import Response as BaseResponse

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.core.text import has_control_characters
from hub.people.factors import find_passkey
from hub.people.passkeys import Answer, NewKey, Refused, Site, named_key, read_new, read_proof, site_of
from hub.people.service.ceremonies import take_ceremony
from hub.people.service.passkeys import Asked
from hub.people.views.base import kept_private
from hub.web.errors import answer as answer_error
from hub.web.locale import gettext as _

LARGEST = 64 * 1024
LONGEST_NAME = 80
_HELD = "begun"


def site() -> Site:
    """Return whom passkeys of this installation are for."""
    return site_of(current_app.config["HUB"].base_url)


def secret_key() -> str:
    """Return the key of this installation."""
    return str(current_app.config["HUB"].secret_key)


def hold(kind: str, token: str) -> None:
    """Let this browser hold the token of a ceremony that it began."""
    session[_HELD] = {**session.get(_HELD, {}), kind: token}


def held(kind: str) -> str:
    """Return the token of the ceremony of a kind that this browser began last, empty when it began none."""
    return str(session.get(_HELD, {}).get(kind, ""))


def let_go(kind: str) -> None:
    """Let this browser forget a ceremony."""
    session[_HELD] = {name: token for name, token in session.get(_HELD, {}).items() if name != kind}


def read_json() -> dict[str, Any]:
    """Return the JSON object that was sent; raises Invalid for anything else."""
    if (request.content_length or 0) > LARGEST:
        abort(413)
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets without end
        sent = None
    if not isinstance(sent, dict):
        raise Invalid("passkey", "This needs a JSON object.")
    return sent


def text_of(sent: Mapping[str, Any], name: str) -> str:
    """Return a text of what was sent, empty when it is none."""
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def short_name(sent: Mapping[str, Any], longest: int = LONGEST_NAME) -> str:
    """Return the name that was sent, white space folded; raises Invalid when it is missing, too long or unreadable."""
    name = " ".join(text_of(sent, "name").split())
    if not name:
        raise Invalid("name", "Give a name.")
    if len(name) > longest:
        raise Invalid("name", "Write at most %(limit)d characters; it has %(found)d.", limit=longest, found=len(name))
    if has_control_characters(name):
        raise Invalid("name", "It holds a character that cannot be shown. Take it out.")
    return name


def asked(kind: str, beginning: Asked) -> BaseResponse:
    """Let this browser hold a ceremony, and answer with what it is to ask its person."""
    token, options = beginning
    hold(kind, token)
    return kept_private(jsonify(options))


def lead_to(place: str) -> BaseResponse:
    """Answer with the page to go on to."""
    return kept_private(jsonify({"next": place}))


def refused(text: str, field: str = "passkey") -> BaseResponse:
    """Answer that it did not work, in words for the person."""
    response: Response = answer_error(400, text, extra={"parameter": field})
    return kept_private(response)


def refused_invalid(error: Invalid) -> BaseResponse:
    """Answer with what a service or a reader of input raised."""
    return refused(_(error.message, **error.values), error.field)


def not_proved() -> str:
    """Say that a passkey did not open anything, whatever the reason."""
    return _("This passkey does not open an account here, or it took too long. Try again, or use another way.")


def take_new(kind: str, sent: Mapping[str, Any], user_id: int | None) -> tuple[NewKey, dict[str, Any]]:
    """Use up the ceremony and return the key that the answer brings, and what was kept; raises Refused."""
    answer, content = _taken(kind, sent, user_id)
    return read_new(answer, challenge=base64url_to_bytes(content["challenge"]), site=site()), content


def take_proof(kind: str, sent: Mapping[str, Any], user_id: int | None) -> tuple[int, int]:
    """Use up the ceremony and return the passkey's id and its new count; raises Refused.

    With a `user_id` it must be that person's passkey.
    """
    answer, content = _taken(kind, sent, user_id)
    passkey = find_passkey(named_key(answer))
    if passkey is None or (user_id is not None and passkey.user_id != user_id):
        raise Refused("no such passkey, or another person's")
    challenge = base64url_to_bytes(content["challenge"])
    return passkey.id, read_proof(answer, passkey=passkey, challenge=challenge, site=site())


def _taken(kind: str, sent: Mapping[str, Any], user_id: int | None) -> tuple[Answer, dict[str, Any]]:
    answer, token, now = sent.get("answer"), held(kind), clock.now()
    if not isinstance(answer, dict):
        raise Refused("no answer")
    try:
        with transaction():  # ended whatever the answer is worth, so that no challenge is answered twice
            content = take_ceremony(token, kind, user_id=user_id, now=now)
    except NotFound as error:
        raise Refused(str(error)) from error
    let_go(kind)
    return answer, content
