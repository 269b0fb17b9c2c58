"""Browsers that look, around every form they send, at what changed on record and what the log says of it."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from hub.cli.digest import NOT_CONTENT
from hub.core.db import Base
from hub.core.log import LogEntry, LogPersonal
from hub.core.tokens import hash_token
from hub.people.models import SignIn
from hub.web.gate import PUBLIC, declared_permission
from tests.doors.people import undone
from tests.people.accounts import new_address

ASIDE = {*NOT_CONTENT, "log_entry", "log_personal", "asked_by_address", "case_copy", "visit"}
"""The log itself, what is no content, what is only written down for the worker, who leaves the entry, and what someone
typed and has not saved, which is nobody's record yet; when someone last opened her desk."""

NOTES = {"passkey": {"sign_count", "used_at"}, "one_time_code": {"last_step"}}
"""What a factor remembers of its last use, so that none is taken twice; no content either."""

BESIDE = {
    "SignedIn": {"SignedOut"},  # a browser holds one sign-in, and the one before ends
    "InvitationAccepted": {"SignedIn", "PasskeyAdded"},  # a new account is signed in at once
    "RecoveryCodeUsed": {"SignedIn"},
    "PasswordChanged": {"SignedIn", "EmailConfirmed"},
    "CityAdmitted": {"PersonInvited"},  # the applicant is invited as its coordinator
    "SourceAdded": {"StoriesStored"},  # what the first check brings
    "SourceChanged": {"StoriesStored", "EntryStored"},  # what the first check at its new address brings
    "SourceChecked": {"StoriesStored", "EntryStored", "SourceChanged"},  # new stories, changed ones, a site that moved
    "RegisterRowDecided": {"StatusRecorded", "StatusVerified"},  # what it puts on record, and confirms
    "PersonLeft": {"PersonalValuesErased"},
    "PersonTakenOut": {"PersonalValuesErased"},
    "EvidenceRemoved": {"PersonalValuesErased"},  # what the log kept of its title and address
    "StoryTakenOut": {"PersonalValuesErased"},  # what the log kept of its texts
    "QuestionRemoved": {"PersonalValuesErased"},
    "AnswerRemoved": {"PersonalValuesErased"},
    "ReplyWithdrawn": {"PersonalValuesErased"},
}
"""What one act may leave beside its own entry."""

OF_NO_CONTENT = {"SignedIn", "SignedOut", "SignInsEnded", "AddressProofAsked", "ParkedEntryPutBack"}
"""What changes only what is no content: sign-ins, and what the worker or a reader of the log has to do."""

Submission = tuple[str, str, dict[str, Any]]


class Sent(NamedTuple):
    """A form that was sent: the rule, the answer, and what kinds of entries it left."""

    rule: str
    status: int
    kinds: tuple[str, ...]


WRITTEN = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"


