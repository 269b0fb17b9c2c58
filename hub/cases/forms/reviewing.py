"""The shape of what a second reader sends."""

from __future__ import annotations

from wtforms import HiddenField

from hub.web.forms import N_, AtMost, HubForm, ProseField


class ReviewForm(HubForm):
    """A note to the writers, and the version of the case that was read."""

    version = HiddenField()
    note = ProseField(N_("What is to be done first"), validators=[AtMost(2000)])

    @property
    def read_version(self) -> int:
        """The version that was shown; 0, which none has, for anything but a number."""
        sent = str(self.version.data or "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
