"""The log in words: what each kind of entry says to a person, and the rows of the audit page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hub.site.trail import Step, Subject
from hub.web.formats import absolute
from hub.web.forms import N_
from hub.web.locale import gettext as _

WORDS: dict[str, str] = {
    # people
    "AccountCreated": N_("Made an account"),
    "PersonInvited": N_("Invited someone to a role"),
    "InvitationWithdrawn": N_("Took an invitation back"),
    "InvitationAccepted": N_("Took up an invitation"),
    "MemberRemoved": N_("Ended someone’s work for a city"),
    "PersonSuspended": N_("Suspended an account"),
    "PersonRestored": N_("Opened a suspended account again"),
    "OrganizerRoleEnded": N_("Ended someone’s role as organizer"),
    "PasswordResetAsked": N_("Asked for a way to a new password"),
    "PasswordChanged": N_("Changed a password"),
    "AccountRenamed": N_("Changed the name on an account"),
    "LanguageChosen": N_("Chose a language"),
    # cities
    "CityAdded": N_("Put a city on record"),
    "CityChanged": N_("Changed the profile of a city"),
    "OrganisationChanged": N_("Added or changed an organisation"),
    "CityApplied": N_("Applied for a city"),
    "ApplicationConfirmed": N_("Confirmed the address of an application"),
    "LetterReceived": N_("Sent the letter of the mayor"),
    "ApplicationForgotten": N_("Deleted an application that nobody confirmed"),
    "CityAdmitted": N_("Admitted a city"),
    "ApplicationDeclined": N_("Declined an application"),
    "CitySuspended": N_("Suspended a city"),
    "CityRestored": N_("Let a suspended city write again"),
    # cases
    "CaseStarted": N_("Began a draft"),
    "CaseDraftSaved": N_("Saved a draft"),
    "CaseTakenOver": N_("Confirmed a compiled case study for the city"),
    "CaseFileAdded": N_("Put a picture or document to a case study"),
    "CaseFileRemoved": N_("Took a picture or document from a case study"),
    "CasePublished": N_("Published a case study"),
    "CaseRevised": N_("Changed a published case study"),
    "CaseArchived": N_("Archived a case study"),
    # commitments
    "StatusRecorded": N_("Recorded the status of a commitment"),
    # news
    "EntryStored": N_("Took in a news entry"),
    "EditionChanged": N_("Added or changed a forum edition"),
    "SourceAdded": N_("Added a news source"),
    "SourceChanged": N_("Changed a news source"),
    "SourcePaused": N_("Paused a news source"),
    "SourceResumed": N_("Resumed a news source"),
    # follows
    "Followed": N_("Began to follow something"),
    "Unfollowed": N_("Stopped following something"),
    "DigestTurnedOn": N_("Turned the daily mail on"),
    "DigestTurnedOff": N_("Turned the daily mail off"),
    # the house
    "VocabularyLoaded": N_("Loaded the vocabularies"),
    "ParkedEntryPutBack": N_("Asked for a given-up entry to be tried again"),
}
"""What happened, for every kind of event of every room; who did it stands beside."""

FIELDS: dict[str, str] = {
    "email": N_("E-mail address"),
    "name": N_("Name"),
    "role": N_("Role"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "item_code": N_("Commitment"),
    "reader": N_("Reader"),
    "position": N_("Entry"),
    "status": N_("Status"),
    "state": N_("State"),
    "language": N_("Language"),
    "number": N_("Version"),
    "is_substantial": N_("Substantial"),
    "has_consent": N_("With the consent of those in it"),
    "by_mail": N_("By a mailed link"),
    "is_new_account": N_("New account"),
}
"""What the fields of an entry are called, where that helps; others show their own name."""

ROLES = {
    "organizer": N_("Organizer"),
    "coordinator": N_("Coordinator"),
    "contributor": N_("Contributor"),
}

HEADER = ("number", "at", "kind", "what", "who", "about", "address", "more", "personal values")


class Detail(NamedTuple):
    """One more value of an entry, with what it is called."""

    name: str
    value: str


class Row(NamedTuple):
    """One line of the audit page."""

    step: Step
    what: str
    who: str  # empty: the hub itself, from its files or by the clock
    subjects: list[Subject]
    details: list[Detail]
    personal: list[Detail]
    is_erased: bool


def words_of(kind: str) -> str:
    """Return what a kind of entry says, in the reader's language; a kind without words shows its name."""
    return _(WORDS[kind]) if kind in WORDS else kind


def kind_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Return the kinds to choose from with their words, by these."""
    return sorted(((kind, words_of(kind)) for kind in kinds), key=lambda choice: choice[1].casefold())


def rows(steps: Iterable[Step]) -> list[Row]:
    """Return the log as the audit page lists it."""
    return [row_of(step) for step in steps]


def row_of(step: Step) -> Row:
    """Return one entry of the log as a person reads it."""
    return Row(
        step=step,
        what=words_of(step.entry.kind),
        who=step.actor.name if step.actor else "",
        subjects=step.subjects,
        details=_details(dict(step.rest)),
        personal=_details(step.personal or {}),
        is_erased=step.is_erased,
    )


def csv_rows(steps: Iterable[Step]) -> Iterator[list[Any]]:
    """Yield the log as cells; personal values stay on the page, and the cells say only whether there are any."""
    for step in steps:
        row = row_of(step)
        kept = "erased" if row.is_erased else "kept" if row.personal else ""
        yield [
            step.entry.position,
            step.entry.recorded_at.isoformat(timespec="seconds"),
            step.entry.kind,
            row.what,
            row.who or "hub",
            [subject.label for subject in row.subjects],
            [absolute(subject.url) for subject in row.subjects if subject.url],
            [f"{name}={_spelled(value)}" for name, value in step.rest],
            kept,
        ]


def _details(values: Mapping[str, Any]) -> list[Detail]:
    return [
        Detail(_(FIELDS[name]) if name in FIELDS else name.replace("_", " "), _value(name, value))
        for name, value in values.items()
        if value not in (None, "") and name != "follow_id"  # a follow is nobody else's business
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _(ROLES[value]) if name == "role" and value in ROLES else _spelled(value)


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
