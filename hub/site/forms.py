"""The shape of what people say in this room."""

from __future__ import annotations

from wtforms import BooleanField

from hub.web.forms import N_, HubForm, required


class LeaveForm(HubForm):
    """That someone knows what closing an account for good means."""

    understood = BooleanField(N_("I understand"), [required])
