"""What happened, in words: kinds of entries, their fields, the doors they came through."""

from __future__ import annotations

from collections.abc import Iterable

from hub.web.forms import N_
from hub.web.locale import gettext as _

WORDS: dict[str, str] = {
    # people
    "AccountCreated": N_("Made an account"),
    "PersonInvited": N_("Invited someone to a role"),
    "InvitationWithdrawn": N_("Took an invitation back"),
    "InvitationAccepted": N_("Took up an invitation"),
    "MemberRemoved": N_("Ended someone’s work for a city"),
    "RoleChanged": N_("Gave someone another role in a city"),
    "PersonSuspended": N_("Suspended an account"),
    "PersonRestored": N_("Opened a suspended account again"),
    "PersonLeft": N_("Closed an account for good"),
    "IdlePersonTold": N_("Told someone that an unused account will be closed"),
    "OrganizerRoleEnded": N_("Ended someone’s role as organizer"),
    "SignedIn": N_("Signed in"),
    "SignedOut": N_("Signed out"),
    "SignInsEnded": N_("Signed out on other devices"),
    "PasswordResetAsked": N_("Asked for a way to a new password"),
    "PasswordChanged": N_("Changed a password"),
    "AddressProofAsked": N_("Asked for a mail that proves an address"),
    "EmailConfirmed": N_("Confirmed the address of an account"),
    "EmailChanged": N_("Changed the address of an account"),
    "AccountRenamed": N_("Changed the name on an account"),
    "NameWithheld": N_("Asked that no public page shows the name"),
    "NameShown": N_("Let public pages show the name again"),
    "LanguageChosen": N_("Chose a language"),
    "TimeZoneChosen": N_("Chose a time zone"),
    "PasskeyAdded": N_("Added a passkey"),
    "PasskeyRemoved": N_("Removed a passkey"),
    "PasskeyRefused": N_("Used a passkey that may be a copy; it was refused"),
    "CodesTurnedOn": N_("Set up one-time codes"),
    "CodesTurnedOff": N_("Turned one-time codes off"),
    "RecoveryCodesMade": N_("Made new recovery codes"),
    "RecoveryCodeUsed": N_("Used a recovery code"),
    "FactorsReset": N_("Took away someone’s passkeys and codes"),
    # cities
    "CityAdded": N_("Put a city on record"),
    "CityChanged": N_("Changed the profile of a city"),
    "SecondReaderChosen": N_("Said whether a city has a second reader"),
    "OrganisationChanged": N_("Added or changed an organisation"),
    "CityApplied": N_("Applied for a city"),
    "ApplicationConfirmed": N_("Confirmed the address of an application"),
    "LetterReceived": N_("Sent the letter of the mayor"),
    "ApplicationForgotten": N_("Deleted an application that nobody confirmed"),
    "ApplicantForgotten": N_("Forgot who had applied for a city"),
    "CityAdmitted": N_("Admitted a city"),
    "ApplicationDeclined": N_("Declined an application"),
    "CitySuspended": N_("Suspended a city"),
    "CityRestored": N_("Let a suspended city write again"),
    # cases
    "CaseStarted": N_("Began a draft"),
    "CaseDraftSaved": N_("Saved a draft"),
    "CaseDraftDeleted": N_("Deleted a draft"),
    "CaseTakenOver": N_("Confirmed a compiled case study for the city"),
    "CaseFileAdded": N_("Put a picture or document to a case study"),
    "CaseFileRemoved": N_("Took a picture or document from a case study"),
    "CaseFileDestroyed": N_("Destroyed a picture or document of a case study"),
    "CasePublished": N_("Published a case study"),
    "CaseRevised": N_("Changed a published case study"),
    "CaseArchived": N_("Archived a case study"),
    "CaseSubmitted": N_("Sent a draft to a second reader"),
    "CaseReturned": N_("Sent a draft back to its writers"),
    "CaseProposed": N_("Sent a change of a case study to a second reader"),
    "CaseProposalClosed": N_("Closed a change of a case study that waited"),
    "CaseConfirmed": N_("Confirmed that a case study still holds"),
    "CaseDue": N_("A case study is to be confirmed again"),
    "CaseTranslationSaved": N_("Saved a translation"),
    "CaseTranslationPublished": N_("Published a translation"),
    "CaseTranslationWithdrawn": N_("Took a translation from its case study"),
    "CaseLinkLooked": N_("Looked whether a document of a case study is still there"),
    "CaseMoved": N_("Moved a case study to another city"),
    "PersonTakenOut": N_("Took a person out of a case study"),
    # commitments
    "StatusRecorded": N_("Recorded the status of a commitment"),
    "EvidenceChanged": N_("Changed what describes a piece of evidence"),
    "EvidenceRemoved": N_("Took a piece of evidence out"),
    "LinkFound": N_("Found the link of a piece of evidence broken, or whole again"),
    "CheckRequested": N_("Asked to have a status checked"),
    "CheckWithdrawn": N_("Took the wish for a check back"),
    "PeerAsked": N_("Asked another city to check a status"),
    "StatusVerified": N_("Checked a status and confirmed it"),
    "StatusRefused": N_("Checked a status and could not confirm it"),
    "RegisterAdded": N_("Brought in a published list of members"),
    "RegisterRowDecided": N_("Decided on a line of a list of members"),
    "PlanAdded": N_("Put a plan on record"),
    "PlanChanged": N_("Changed a plan"),
    "PlanRemoved": N_("Took a plan out"),
    "ActionAssessed": N_("Recorded how far an action has come"),
    "CommitmentDue": N_("Reminded a city of a due date"),
    "EditionFixed": N_("Fixed the commitments at the end of a forum"),
    # news
    "EntryStored": N_("Took in a news entry"),
    "StoriesStored": N_("Took in new stories"),
    "StoryPinned": N_("Pinned a story to the top of the news"),
    "StoryUnpinned": N_("Unpinned a story"),
    "StoryHidden": N_("Hid a story"),
    "StoryShown": N_("Showed a hidden story again"),
    "StoryTied": N_("Changed what a story is about"),
    "StoryTakenOut": N_("Took a story out for good"),
    "EditionChanged": N_("Added or changed a forum edition"),
    "CalendarEventAdded": N_("Added an event"),
    "CalendarEventChanged": N_("Changed an event"),
    "CalendarEventCancelled": N_("Marked an event as cancelled"),
    "CalendarEventReinstated": N_("Said that a cancelled event takes place after all"),
    "CalendarEventTakenOut": N_("Took out an event entered by mistake"),
    "SourceAdded": N_("Added a news source"),
    "SourcesAdded": N_("Added a list of news sources"),
    "SourceChanged": N_("Changed a news source"),
    "SourcePaused": N_("Paused a news source"),
    "SourceResumed": N_("Resumed a news source"),
    "SourceChecked": N_("Had a news source checked at once"),
    # exchange
    "AdaptationRecorded": N_("Said how far a city is with a practice of another"),
    "AdaptationRemoved": N_("Took away what was said of a practice of another city"),
    "AdaptationCommented": N_("Commented on how a practice was taken up"),
    "AdaptationCommentRemoved": N_("Took a comment away"),
    "QuestionAsked": N_("Asked a city about its case study"),
    "QuestionAnswered": N_("Answered a question"),
    "QuestionClosed": N_("Said that a question needs no answer any more"),
    "QuestionOpened": N_("Opened a question between two cities to everyone"),
    "QuestionRemoved": N_("Took a question away"),
    "AnswerRemoved": N_("Took an answer away"),
    "ReplyAsked": N_("Asked for a reply"),
    "ReplyConfirmed": N_("Confirmed the address of who asked for a reply"),
    "ReplyReleased": N_("Released a reply"),
    "ReplyDeclined": N_("Declined a reply"),
    "ReplyWithdrawn": N_("Took a reply away"),
    "ReplyForgotten": N_("Deleted a reply that nobody confirmed"),
    "ReplierForgotten": N_("Forgot who had asked for a reply"),
    # follows
    "Followed": N_("Began to follow something"),
    "Unfollowed": N_("Stopped following something"),
    "DigestTurnedOn": N_("Turned the daily mail on"),
    "DigestTurnedOff": N_("Turned the daily mail off"),
    "NotificationsRead": N_("Marked notices as read"),
    "Muted": N_("Muted something"),
    "Unmuted": N_("Wants to hear of something again"),
    "MailChosen": N_("Chose how often mail comes"),
    "MailPaused": N_("Paused the mail to an address that refuses it"),
    "MailResumed": N_("Asked that mail be tried again"),
    "SubscriptionAsked": N_("Asked to hear by mail without an account"),
    "Subscribed": N_("Confirmed a wish to hear by mail"),
    "SubscriptionChanged": N_("Changed how mail comes without an account"),
    "SubscriptionEnded": N_("Stopped mail without an account"),
    "SubscriptionsForgotten": N_("Forgot wishes that nobody confirmed, or addresses that refuse mail"),
    # the house
    "VocabularyLoaded": N_("Loaded the vocabularies"),
    "ItemAdded": N_("Added something that cities can be asked for"),
    "ItemChanged": N_("Changed a commitment item"),
    "ParkedEntryPutBack": N_("Asked for a given-up entry to be tried again"),
    "PersonalValuesErased": N_("Erased personal values from the log"),
}
"""What happened, for every kind of event of every room; who did it stands beside."""

