"""What happens to case studies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseStarted:
    """A draft was begun; only people of its city can see it."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseDraftSaved:
    """The text of a draft was changed."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class CasePublished:
    """A case was opened to everyone, for the first time or again."""

    case_id: int


@dataclass(frozen=True)
class CaseRevised:
    """A published case was changed; small corrections are not substantial."""

    case_id: int
    is_substantial: bool = True


@dataclass(frozen=True)
class CaseTakenOver:
    """A city confirmed a case that was compiled from public sources, as it stands."""

    case_id: int


@dataclass(frozen=True)
class CaseArchived:
    """A case was taken from the lists; its address says so."""

    case_id: int


@dataclass(frozen=True)
class CaseFileAdded:
    """A picture or document was put to a case; for a picture it was said that those shown agreed."""

    case_id: int
    file_id: int
    has_consent: bool


@dataclass(frozen=True)
class CaseFileRemoved:
    """A picture or document was taken from a case."""

    case_id: int
    file_id: int


@dataclass(frozen=True)
class CaseFileDestroyed:
    """A picture or document was removed for good: its content is gone, also from old versions."""

    case_id: int
    file_id: int


@dataclass(frozen=True)
class CaseMoved:
    """An organizer corrected whose practice a case tells; None stands for a national programme."""

    case_id: int
    from_city_id: int | None
    to_city_id: int | None


@dataclass(frozen=True)
class CaseDraftDeleted:
    """A draft that was never published was deleted for good."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class PersonTakenOut:
    """A person was taken out of a case and all its versions, at so many places; who it was is kept nowhere."""

    case_id: int
    redaction_id: int
    places: int


@dataclass(frozen=True)
class CaseSubmitted:
    """A draft was sent to a second person of its city."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseReturned:
    """A second person sent a draft back, saying why."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseProposed:
    """A change of a published case waits for a second person of its city."""

    case_id: int
    proposal_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseProposalClosed:
    """A change that waited was sent back or withdrawn; a published one is a `CaseRevised`."""

    case_id: int
    proposal_id: int
    is_returned: bool
    is_quiet = True


@dataclass(frozen=True)
class CaseConfirmed:
    """A city said again that a case still holds."""

    case_id: int


@dataclass(frozen=True)
class CaseDue:
    """A year went by since a city said that a case still holds."""

    case_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseTranslationSaved:
    """A translation that is not published was begun or changed."""

    case_id: int
    translation_id: int
    is_quiet = True


@dataclass(frozen=True)
class CaseTranslationPublished:
    """A translation was opened to everyone, for the first time or changed."""

    case_id: int
    translation_id: int


@dataclass(frozen=True)
class CaseTranslationWithdrawn:
    """A translation was taken from the page of its case."""

    case_id: int
    translation_id: int


@dataclass(frozen=True)
class CaseLinkLooked:
    """A document of a case was found gone from its address, or there again."""

    case_id: int
    case_source_id: int
    is_broken: bool
    is_quiet = True
