"""The shape of what people send with a picture or document of a case."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField, ValidationError

from hub.cases.fileshown import licences
from hub.cases.filewords import FileWords
from hub.cases.models import CaseFile
from hub.cases.template import CONSENTED, NOBODY
from hub.cases.words import code_words
from hub.web.forms import N_, AtMost, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _

_FILE = FileField(N_("File"))  # made first: what is wrong is told in the order in which fields are made


class WordsForm(HubForm):
    """What is said about a picture or document; what only pictures need is asked for once it is known to be one."""

    file_title = LineField(
        N_("What the picture shows, or the title of the document"), validators=[required, AtMost(300)]
    )
    file_owner = LineField(N_("Whose it is"), validators=[required, AtMost(200)])
    file_source = LineField(N_("Where it comes from"), validators=[required, AtMost(500)])
    file_licence = SelectField(N_("Licence"), validate_choice=False, validators=[required, one_of_offered])
    file_alt = ProseField(N_("Text for people who cannot see it"), validators=[AtMost(500)])
    file_people = SelectField(N_("People in the picture"), validate_choice=False, validators=[one_of_offered])
    file_note = LineField(N_("Where the consent is kept"), validators=[AtMost(500)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.file_licence.choices = list(licences().items())
        people = [(code, code_words("people_check", code)) for code in (NOBODY, CONSENTED)]
        self.file_people.choices = [("", _("Choose")), *people]

    @property
    def words(self) -> FileWords:
        """What is said, as typed."""
        names = ("title", "owner", "source", "licence", "alt", "people", "note")
        return FileWords(*(str(self[f"file_{name}"].data or "") for name in names))


class FileForm(WordsForm):
    """A picture or document to put to a case."""

    file = _FILE

    def validate_file(self, field: Field) -> None:
        """Ask for a file."""
        if not field.data or not hasattr(field.data, "read"):
            raise ValidationError(_("Choose a file."))


class DescribeForm(WordsForm):
    """What is said about a file that a case has; `stamp` tells from which words it began."""

    stamp = HiddenField()

    @staticmethod
    def said(file: CaseFile) -> dict[str, str]:
        """Return what stands about a file, as the fields hold it."""
        names = ("title", "owner", "source", "licence", "alt", "people")
        return {f"file_{name}": getattr(file, name) for name in names} | {"file_note": file.consent_note}
