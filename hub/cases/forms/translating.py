"""The shape of what people type when they translate a case, or bring an earlier version back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, Field, HiddenField, ValidationError

from hub.cases.forms.fields import TidyLine, TidyProse, up_to
from hub.cases.service.translating import LONGEST_CREDIT
from hub.cases.template import BY_NAME, LINE, TRANSLATED
from hub.web.forms import N_, AtMost, HubForm, ProseField
from hub.web.locale import gettext as _


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def known_version(_form: Any, field: Field) -> None:
    """Refuse a version that nobody was given."""
    if not _is_number(str(field.data or "")):
        raise ValidationError(_("Open the page anew and try again."))


class RestoreForm(HubForm):
    """Which earlier version is brought back, and why; `version` is the one of the case that was looked at."""

    version = HiddenField(validators=[known_version])
    number = HiddenField(validators=[known_version])
    change_note = ProseField(N_("What changed, and why"), validators=[AtMost(500)])


class TranslationForm(HubForm):
    """A case in another language, field by field.

    `version` is the one of the translation that the text began from, 0 for a new one; `seen` is the version of the
    original that stood beside it, `follows` the one that the translation rendered before.
    """

    version = HiddenField(validators=[known_version])
    seen = HiddenField(validators=[known_version])
    follows = HiddenField(validators=[known_version])
    is_current = BooleanField(N_("It is up to date"))
    is_machine = BooleanField(N_("Made by a machine"))
    credit = TidyLine(N_("Who translated it"), validators=[AtMost(LONGEST_CREDIT)])

    @property
    def texts(self) -> Mapping[str, str]:
        """The translated texts by field; those that are empty are left out."""
        found = {name: str(self[name].data or "") for name in TRANSLATED}
        return {name: text for name, text in found.items() if text}

    @property
    def rendered(self) -> int:
        """The number of the version of the original that the translator says it renders."""
        return self.number("seen" if self.is_current.data else "follows")

    def number(self, name: str) -> int:
        """Return the number in a hidden field, 0 where it holds none."""
        text = str(self[name].data or "")
        return int(text) if _is_number(text) else 0


for _name in TRANSLATED:
    _kind = TidyLine if BY_NAME[_name].kind == LINE else TidyProse
    setattr(TranslationForm, _name, _kind(_name, validators=[up_to(_name)]))
