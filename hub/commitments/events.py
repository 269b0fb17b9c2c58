"""What happens to commitments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatusRecorded:
    """A city's status on an item was recorded, with the evidence that came along."""

    record_id: int
    city_id: int
    item_code: str = ""


@dataclass(frozen=True)
class EvidenceChanged:
    """What describes a piece of evidence was corrected: its title, issuer, date, language, expiry, who may see it."""

    evidence_id: int
    city_id: int


@dataclass(frozen=True)
class EvidenceRemoved:
    """A piece of evidence was taken out; that it was there stays on record."""

    evidence_id: int
    city_id: int


@dataclass(frozen=True)
class LinkFound:
    """The link of a piece of evidence was found broken, or whole again."""

    evidence_id: int
    city_id: int
    is_broken: bool


@dataclass(frozen=True)
class CheckRequested:
    """A city asked to have a record checked, or appealed against a refusal."""

    request_id: int
    record_id: int
    city_id: int


@dataclass(frozen=True)
class CheckWithdrawn:
    """A city took such a wish back."""

    request_id: int
    city_id: int


@dataclass(frozen=True)
class PeerAsked:
    """An organizer asked another city to check a record as a peer."""

    request_id: int
    city_id: int  # the city asked


@dataclass(frozen=True)
class StatusVerified:
    """Someone other than the city checked a record and confirmed it."""

    verification_id: int
    record_id: int
    city_id: int


@dataclass(frozen=True)
class StatusRefused:
    """Someone other than the city checked a record and could not confirm it."""

    verification_id: int
    record_id: int
    city_id: int


@dataclass(frozen=True)
class RegisterAdded:
    """An organizer brought in a published list of members; nothing was changed by it."""

    list_id: int
    item_code: str


@dataclass(frozen=True)
class RegisterRowDecided:
    """An organizer accepted or rejected that a line of such a list is a city on record."""

    list_id: int
    row_id: int
    city_id: int | None
    is_accepted: bool


@dataclass(frozen=True)
class PlanAdded:
    """A city put its plan on record."""

    plan_id: int
    city_id: int


@dataclass(frozen=True)
class PlanChanged:
    """What a plan or its list of actions says was changed."""

    plan_id: int
    city_id: int


@dataclass(frozen=True)
class PlanRemoved:
    """A plan that had been entered by mistake was taken out."""

    plan_id: int
    city_id: int


@dataclass(frozen=True)
class ActionAssessed:
    """How far an action of a plan has come was recorded."""

    step_id: int
    action_id: int
    plan_id: int
    city_id: int


@dataclass(frozen=True)
class CommitmentDue:
    """A due date comes near or has passed; `stage` is in days, before it when negative."""

    is_quiet = True

    reminder_id: int
    city_id: int
    subject_kind: str  # status, action
    subject_id: int
    stage: int


@dataclass(frozen=True)
class EditionFixed:
    """What the matrix showed at a forum's end was fixed by a digest."""

    snapshot_id: int
    year: int
