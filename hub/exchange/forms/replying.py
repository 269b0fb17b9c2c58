"""The shape of what an organisation sends that asks for a reply, and of the organizers' decision."""

from __future__ import annotations

from wtforms import HiddenField

from hub.exchange.said import LONGEST_REPLY
from hub.exchange.service.replying import LONGEST_REASON
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, required


class ReplyForm(HubForm):
    """An organisation's reply beside a case (its slug) or a status record (its number)."""

    organisation_name = LineField(N_("Name of the organisation"), [required, AtMost(200)])
    concern = ProseField(N_("How it is named or affected"), [required, AtMost(1000)])
    text = ProseField(N_("The reply"), [required, AtMost(LONGEST_REPLY)])
    person_name = LineField(N_("Your name"), [required, AtMost(120)])
    person_role = LineField(N_("Your office in it"), [required, AtMost(160)])
    email = LineField(N_("Your work e-mail address"), [required, AtMost(254)])
    case = HiddenField()
    record = HiddenField()


class DecideForm(HubForm):
    """Why a reply is declined or taken away; `version` is the one that was read."""

    reason = ProseField(N_("Reason"), [AtMost(LONGEST_REASON)])
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version of the reply that was shown; 0, which none has, for anything but a number."""
        sent = str(self.version.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
