"""What happens to news and events."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryStored:
    """A news entry came in or was changed."""

    entry_id: int


@dataclass(frozen=True)
class EditionChanged:
    """A forum edition was added or changed."""

    edition_id: int


@dataclass(frozen=True)
class SourceAdded:
    """An organizer added a source of news."""

    source_id: int
    is_quiet = True


@dataclass(frozen=True)
class SourceChanged:
    """An organizer changed what a source is called or what its entries are tied to."""

    source_id: int


@dataclass(frozen=True)
class SourcePaused:
    """An organizer paused a source: it is not checked until it is resumed."""

    source_id: int
    is_quiet = True


@dataclass(frozen=True)
class SourceResumed:
    """An organizer resumed a source."""

    source_id: int
    is_quiet = True


@dataclass(frozen=True)
class SourceChecked:
    """An organizer had a source checked at once; what the check brought has entries of its own."""

    source_id: int
    is_quiet = True
