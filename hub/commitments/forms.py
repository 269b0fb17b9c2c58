"""The forms in which one says where a city stands, and what describes a piece of evidence."""

from __future__ import annotations

from collections.abc import Collection

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, RadioField, SelectField

from hub.commitments.service import About, Description, Piece, Statement
from hub.core.errors import Invalid
from hub.core.uploads import MAX_FILES, Upload, read_upload
from hub.web.forms import N_, AtMost, ChecksField, HubForm, LineField, ProseField, one_of_offered, required
from hub.web.locale import gettext as _

Choices = list[tuple[str, str]]


class RecordForm(HubForm):
    """A status, who says so, since when, on what evidence; `after` is the newest record that its reader has seen."""

    claimed_by = RadioField(N_("Who says so"), [one_of_offered], validate_choice=False)
    status = RadioField(N_("Status"), [required, one_of_offered], validate_choice=False)
    legal_reason = ProseField(N_("The law that gives it to others"), [AtMost(2000)])
    precision = RadioField(N_("How exactly is the date known?"), [one_of_offered], validate_choice=False)
    since = LineField(N_("Since when"), [AtMost(40)])
    until = LineField(N_("Last year of the span"), [AtMost(20)])
    used = ChecksField(N_("Evidence already on record"))
    link_url = LineField(N_("Web address"), [AtMost(2000)])
    link_title = LineField(N_("What the document is called"), [AtMost(300)])
    link_kind = SelectField(N_("What kind of document the link leads to"), [one_of_offered], validate_choice=False)
    link_issuer = LineField(N_("Who made it"), [AtMost(200)])
    link_issued = LineField(N_("When it was issued"), [AtMost(40)])
    link_language = SelectField(N_("Language"), [one_of_offered], validate_choice=False)
    link_expires = LineField(N_("Last day on which it holds"), [AtMost(10)])
    files = MultipleFileField(N_("Files"))
    file_title = LineField(N_("What the file is called"), [AtMost(300)])
    file_kind = SelectField(N_("What kind of document the file is"), [one_of_offered], validate_choice=False)
    file_issuer = LineField(N_("Who made it"), [AtMost(200)])
    file_issued = LineField(N_("When it was issued"), [AtMost(40)])
    file_language = SelectField(N_("Language"), [one_of_offered], validate_choice=False)
    file_expires = LineField(N_("Last day on which it holds"), [AtMost(10)])
    is_public = BooleanField(N_("Everyone may see the new evidence"), default=True)
    no_evidence = BooleanField(N_("No evidence yet"))
    note = ProseField(N_("Note"), [AtMost(4000)])
    after = HiddenField()

    def offer(
        self,
        claimants: Choices,
        statuses: Choices,
        precisions: Choices,
        kinds: Choices,
        used: Choices,
        languages: Choices,
    ) -> None:
        """Set what can be chosen."""
        self.claimed_by.choices, self.status.choices, self.precision.choices = claimants, statuses, precisions
        self.link_kind.choices = self.file_kind.choices = kinds
        self.used.choices = used
        self.link_language.choices = self.file_language.choices = languages

    def is_good(self, *, beside: Collection[str] = ()) -> bool:
        """Check every field; who says so must be said only where there is a choice."""
        good = super().is_good(beside=beside)
        if not self.claimed_by.data and len(self.claimed_by.choices) > 1:
            self.refuse("claimed_by", _("Choose one of the list."))
            return False
        return good

    def has_more(self, prefix: str) -> bool:
        """Tell whether more was said about a new document than what it is: of the link, or of the file."""
        fields = [self[f"{prefix}_{name}"] for name in ("issuer", "issued", "language", "expires")]
        return any(field.data or field.errors for field in fields)

    @property
    def newest_seen(self) -> int:
        """The id of the newest record that its reader has seen; 0 where there was none, or where it says nonsense."""
        return seen_number(self.after)

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
            claimed_by=self.claimed_by.data or self.claimed_by.choices[0][0],
        )

    def _about(self, prefix: str) -> About:
        issuer, issued, language, expires = (
            self[f"{prefix}_{name}"].data or "" for name in ("issuer", "issued", "language", "expires")
        )
        return About(issuer, issued, language, expires)

    def _link(self) -> list[Piece]:
        url, title, kind = self.link_url.data or "", self.link_title.data or "", self.link_kind.data or ""
        about = self._about("link")
        if not (url or title or about != About()):
            return []
        return [Piece(kind, title, bool(self.is_public.data), url=url, about=about)]

    def _files(self) -> list[Piece]:
        sent: list[FileStorage] = self.files.data or []
        if len(sent) > MAX_FILES:
            self.refuse("files", _("Choose at most %(limit)d files.", limit=MAX_FILES))
            return []
        title, kind = self.file_title.data or "", self.file_kind.data or ""
        uploads = [upload for number, file in enumerate(sent, 1) if (upload := self._taken(file, number, len(sent)))]
        named = [f"{title} ({upload.name})" if len(sent) > 1 and title else title for upload in uploads]
        return [
            Piece(kind, name, bool(self.is_public.data), upload=upload, about=self._about("file"))
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


class EvidenceForm(HubForm):
    """What describes a piece of evidence on record; `version` is the one that its reader has seen."""

    kind = SelectField(N_("What kind of document it is"), [required, one_of_offered], validate_choice=False)
    title = LineField(N_("What the document is called"), [AtMost(300)])
    issuer = LineField(N_("Who made it"), [AtMost(200)])
    issued = LineField(N_("When it was issued"), [AtMost(40)])
    language = SelectField(N_("Language"), [one_of_offered], validate_choice=False)
    expires = LineField(N_("Last day on which it holds"), [AtMost(10)])
    is_public = BooleanField(N_("Everyone may see it"))
    version = HiddenField()

    def offer(self, kinds: Choices, languages: Choices) -> None:
        """Set what can be chosen."""
        self.kind.choices, self.language.choices = kinds, languages

    @property
    def seen_version(self) -> int:
        """The version that its reader has seen; 0 where it says nonsense."""
        return seen_number(self.version)

    def description(self) -> Description:
        """Return what was said."""
        about = About(self.issuer.data or "", self.issued.data or "", self.language.data or "", self.expires.data or "")
        return Description(self.kind.data or "", self.title.data or "", bool(self.is_public.data), about)


class TakeOutForm(HubForm):
    """That a piece of evidence shall go; `version` is the one that its reader has seen."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that its reader has seen; 0 where it says nonsense."""
        return seen_number(self.version)


def seen_number(field: HiddenField) -> int:
    """Return the number that a hidden field brought back as sent; 0 for what is none."""
    text = str(field.raw_data[0]) if field.raw_data else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
