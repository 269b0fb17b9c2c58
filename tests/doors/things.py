"""What stands behind each door: a thing of Gwangju, one of Graz, one that is not public, one that is not there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from hub.cases.models import DRAFT, PUBLISHED, CaseFile, CaseProposal, CaseStudy
from hub.cities.models import WAITING, City, CityApplication
from hub.commitments.models import (
    CHECK,
    OPEN,
    PROPOSED,
    CheckRequest,
    CityPlan,
    EditionSnapshot,
    Evidence,
    PlanAction,
    RegisterList,
    RegisterRow,
    StatusRecord,
)
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.files import store_blob
from hub.core.readers import FailedEntry
from hub.core.tokens import hash_token
from hub.exchange.models import Adaptation, AdaptationComment, Answer, Question, Reply
from hub.feeds.models import CalendarEvent, FeedSource
from hub.people.models import Invitation, Membership, Passkey, PasswordReset, SignIn, User

NOTHING = 2_000_000_000
CLOSED = 1_999_999_999  # of as many digits, so that answers can be compared
DRAFT_SLUG, NO_SLUG = "a-draft-of-gwangju", "a-thing-of-nowhere"  # of one length, so that answers can be compared
STRANGERS = {
    "draft": ("anonymous", "neighbour", "organizer", "suspended"),
    "hidden": ("anonymous", "neighbour", "suspended"),
    "closed": ("anonymous", "neighbour", "suspended"),
}
"""What is not public, and who must not be able to tell that it is there: organizers may see evidence, but no drafts.
What one city asks another is for the people of both."""
TOKENS = {"invitation": "I" * 43, "reset": "R" * 43, "join": "J" * 43, "reply": "P" * 43}

Values = dict[str, Any]


class Family(NamedTuple):
    """Addresses that begin alike, with the values that make each thing's address."""

    beginning: str
    things: dict[str, Values]


def families(app: Flask) -> list[Family]:
    """Make what is needed and return the families, the longest beginning first; rules without arguments need none."""
    with app.app_context(), transaction():
        made = _make(app)
    wrong = {"missing": {"token": "A" * 43}}
    mailed = {name: {"there": {"token": token}, **wrong} for name, token in TOKENS.items()}
    missing_city = {"slug": NO_SLUG, "code": "C4.1", "user_id": NOTHING, "invitation_id": NOTHING, "plan_id": NOTHING,
                    "action_id": NOTHING, "number": NOTHING}  # fmt: skip
    found = [
        Family("/cases/<slug>", made["cases"]),
        Family("/cities/<slug>", {**made["cities"], "missing": missing_city}),
        Family("/principles/<code>", {"there": {"code": "GP8"}, "missing": {"code": "GP99"}}),
        Family("/commitments/<code>", {"there": {"code": "C4.1"}, "missing": {"code": "C99"}}),
        Family("/commitments/editions/", {"there": {"year": 2018}, "missing": {"year": 2012}}),
        Family("/evidence/", made["evidence"]),
        Family("/exchange/adaptations/", made["adaptations"]),
        Family("/exchange/questions/", made["questions"]),
        Family("/events/", {"there": {"slug": "an-event"}, "missing": {"slug": NO_SLUG}}),
        Family("/news/", {"there": {"entry_id": 1}, "missing": {"entry_id": NOTHING}}),
        Family("/organizers/events/<slug>", {"there": {"slug": "an-event"}, "missing": {"slug": NO_SLUG}}),
        Family("/invitations/<token>", mailed["invitation"]),
        Family("/password/reset/<token>", mailed["reset"]),
        Family("/join/<token>", mailed["join"]),
        Family("/reply/", mailed["reply"]),
        Family("/follow/mail/", wrong),
        Family("/notifications/", {"missing": {"number": NOTHING}}),
        Family("/unsubscribe/<token>", wrong),
        Family("/account/email/<token>", wrong),
        Family("/account/sign-ins/", {"foreign": {"sign_in_id": made["account"]["foreign"]["sign_in_id"]},
                                      "missing": {"sign_in_id": NOTHING}}),
        Family("/account/security/passkeys/", {"foreign": {"passkey_id": made["account"]["foreign"]["passkey_id"]},
                                               "missing": {"passkey_id": NOTHING}}),
        Family("/organizers/applications/", made["applications"]),
        Family("/organizers/cities/<slug>", {"there": {"slug": "graz"}, "missing": {"slug": NO_SLUG}}),
        Family("/organizers/items/<code>", {"there": {"code": "C4.1"}, "missing": {"code": "C99"}}),
        Family("/organizers/people/", {**made["people"], "missing": {"user_id": NOTHING, "invitation_id": NOTHING}}),
        Family("/organizers/registers/", {**made["registers"], "missing": {"list_id": NOTHING, "row_id": NOTHING}}),
        Family("/organizers/replies/", made["replies"]),
        Family("/organizers/sources/<slug>", {"there": {"slug": "a-source"}, "missing": {"slug": NO_SLUG}}),
        Family("/organizers/system/parked/", {"there": {"reader": "mail", "position": 1},
                                              "missing": {"reader": "mail", "position": 2}}),
        Family("/checks/<", made["checks"]),
        Family("/static/", {"there": {"filename": "favicon.svg"}, "missing": {"filename": "nothing.svg"}}),
    ]  # fmt: skip
    return sorted(found, key=lambda family: -len(family.beginning))


