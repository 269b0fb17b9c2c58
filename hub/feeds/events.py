"""What happens to news and events."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryStored:
    """A news entry was changed by its site, or came in with the hub's own files."""

    entry_id: int


@dataclass(frozen=True)
class StoriesStored:
    """One check of a source brought these new stories."""

    source_id: int
    entry_ids: list[int]


@dataclass(frozen=True)
class EditionChanged:
    """A forum edition was added or changed."""

    edition_id: int


@dataclass(frozen=True)
class SourceAdded:
    """An organizer added a source of news."""

    source_id: int


@dataclass(frozen=True)
class SourcesAdded:
    """An organizer added the sources of a list."""

    source_ids: list[int]


@dataclass(frozen=True)
class SourceChanged:
    """What a source is called, where it is read or what its entries are tied to was changed.

    Nobody did it where a check learned that its site moved, or what its homepage is.
    """

    source_id: int


@dataclass(frozen=True)
class SourcePaused:
    """An organizer paused a source: it is not checked until it is resumed."""

    source_id: int


@dataclass(frozen=True)
class SourceResumed:
    """An organizer resumed a source."""

    source_id: int


@dataclass(frozen=True)
class SourceChecked:
    """An organizer had a source checked at once; what the check brought has entries of its own."""

    source_id: int
    is_quiet = True


@dataclass(frozen=True)
class CalendarEventAdded:
    """An organizer entered an event."""

    event_id: int


@dataclass(frozen=True)
class CalendarEventChanged:
    """An organizer changed what is said of an event."""

    event_id: int


@dataclass(frozen=True)
class CalendarEventCancelled:
    """An event will not take place; it stays on record, marked."""

    event_id: int


@dataclass(frozen=True)
class CalendarEventReinstated:
    """An event that had been cancelled takes place after all."""

    event_id: int


@dataclass(frozen=True)
class CalendarEventTakenOut:
    """An event that had been entered by mistake is shown no more."""

    event_id: int


@dataclass(frozen=True)
class StoryPinned:
    """An organizer put a story first; of those that stood first before, `unpinned_ids` made room for it."""

    entry_id: int
    unpinned_ids: list[int]


@dataclass(frozen=True)
class StoryUnpinned:
    """An organizer let a story go back to its place."""

    entry_id: int


@dataclass(frozen=True)
class StoryHidden:
    """An organizer took a story from all public pages; `copy_ids` tell the same one for other sources."""

    entry_id: int
    copy_ids: list[int]


@dataclass(frozen=True)
class StoryShown:
    """An organizer showed a hidden story again."""

    entry_id: int
    copy_ids: list[int]


@dataclass(frozen=True)
class StoryTied:
    """An organizer said what a story is about: its principles and cities."""

    entry_id: int
    copy_ids: list[int]


@dataclass(frozen=True)
class StoryTakenOut:
    """An organizer emptied a story for good; only what it is recognised by is kept, so that it does not come back."""

    entry_id: int
    copy_ids: list[int]
