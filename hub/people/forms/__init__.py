"""The shape of what people type about themselves and others."""

from hub.people.forms.account import (
    AFTER_SIGN_IN,
    ChangePasswordForm,
    ConfirmForm,
    EmailForm,
    ForgotForm,
    InviteForm,
    LanguageForm,
    NameForm,
    NewAccountForm,
    NewPasswordForm,
    OrganizersInviteForm,
    SignInForm,
    SuspendForm,
    local_path,
)

__all__ = [
    "AFTER_SIGN_IN",
    "ChangePasswordForm",
    "ConfirmForm",
    "EmailForm",
    "ForgotForm",
    "InviteForm",
    "LanguageForm",
    "NameForm",
    "NewAccountForm",
    "NewPasswordForm",
    "OrganizersInviteForm",
    "SignInForm",
    "SuspendForm",
    "local_path",
]