def things_of(rule: Rule, known: list[Family]) -> dict[str, Values]:
    """Return what to knock with at a rule: its own arguments for each thing; `-` where there is nothing to choose.

    Raises AssertionError for an argument no value is known for: add it to `families`.
    """
    choices = {name: converter.items for name, converter in rule._converters.items() if hasattr(converter, "items")}
    fixed: Values = {name: sorted(items)[0] for name, items in choices.items()}
    if not set(rule.arguments) - set(fixed):
        return {"-": fixed}
    family = next((each for each in known if rule.rule.startswith(each.beginning)), None)
    assert family is not None, f"say in tests/doors/things.py what stands behind {rule.rule}"
    found = {}
    for name, values in family.things.items():
        gaps = set(rule.arguments) - set(fixed) - set(values)
        assert not gaps, f"say in tests/doors/things.py what <{gaps}> of {rule.rule} is for {name}"
        found[name] = {argument: value for argument, value in {**values, **fixed}.items() if argument in rule.arguments}
    return found


def _make(app: Flask) -> dict[str, dict[str, Values]]:
    now = clock.now()
    cities = {slug: db.session.scalars(select(City).where(City.slug == slug)).one() for slug in ("gwangju", "graz")}
    files_dir = app.config["HUB"].files_dir
    text = dict.fromkeys(("problem", "action", "results", "lessons"), "Words.")
    draft = CaseStudy(slug=DRAFT_SLUG, title="A draft nobody may see", summary="Secret.", city_id=cities["gwangju"].id,
                      country="KR", language="en", state=DRAFT, updated_at=now, **text)  # fmt: skip
    db.session.add(draft)
    cases = {"own": _published(cities["gwangju"]), "foreign": _published(cities["graz"]), "draft": draft}
    db.session.flush()
    things: dict[str, dict[str, Values]] = {"cases": {}, "cities": {}, "evidence": {}, "people": {}, "checks": {}}
    for name, case in cases.items():
        file = CaseFile(case_id=case.id, sha256=store_blob(files_dir, b"%PDF-1.4 a"), name="a.pdf", size=10,
                        mime="application/pdf", title="A", owner="B", licence="CC BY 4.0", uploaded_at=now)  # fmt: skip
        proposal = CaseProposal(case_id=case.id, base_version=1, content={"title": "Words."}, proposed_at=now)
        db.session.add_all([file, proposal])
        db.session.flush()
        things["cases"][name] = {"slug": case.slug, "file_id": file.id, "code": "pt", "number": proposal.id}
    things["cases"]["missing"] = {**things["cases"]["draft"], "slug": NO_SLUG}
    for name, slug in (("own", "gwangju"), ("foreign", "graz")):
        invitation = _invitation(slug, cities[slug].id)
        person = _person(f"{name}-person@example.org")
        db.session.flush()
        db.session.add(Membership(user_id=person.id, city_id=cities[slug].id, role="contributor", since_at=now))
        things["cities"][name] = {"slug": slug, "code": "C4.1", "user_id": person.id, "invitation_id": invitation.id}
    for name, slug, is_public in (("own", "gwangju", True), ("foreign", "graz", True), ("hidden", "gwangju", False)):
        piece = Evidence(
            city_id=cities[slug].id, kind="report", url="", title="Paper", name="a.pdf", is_public=is_public,
            sha256=store_blob(files_dir, b"%PDF-1.4 b"), mime="application/pdf", size=10, recorded_at=now,
        )  # fmt: skip
        db.session.add(piece)
        db.session.flush()
        things["evidence"][name] = {"number": piece.id}
        if name in things["cities"]:
            things["cities"][name]["number"] = piece.id
    things["evidence"]["missing"] = {"number": NOTHING}
    for name, slug in (("own", "gwangju"), ("foreign", "graz")):
        request = _request(cities[slug].id)
        db.session.flush()
        things["checks"][name] = {"request_id": request.id}
    things["checks"]["missing"] = {"request_id": NOTHING}
    for name, slug in (("own", "gwangju"), ("foreign", "graz")):
        things["cities"][name] |= _plan(cities[slug].id)
    day = date(2018, 10, 21)
    db.session.add(
        EditionSnapshot(year=2018, as_of=day, known_at=now, cities=1, records=0, digest="0" * 64, fixed_at=now)
    )
    things["registers"] = {"there": _register(cities["graz"].id)}
    invitation, organizer = _invitation(TOKENS["invitation"], None), _person("other-organizer@example.org")
    organizer.is_organizer = True
    application = CityApplication(
        token_hash=hash_token(TOKENS["join"]), state=WAITING, city_name="Utopia", country="AT", person_name="U",
        person_role="Mayor", email="u@example.org",
        created_at=now, confirmed_at=now, letter_name="a.pdf", letter_mime="application/pdf",
        letter_sha256=store_blob(files_dir, b"%PDF-1.4 c"),
    )  # fmt: skip
    db.session.add_all([
        application,
        CalendarEvent(slug="an-event", title="An event", language="en", starts_on=now.date(), ends_on=now.date(),
                      held="online", added_at=now, updated_at=now),
        FeedSource(slug="a-source", title="A source", address="http://127.0.0.1:9/feed", added_at=now),
        FailedEntry(reader="mail", position=1, attempts=8, error="ValueError", next_at=now, parked_at=now),
    ])  # fmt: skip
    db.session.flush()
    expires = now + timedelta(hours=1)
    db.session.add(
        PasswordReset(token_hash=hash_token(TOKENS["reset"]), user_id=person.id, created_at=now, expires_at=expires)
    )
    signed_in = SignIn(token_hash=hash_token("S" * 43), user_id=person.id, created_at=now, expires_at=expires)
    passkey = Passkey(
        user_id=person.id, credential_id="x" * 43, public_key="x", user_handle="h" * 43, name="A key", created_at=now
    )
    db.session.add_all([signed_in, passkey])
    db.session.flush()
    things["account"] = {"foreign": {"sign_in_id": signed_in.id, "passkey_id": passkey.id}}
    things |= _exchange(cities, cases, now)
    things["people"]["there"] = {"user_id": organizer.id, "invitation_id": invitation.id}
    things["applications"] = {"there": {"application_id": application.id}, "missing": {"application_id": NOTHING}}
    return things


