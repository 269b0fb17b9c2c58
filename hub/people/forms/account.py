"""The shape of what people type to sign in, to look after their account, and to invite others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, HiddenField, PasswordField, SelectField, ValidationError

from hub.core.text import has_control_characters
from hub.core.zones import UTC_NAME, zone_names
from hub.people import passwords
from hub.people.addresses import LONGEST_EMAIL, is_address, plain_address
from hub.people.models import CONTRIBUTOR, COORDINATOR, ORGANIZER
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import NATIVE_NAMES
from hub.web.locale import gettext as _

LONGEST_PASSWORD = 200  # of one to sign in with; new ones are shorter
LONGEST_NAME = 120
LONGEST_NEXT = 2000
AFTER_SIGN_IN = "/desk"


class SignInForm(FlaskForm):
    """Address and password, and the page to come back to; carries a token."""

    email = EmailField()
    password = PasswordField()
    remember = BooleanField()
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


def an_address(_form: Any, field: Field) -> None:
    """Ask for an e-mail address that mail can go to."""
    if field.data and not is_address(plain_address(field.data)):
        raise ValidationError(_("This is not an e-mail address. Write it like name@city.example."))


def a_new_password(_form: Any, field: Field) -> None:
    """Ask for 15 to 128 characters, whichever they are (NIST SP 800-63B-4, section 3.1.1.2)."""
    length = len(field.data or "")
    if length < passwords.SHORTEST:
        raise ValidationError(
            _("Use at least %(least)d characters. A few words in a row do well.", least=passwords.SHORTEST)
        )
    if length > passwords.LONGEST:
        raise ValidationError(_("Use at most %(most)d characters.", most=passwords.LONGEST))


class ForgotForm(HubForm):
    """The address whose password was forgotten."""

    email = LineField(N_("E-mail address"), [required, AtMost(LONGEST_EMAIL), an_address])


class NewPasswordForm(HubForm):
    """A new password."""

    password = PasswordField(N_("New password"), [a_new_password])


class ChangePasswordForm(NewPasswordForm):
    """A new password, given by someone who knows the present one."""

    present = PasswordField(N_("Present password"), [required, AtMost(LONGEST_PASSWORD)])


class EmailForm(HubForm):
    """The address that one's own account is to have."""

    email = LineField(N_("New e-mail address"), [required, AtMost(LONGEST_EMAIL), an_address])


class NewAccountForm(HubForm):
    """What someone invited says of herself."""

    name = LineField(N_("Your name"), [required, AtMost(LONGEST_NAME)])
    password = PasswordField(N_("Choose a password"), [a_new_password])


class ConfirmForm(HubForm):
    """The password of the account that someone invited has already."""

    password = PasswordField(N_("Password"), [required, AtMost(LONGEST_PASSWORD)])


class NameForm(HubForm):
    """One's own name, and whether public pages leave it out."""

    name = LineField(N_("Name"), [required, AtMost(LONGEST_NAME)])
    is_name_withheld = BooleanField(N_("Do not show my name in public"))


class LanguageForm(HubForm):
    """Language and time zone of one's own pages and mails; empty: as the browser asks, as in her city."""

    language = SelectField(N_("Language"), [one_of_offered], validate_choice=False)
    time_zone = SelectField(N_("Time zone"), [one_of_offered], validate_choice=False)

    def __init__(self, offered: Sequence[str], *, kept_zone: str, city_zone: str, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = [("", _("As your browser asks")), *_languages(offered)]
        own = _("As in your city: %(zone)s", zone=city_zone) if city_zone else _("Universal time (UTC)")
        names = [name for name in zone_names() if city_zone or name != UTC_NAME]
        self.time_zone.choices = [("", own), *((name, name) for name in dict.fromkeys((*names, kept_zone)) if name)]


class InviteForm(HubForm):
    """Whom a coordinator invites to her city."""

    email = LineField(N_("E-mail address"), [required, AtMost(LONGEST_EMAIL), an_address])
    role = SelectField(N_("Role"), [required, one_of_offered], validate_choice=False)
    language = SelectField(N_("Language of the mail"), [required, one_of_offered], validate_choice=False)

    def __init__(self, offered: Sequence[str], **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = self.roles()
        self.language.choices = _languages(offered)

    def roles(self) -> list[tuple[str, str]]:
        """Return the roles one may invite to, with what each may do."""
        return [
            (CONTRIBUTOR, _("Contributor: drafts case studies, which a coordinator publishes")),
            (COORDINATOR, _("Coordinator: publishes, keeps the commitments true, invites others")),
        ]


class OrganizersInviteForm(InviteForm):
    """Whom an organizer invites, to the forum or to a city; no language means that of the city."""

    language = SelectField(N_("Language of the mail"), [one_of_offered], validate_choice=False)
    city = SelectField(N_("City"), [one_of_offered], validate_choice=False)

    def __init__(self, offered: Sequence[str], cities: Sequence[tuple[str, str]], **values: Any) -> None:
        super().__init__(offered, **values)
        self.language.choices = [("", _("The city’s own, where the hub speaks it")), *_languages(offered)]
        self.city.choices = [("", _("Choose a city")), *cities]

    def roles(self) -> list[tuple[str, str]]:
        """Return all roles."""
        organizer = (ORGANIZER, _("Organizer: admits cities, invites everyone, checks evidence; no city"))
        return [*reversed(super().roles()), organizer]

    def validate_city(self, field: Field) -> None:
        """Ask for a city where the role needs one."""
        if self.role.data != ORGANIZER and not field.data:
            raise ValidationError(_("Choose the city this person will work for."))


class SuspendForm(HubForm):
    """Why an account is closed."""

    reason = ProseField(N_("Why is this account suspended?"), [required, AtMost(1000)])


def _languages(offered: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, NATIVE_NAMES.get(code, code)) for code in offered]


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
