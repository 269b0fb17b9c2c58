"""What is kept goes on time, not a day before."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.cities import jobs as cities
from hub.cities.models import ADMITTED, DECLINED, UNCONFIRMED, WAITING, CityApplication
from hub.core import retention as core
from hub.core.db import db, transaction
from hub.core.jobs import Kept
from hub.core.log import record
from hub.core.outbox import OutgoingMail, queue_mail
from hub.follows import jobs as follows
from hub.follows.models import Notification
from hub.people import jobs as people_jobs
from hub.people import retention as people
from hub.people.events import PersonInvited
from hub.people.models import AddressProof, Ceremony, Invitation, PasswordReset, SignIn
from hub.site import keeping
from hub.site.retention import RETENTION
from tests.people.accounts import make_user
from tests.site.clocks import (
    DAY,
    MINUTE,
    START,
    add,
    applicant,
    happened,
    head,
    kept,
    mail,
    run,
    there,
    verdict,
)


def test_every_row_of_the_table_has_words_and_a_length() -> None:
    assert all(isinstance(row, Kept) and row.lasts >= DAY and row.what and row.since and row.then for row in RETENTION)
    assert len({row.what for row in RETENTION}) == len(RETENTION)


def test_the_names_of_the_jobs_are_different() -> None:
    names = [name for room in (core, people_jobs, people, cities, follows, keeping) for name in room.JOBS]
    assert len(names) == len(set(names))


def test_sent_mail_goes_after_thirty_days_and_given_up_mail_after_ninety(app: Flask) -> None:
    add(app, mail("sent", sent_at=START), mail("given", given_up_at=START), mail("waiting"))
    run(app, core.forget_mail, START + core.SENT_KEPT - MINUTE)
    assert there(app, OutgoingMail) == 3
    assert run(app, core.forget_mail, START + core.SENT_KEPT) == 1
    assert there(app, OutgoingMail, OutgoingMail.key == "sent") == 0
    run(app, core.forget_mail, START + core.GIVEN_UP_KEPT - MINUTE)
    assert there(app, OutgoingMail) == 2
    assert run(app, core.forget_mail, START + core.GIVEN_UP_KEPT) == 1
    run(app, core.forget_mail, START + 5000 * DAY)
    assert there(app, OutgoingMail, OutgoingMail.key == "waiting") == 1, "what waits is never forgotten"


def test_many_mails_go_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "BATCH", 3)
    add(app, *(mail(f"m{number}", sent_at=START) for number in range(7)))
    assert run(app, core.forget_mail, START + core.SENT_KEPT) == 7
    assert run(app, core.forget_mail, START + core.SENT_KEPT) == 0


def test_the_mail_of_a_deleted_application_does_not_hold_back_that_of_the_next(client: FlaskClient) -> None:
    """SQLite gives the number of a deleted last row again; the key of its mail must be another one."""
    from hub.cities.letters import queue_received
    from hub.web.locale import speaking

    app = client.application
    for number in range(2):
        with app.app_context(), transaction(), speaking("en"):
            application = applicant(UNCONFIRMED, token=f"again-{number}")
            db.session.add(application)
            db.session.flush()
            queue_received(application, "token", START)
            db.session.delete(application)
    assert there(app, OutgoingMail, OutgoingMail.key.startswith("application_received:")) == 2


def test_a_key_is_not_queued_again_by_what_notified_long_ago(app: Flask) -> None:
    """Rows that cause mail outlive the mail's row, or are marked as mailed, or go before it."""
    with app.app_context(), transaction():
        queue_mail(key="digest:1:5", to="a@example.org", subject="S", text="T", html="", now=START)
    assert follows.NOTIFICATIONS_KEPT > core.SENT_KEPT
    assert people.INVITATIONS_KEPT > core.GIVEN_UP_KEPT
    assert people_jobs.KEPT < core.SENT_KEPT