def _exchange(cities: dict[str, City], cases: dict[str, CaseStudy], now: datetime) -> dict[str, dict[str, Values]]:
    """Keep what each of two cities took up from the other and asked it, and a reply that waits."""
    things: dict[str, dict[str, Values]] = {"adaptations": {}, "questions": {}}
    for name, slug, other in (("own", "gwangju", "foreign"), ("foreign", "graz", "own")):
        adaptation = Adaptation(city_id=cities[slug].id, origin_id=cases[other].id, state="running", language="en",
                                created_at=now, updated_at=now)  # fmt: skip
        db.session.add(adaptation)
        db.session.flush()
        comment = AdaptationComment(adaptation_id=adaptation.id, city_id=cities[slug].id, text="Well.", language="en",
                                    said_at=now)  # fmt: skip
        db.session.add(comment)
        db.session.flush()
        things["adaptations"][name] = {"adaptation_id": adaptation.id, "comment_id": comment.id}
    third = db.session.scalars(select(City).where(City.slug == "york")).one()
    things["adaptations"]["missing"] = {"adaptation_id": NOTHING, "comment_id": NOTHING}
    for name, city, case, is_between in (
        ("own", None, cases["own"], False), ("foreign", None, cases["foreign"], False),
        ("closed", third, cases["own"], True),
    ):  # fmt: skip
        number = CLOSED if is_between else None
        question = Question(id=number, case_id=case.id, city_id=city.id if city else None, text="How?", language="en",
                            is_between_cities=is_between, asked_at=now)  # fmt: skip
        db.session.add(question)
        db.session.flush()
        answer = Answer(
            id=number, question_id=question.id, city_id=case.city_id, text="So.", language="en", said_at=now
        )
        db.session.add(answer)
        db.session.flush()
        things["questions"][name] = {"question_id": question.id, "answer_id": answer.id}
    things["questions"]["missing"] = {"question_id": NOTHING, "answer_id": NOTHING}
    reply = Reply(
        subject="case", case_id=cases["own"].id, organisation_name="Theirs", person_name="R", person_role="Chair",
        email="r@example.org", concern="Named.", text="It was otherwise.", language="en", state="waiting",
        token_hash=hash_token(TOKENS["reply"]), created_at=now, confirmed_at=now,
    )  # fmt: skip
    db.session.add(reply)
    db.session.flush()
    things["replies"] = {"there": {"reply_id": reply.id}, "missing": {"reply_id": NOTHING}}
    return things


