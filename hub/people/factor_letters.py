"""The mail that tells someone that what opens her account has changed, queued in the transaction that changes it."""

from __future__ import annotations

from datetime import datetime

from hub.core.outbox import queue_mail
from hub.people.models import User
from hub.web.dates import format_moment
from hub.web.letters import write_letter
from hub.web.locale import gettext as _
from hub.web.locale import ngettext, speaking
from hub.web.zones import in_zone

PASSKEY_ADDED, PASSKEY_REMOVED = "passkey-added", "passkey-removed"
CODES_ON, CODES_OFF = "codes-on", "codes-off"
RECOVERY_MADE, RECOVERY_USED = "recovery-made", "recovery-used"
RESET = "reset"


def queue_factor_changed(
    user: User, what: str, language: str, now: datetime, *, name: str = "", left: int = 0
) -> None:  # fmt: skip
    """Queue the mail that says what changed: one of the constants above.

    `name` is the passkey's, `left` how many recovery codes are left.
    """
    language = user.language or language
    with in_zone(user.zone), speaking(language):
        happened = _happened(what, format_moment(now), name, left)
    letter = write_letter(
        "factor_changed", language, happened=happened, is_reset=what == RESET, path="/account/security"
    )  # fmt: skip
    key = f"factor-{what}:{user.id}:{now.isoformat()}"
    queue_mail(key=key, to=user.email, subject=letter.subject, text=letter.text, html=letter.html, now=now)


def _happened(what: str, moment: str, name: str, left: int) -> str:
    if what == PASSKEY_ADDED:
        return _(
            "On %(moment)s the passkey “%(name)s” was added to your account at the Human Rights Cities Hub.",
            moment=moment, name=name,
        )  # fmt: skip
    if what == PASSKEY_REMOVED:
        return _(
            "On %(moment)s the passkey “%(name)s” was removed from your account at the Human Rights Cities Hub.",
            moment=moment, name=name,
        )  # fmt: skip
    if what == CODES_ON:
        return _("On %(moment)s one-time codes were set up at your account.", moment=moment)
    if what == CODES_OFF:
        return _("On %(moment)s one-time codes were turned off at your account.", moment=moment)
    if what == RECOVERY_MADE:
        return _(
            "On %(moment)s new recovery codes were made for your account at the Human Rights Cities Hub. "
            "Those before no longer work.",
            moment=moment,
        )  # fmt: skip
    if what == RECOVERY_USED:
        used = _("On %(moment)s a recovery code opened your account at the Human Rights Cities Hub.", moment=moment)
        return f"{used} {ngettext('%(num)d recovery code is left.', '%(num)d recovery codes are left.', left)}"
    return _(
        "On %(moment)s the operator of the Human Rights Cities Hub took away the passkeys, one-time codes and recovery "
        "codes of your account, and signed it out on every device.",
        moment=moment,
    )  # fmt: skip
