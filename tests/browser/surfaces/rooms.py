"""Writes a batch into the rows of every room, inside one transaction; text from feeds and mails goes its usual way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import delete, select

from hub.cases.events import CasePublished, CaseRevised
from hub.cases.models import DRAFT, PUBLISHED, CaseFile, CaseRevision, CaseSource, CaseStudy, CaseTag
from hub.cases.service import content_of
from hub.cities.events import CityChanged
from hub.cities.letters import queue_declined
from hub.cities.models import DECLINED, WAITING, City, CityApplication
from hub.commitments.models import Evidence, StatusRecord
from hub.commitments.service import rebuild_spans
from hub.core.db import db
from hub.core.files import store_blob
from hub.core.jobs import JobState
from hub.core.log import head_position, record
from hub.core.outbox import OutgoingMail
from hub.core.readers import FailedEntry
from hub.feeds.models import FeedSource
from hub.feeds.parse import ParsedFeed
from hub.feeds.parsing import Parser
from hub.feeds.service.syncs import store_entries
from hub.follows import letters as digests
from hub.follows.models import Notification
from hub.follows.queries.mailing import ReaderKey, find_reader, list_waiting
from hub.people.events import PersonSuspended
from hub.people.letters import queue_invitation, queue_reset
from hub.people.models import Invitation, Passkey, SignIn, User
from hub.vocabularies.queries import vocabulary
from tests.browser.surfaces.stage import CITY, TOWNS, Batch, Stage
from tests.cases.desk import picture

CASES = [f"payload-{number}" for number in range(20)]
WHOLE, EDITED, DRAFTED = "payload-whole", "payload-edited", "payload-draft"
PARTS = ("problem", "action", "results", "lessons")


def row(model: Any, found: Any, **values: Any) -> Any:
    """Return the row that was found, or a new one."""
    if found is None:
        found = model(**values)
        db.session.add(found)
    return found


def fill_people(stage: Stage, batch: Batch) -> None:
    """Names of people, devices and passkeys."""
    now, own = datetime.now(UTC), stage.users["coordinator"]
    for user_id, name in zip(stage.members, batch.texts(len(stage.members)), strict=True):
        db.session.get_one(User, user_id).name = name
    for who, name in zip(stage.users.values(), batch.texts(2), strict=True):
        db.session.get_one(User, who).name = name
    db.session.execute(delete(Passkey).where(Passkey.user_id == own))
    for number, name in enumerate(batch.texts(10)):
        key = {"credential_id": f"key{number}", "public_key": "x", "user_handle": "x", "created_at": now}
        db.session.add(Passkey(user_id=own, name=name, **key))
    db.session.execute(delete(SignIn).where(SignIn.user_id == own, SignIn.token_hash.like("stage%")))
    for number, device in enumerate(batch.texts(10)):
        lasts = {"created_at": now, "expires_at": now + timedelta(hours=1), "proved_at": now}
        db.session.add(SignIn(token_hash=f"stage{number}", user_id=own, device=device, address=device, **lasts))


def fill_cities(stage: Stage, batch: Batch) -> None:
    """The profile of the city, the names of the towns, and the applications."""
    city = db.session.get_one(City, stage.city_id)
    [city.name] = batch.texts(1)
    [city.name_native, city.contact_office, city.contact_address] = batch.texts(3)
    [city.notes, city.hrc_basis] = batch.prose(2)
    [city.website, city.hrc_source, city.forum_source] = batch.addresses(3)
    city.forum_editions, city.hrc_since, city.native_language = "1", 2012, "ko"
    names = batch.texts(len(TOWNS))
    for slug, name in zip(TOWNS, names, strict=True):
        town = db.session.scalars(select(City).where(City.slug == slug)).one()
        town.name, town.name_native = name, name
    now = datetime.now(UTC)
    for number, texts in enumerate(zip(*(batch.texts(12) for _ in range(4)), strict=True)):
        key = f"stage-{number}"
        found = db.session.scalar(select(CityApplication).where(CityApplication.token_hash == key))
        application = row(CityApplication, found, token_hash=key, country="KR", email=f"{key}@example.org")
        application.state = DECLINED if number == 11 else WAITING
        application.city_name, application.person_name, application.person_role, application.message = texts
        application.reason = texts[0] if number == 11 else ""
        application.created_at = application.confirmed_at = now
        application.letter_name, application.letter_sha256, application.letter_mime = (
            texts[1],
            "0" * 64,
            "application/pdf",
        )


def fill_cases(stage: Stage, batch: Batch) -> None:
    """Cases in lists, one shown whole with its versions, one that is edited, and drafts."""
    now, own = datetime.now(UTC), stage.users["coordinator"]
    for slug, title, summary in zip(CASES, batch.texts(len(CASES)), batch.prose(len(CASES)), strict=True):
        _case(stage, slug, now, title=title, summary=summary, problem=summary)
    for number, title in enumerate(batch.texts(5)):
        _case(stage, f"{DRAFTED}-{number}", now, state=DRAFT, title=title, summary=title, problem=title)
    [title] = batch.texts(1)
    whole = _case(
        stage, WHOLE, now, title=title, summary=title, years_text=title, **dict(zip(PARTS, batch.prose(4), strict=True))
    )
    places = list(zip(batch.texts(30), batch.addresses(30), strict=True))
    whole.sources = []
    db.session.flush()  # their places are free again
    whole.sources = [CaseSource(position=place, title=words, url=url) for place, (words, url) in enumerate(places)]
    _files(stage, whole, batch, now)
    for number, (note, words, author) in enumerate(zip(batch.texts(8), batch.prose(8), stage.members, strict=False), 1):
        found = select(CaseRevision).where(CaseRevision.case_id == whole.id, CaseRevision.number == number)
        version = row(CaseRevision, db.session.scalar(found), case_id=whole.id, number=number, recorded_at=now)
        version.content = content_of(whole) | {
            "title": note,
            "summary": words,
            "problem": f"{words}\n\nIt was {number}.",
        }
        version.change_note, version.author_id = note, author
    few = batch.some(8)
    edited = _case(stage, EDITED, now, title=f"{batch.mark} {few[0]}"[:200], summary=" ".join(few)[:300])
    for part, text in zip(PARTS, batch.prose(4), strict=True):
        setattr(edited, part, text[:15_000])
    for each in (whole, edited):
        each.updated_by = own


def _case(stage: Stage, slug: str, now: datetime, **values: Any) -> CaseStudy:
    case = db.session.scalar(select(CaseStudy).where(CaseStudy.slug == slug))
    if case is None:
        case = CaseStudy(
            slug=slug, city_id=stage.city_id, country="KR", language="en", title="", summary="", started=2020,
            state=PUBLISHED, published_at=now, updated_at=now, results="So.", created_by=stage.users["coordinator"],
        )  # fmt: skip
        tags = [("clause", "GP8.2"), ("type", "advisory_council"), ("group", "all_inhabitants")]
        case.tags = [CaseTag(scheme=scheme, code=code, rank=rank) for rank, (scheme, code) in enumerate(tags)]
        db.session.add(case)
        db.session.flush()
        db.session.add(CaseRevision(case_id=case.id, number=1, content=content_of(case), recorded_at=now))
    for name, value in values.items():
        setattr(case, name, value)
    case.published_at = None if case.state == DRAFT else case.published_at
    case.updated_at = now
    db.session.flush()
    return case


def _files(stage: Stage, case: CaseStudy, batch: Batch, now: datetime) -> None:
    image = store_blob(stage.app.config["HUB"].files_dir, picture())
    known = list(case.files)
    texts = zip(batch.texts(20), batch.texts(20)[::-1], strict=True)
    for number, (title, owner) in enumerate(texts):
        file = known[number] if number < len(known) else CaseFile(case_id=case.id, uploaded_at=now)
        is_image = number < 3
        file.sha256, file.mime = image, "image/jpeg" if is_image else "application/pdf"
        file.width, file.height, file.size = 60, 40, 1000
        file.title, file.owner, file.name, file.licence = title, owner, title, "cc-by-4.0"
        db.session.add(file)


def fill_commitments(stage: Stage, batch: Batch) -> None:
    """Notes, legal reasons and evidence of records."""
    now, codes = datetime.now(UTC), sorted(vocabulary().items)[:20]
    notes, reasons, titles, urls = batch.texts(20), batch.texts(20)[::-1], batch.texts(20), batch.addresses(20)
    for number, code in enumerate(codes):
        wanted = select(StatusRecord).where(StatusRecord.city_id == stage.city_id, StatusRecord.item_code == code)
        kept = db.session.scalar(wanted)
        if kept is None:
            evidence = Evidence(city_id=stage.city_id, kind="ordinance", url="", recorded_at=now)
            kept = StatusRecord(
                city_id=stage.city_id, item_code=code, status="adopted", claimed_by="city", recorded_at=now,
                effective_text="2020", precision="year", evidence=[evidence],
            )  # fmt: skip
            db.session.add(kept)
        kept.status = "outside_competence" if number % 2 else "adopted"
        kept.note, kept.legal_reason = notes[number], reasons[number]
        kept.recorded_by = stage.members[number]
        kept.evidence[0].title, kept.evidence[0].url = titles[number], urls[number]
    db.session.flush()
    rebuild_spans()


def fill_news(stage: Stage, batch: Batch) -> None:
    """Stories of a feed, through its parser and cleaner, and what organizers read of sources."""
    now = datetime.now(UTC)
    source = db.session.scalar(select(FeedSource).where(FeedSource.slug == "stage"))
    source = row(FeedSource, source, slug="stage", title="", state="paused")
    [source.title] = batch.texts(1)
    [source.error] = batch.prose(1)
    [source.homepage] = batch.addresses(1)
    source.principle_codes, source.city_slugs, source.failing_since = ["GP8"], [CITY], now
    db.session.flush()
    titles, bodies, links = batch.texts(40), batch.prose(40), batch.addresses(40)
    items = "".join(
        f"<item><guid>urn:{number}</guid><title>{_xml(title)}</title><link>{_xml(link)}</link>"
        f"<pubDate>{now:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{_xml(f'<p>{body}</p>')}</description></item>"
        for number, (title, body, link) in enumerate(zip(titles, bodies, links, strict=True))
    )
    feed = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    with Parser() as parser:
        parsed = parser.read(feed.encode(), "application/rss+xml", "https://example.org/feed")
    assert isinstance(parsed, ParsedFeed)
    store_entries(source, parsed, now)


def _xml(text: str) -> str:
    return escape("".join(each if each >= " " or each in "\n\t" else " " for each in text))


def fill_log(stage: Stage, batch: Batch) -> None:
    """Entries with reasons, names, and values before and after; also what went wrong behind the pages."""
    now, fields = datetime.now(UTC), ("name", "notes", "website", "contact_office", "title", "summary")
    before, after = batch.texts(120), batch.texts(120)[::-1]
    reasons = batch.texts(20)
    for number in range(20):
        own = slice(number * 6, number * 6 + 6)
        changes = dict(zip(fields, zip(before[own], after[own], strict=True), strict=True))
        by = stage.members[number]
        record(CityChanged(stage.city_id), by=by, now=now, changes=changes, personal={"name": reasons[number]})
    for number, reason in enumerate(reasons):
        personal = {"reason": reason, "email": reason}
        record(PersonSuspended(stage.members[number]), by=stage.users["organizer"], now=now, personal=personal)
    for slug in (*CASES, WHOLE):
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
        record(CaseRevised(case.id), by=stage.members[0], now=now, changes={"title": ("", case.title)})
    for number, (name, error) in enumerate(zip(batch.texts(5), batch.prose(5), strict=True)):
        job = row(JobState, db.session.get(JobState, f"stage {number}"), name=f"stage {number}")
        job.next_at, job.error = now + timedelta(days=1), f"{name} {error}"
        key = {"reader": "stage", "position": number + 1}
        failed = row(FailedEntry, db.session.get(FailedEntry, ("stage", number + 1)), **key)
        failed.error, failed.next_at, failed.parked_at, failed.attempts = error, now, now, 8


def fill_notifications(stage: Stage, batch: Batch) -> None:
    """What a person is told: the cases' own titles say it."""
    now = datetime.now(UTC)
    db.session.execute(delete(Notification).where(Notification.user_id == stage.users["coordinator"]))
    because = {"kind": "city", "key": CITY}
    for number, slug in enumerate(CASES):
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
        told = {
            "event": CasePublished.__name__,
            "topic": "cases",
            "thing": f"case:{case.id}",
            "subject_id": case.id,
            "because": because,
            "created_at": now,
        }
        position = head_position() - number
        db.session.add(Notification(user_id=stage.users["coordinator"], position=position, **told))


def write_mails(stage: Stage, batch: Batch) -> None:
    """Compose mails of every kind that carries somebody's words, and keep their HTML; the caller rolls back."""
    now = datetime.now(UTC)
    last = db.session.scalar(select(OutgoingMail.id).order_by(OutgoingMail.id.desc()).limit(1)) or 0
    user = db.session.get_one(User, stage.users["coordinator"])
    reader = find_reader(ReaderKey(user.id, None))
    assert reader is not None
    digests.queue_digest(reader, list_waiting(reader.key), ("en",), now)
    queue_reset(user, "token", "en", now)
    invitation = Invitation(
        token_hash=f"stage-{batch.mark}", email="guest@example.org", role="coordinator", city_id=stage.city_id,
        invited_by=user.id, created_at=now, expires_at=now + timedelta(days=7), language="en",
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    queue_invitation(invitation, "token", now)
    declined = db.session.scalars(select(CityApplication).where(CityApplication.token_hash == "stage-11")).one()
    queue_declined(declined, now)
    db.session.flush()
    stage.mails = list(db.session.scalars(select(OutgoingMail.html).where(OutgoingMail.id > last)))


FILLS = (fill_people, fill_cities, fill_cases, fill_commitments, fill_news, fill_log, fill_notifications)
