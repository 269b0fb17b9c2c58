"""A person of whom every table of the hub knows something, so that nothing of her is overlooked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.cases.models import (
    CaseCopy,
    CaseFile,
    CaseProposal,
    CaseRedaction,
    CaseRevision,
    CaseStudy,
    CaseTranslation,
    CaseTranslationRevision,
)
from hub.cities.events import CityApplied
from hub.cities.models import DECLINED, WAITING, City, CityApplication, CityRevision
from hub.commitments.models import (
    ActionStep,
    CheckRequest,
    CityPlan,
    Evidence,
    PlanAction,
    RegisterList,
    RegisterRow,
    StatusRecord,
    Verification,
)
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.files import store_blob
from hub.core.log import Origin, come_from, record
from hub.core.outbox import OutgoingMail
from hub.core.tokens import hash_token
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question, Reply
from hub.feeds.models import CalendarEvent, FeedSource
from hub.follows.events import Followed
from hub.follows.models import Follow, MailChoice, Mute, Notification, Subscriber, SubscriptionWish, Visit
from hub.people.events import EmailChanged, PasswordChanged, PersonInvited
from hub.people.models import (
    AddressProof,
    AskedByAddress,
    Ceremony,
    Invitation,
    OneTimeCode,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignIn,
    User,
)
from hub.vocabularies.models import VocabularyRevision
from tests.people.accounts import sign_in

NAME, EMAIL, OLD_EMAIL, NEW_EMAIL = "Zoraida Ñuñez-Qvist", "zoraida@heim.example", "zora@alt.example", "zq@neu.example"
DEVICE, ADDRESS = "Zorafox, Linux", "203.0.113.77"
NEEDLES = (NAME, "Zoraida", EMAIL, OLD_EMAIL, NEW_EMAIL, DEVICE, ADDRESS)
SECRET = "s3cr3t-value-of-"  # begins everything that must never leave the hub


def live(client: FlaskClient, *, city: str = "gwangju", is_organizer: bool = False) -> int:
    """Sign someone in who has done everything there is to do, and return her account's id."""
    user_id = sign_in(client, EMAIL, name=NAME, city=city, is_organizer=is_organizer, language="en")
    with client.application.app_context():
        come_from(Origin("web POST /everything", ADDRESS, "request-1"))
        with transaction():
            _fill(user_id, Path(client.application.config["HUB"].files_dir))
        come_from(Origin("cli people invite"))
        with transaction():
            _invited()
    return user_id


