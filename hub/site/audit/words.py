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
    "CaseMoved": N_("Moved a case study to another city"),
    "PersonTakenOut": N_("Took a person out of a case study"),
    # commitments
    "StatusRecorded": N_("Recorded the status of a commitment"),
    # news
    "EntryStored": N_("Took in a news entry"),
    "EditionChanged": N_("Added or changed a forum edition"),
    "SourceAdded": N_("Added a news source"),
    "SourceChanged": N_("Changed a news source"),
    "SourcePaused": N_("Paused a news source"),
    "SourceResumed": N_("Resumed a news source"),
    "SourceChecked": N_("Had a news source checked at once"),
    # follows
    "Followed": N_("Began to follow something"),
    "Unfollowed": N_("Stopped following something"),
    "DigestTurnedOn": N_("Turned the daily mail on"),
    "DigestTurnedOff": N_("Turned the daily mail off"),
    "NotificationsRead": N_("Marked notices as read"),
    # the house
    "VocabularyLoaded": N_("Loaded the vocabularies"),
    "ParkedEntryPutBack": N_("Asked for a given-up entry to be tried again"),
    "PersonalValuesErased": N_("Erased personal values from the log"),
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
    "positions": N_("Entries"),
    "up_to": N_("Up to entry"),
    "parts": N_("What was erased"),
    "status": N_("Status"),
    "state": N_("State"),
    "language": N_("Language"),
    "number": N_("Version"),
    "version": N_("Version"),
    "title": N_("Title"),
    "summary": N_("Summary"),
    "problem": N_("Problem"),
    "action": N_("Action"),
    "results": N_("Results"),
    "has_reported_results": N_("Results are known"),
    "lessons": N_("Lessons"),
    "started": N_("Began in"),
    "ended": N_("Ended in"),
    "is_ongoing": N_("Goes on"),
    "is_approximate": N_("About that year"),
    "years_text": N_("Years"),
    "tags": N_("Tags"),
    "sources": N_("Sources"),
    "confidence": N_("How well the sources carry it"),
    "is_compiled": N_("Compiled from public sources"),
    "is_demo": N_("Demo"),
    "kind": N_("Kind"),
    "languages": N_("Languages"),
    "gov_type": N_("Type of government"),
    "notes": N_("Notes"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "summary_html": N_("Summary"),
    "published_at": N_("Published"),
    "expires_at": N_("Ends"),
    "device": N_("Device"),
    "sign_ins": N_("Devices signed in"),
    "passkeys": N_("Passkeys"),
    "one_time_codes": N_("One-time codes since"),
    "recovery_codes": N_("Recovery codes left"),
    "has_factor": N_("Second factor"),
    "has_password": N_("Password"),
    "is_confirmed": N_("Address confirmed"),
    "year": N_("Year"),
    "place": N_("Place"),
    "theme": N_("Theme"),
    "outcome": N_("Outcome"),
    "starts": N_("First day"),
    "ends": N_("Last day"),
    "error": N_("Error"),
    "failures": N_("Failures in a row"),
    "stamp": N_("Version"),
    "url": N_("Web address"),
    "website": N_("Web site"),
    "address": N_("Address"),
    "homepage": N_("Web site"),
    "country": N_("Country"),
    "region": N_("Region"),
    "city": N_("City"),
    "city_name": N_("City"),
    "membership": N_("Membership"),
    "application": N_("Application"),
    "letter": N_("Letter"),
    "time_zone": N_("Time zone"),
    "contact_office": N_("Contact office"),
    "contact_address": N_("Contact address"),
    "name_native": N_("Name in its own language"),
    "native_language": N_("Language of that name"),
    "hrc_since": N_("Human rights city since"),
    "hrc_basis": N_("By which act"),
    "hrc_source": N_("Source"),
    "principle_codes": N_("Principles"),
    "city_slugs": N_("Cities"),
    "next_check_at": N_("Next check"),
    "effective_text": N_("In effect since"),
    "legal_reason": N_("Legal reason"),
    "claimed_by": N_("Said by"),
    "replaces_id": N_("Corrects the record"),
    "evidence": N_("Evidence"),
    "files": N_("Files"),
    "withdrawn": N_("Invitations withdrawn"),
    "daily_mail": N_("Daily mail"),
    "is_active": N_("Account open"),
    "is_organizer": N_("Organizer"),
    "is_name_withheld": N_("Name withheld"),
    "is_substantial": N_("Substantial"),
    "has_consent": N_("With the consent of those in it"),
    "by_mail": N_("By a mailed link"),
    "is_new_account": N_("New account"),
    "places": N_("Places"),
    "method": N_("By"),
    "unread": N_("Unread"),
}
"""What the fields of an entry are called, where that helps; others show their own name."""

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
    "active": N_("Active"),
    "new": N_("New"),
    "parked": N_("Given up"),
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
