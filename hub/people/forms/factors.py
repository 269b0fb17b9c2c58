"""The shape of what people type to prove who they are, and to set up what proves it."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField

from hub.people.forms.account import LONGEST_PASSWORD
from hub.web.forms import N_, AtMost, HubForm, required

LONGEST_CODE = 60  # with the spaces and hyphens that people type


class CodeForm(HubForm):
    """A code of an authenticator app."""

    code = StringField(N_("Code from your app"), [required, AtMost(LONGEST_CODE)])


class RecoveryForm(HubForm):
    """One of the recovery codes."""

    recovery = StringField(N_("Recovery code"), [required, AtMost(LONGEST_CODE)])


class ProveCodeForm(CodeForm):
    """A code, given again, and the page to come back to."""

    next = HiddenField()


class ProvePasswordForm(HubForm):
    """One's password, given again, and the page to come back to."""

    next = HiddenField()
    password = PasswordField(N_("Password"), [required, AtMost(LONGEST_PASSWORD)])


class ButtonForm(HubForm):
    """A button that does its work once, however often it is sent."""