def _fill(user_id: int, files: Path) -> None:
    now = clock.now()
    later = now + timedelta(hours=1)
    user = db.session.get_one(User, user_id)
    user.password_hash = SECRET + "password"
    city = db.session.scalars(select(City).where(City.slug == "gwangju")).one()
    case = db.session.scalars(select(CaseStudy).order_by(CaseStudy.id).limit(1)).one()
    mine: dict[str, Any] = {"user_id": user_id, "created_at": now}
    link = {**mine, "expires_at": later}
    translation = CaseTranslation(case_id=case.id, language="pt", texts={"title": "dela"}, follows=1,
                                  translated_by=user_id, updated_at=now)  # fmt: skip
    adaptation = Adaptation(
        city_id=city.id,
        origin_id=case.id,
        state="running",
        language="en",
        created_by=user_id,
        created_at=now,
        updated_at=now,
    )
    question = Question(case_id=case.id, text="How?", language="en", asked_by=user_id, asked_at=now)
    db.session.add_all([
        Passkey(**mine, credential_id=SECRET + "credential", public_key=SECRET + "key", user_handle=SECRET + "handle",
                name="Zoraida’s phone", transports=["internal"]),
        OneTimeCode(**mine, secret=SECRET + "totp", confirmed_at=now),
        RecoveryCode(**mine, code_hash=SECRET + "recovery"),
        Ceremony(**link, kind="second_step", token_hash=SECRET + "ceremony", content={"challenge": SECRET + "c"}),
        PasswordReset(**link, token_hash=SECRET + "reset"),
        AddressProof(**link, token_hash=SECRET + "proof", email=NEW_EMAIL),
        AskedByAddress(kind="change", email=NEW_EMAIL, user_id=user_id, language="en", created_at=now),
        AskedByAddress(kind="reset", email=EMAIL, user_id=None, language="en", created_at=now),
        CityRevision(city_id=city.id, number=90, content={"notes": "profile"}, author_id=user_id, recorded_at=now),
        CaseRevision(case_id=case.id, number=90, content={"title": "version"}, author_id=user_id, change_note="why",
                     recorded_at=now),
        CaseRevision(case_id=case.id, number=91, content={"title": "read"}, reviewed_by=user_id, recorded_at=now),
        CaseCopy(case_id=case.id, user_id=user_id, base_version=1, content={"title": "not saved"}, saved_at=now),
        CaseProposal(case_id=case.id, base_version=1, content={"title": "proposed"}, proposed_by=user_id,
                     proposed_at=now, decided_by=user_id, decided_at=now),
        translation,
        CaseRedaction(case_id=case.id, reason="wish", places=2, version=1, taken_by=user_id, taken_at=now),
        CaseFile(case_id=case.id, sha256=store_blob(files, b"%PDF-1.4 hers"), name="hers.pdf", mime="application/pdf",
                 size=4, title="Hers", uploaded_by=user_id, uploaded_at=now),
        StatusRecord(city_id=city.id, item_code="C4.1", status="operating", claimed_by="city", note="by her",
                     recorded_by=user_id, recorded_at=now),
        Evidence(city_id=city.id, kind="report", url="https://example.org/hers", recorded_by=user_id, recorded_at=now),
        CalendarEvent(slug="hers", title="Her event", language="en", starts_on=now.date(), ends_on=now.date(),
                      held="online", added_by=user_id, added_at=now, updated_at=now),
        FeedSource(slug="hers", title="Her source", address="http://127.0.0.1:9/hers", added_by=user_id, added_at=now),
        Notification(user_id=user_id, position=1, event="CasePublished", subject_id=case.id, created_at=now,
                     topic="cases", thing=f"case:{case.id}", because={"kind": "city", "key": "graz"}),
        MailChoice(user_id=user_id, frequencies={"news": "never"}),
        Mute(user_id=user_id, kind="case", key=case.slug, created_at=now),
        Visit(user_id=user_id, at=now),
        Subscriber(email=EMAIL, language="en", time_zone="UTC", created_at=now),
        SubscriptionWish(token_hash=hash_token(SECRET + "wish"), email=EMAIL, language="en", time_zone="UTC",
                         frequency="daily", kind="city", key="graz", asked_at=now),
        question,
        Reply(subject="case", case_id=case.id, organisation_name="Theirs", person_name=NAME, person_role="Chair",
              email=EMAIL, concern="named in it", text="It was otherwise.", language="en", created_at=now,
              token_hash=hash_token(SECRET + "reply"), decided_by=user_id, decided_at=now),
        adaptation,
        _mail("sent", now, sent_at=now), _mail("waiting", now), _mail("refused", now, error=f"refused {EMAIL}"),
        _mail("to-new", now, to=NEW_EMAIL),
    ])  # fmt: skip
    case.created_by = case.updated_by = case.submitted_by = user_id
    db.session.flush()
    db.session.add_all([
        Answer(question_id=question.id, text="Like this.", language="en", author_id=user_id, said_at=now),
        AdaptationStep(adaptation_id=adaptation.id, state="running", recorded_by=user_id, recorded_at=now),
        AdaptationComment(adaptation_id=adaptation.id, city_id=city.id, text="Well done.", language="en",
                          author_id=user_id, said_at=now),
    ])  # fmt: skip
    db.session.add(
        CaseTranslationRevision(translation_id=translation.id, number=1, follows=1, texts={"title": "dela"},
                                author_id=user_id, recorded_at=now)
    )  # fmt: skip
    db.session.add_all(_checks_and_plans(user_id, city.id))
    db.session.execute(update(SignIn).where(SignIn.user_id == user_id).values(device=DEVICE, address=ADDRESS))
    sent = _invitation(user_id, "friend@elsewhere.example", SECRET + "sent", now, invited_by=user_id)
    to_old = _invitation(user_id, OLD_EMAIL, SECRET + "accepted", now, accepted_at=now, accepted_by=user_id)
    to_her = _invitation(user_id, EMAIL, SECRET + "waiting", now)
    follow = Follow(user_id=user_id, kind="city", key="graz", created_at=now)
    db.session.add_all([sent, to_old, to_her, follow, *_applications(user_id, files)])
    db.session.flush()
    db.session.add(OutgoingMail(**_mail_values(f"invitation:{sent.id}", now, to=sent.email, text=f"{NAME} invites")))
    record(PersonInvited(sent.id, "contributor", city.id, None), by=user_id, now=now, personal={"email": sent.email})
    record(EmailChanged(user_id), by=user_id, now=now, changes={"email": (OLD_EMAIL, EMAIL)})
    record(PasswordChanged(user_id, by_mail=False), by=user_id, now=now, personal={"device": DEVICE})
    record(Followed(follow.id), by=user_id, now=now)
    hers = db.session.scalars(select(CityApplication.id).where(CityApplication.email == EMAIL)).first()
    record(CityApplied(hers or 0), by=None, now=now)


