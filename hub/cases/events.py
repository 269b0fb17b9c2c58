"""What happens to case studies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CasePublished:
    """A case was opened to everyone."""

    case_id: int


@dataclass(frozen=True)
class CaseRevised:
    """A published case was changed."""

    case_id: int


@dataclass(frozen=True)
class CaseArchived:
    """A case was taken from the lists; its address says so."""

    case_id: int
