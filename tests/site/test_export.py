"""What a member takes along: everything the hub knows about her, and no secret."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String, Text, func, select
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import Base, db
from hub.core.log import head_position
from tests.people.accounts import make_user, sign_in
from tests.site import lives

NAMED = {"email", "recipient", "actor_id", "about_id", "address"}
NOT_ABOUT_A_PERSON = "not about a person"

# Every column that points to a person or holds an address, and where it stands in the file.
WHERE = {
    "action_step.recorded_by": "commitments.steps_recorded",
    "address_proof.email": "people.address_proofs",
    "address_proof.user_id": "people.address_proofs",
    "asked_by_address.email": "people.wishes",
    "asked_by_address.user_id": "people.wishes",
    "calendar_event.added_by": "feeds.events_added",
    "case_file.uploaded_by": "cases.files_sent",
    "case_redaction.taken_by": "cases.people_taken_out",
    "case_revision.author_id": "cases.versions_written",
    "case_study.created_by": "cases.cases_begun",
    "case_study.updated_by": "cases.cases_saved_last",
    "ceremony.user_id": "people.begun",
    "check_request.asked_by": "commitments.checks_asked",
    "city_application.decided_by": "cities.applications_decided",
    "city_application.email": "cities.applications",
    "city_plan.added_by": "commitments.plans_added",
    "city_revision.author_id": "cities.profiles_written",
    "evidence.recorded_by": "commitments.evidence_given",
    "feed_source.added_by": "feeds.sources_added",
    "feed_source.address": NOT_ABOUT_A_PERSON,  # of a feed on the web
    "adaptation.created_by": "exchange.adaptations",
    "adaptation_comment.author_id": "exchange.comments",
    "adaptation_step.recorded_by": "exchange.adaptation_steps",
    "answer.author_id": "exchange.answers",
    "follow.user_id": "follows.follows",
    "mute.user_id": "follows.mutes",
    "question.asked_by": "exchange.questions",
    "reply.decided_by": "exchange.replies_decided",
    "reply.email": "exchange.replies",
    "subscriber.email": "follows.by_mail",
    "subscription_wish.email": "follows.wishes_by_mail",
    "visit.user_id": "follows.desk",
    "invitation.accepted_by": "people.invitations_to_you",
    "invitation.email": "people.invitations_to_you",
    "invitation.invited_by": "people.invitations_by_you",
    "log_entry.actor_id": "core.log_entries",
    "log_personal.about_id": "core.log_entries",
    "mail_choice.user_id": "follows.mail",
    "case_copy.user_id": "cases.texts_not_saved",
    "case_proposal.proposed_by": "cases.changes_proposed",
    "case_proposal.decided_by": "cases.changes_decided",
    "case_revision.reviewed_by": "cases.versions_read_as_second_reader",
    "case_study.submitted_by": "cases.cases_sent_to_a_second_reader",
    "case_translation.translated_by": "cases.translations",
    "case_translation_revision.author_id": "cases.versions_of_translations",
    "membership.user_id": "people.memberships",
    "notification.user_id": "follows.notifications",
    "one_time_code.user_id": "people.one_time_codes",
    "outgoing_mail.recipient": "core.mails",
    "passkey.user_id": "people.passkeys",
    "password_reset.user_id": "people.password_resets",
    "recovery_code.user_id": "people.recovery_codes",
    "register_list.added_by": "commitments.member_lists_added",
    "register_row.decided_by": "commitments.member_lines_decided",
    "sign_in.address": "people.sign_ins",
    "sign_in.user_id": "people.sign_ins",
    "status_record.recorded_by": "commitments.statuses_recorded",
    "user_account.email": "people.account",
    "verification.by_user_id": "commitments.checks_made",
    "vocabulary_revision.author_id": "vocabularies.items_changed",
}


def download(client: FlaskClient) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/export").text)
    assert token
    return client.post("/account/export", data={"csrf_token": token[1]})


def part(document: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        document = document[name]
    return document


def test_every_column_that_knows_a_person_is_in_the_file_or_says_why_not() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in NAMED or any(key.column.table.name == "user_account" for key in column.foreign_keys)
    }
    assert found == set(WHERE), "say in WHERE where the new column stands in the file, and put it there"


def test_the_file_holds_something_of_every_part(client: FlaskClient) -> None:
    lives.live(client)
    document = json.loads(download(client).data)
    for path in sorted(set(WHERE.values()) - {NOT_ABOUT_A_PERSON}):
        assert part(document, path), path
    people = document["people"]
    assert people["account"]["email"] == lives.EMAIL
    assert people["account"]["name"] == lives.NAME
    assert people["memberships"][0]["city"] == "gwangju"
    assert {each["email"] for each in people["invitations_to_you"]} == {lives.EMAIL, lives.OLD_EMAIL}
    assert [each["email"] for each in people["invitations_by_you"]] == ["friend@elsewhere.example"]
    assert {each["kind"] for each in people["wishes"]} == {"change", "reset"}
    assert [each["city_name"] for each in document["cities"]["applications"]] == ["Waitingham", "Noville"]
    assert document["cases"]["versions_written"][0]["note"] == "why"
    (file,) = document["cases"]["files_sent"]
    assert re.fullmatch(r"/cases/[\w-]+/files/\d+", file["address"])
    with client.get(file["address"]) as given:
        assert given.data == b"%PDF-1.4 hers"
    assert document["follows"]["mail"]["how_often"]["news"] == "never"
    assert {each["to"] for each in document["core"]["mails"]} == {lives.EMAIL, lives.NEW_EMAIL}
    changed = next(each for each in document["core"]["log_entries"] if each["kind"] == "EmailChanged")
    assert changed["about_you"]["changes"] == {"email": [lives.OLD_EMAIL, lives.EMAIL]}
    assert changed["about_you"]["origin"]["address"] == lives.ADDRESS


def test_the_file_holds_no_secret(client: FlaskClient) -> None:
    user_id = lives.live(client)
    text = download(client).text
    assert lives.SECRET not in text
    with client.application.app_context():
        held = 0
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if not isinstance(column.type, (String, Text)) or not _is_secret(column.name):
                    continue
                for value in db.session.scalars(select(column).where(column.is_not(None), column != "")):
                    held += 1
                    assert str(value) not in text, f"{table.name}.{column.name}"
    assert held > 8
    assert user_id


def _is_secret(name: str) -> bool:
    return name.endswith(("_hash", "secret", "salt", "token", "credential_id", "public_key", "user_handle"))


def test_nothing_of_another_person_is_in_the_file(client: FlaskClient) -> None:
    make_user(client, "neighbour@elsewhere.example", name="Nadia Neighbour", city="gwangju")
    other = client.application.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    lives.live(other)
    sign_in(client, "quiet@elsewhere.example", name="Quinn")
    text = download(client).text
    for needle in (*lives.NEEDLES, "Nadia", "neighbour@"):
        assert needle not in text
    document = json.loads(text)
    assert len(document["cases"]) == 12
    assert not any(document["cases"].values())
    assert [each["kind"] for each in document["core"]["log_entries"]] == ["AccountCreated", "SignedIn"]


def test_it_is_a_file_to_keep_and_is_stored_nowhere(client: FlaskClient) -> None:
    lives.live(client)
    response = download(client)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    day = clock.now().date().isoformat()
    assert response.headers["Content-Disposition"] == f'attachment; filename="human-rights-cities-hub-{day}.json"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.startswith('{\n  "hub": "http://localhost"')
    assert lives.NAME in response.text, "letters of every script as themselves"


def test_it_changes_nothing_and_leaves_no_entry(client: FlaskClient) -> None:
    lives.live(client)

    def state() -> dict[str, Any]:
        with client.application.app_context():
            counts = {
                table.name: db.session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.tables.values()
            }
            return {**counts, "head": head_position()}

    before = state()
    download(client)
    assert state() == before


def test_the_page_says_what_is_in_it(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    response = client.get("/account/export")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1
    for words in ("Every entry of the log", "What is not in it", "Download the file", "Keep it safe"):
        assert words in response.text


def test_it_asks_who_one_is_first(client: FlaskClient) -> None:
    assert client.get("/account/export").status_code == 401
    sign_in(client, "member@example.org")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/export").text)
    assert token
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        opened = client.get("/account/export")
        sent = client.post("/account/export", data={"csrf_token": token[1]})
    assert (opened.status_code, opened.headers["Location"]) == (303, "/confirm?next=/account/export")
    assert (sent.status_code, sent.headers["Location"].split("?")[0]) == (303, "/confirm")


def test_without_the_forms_token_nothing_is_given(client: FlaskClient) -> None:
    lives.live(client)
    response = client.post("/account/export")
    assert response.status_code == 400
    assert lives.NAME.encode() not in response.data


@pytest.mark.parametrize("language", ["en", "ko", "es", "fr"])
def test_the_page_answers_in_every_language(client: FlaskClient, language: str) -> None:
    sign_in(client, "member@example.org")
    assert f'<html lang="{language}"' in client.get(f"/account/export?lang={language}").text
