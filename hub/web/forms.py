"""Base of all forms: a token checked by the form itself, a key so that one thing comes of it, and plain errors.

A view that uses one is marked `@csrf.exempt` and calls `form.is_good()`: an old token then brings the form back with
what was typed, instead of an error page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    HiddenField,
    MultipleFileField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from hub.core import once
from hub.core.errors import Invalid
from hub.core.text import N_, has_control_characters
from hub.web.actor import signed_in_user
from hub.web.locale import gettext as _

__all__ = [
    "N_",
    "AtMost",
    "ChecksField",
    "HubForm",
    "LineField",
    "Problem",
    "ProseField",
    "names_of",
    "old_form",
    "one_of_offered",
    "required",
    "strange_fields",
]  # fmt: skip

_KEY = re.compile(r"[0-9a-f]{32}")
_NOT_OURS = frozenset({"csrf_token", "do", "username"})  # which button; the name that stands beside a password


class Problem(NamedTuple):
    """One thing to mend: the field's id and name, its label, and what to do."""

    field: str
    label: str
    message: str


class HubForm(FlaskForm):
    """A form with a token and a key of its own. Errors stand at their fields and, all together, in `problems`."""

    class Meta(FlaskForm.Meta):
        """What holds for every form."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read what a form sends and nothing else: a body in JSON may be of any shape."""
            is_left_to_us = formdata is not None and not hasattr(formdata, "getlist")
            return MultiDict() if is_left_to_us and request.is_json else super().wrap_formdata(form, formdata)

    form_key = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if not _KEY.fullmatch(str(self.form_key.data or "")):
            self.form_key.data = uuid4().hex

    def is_good(self, *, beside: Collection[str] = ()) -> bool:
        """Check the token and every field; what is wrong stands at the fields afterwards.

        Refused is also what was sent and is no field of this form, or was sent twice where one is asked for; `beside`
        names the buttons and the fields of other forms that stand on the same page.
        """
        good = bool(self.validate())
        for name, message in strange_fields(self, beside):
            self.refuse(name, message)
            good = False
        for field in self:
            values = field.data if isinstance(field.data, list) else [field.data]
            if any(isinstance(value, str) and has_control_characters(value) for value in values):
                field.errors = [*field.errors, _("It holds a character that cannot be shown. Take it out.")]
                good = False
        return good

    def refuse(self, field: str, message: str) -> None:
        """Put an error at a field, as when the service found something that cannot be."""
        place = self._fields.get(field, self.form_key)
        place.errors = [*place.errors, message]

    def refuse_invalid(self, error: Invalid) -> None:
        """Put what a service raised at the field that it names."""
        self.refuse(error.field, _(error.message, **error.values))

    @property
    def problems(self) -> list[Problem]:
        """Everything to mend, in the order of the fields."""
        return list(self._problems())

    def _problems(self) -> Iterator[Problem]:
        for field in self:
            for message in field.errors:
                if field.name == "csrf_token":
                    message = old_form()
                hidden = isinstance(field, HiddenField)
                yield Problem("" if hidden else field.id, "" if hidden else _(str(field.label.text)), str(message))

    def carry_out(self, work: Callable[[], str], now: datetime) -> str:
        """Do the work in one transaction and return where it leads; a form sent twice does it once."""
        me: Any = signed_in_user()
        who = f"{me.id if me else 0}:{request.endpoint}:{self.form_key.data}"
        return once.carry_out(hashlib.sha256(who.encode()).hexdigest(), work, now)


def names_of(form: type[HubForm]) -> frozenset[str]:
    """Return the names of a form's fields."""
    return frozenset(name for name in dir(form) if hasattr(getattr(form, name), "field_class"))


def strange_fields(form: FlaskForm, beside: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return what was sent that is no field of a form, or twice where one is asked for, each with what to say."""
    known = {field.name: field for field in form}
    strange = (set(request.form) | set(request.files)) - known.keys() - set(beside) - _NOT_OURS
    found = [
        ("form_key", _("This form has no field “%(name)s”.", name=shown_name(name))) for name in sorted(strange)[:3]
    ]
    twice = [name for name, field in known.items() if not _takes_several(field) and _times_sent(name) > 1]
    return found + [(name, _("It was given more than once.")) for name in twice]


def _takes_several(field: Field) -> bool:
    several = (SelectMultipleField, MultipleFileField)
    return isinstance(field, several) or bool(getattr(field, "takes_several", False))


def _times_sent(name: str) -> int:
    return len(request.form.getlist(name)) + len(request.files.getlist(name))


def shown_name(name: str) -> str:
    """Return the name of a field, which anyone may have made up, as it may stand in a sentence."""
    return name[:40] if name.isprintable() else "?"


def old_form() -> str:
    """Say that the token of a form is missing or old."""
    return _("This form was open for too long, or your browser keeps no cookies. Please send it once more.")


class LineField(StringField):
    """One line of text, white space folded."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = " ".join(str(valuelist[0]).split()) if valuelist else ""


class ProseField(TextAreaField):
    """Several lines of text, line ends as \\n, without white space at its ends."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0]).replace("\r\n", "\n").replace("\r", "\n").strip() if valuelist else ""


class ChecksField(SelectMultipleField):
    """Several choices as checkboxes; a value that was not offered is refused."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        offered = {value for value, *_rest in self.iter_choices()}
        if any(value not in offered for value in self.data or []):
            raise ValidationError(_("One of these cannot be chosen here."))


def required(_form: Any, field: Field) -> None:
    """Ask for a value."""
    if not field.data or (isinstance(field.data, str) and not field.data.strip()):
        raise ValidationError(_("This is needed."))


class AtMost:
    """Ask for no more than so many characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise ValidationError when the text is longer."""
        if field.data and len(field.data) > self.limit:
            raise ValidationError(_("Write at most %(limit)d characters; it has %(found)d.", limit=self.limit,
                                    found=len(field.data)))  # fmt: skip


def one_of_offered(_form: Any, field: Field) -> None:
    """Refuse a choice that was not offered, in our words."""
    if field.data and field.data not in {value for value, *_rest in field.iter_choices()}:
        raise ValidationError(_("Choose one of the list."))
