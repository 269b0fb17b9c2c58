"""A person is taken out of a case and all its versions: the one exception to versions that are never altered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import escape
from sqlalchemy import select

from hub.cases.beside import take_out_beside
from hub.cases.events import CaseFileDestroyed, PersonTakenOut
from hub.cases.filewords import stored_as
from hub.cases.models import CaseRedaction, CaseRevision, CaseStudy
from hub.cases.policy import can_take_out
from hub.cases.redacting import Redactor, is_as_now, is_in_slug, slug_without, stands_in_any, titles_of
from hub.cases.service.files import keep_files
from hub.cases.service.writing import free_slug, locked, log_change, touch
from hub.cases.spellings import Spellings
from hub.cases.states import state_of
from hub.core.chain import erase_personal
from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, VALUES, LogEntry, LogPersonal, record
from hub.core.once import Submission
from hub.core.outbox import OutgoingMail
from hub.people.models import User

WISH, RISK, MINOR, ERROR = "wish", "risk", "minor", "error"
REASONS = (WISH, RISK, MINOR, ERROR)
LONGEST_MARK = 120


class TakenOut(NamedTuple):
    """What was done: at how many places, and the slug of the case before and after."""

    places: int
    slug_before: str
    slug: str


def take_person_out(
    slug: str, spelled: Spellings, *, mark: str, reason: str, by: User, now: datetime,
    around: Callable[[int, Redactor], None] = lambda case_id, redactor: None,
) -> TakenOut:  # fmt: skip
    """Put a dated mark in place of a name in a case, all its versions and all that was kept about them.

    `around` does the same for what higher rooms hold of the case with this number.

    Inside `transaction()`. Raises NotFound, Forbidden, and Invalid for a reason that is none, a mark that holds the
    name, or a name that stands nowhere. Where the slug names the person, the case gets another and the old one is gone.
    """
    case = locked(slug, by)
    if not can_take_out(by, case):
        raise Forbidden("a coordinator of its city or an organizer takes a person out")
    if reason not in REASONS:
        raise Invalid("reason", "Choose one of the list.")
    if not mark or len(mark) > LONGEST_MARK or spelled.stands_in(mark):
        raise Invalid("mark", "Put something in its place that does not hold the name.")
    version = case.version
    revisions = list(db.session.scalars(select(CaseRevision).where(CaseRevision.case_id == case.id)))
    new_slug = free_slug(slug_without(slug, spelled)) if is_in_slug(case, spelled, titles_of(revisions)) else slug
    redactor = Redactor(spelled, mark)
    for revision in revisions:
        _rewrite(revision, redactor, Redactor(spelled, mark) if is_as_now(case, revision) else redactor)
    take_out_beside(case.id, redactor)  # before the case changes: what it reads would count its version up once more
    around(case.id, redactor)
    redactor.case(case)
    if new_slug != slug:
        redactor.places += 1
        case.slug = new_slug
    if not redactor.places:
        raise Invalid("spellings", "It stands nowhere in this case study, as it is written here.")
    touch(case, by, now)
    db.session.flush()  # counts the version up
    row = CaseRedaction(
        case_id=case.id, reason=reason, places=redactor.places, version=case.version, taken_by=by.id, taken_at=now
    )
    db.session.add(row)
    db.session.flush()  # the log entry names the mark's id
    erase_personal(
        parts=(VALUES, CHANGES), reason="taken_out", by=by.id, now=now, positions=_entries(case, spelled, by)
    )
    _rewrite_mails(slug, case.slug, Redactor(spelled, mark), Redactor(spelled, str(escape(mark))))
    if case.slug != slug:
        _rewrite_places(_path(slug), _path(case.slug))
    record(
        PersonTakenOut(case.id, row.id, redactor.places), by=by.id, now=now,
        changes={"version": (version, case.version)},
    )  # fmt: skip
    return TakenOut(redactor.places, slug, case.slug)


def _rewrite(revision: CaseRevision, redactor: Redactor, of_content: Redactor) -> None:
    """Write a version anew without the name; this is done nowhere else."""
    content, note = of_content.content(revision.content), redactor.text(revision.change_note)
    if content != revision.content:
        revision.content = content
    if note != revision.change_note:
        revision.change_note = note


def _entries(case: CaseStudy, spelled: Spellings, by: User) -> list[int]:
    """Return the entries whose sealed parts go: all about the case, and others that hold the name.

    Of those others only what is about no account; an organizer's reach is the whole log, a coordinator's her city.
    """
    of_case = select(LogEntry.position).where(
        LogEntry.payload["case_id"].as_integer() == case.id, LogEntry.kind != PersonTakenOut.__name__
    )
    positions = set(db.session.scalars(of_case))
    query = select(LogPersonal.position, LogPersonal.content).where(
        LogPersonal.part.in_((VALUES, CHANGES)), LogPersonal.about_id.is_(None)
    )
    if not by.organizes:
        own_cases = select(CaseStudy.id).where(CaseStudy.city_id == case.city_id)
        of_city = LogEntry.payload["city_id"].as_integer() == case.city_id
        of_cases = LogEntry.payload["case_id"].as_integer().in_(own_cases)
        query = query.join(LogEntry, LogEntry.position == LogPersonal.position).where(of_city | of_cases)
    for position, content in db.session.execute(query.execution_options(yield_per=500)):
        if position not in positions and stands_in_any(content, spelled):
            positions.add(position)
    return sorted(positions)


def _path(slug: str) -> str:
    return f"/cases/{quote(slug, safe='')}"


def _rewrite_mails(before: str, after: str, plain: Redactor, marked_up: Redactor) -> None:
    """Take the name out of mails about the case that wait, and out of the subjects of those that went."""
    old, new = _path(before), _path(after)
    about = OutgoingMail.text.contains(old, autoescape=True)
    for mail in db.session.scalars(select(OutgoingMail).where(OutgoingMail.sent_at.is_(None), about)):
        mail.subject = plain.text(mail.subject)
        mail.text = plain.text(_led(mail.text, old, new))
        mail.html = marked_up.text(_led(mail.html, old, new))
    gone = select(OutgoingMail.id, OutgoingMail.subject).where(OutgoingMail.sent_at.is_not(None))
    for mail_id, subject in db.session.execute(gone).all():
        if plain.spelled.stands_in(subject):
            db.session.get_one(OutgoingMail, mail_id).subject = plain.text(subject)


def _led(text: str, old: str, new: str) -> str:
    """Return a text whose links to the old address lead to the new one, and not those to a longer address."""
    return re.sub(re.escape(old) + r"(?![\w%-])", lambda _match: new, text)


def _rewrite_places(old: str, new: str) -> None:
    """Let forms that were carried out lead to the new address."""
    for form in db.session.scalars(select(Submission).where(Submission.place.startswith(old, autoescape=True))):
        form.place = _led(form.place, old, new)


def destroy_file(slug: str, file_id: int, *, by: User, now: datetime) -> list[str]:
    """Take a file from a case for good, inside `transaction()`; return its sha256 and those of its smaller copies.

    Empty where it was gone already. Whoever calls deletes the contents after the commit, unless another row names
    them. Raises NotFound, also for another case's file, and Forbidden.
    """
    case = locked(slug, by)
    if not can_take_out(by, case):
        raise Forbidden("a coordinator of its city or an organizer removes a file for good")
    file = next((file for file in case.files if file.id == file_id), None)
    if file is None:
        raise NotFound("no such file")
    names, before = stored_as(file), state_of(case)
    if not names:
        return []
    was_shown = file.removed_at is None
    file.sha256, file.sizes, file.removed_at = "", [], file.removed_at or now
    if was_shown:
        keep_files(case, by, now)
    log_change(CaseFileDestroyed(case.id, file.id), case, before, by, now)
    return names