def test_network_addresses_go_after_180_days_and_the_chain_holds(app: Flask) -> None:
    old, young = happened(app, START), happened(app, START + DAY)
    before = head(app)
    run(app, core.forget_origins, START + core.ORIGIN_KEPT - MINUTE)
    assert kept(app, old, "origin")
    assert head(app) == before, "no entry where nothing goes"
    assert run(app, core.forget_origins, START + core.ORIGIN_KEPT) == 1
    assert not kept(app, old, "origin")
    assert kept(app, young, "origin")
    assert head(app) == before + 1
    assert verdict(app).problems == []
    assert run(app, core.forget_origins, START + core.ORIGIN_KEPT) == 0
    assert head(app) == before + 1


def test_many_network_addresses_go_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "BATCH", 2)
    positions = [happened(app, START + number * MINUTE) for number in range(5)]
    assert run(app, core.forget_origins, START + core.ORIGIN_KEPT + DAY) == 5
    assert not any(kept(app, position, "origin") for position in positions)
    assert verdict(app).problems == []


def test_an_entry_written_with_a_wrong_clock_takes_no_other_with_it(app: Flask) -> None:
    good = happened(app, START)
    wrong = happened(app, START - 20000 * DAY)
    after = happened(app, START + MINUTE)
    assert run(app, core.forget_origins, START + DAY) == 1
    assert [kept(app, each, "origin") for each in (good, wrong, after)] == [True, False, True]
    assert verdict(app).problems == []


def test_what_lets_nobody_in_any_more_goes(client: FlaskClient) -> None:
    app = client.application
    user_id = make_user(client, "a@example.org")
    hers = {"user_id": user_id, "created_at": START, "expires_at": START}
    add(
        app, SignIn(token_hash="s", **hers), Ceremony(token_hash="c", kind="prove", content={}, **hers),
        PasswordReset(token_hash="r", **hers), AddressProof(token_hash="p", email="b@example.org", **hers),
    )  # fmt: skip
    run(app, people_jobs.forget_ended, START - MINUTE)
    run(app, people.forget_ceremonies, START + people.CEREMONIES_KEPT - MINUTE)
    assert [there(app, table) for table in (SignIn, Ceremony, PasswordReset, AddressProof)] == [1, 1, 1, 1]
    run(app, people_jobs.forget_ended, START)
    run(app, people.forget_ceremonies, START + people.CEREMONIES_KEPT)
    assert [there(app, table) for table in (SignIn, Ceremony, PasswordReset, AddressProof)] == [0, 0, 1, 1]
    run(app, people_jobs.forget_ended, START + people_jobs.KEPT)
    assert [there(app, table) for table in (PasswordReset, AddressProof)] == [0, 0]


def test_the_address_of_an_ended_invitation_goes_after_a_year_in_the_log_too(client: FlaskClient) -> None:
    app = client.application
    user_id = make_user(client, "a@example.org")
    made = {"role": "organizer", "created_at": START}
    ids = add(
        app,
        Invitation(token_hash="1", email="x@example.org", expires_at=START, **made),
        Invitation(token_hash="2", email="y@example.org", expires_at=START + 7 * DAY, withdrawn_at=START, **made),
        Invitation(token_hash="3", email="z@example.org", expires_at=START + 7 * DAY, accepted_at=START,
                   accepted_by=user_id, **made),
        Invitation(token_hash="4", email="w@example.org", expires_at=START + 1000 * DAY, **made),
    )  # fmt: skip
    positions = []
    for number in ids:
        with app.app_context(), transaction():
            event = PersonInvited(number, "organizer", None, None)
            record(event, by=None, now=START, personal={"email": f"{number}@example.org"})
        positions.append(head(app))
    run(app, people.forget_invited, START + people.INVITATIONS_KEPT - MINUTE)
    assert there(app, Invitation, Invitation.email == "") == 0
    assert run(app, people.forget_invited, START + people.INVITATIONS_KEPT) == 3
    assert there(app, Invitation, Invitation.email == "") == 3
    assert [kept(app, position, "values") for position in positions] == [False, False, False, True]
    assert verdict(app).problems == []
    assert run(app, people.forget_invited, START + people.INVITATIONS_KEPT) == 0