def _request(city_id: int) -> CheckRequest:
    """Return an open request for a check of something that a city has on record."""
    record = db.session.scalars(select(StatusRecord).where(StatusRecord.city_id == city_id)).first()
    assert record is not None
    request = CheckRequest(
        record_id=record.id, city_id=city_id, item_code=record.item_code, kind=CHECK, asked_at=clock.now(), state=OPEN
    )  # fmt: skip
    db.session.add(request)
    return request


def _plan(city_id: int) -> Values:
    """Keep a plan of a city with one action."""
    plan = CityPlan(city_id=city_id, title="A plan", added_at=clock.now(), updated_at=clock.now())
    db.session.add(plan)
    db.session.flush()
    action = PlanAction(plan_id=plan.id, position=1, text="An action")
    db.session.add(action)
    db.session.flush()
    return {"plan_id": plan.id, "action_id": action.id}


def _register(city_id: int) -> Values:
    """Keep a list of members with one line."""
    kept = RegisterList(item_code="C4.3", title="A list", source_url="https://www.example.org/", as_of=date(2025, 1, 1),
                        sha256="0" * 64, name="a.csv", size=1, added_at=clock.now())  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    row = RegisterRow(list_id=kept.id, line=2, name="Graz", country="AT", city_id=city_id, match="exact",
                      state=PROPOSED)  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return {"list_id": kept.id, "row_id": row.id}


def _published(city: City) -> CaseStudy:
    query = select(CaseStudy).where(CaseStudy.city_id == city.id, CaseStudy.state == PUBLISHED).order_by(CaseStudy.id)
    return db.session.scalars(query.limit(1)).one()


def _person(email: str) -> User:
    user = User(email=email, name="Someone", password_hash="!", created_at=clock.now())
    db.session.add(user)
    return user


def _invitation(name: str, city_id: int | None) -> Invitation:
    now = clock.now()
    invitation = Invitation(
        token_hash=hash_token(name), email=f"{name.lower()}@example.net", city_id=city_id,
        role="contributor" if city_id else "organizer", created_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    db.session.add(invitation)
    return invitation
