"""Having a record checked, through the doors: who asks, who may decide, what stays, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cities.models import SUSPENDED, City
from hub.commitments import service
from hub.commitments.assurance import Assurance
from hub.commitments.models import CheckRequest, StatusRecord, Verification
from hub.commitments.queries import checks_in_force, checks_waiting, count_requests
from hub.commitments.service import Finding
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Forbidden
from hub.people.models import Membership, User
from tests.cities.factory import make_city
from tests.commitments.factory import make_record
from tests.commitments.recorder import entries
from tests.hands import form_to
from tests.people.accounts import make_user, sign_in
from tests.people.test_at_once import at_once

ASK = "/cities/suva/commitments/R1/check"
CONFIRM, REFUSE = {"result": "confirmed"}, {"result": "refused", "reason": "The page is about another city."}


class Said(NamedTuple):
    """A record of Suva, by its id and that of the city."""

    id: int
    city_id: int


@contextmanager
def rows(app: Flask) -> Iterator[Any]:
    """The database session for a while: where it stays open, all browsers would be one person."""
    with app.app_context():
        yield db.session


def say(app: Flask, item: str, status: str, since: str, url: str = "", **values: Any) -> Said:
    """Put a record of Suva on record, with values for its evidence."""
    with rows(app) as session:
        made = make_record(session, "suva", item, status, since, url=url)
        for name, value in values.items():
            setattr(made.evidence[0], name, value)
        session.commit()
        return Said(made.id, made.city_id)


def verifications(app: Flask) -> list[Verification]:
    with rows(app) as session:
        return list(session.scalars(select(Verification).order_by(Verification.id)))


def standing(app: Flask, record: Said) -> Assurance:
    with rows(app):
        return checks_in_force([record.id], clock.now().date())[record.id]


def browser(app: Flask, email: str, **who: Any) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(client, email, **who)
    return client


@pytest.fixture
def record(app: Flask) -> Said:
    """What Suva says of R1, with a document."""
    return say(app, "R1", "operating", "2020", "https://example.org/decision.pdf")


@pytest.fixture
def suva(app: Flask, record: Said) -> FlaskClient:
    """A coordinator of Suva."""
    return browser(app, "suva@example.org", city="suva")


@pytest.fixture
def graz(app: Flask) -> FlaskClient:
    """A coordinator of Graz, who may check as a peer."""
    return browser(app, "graz@example.org", city="graz")


@pytest.fixture
def organizer(app: Flask) -> FlaskClient:
    """An organizer without part in any city."""
    return browser(app, "organizer@example.org", is_organizer=True)


def fill(client: FlaskClient, page: str, action: str, **values: Any) -> TestResponse:
    opened = client.get(page)
    assert opened.status_code == 200, opened.text[:500]
    form = form_to(opened.text, action)
    return client.post(form.action, data=dict(form.filled(values)))


def ask(client: FlaskClient, note: str = "") -> str:
    answer = fill(client, ASK, ASK, note=note)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def decide(client: FlaskClient, path: str, **values: Any) -> TestResponse:
    return fill(client, path, path, **values)


def kinds(client: FlaskClient, count: int) -> list[str]:
    return [entry.kind for entry in entries(client)[:count]]


def test_documents_are_checked_by_an_organizer(
    app: Flask, suva: FlaskClient, organizer: FlaskClient, record: Said
) -> None:
    assert "Nothing waits" in organizer.get("/organizers/checks").text
    path = ask(suva, "Look at page 3.")
    assert kinds(suva, 1) == ["CheckRequested"]
    assert suva.get(ASK).headers["Location"] == path, "an open check is led to, not asked for twice"
    assert suva.post(ASK, data={"csrf_token": _token(suva)}).headers["Location"] == path
    assert suva.post(ASK, data={"csrf_token": "x"}).status_code == 400
    queue = organizer.get("/organizers/checks").text
    assert path in queue
    assert "1 check waits, 0 appeals wait." in queue
    assert path not in organizer.get("/organizers/checks?kind=appeal").text
    assert [organizer.get(f"/organizers/checks?{bad}").status_code for bad in ("state=x", "kind=x", "page=2")] == [
        400, 400, 404,
    ]  # fmt: skip
    assert 'href="/organizers/checks"' in organizer.get("/organizers").text
    page = organizer.get(path).text
    assert "Look at page 3." in page
    assert "https://example.org/decision.pdf" in page
    assert decide(organizer, path, result="refused", reason=" ").status_code == 400
    assert decide(organizer, path).status_code == 400
    assert decide(organizer, path, **CONFIRM).status_code == 303
    (made,) = verifications(app)
    today = clock.now().date()
    assert (made.record_id, made.tier, made.result, made.checked_on) == (record.id, "document", "confirmed", today)
    assert made.expires_on > today + timedelta(days=300)
    assert kinds(suva, 1) == ["StatusVerified"]
    found = standing(app, record)
    assert (found.tier, found.check.id) == ("document", made.id)
    assert "Documents checked" in suva.get(path).text
    assert path in organizer.get("/organizers/checks?state=decided").text
    with rows(app):
        assert count_requests(today) == {"check": 0, "appeal": 0}


def test_a_peer_declares_conflicts_and_checks(
    app: Flask, suva: FlaskClient, graz: FlaskClient, organizer: FlaskClient, record: Said
) -> None:
    path = ask(suva)
    assert path in graz.get("/checks/").text
    assert path in suva.get("/checks/").text, "among what her city asked for"
    with rows(app) as session:
        graz_id = session.scalars(select(City.id).where(City.slug == "graz")).one()
    opened = form_to(organizer.get(path).text, f"{path}/peer")
    assert fill(organizer, path, f"{path}/peer", city=str(graz_id)).status_code == 303
    assert kinds(suva, 1) == ["PeerAsked"]
    late = organizer.post(opened.action, data=dict(opened.filled({"city": str(graz_id)})))
    assert late.status_code == 409, "another organizer asked first"
    assert fill(organizer, path, f"{path}/peer", city=str(record.city_id)).status_code == 400, "not the city itself"
    assert "Your city was asked" in graz.get("/checks/").text
    with rows(app):
        assert [each.id for each in checks_waiting([graz_id], clock.now().date())] == [int(path.split("/")[-1])]
    assert "Say whether anything ties you" in decide(graz, path, **CONFIRM).text
    thanked = decide(graz, path, conflict="some", **CONFIRM)
    assert (thanked.status_code, "Thank you for saying so" in thanked.text) == (200, True)
    assert kinds(suva, 1) == ["PeerAsked"], "nothing was decided"
    first = form_to(graz.get(path).text, path).filled({"conflict": "none", **CONFIRM})
    other = browser(app, "utrecht@example.org", city="utrecht")
    second = form_to(other.get(path).text, path).filled({"conflict": "none", **REFUSE})
    assert graz.post(path, data=dict(first)).status_code == 303
    assert graz.post(path, data=dict(first)).status_code == 303, "the same form again decides nothing new"
    answer = other.post(path, data=dict(second))
    assert answer.status_code == 409, "not two decisions on one request"
    assert "Checked by Graz" in answer.text
    (made,) = verifications(app)
    assert (made.tier, made.by_city_id, made.conflicts) == ("peer", graz_id, "")
    assert standing(app, record).by == "graz"


def test_who_may_not_check(app: Flask, suva: FlaskClient, graz: FlaskClient, client: FlaskClient, record: Said) -> None:
    path = ask(suva)
    own = browser(app, "both@example.org", city="suva", is_organizer=True)
    contributor = browser(app, "writer@example.org", city="graz", role="contributor")
    two_cities = browser(app, "two@example.org", city="graz")
    with rows(app) as session, transaction():
        person = session.scalars(select(User).where(User.email == "two@example.org")).one()
        session.add(Membership(user_id=person.id, city_id=record.city_id, role="contributor", since_at=clock.now()))
    form = dict(form_to(graz.get(path).text, path).filled({"conflict": "none", **CONFIRM}))
    for someone in (suva, own, two_cities):
        assert "Your check" not in someone.get(path).text
    answers = [each.post(path, data=form).status_code for each in (suva, own, two_cities, contributor, client)]
    assert answers == [403, 403, 403, 404, 401]
    assert [graz.get(ASK).status_code, graz.post(ASK, data=form).status_code] == [403, 403]
    assert graz.post(f"{path}/appeal", data={"reason": "x"}).status_code == 403
    assert graz.post(f"{path}/peer", data={"city": "1"}).status_code == 403
    assert graz.get("/organizers/checks").status_code == 403
    with rows(app) as session, transaction():
        session.execute(City.__table__.update().where(City.slug == "graz").values(membership=SUSPENDED))
    assert graz.post(path, data=form).status_code in (403, 404), "the city of the peer is suspended"
    assert verifications(app) == []
    user_id = make_user(client, "recorder@example.org", is_organizer=True)
    with rows(app) as session:
        session.get_one(StatusRecord, record.id).recorded_by = user_id
        session.commit()
        by, found = session.get_one(User, user_id), Finding("document", "confirmed")
        with pytest.raises(Forbidden), transaction():
            service.decide_check(by=by, request_id=int(path.split("/")[-1]), found=found, now=clock.now())


def test_a_refusal_and_its_appeal(
    app: Flask, suva: FlaskClient, graz: FlaskClient, organizer: FlaskClient, record: Said
) -> None:
    path = ask(suva)
    assert decide(organizer, path, **REFUSE).status_code == 303
    assert kinds(suva, 1) == ["StatusRefused"]
    found = standing(app, record)
    assert (found.tier, found.refused.reason) == ("self", REFUSE["reason"])
    assert fill(suva, path, f"{path}/appeal", reason=" ").status_code == 400
    appeal = fill(suva, path, f"{path}/appeal", reason="Page 3 names us.").headers["Location"]
    assert kinds(suva, 1) == ["CheckRequested"]
    assert f"{path}/appeal" not in suva.get(path).text, "one appeal"
    assert graz.get(appeal).status_code == 404, "no peer decides an appeal"
    assert "Your check" not in organizer.get(appeal).text, "nor whoever refused"
    other = browser(app, "other@example.org", is_organizer=True)
    form = dict(form_to(other.get(appeal).text, appeal).filled(CONFIRM))
    assert organizer.post(appeal, data=form).status_code == 403
    assert f"{appeal}/peer" not in other.get(appeal).text
    assert other.post(appeal, data=form).status_code == 303
    found = standing(app, record)
    assert (found.tier, found.refused) == ("document", None)
    assert [each.result for each in verifications(app)] == ["refused", "confirmed"]
    assert REFUSE["reason"] in suva.get(appeal).text, "both stay readable"
    assert suva.post(f"{path}/appeal", data={"reason": "Again", "csrf_token": _token(suva)}).status_code == 409


def test_what_the_city_recorded_meanwhile_closes_the_request(
    app: Flask, suva: FlaskClient, graz: FlaskClient, organizer: FlaskClient, record: Said
) -> None:
    path = ask(suva)
    form = dict(form_to(graz.get(path).text, path).filled({"conflict": "none", **CONFIRM}))
    say(app, "R1", "lapsed", "2024", "https://example.org/repeal.pdf")
    assert path not in organizer.get("/organizers/checks").text
    assert path not in graz.get("/checks/").text
    assert graz.post(path, data=form, follow_redirects=False).status_code == 303
    assert kinds(suva, 1) == ["CheckWithdrawn"]
    told = graz.get(path).text
    assert "The city has recorded something else since" in told
    assert verifications(app) == []
    with rows(app) as session:
        assert session.scalars(select(CheckRequest.state)).one() == "withdrawn"


def test_a_request_can_be_taken_back_once_and_needs_evidence(
    app: Flask, suva: FlaskClient, graz: FlaskClient, organizer: FlaskClient
) -> None:
    path = ask(suva)
    page = suva.get(path).text
    form = dict(form_to(page, f"{path}/withdraw").filled({}))
    assert graz.post(f"{path}/withdraw", data={"csrf_token": _token(graz)}).status_code == 403
    assert suva.post(f"{path}/withdraw", data=form).status_code == 303
    assert kinds(suva, 1) == ["CheckWithdrawn"]
    assert suva.post(f"{path}/withdraw", data=form).status_code == 409
    assert organizer.get("/organizers/checks?state=withdrawn").text.count(path) == 1
    assert ask(suva) != path, "one can ask again"
    say(app, "R2", "operating", "2020")
    again = ASK.replace("R1", "R2")
    answer = fill(suva, again, again, note="Please")
    assert (answer.status_code, "There is no evidence to check yet" in answer.text) == (400, True)
    assert "Please" in answer.text
    assert suva.get(ASK.replace("R1", "C2.5")).status_code == 404, "nothing on record"


def test_evidence_that_is_not_public_and_evidence_that_runs_out(
    app: Flask, suva: FlaskClient, graz: FlaskClient, organizer: FlaskClient
) -> None:
    soon = clock.now().date() + timedelta(days=40)
    say(app, "R1", "operating", "2021", "https://example.org/x", is_public=False, expires_on=soon)
    path = ask(suva)
    assert "1 piece not public" in graz.get(path).text
    answer = decide(graz, path, conflict="none", **CONFIRM)
    assert (answer.status_code, "not open to you" in answer.text) == (400, True)
    assert decide(organizer, path, **CONFIRM).status_code == 303
    assert [each.expires_on for each in verifications(app)] == [soon]


def _token(client: FlaskClient) -> str:
    return dict(form_to(client.get("/desk").text, "/logout").filled({}))["csrf_token"]


def test_of_two_decisions_at_one_moment_one_stands(busy_app: Flask) -> None:
    make_city(db.session, "suva", "Suva")
    client, now = busy_app.test_client(), clock.now()
    people = [make_user(client, f"{name}@example.org", is_organizer=True) for name in ("one", "two")]
    coordinator = make_user(client, "suva@example.org", city="suva")
    record = make_record(db.session, "suva", "R1", "operating", "2020", url="https://example.org/decision.pdf")
    city_id, record_id = record.city_id, record.id
    db.session.remove()

    def ask_once() -> None:
        by = db.session.get_one(User, coordinator)
        service.ask_for_check(by=by, city_id=city_id, item_code="R1", note="", now=now)

    assert at_once(busy_app, ask_once, ask_once) == ["", "Conflict"]
    request_id = db.session.scalars(select(CheckRequest.id).where(CheckRequest.record_id == record_id)).one()
    db.session.remove()

    def refuse(user_id: int) -> None:
        by, found = db.session.get_one(User, user_id), Finding("document", "refused", "Page 3.")
        assert service.decide_check(by=by, request_id=request_id, found=found, now=now)

    assert at_once(busy_app, *[partial(refuse, each) for each in people]) == ["", "Conflict"]
    assert len(db.session.scalars(select(Verification.id)).all()) == 1