def test_an_invitation_without_address_is_nobodys(client: FlaskClient) -> None:
    from hub.people.queries import waiting_invitations

    app = client.application
    add(app, Invitation(token_hash="1", email="x@example.org", role="organizer", created_at=START, expires_at=START))
    run(app, people.forget_invited, START + people.INVITATIONS_KEPT)
    with app.app_context():
        assert waiting_invitations() == []


def application(app: Flask, number: int) -> CityApplication:
    with app.app_context():
        return db.session.get_one(CityApplication, number)


def test_a_declined_applicant_is_forgotten_after_180_days(app: Flask) -> None:
    (number,) = add(app, applicant(DECLINED, token="d", decided_at=START, reason="Not a city"))
    run(app, cities.forget_applications, START + cities.KEPT_DECLINED - MINUTE)
    assert application(app, number).person_name == "Ursula"
    before = head(app)
    assert run(app, cities.forget_applications, START + cities.KEPT_DECLINED) == 1
    found = application(app, number)
    assert (found.person_name, found.person_role, found.email, found.message) == ("", "", "", "")
    assert (found.letter_sha256, found.letter_name, found.letter_mime) == (None, None, None)
    assert (found.city_name, found.state, found.reason) == ("Utopia", DECLINED, "Not a city")
    assert head(app) == before + 1
    assert run(app, cities.forget_applications, START + cities.KEPT_DECLINED) == 0
    assert head(app) == before + 1


def test_an_admitted_applicant_is_forgotten_after_a_year_and_the_letter_stays(app: Flask) -> None:
    (number,) = add(app, applicant(ADMITTED, token="a", decided_at=START))
    run(app, cities.forget_applications, START + cities.KEPT_ADMITTED - MINUTE)
    assert application(app, number).email == "ursula@utopia.example"
    run(app, cities.forget_applications, START + cities.KEPT_ADMITTED)
    found = application(app, number)
    assert (found.person_name, found.email, found.message) == ("", "", "")
    assert (found.letter_sha256, found.letter_name) == ("a" * 64, "letter.pdf")


def test_an_application_that_waits_is_never_forgotten(app: Flask) -> None:
    (number,) = add(app, applicant(WAITING, token="w"))
    run(app, cities.forget_applications, START + 5000 * DAY)
    assert application(app, number).person_name == "Ursula"


def test_many_applicants_go_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cities, "BATCH", 2)
    add(app, *(applicant(DECLINED, token=f"d{number}", decided_at=START) for number in range(5)))
    assert run(app, cities.forget_applications, START + cities.KEPT_DECLINED) == 5


def test_the_pages_of_a_forgotten_application_say_so(client: FlaskClient) -> None:
    from hub.core.tokens import hash_token
    from tests.people.accounts import sign_in

    app = client.application
    (number,) = add(app, applicant(DECLINED, token=hash_token("J" * 43), decided_at=START, reason="Not a city"))
    run(app, cities.forget_applications, START + cities.KEPT_DECLINED)
    sign_in(client, "organizer@example.org", is_organizer=True)
    for path in (f"/organizers/applications/{number}", f"/join/{'J' * 43}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "no longer kept" in page.text
        assert "Ursula" not in page.text


def test_what_people_were_told_goes_after_a_year(client: FlaskClient) -> None:
    app = client.application
    user_id = make_user(client, "a@example.org")
    for number in range(3):
        add(
            app,
            Notification(
                user_id=user_id,
                position=number,
                event="E",
                topic="work",
                subject_id=1,
                thing="x",
                because={},
                created_at=START,
            ),
        )
    run(app, follows.forget_notifications, START + follows.NOTIFICATIONS_KEPT - MINUTE)
    assert there(app, Notification) == 3
    assert run(app, follows.forget_notifications, START + follows.NOTIFICATIONS_KEPT) == 3
    assert run(app, follows.forget_notifications, START + follows.NOTIFICATIONS_KEPT) == 0