@dataclass
class Watch:
    """What is looked at around every POST, and what was seen."""

    app: Flask
    connection: Connection
    strangers: list[FlaskClient] = field(default_factory=list)  # who send the same without any right to it
    sent: list[Sent] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)  # rules whose refusals were tried already
    quiet_kinds: set[str] = field(default_factory=set)  # entries that say that no public page follows from them
    quiet: set[str] = field(default_factory=set)  # rules that leave such an entry
    pages: list[str] = field(default_factory=list)  # public pages that must then stay as they are
    is_busy: bool = False
    seen: tuple[int, dict[str, str]] | None = None  # rows written by then, and the hashes of the tables
    read: tuple[int, dict[str, bytes]] | None = None  # rows written by then, and what the pages were

    def public_pages(self) -> dict[str, bytes]:
        """Return what anyone reads now, of the pages that may be kept; while no row was written, as the last time."""
        written = self.written()
        if self.read is None or self.read[0] != written:
            self.read = written, self._pages()
        return self.read[1]

    def as_before(self, written: int) -> None:
        """Note that what was written since then was undone."""
        now = self.written()
        if self.seen is not None and self.seen[0] == written:
            self.seen = now, self.seen[1]
        if self.read is not None and self.read[0] == written:
            self.read = now, self.read[1]

    def _pages(self) -> dict[str, bytes]:
        reader = FlaskClient(self.app, self.app.response_class, use_cookies=False)
        answers = {page: reader.get(page, buffered=True) for page in self.pages}
        return {
            page: answer.get_data()
            for page, answer in answers.items()
            if answer.status_code == 200 and "no-store" not in answer.headers.get("Cache-Control", "")
        }

    def contents(self) -> dict[str, str]:
        """Return a hash of every table of content; while no row was written, the same as the last time."""
        written = self.written()
        if self.seen is None or self.seen[0] != written:
            self.seen = written, self._hashes()
        return self.seen[1]

    def written(self) -> int:
        """Return how many rows this connection has written so far, undone ones among them."""
        if self.connection.dialect.name == "sqlite":
            return int(self.connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]
        return int(self.connection.exec_driver_sql(WRITTEN).scalar_one())

    def _hashes(self) -> dict[str, str]:
        found = {}
        for name, table in Base.metadata.tables.items():
            if name not in ASIDE:
                columns = [column.name for column in table.columns if column.name not in NOTES.get(name, ())]
                rows = self.connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {name}")
                found[name] = hashlib.sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()
        return found

    def entries(self, after: int) -> list[Any]:
        """Return the entries after a number."""
        table = LogEntry.__table__
        query = select(table).where(table.c.position > after).order_by(table.c.position)
        return list(self.connection.execute(query))

    def head(self) -> int:
        """Return the number of the newest entry."""
        newest = select(LogEntry.position).order_by(LogEntry.position.desc()).limit(1)
        return int(self.connection.execute(newest).scalar_one())

    def rule_of(self, path: str) -> tuple[str, str]:
        """Return the rule and the endpoint that a POST to a path reaches."""
        adapter = self.app.url_map.bind("localhost")
        rule, _values = adapter.match(urlsplit(path).path, method="POST", return_rule=True)
        return str(rule.rule), str(rule.endpoint)


class WatchingClient(FlaskClient):
    """A browser whose every POST is looked at; before it, the same is sent by strangers and with slips."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Ask, and see that the log says what changed, once."""
        watch: Watch = self.application.extensions["watch"]
        options.setdefault("buffered", True)
        if options.get("method") != "POST" or watch.is_busy:
            return super().open(*arguments, **options)
        path = str(arguments[0])
        rule, endpoint = watch.rule_of(path)
        watch.is_busy = True
        try:
            is_public = declared_permission(self.application, endpoint, "POST") == PUBLIC
            if rule not in watch.tried:
                watch.tried.add(rule)
                self._try_refusals(watch, path, options, is_public=is_public)
            before = watch.public_pages() if rule in watch.quiet else {}
            with looked_at(watch, self, rule, path, is_public=is_public) as answers:
                answers.append(super().open(*arguments, **options))
            if before and set(watch.sent[-1].kinds) <= watch.quiet_kinds:
                after = watch.public_pages()
                stale = [page for page in before if before[page] != after.get(page)]
                assert not stale, f"POST {path} changed {stale}, and kept pages do not follow its entry"
            return answers[0]
        finally:
            watch.is_busy = False

    def _try_refusals(self, watch: Watch, path: str, options: dict[str, Any], *, is_public: bool) -> None:
        """Send the same without its token, with nothing filled in, and as people it is not for; then undo it."""
        rule, _endpoint = watch.rule_of(path)
        for client, changed in self._slips(watch, options):
            jar = dict(client._cookies or {})
            new_address(client)
            watch.contents()
            written, seen, read = watch.written(), watch.seen, watch.read
            with (
                undone(watch.connection),
                looked_at(watch, client, rule, path, is_public=is_public, keeps=False) as answers,
            ):
                answers.append(FlaskClient.open(client, path, **changed))
            watch.seen, watch.read = seen, read
            watch.as_before(written)
            client._cookies = jar

    def _slips(self, watch: Watch, options: dict[str, Any]) -> Iterator[tuple[FlaskClient, dict[str, Any]]]:
        data, headers = options.get("data"), dict(options.get("headers") or {})
        if "json" in options:
            yield self, {**options, "headers": {**headers, "X-CSRFToken": "x"}}
            yield self, {**options, "json": {}}
            yield self, {**options, "json": {**options["json"], "answer": {"id": "x"}}}
        elif isinstance(data, dict):
            yield self, {**options, "data": copied({**data, "csrf_token": "x"})}
            hidden = ("csrf_token", "form_key", "version", "after")
            yield self, {**options, "data": {name: data[name] for name in hidden if name in data}}
        for stranger in watch.strangers:
            if stranger is self:
                continue
            token = token_of(stranger)
            if "json" in options:
                yield stranger, {**options, "headers": {**headers, "X-CSRFToken": token}}
            elif isinstance(data, dict):
                yield stranger, {**options, "data": copied({**data, "csrf_token": token})}


