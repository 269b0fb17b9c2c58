"""The form in which a city says where it stands."""

from __future__ import annotations

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, RadioField, SelectField

from hub.commitments.service import Piece, Statement
from hub.core.errors import Invalid
from hub.core.uploads import MAX_FILES, Upload, read_upload
from hub.web.forms import N_, AtMost, ChecksField, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _

Choices = list[tuple[str, str]]


class RecordForm(HubForm):
    """A status, since when, on what evidence; `after` is the newest record that its reader has seen."""

    status = RadioField(N_("Status"), [required, one_of_offered], validate_choice=False)
    legal_reason = ProseField(N_("The law that gives it to others"), [AtMost(2000)])
    precision = RadioField(N_("How exactly is the date known?"), [one_of_offered], validate_choice=False)
    since = LineField(N_("Since when"), [AtMost(40)])
    until = LineField(N_("Last year of the span"), [AtMost(20)])
    used = ChecksField(N_("Evidence already on record"))
    link_url = LineField(N_("Web address"), [AtMost(2000)])
    link_title = LineField(N_("What the document is called"), [AtMost(300)])
    link_kind = SelectField(N_("What kind of document the link leads to"), [one_of_offered], validate_choice=False)
    files = MultipleFileField(N_("Files"))
    file_title = LineField(N_("What the file is called"), [AtMost(300)])
    file_kind = SelectField(N_("What kind of document the file is"), [one_of_offered], validate_choice=False)
    is_public = BooleanField(N_("Everyone may see the new evidence"), default=True)
    no_evidence = BooleanField(N_("No evidence yet"))
    note = ProseField(N_("Note"), [AtMost(4000)])
    after = HiddenField()

    def offer(self, statuses: Choices, precisions: Choices, kinds: Choices, used: Choices) -> None:
        """Set what can be chosen."""
        self.status.choices, self.precision.choices = statuses, precisions
        self.link_kind.choices = self.file_kind.choices = kinds
        self.used.choices = used

    @property
    def newest_seen(self) -> int:
        """The id of the newest record that its reader has seen; 0 where there was none, or where it says nonsense."""
        text = str(self.after.raw_data[0]) if self.after.raw_data else ""  # as sent; `data` falls back to what is
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @property
    def had_files(self) -> bool:
        """Whether files came along, which a browser does not send twice."""
        return bool(self.files.data)

    def statement(self, used: frozenset[int]) -> Statement | None:
        """Return what was said, with the evidence `used` again; None when a file cannot be taken, told at its field."""
        pieces = [*self._link(), *self._files()]
        if self.files.errors:
            return None
        return Statement(
            status=self.status.data or "",
            precision=self.precision.data or "",
            since=self.since.data or "",
            until=self.until.data or "",
            legal_reason=self.legal_reason.data or "",
            note=self.note.data or "",
            pieces=tuple(pieces),
            used=used,
            has_no_evidence=bool(self.no_evidence.data),
        )

    def _link(self) -> list[Piece]:
        url, title, kind = self.link_url.data or "", self.link_title.data or "", self.link_kind.data or ""
        return [Piece(kind, title, bool(self.is_public.data), url=url)] if url or title else []

    def _files(self) -> list[Piece]:
        sent: list[FileStorage] = self.files.data or []
        if len(sent) > MAX_FILES:
            self.refuse("files", _("Choose at most %(limit)d files.", limit=MAX_FILES))
            return []
        title, kind = self.file_title.data or "", self.file_kind.data or ""
        uploads = [upload for number, file in enumerate(sent, 1) if (upload := self._taken(file, number, len(sent)))]
        named = [f"{title} ({upload.name})" if len(sent) > 1 and title else title for upload in uploads]
        return [
            Piece(kind, name, bool(self.is_public.data), upload=upload)
            for upload, name in zip(uploads, named, strict=True)
        ]

    def _taken(self, file: FileStorage, number: int, sent: int) -> Upload | None:
        try:
            return read_upload("files", file.filename or "", file.read())
        except Invalid as error:
            message = _(error.message, **error.values)
            if sent > 1:
                message = _("File %(number)d: %(message)s", number=number, message=message)
            self.refuse("files", message)
            return None
