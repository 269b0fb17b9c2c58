"""What happens to case studies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseStarted:
    """A draft was begun; only people of its city can see it."""

    case_id: int


@dataclass(frozen=True)
class CaseDraftSaved:
    """The text of a draft was changed."""

    case_id: int


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