@contextmanager
def looked_at(
    watch: Watch, client: FlaskClient, rule: str, path: str, *, is_public: bool, keeps: bool = True
) -> Iterator[list[TestResponse]]:
    """Look at the record before and after the block, which appends the answer, and say what is wrong with it."""
    before, head, actors = watch.contents(), watch.head(), signed_in_as(watch, client)
    answers: list[TestResponse] = []
    yield answers
    status, after, entries = answers[0].status_code, watch.contents(), watch.entries(head)
    kinds = tuple(each.kind for each in entries)
    changed = sorted(name for name in after if after[name] != before[name])
    said = f"POST {path} as {actors or 'nobody'}: {status}, entries {kinds}, changed {changed}"
    assert status < 500, said
    if status >= 400:
        assert not kinds or kinds == ("PasskeyRefused",), f"refused, and yet: {said}"
        assert not changed or kinds, f"refused, and yet: {said}"
    beside = {kind for first in kinds for kind in BESIDE.get(first, ())}
    own = [kind for kind in kinds if kind not in beside]
    assert len(own) <= 1, f"more than one entry: {said}"
    assert not changed or own, f"changed without an entry: {said}"
    assert changed or not own or set(own) <= OF_NO_CONTENT, f"an entry, and nothing changed: {said}"
    actors |= signed_in_as(watch, client)
    for entry in entries:
        check_entry(watch, entry, rule, actors, said, is_public=is_public)
    if keeps:
        watch.sent.append(Sent(rule, status, kinds))


def check_entry(watch: Watch, entry: Any, rule: str, actors: set[int], said: str, *, is_public: bool) -> None:
    """See that an entry says who, through which door, and what was before and after, or what it is about."""
    assert entry.door == f"web POST {rule}", f"the door is {entry.door}: {said}"
    nobody = {None} if is_public or not actors or entry.kind in ("EntryStored", "StoriesStored") else set()
    hers = {entry.payload.get("user_id")} if is_public else set()  # a mailed link, or a password, says who it is
    assert entry.actor_id in actors | nobody | hers, f"by {entry.actor_id}: {said}"
    fields = [name for name, value in entry.payload.items() if value is not None]
    names = any(name.endswith("_id") or name == "positions" for name in fields)
    parts = {each[0] for each in entry.sealed or []}
    assert names or "changes" in parts, f"neither a thing nor before and after: {said}"
    kept = select(LogPersonal.part).where(LogPersonal.position == entry.position)
    assert set(watch.connection.execute(kept).scalars()) <= parts, said


def signed_in_as(watch: Watch, client: FlaskClient) -> set[int]:
    """Return who is signed in at a browser."""
    with client.session_transaction() as session:
        token = str(session.get("_user_id", ""))
    query = select(SignIn.user_id).where(SignIn.token_hash == hash_token(token))
    return set(watch.connection.execute(query).scalars()) if token else set()


def token_of(client: FlaskClient) -> str:
    """Return a token that a browser's forms are good with."""
    for path in ("/desk", "/login"):
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text)
        if found:
            return found[1]
    raise AssertionError("no page gives a token")


def copied(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a form sends, with files that can be read once more."""
    return {name: _again(value) for name, value in data.items()}


def _again(value: Any) -> Any:
    if isinstance(value, tuple) and isinstance(value[0], io.BytesIO):
        return (io.BytesIO(value[0].getvalue()), *value[1:])
    return [_again(each) for each in value] if isinstance(value, list) else value


def path_of(slug: str) -> str:
    """Return the page of a case."""
    return f"/cases/{quote(slug, safe='')}"