ROLES = {
    "organizer": N_("Organizer"),
    "coordinator": N_("Coordinator"),
    "contributor": N_("Contributor"),
}

STATES = {
    "on_record": N_("On record"),
    "member": N_("Member"),
    "suspended": N_("Suspended"),
    "unconfirmed": N_("Address not confirmed"),
    "waiting": N_("Waits for an answer"),
    "admitted": N_("Admitted"),
    "declined": N_("Declined"),
    "draft": N_("Draft"),
    "published": N_("Published"),
    "archived": N_("Archived"),
    "paused": N_("Paused"),
    "active": N_("In use"),
    "new": N_("New"),
    "parked": N_("Given up"),
    "open": N_("Waiting"),
    "decided": N_("Decided"),
    "withdrawn": N_("Closed without a decision"),
}
"""How things stand, by their codes."""

CLAIMS = {"city": N_("the city itself"), "third_party": N_("someone else"), "editor": N_("the editors of this hub")}
"""Who says that a status is so."""

DOORS = {"web": N_("Web"), "cli": N_("Command line"), "worker": N_("By the clock")}
"""The kinds of doors through which something is done."""

REASONS = {
    "left": N_("the person left"),
    "taken_out": N_("a person was taken out"),
    "too_old": N_("kept long enough"),
}
"""Why personal values were erased."""

PARTS = {
    "values": N_("Personal values"),
    "changes": N_("Before and after"),
    "origin": N_("The network address"),
}
"""The sealed parts of an entry."""


def words_of(kind: str) -> str:
    """Return what a kind of entry says, in the reader's language; a kind without words shows its name."""
    return _(WORDS[kind]) if kind in WORDS else kind


def kind_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Return the kinds to choose from with their words, by these."""
    return sorted(((kind, words_of(kind)) for kind in kinds), key=lambda choice: choice[1].casefold())


def kinds_saying(text: str) -> frozenset[str]:
    """Return the kinds whose words hold a text, in the reader's language or as the log names them."""
    wanted = text.casefold()
    return frozenset(kind for kind in WORDS if wanted in words_of(kind).casefold() or wanted == kind.casefold())


def door_words(door: str | None) -> str:
    """Return through which door something came: “Web, POST /cities/<slug>/edit”."""
    kind, _space, rest = (door or "").partition(" ")
    known = _(DOORS[kind]) if kind in DOORS else kind
    return _("%(door)s, %(place)s", door=known, place=rest) if rest else known
