"""The shape of what people type to sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField

from hub.core.text import has_control_characters

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 200
LONGEST_NEXT = 2000
AFTER_SIGN_IN = "/desk"


class SignInForm(FlaskForm):
    """Address and password, and the page to come back to; carries a token."""

    email = EmailField()
    password = PasswordField()
    next = HiddenField()

    def __init__(self) -> None:
        super().__init__()

    @property
    def is_possible(self) -> bool:
        """Whether an account could have this address and password at all; the answer to the person is the same."""
        email, password = self.email.data or "", self.password.data or ""
        if not 3 <= len(email.strip()) <= LONGEST_EMAIL or not 1 <= len(password) <= LONGEST_PASSWORD:
            return False
        return not has_control_characters(email + password)


def local_path(wanted: str | None) -> str:
    """Return the address when it is a path of this hub that one may come back to, else the desk."""
    path = wanted or ""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or len(path) > LONGEST_NEXT:
        return AFTER_SIGN_IN
    if "\\" in path or any(ord(character) < 33 or ord(character) == 127 for character in path):
        return AFTER_SIGN_IN
    try:
        parts = urlsplit(path)
    except ValueError:
        return AFTER_SIGN_IN
    if parts.scheme or parts.netloc or parts.path in ("/login", "/logout"):
        return AFTER_SIGN_IN
    return path