def _checks_and_plans(user_id: int, city_id: int) -> list[Any]:
    now = clock.now()
    record = db.session.scalars(select(StatusRecord).where(StatusRecord.city_id == city_id)).first()
    assert record is not None
    about = {"record_id": record.id, "city_id": city_id, "item_code": record.item_code}
    plan = CityPlan(city_id=city_id, title="Her plan", added_by=user_id, added_at=now, updated_at=now)
    members = RegisterList(item_code="C4.1", title="Her list", source_url="https://example.org/", as_of=now.date(),
                           sha256="0" * 64, name="list.csv", size=1, added_by=user_id, added_at=now)  # fmt: skip
    db.session.add_all([plan, members])
    db.session.flush()
    action = PlanAction(plan_id=plan.id, position=1, text="Her action")
    db.session.add(action)
    db.session.flush()
    return [
        CheckRequest(**about, kind="check", note="by her", asked_by=user_id, asked_at=now),
        Verification(**about, tier="peer", result="refused", reason="by her", checked_on=now.date(),
                     by_user_id=user_id, recorded_at=now),
        RegisterRow(list_id=members.id, line=1, name="Nowhere", state="rejected", decided_by=user_id, decided_at=now),
        ActionStep(action_id=action.id, state="limited", recorded_by=user_id, recorded_at=now),
        VocabularyRevision(scheme="items", code="R1", number=90, content={}, recorded_at=now, author_id=user_id),
    ]  # fmt: skip


def _invited() -> None:
    """Note that the operator invited her, at the address she had then and at the one she has now."""
    for email in (OLD_EMAIL, EMAIL):
        number = db.session.scalars(select(Invitation.id).where(Invitation.email == email)).one()
        event = PersonInvited(number, "organizer", None, None)
        record(event, by=None, now=clock.now(), personal={"email": email, "name": NAME})


def _mail(key: str, now: Any, **values: Any) -> OutgoingMail:
    return OutgoingMail(**_mail_values(f"{key}:life", now, **values))


def _mail_values(key: str, now: Any, *, to: str = EMAIL, text: str = "Dear Zoraida", **values: Any) -> dict[str, Any]:
    text = "" if "sent_at" in values else text
    given = {"subject": "Dear Zoraida", "text": text, "headers": {"X-For": to}, "created_at": now, "next_at": now}
    return {"key": key, "recipient": to, **given, **values}


def _invitation(user_id: int, email: str, token: str, now: Any, **values: Any) -> Invitation:
    return Invitation(
        token_hash=token, email=email, role="organizer", created_at=now, expires_at=now + timedelta(days=7), **values
    )  # fmt: skip


def _applications(user_id: int, files: Path) -> list[CityApplication]:
    now = clock.now()
    hers = {"person_name": NAME, "person_role": "Mayor", "email": EMAIL, "message": f"{NAME} writes"}
    other = {"person_name": "Other", "person_role": "Mayor", "email": "other@elsewhere.example", "message": "Words"}
    letter = {"letter_sha256": store_blob(files, b"%PDF-1.4 letter"), "letter_name": "Zoraida.pdf",
              "letter_mime": "application/pdf"}  # fmt: skip
    made = {"country": "AT", "created_at": now}
    return [
        CityApplication(token_hash=hash_token("life-1"), city_name="Waitingham", state=WAITING, **made, **hers),
        CityApplication(token_hash=hash_token("life-2"), city_name="Noville", state=DECLINED, decided_at=now, **made,
                        **hers, **letter),
        CityApplication(token_hash=hash_token("life-3"), city_name="Elsewhere", state=DECLINED, decided_at=now,
                        decided_by=user_id, **made, **other),
    ]  # fmt: skip
