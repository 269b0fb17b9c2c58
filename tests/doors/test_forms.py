"""Forms take anything that is sent: what cannot be is refused and shown again; nothing makes the hub fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import cycle, islice, product
from typing import Any, NamedTuple
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest

from hub.cases.forms import EDITOR
from hub.settings import Settings
from hub.web.gate import PUBLIC
from tests.conftest import FULL, Deal
from tests.doors.hostile import FILES
from tests.doors.house import House
from tests.doors.people import Person, state_of
from tests.doors.permits import Permit, read_table

pytestmark = pytest.mark.xdist_group("forms")  # to find all forms takes longer than most tests
MEGABYTE = 1024 * 1024
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b" \t\r\n ",
    "script": b"<script>alert(1)</script>",
    "NUL": b"a\x00b",
    "escape": b"\x1b[31m",
    "surrogate": b"\xed\xa0\x80",
    "not UTF-8": b"\xff\xfe",
    "long number": b"9" * 39,
    "negative": b"-1",
    "fraction": b"1.5",
    "date that is none": b"2026-02-30",
    "word": b"banana",
    "emoji": "🏳️‍🌈".encode(),
    "combining": ("e" + "\u0301" * 300).encode(),
    "folders": b"../../../../etc/passwd",
    "address of another kind": b"javascript:alert(1)",
    "private address": b"http://127.0.0.1:1/",
    "broken address": b"http://[::1",
    "header": b"a@example.org\r\nBcc: b@example.org",
    "format": b"%(x)s {0} {{7*7}}",
    "long": b"a" * 20_000,
}
AT_THE_ENGINE = (
    "NUL", "surrogate", "not UTF-8", "long number", "negative", "fraction", "date that is none", "combining", "long",
)  # fmt: skip
"""What PostgreSQL would not take where a form let it through; SQLite takes almost anything."""
EACH = EVERYWHERE = len(HOSTILE) if FULL else 1
OFFERED_BY = {"coordinator": 0, "organizer": 1, "contributor": 2, "anonymous": 3}

Pairs = list[tuple[str, bytes]]


class Field(NamedTuple):
    """A field of a form as the page offers it."""

    name: str
    value: str
    is_file: bool
    is_button: bool


class _Forms(HTMLParser):
    """Collects the fields of every form on a page that is sent by POST, under the address it is sent to."""

    def __init__(self, here: str) -> None:
        super().__init__(convert_charrefs=True)
        self.here = here
        self.fields: dict[str, list[Field]] = {}
        self._current: list[Field] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._current = self.fields.setdefault(urlsplit(given.get("action") or self.here).path, [])
        elif tag in ("input", "select", "textarea", "button") and given.get("name") and self._current is not None:
            kind = given.get("type", "")
            is_button = tag == "button" or kind == "submit"
            self._current.append(Field(given["name"], given.get("value", ""), kind == "file", is_button))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._current = None


class Form(NamedTuple):
    """A form with who may send it and where to."""

    person: Person
    address: str
    fields: list[Field]

    def filled(self) -> Pairs:
        """Return the fields as the page fills them, with a good token and no button pressed."""
        fields = [field for field in self.fields if field.name != "csrf_token" and not field.is_button]
        pairs = [(field.name, field.value.encode()) for field in fields]
        return [("csrf_token", self.person.token.encode()), *pairs]


@pytest.fixture(scope="session")
def all_forms(standing_house: House) -> list[Form]:
    """Every door that takes a POST, as a person who may send something there, with the fields that pages offer."""
    offered: dict[str, dict[str, list[Field]]] = {}
    table, found = read_table(), []
    for door in standing_house.each("GET"):
        permit = table[door.rule, "GET"]
        for place, address in enumerate(door.addresses.values()):
            for name in ("coordinator", "organizer", "anonymous"):
                if permit.outcomes[name][place] != "ok" or (name != "coordinator" and _is_for_all(permit)):
                    continue
                response, _ = standing_house.people[name].ask("GET", address)
                if response.mimetype == "text/html":
                    page = _Forms(urlsplit(address).path)
                    page.feed(response.text)
                    offered.setdefault(name, {}).update(page.fields)
    for door in standing_house.each("POST"):
        permit = table[door.rule, door.method]
        for thing, address in door.addresses.items():
            place = permit.objects.index(thing)
            who = next((name for name in OFFERED_BY if permit.outcomes[name][place] in ("done", "form", "ok")), None)
            if who is not None:
                fields = offered.get(who, {}).get(address, [])
                found.append(Form(standing_house.people[who], address, fields))
    assert len(found) > 30
    assert sum(len(form.fields) for form in found) > 100, "the fields of the forms are not found any more"
    return found


@pytest.fixture
def forms(all_forms: list[Form], house: House) -> list[Form]:
    """The same, in the house as it was made."""
    return all_forms


def _is_for_all(permit: Permit) -> bool:
    """Tell whether a page is much the same for everyone, so that one person's is enough."""
    return permit.permission == PUBLIC and not permit.rule.startswith(("/login", "/join", "/password", "/invitations"))


def encoded(pairs: Pairs) -> bytes:
    return b"&".join(quote(name).encode() + b"=" + quote_from_bytes(value).encode() for name, value in pairs)


def send(form: Form, pairs: Pairs, what: str) -> None:
    """Send a form and see that the answer is a refusal or leads on; a button may also show the form as it is then."""
    response, _ = form.person.ask(
        "POST", form.address, encoded(pairs), content_type="application/x-www-form-urlencoded"
    )
    is_answer = response.mimetype == "application/json" or "Content-Disposition" in response.headers
    buttons = {field.name for field in form.fields if field.is_button} & {name for name, _value in pairs}
    expected = (303, 400, 403, 404, 409, 410, 413, *((200,) if buttons or is_answer else ()))
    assert response.status_code in expected, f"{response.status_code} {form.address}: {what}"
    assert b"Traceback (most recent" not in response.data, f"{form.address}: {what}"
    assert b"<script>alert(1)" not in response.data, f"{form.address}: {what}"
    assert urlsplit(response.headers.get("Location", "")).netloc in ("", "localhost"), f"{form.address}: {what}"


def with_value(form: Form, name: str, *values: bytes) -> Pairs:
    """Return the form with other values of one field."""
    return [pair for pair in form.filled() if pair[0] != name] + [(name, value) for value in values]


def names(form: Form) -> Iterator[str]:
    return iter(dict.fromkeys(field.name for field in form.fields if field.name != "csrf_token"))


@pytest.fixture
def hostile(plain_settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Values in turn; in the slice PostgreSQL is given what it minds, where a form would let it through."""
    is_all = FULL or plain_settings.is_sqlite
    return cycle([each for each in HOSTILE.items() if is_all or each[0] in AT_THE_ENGINE])


def test_every_field_takes_anything_nothing_and_more_than_one(
    forms: list[Form], hostile: Iterator[tuple[str, bytes]], plain_settings: Settings
) -> None:
    """A form refuses too many values before any engine is asked, so that is tried on the first one."""
    for form in forms:
        for name in names(form):
            for what, value in islice(hostile, EACH):
                send(form, with_value(form, name, value), f"{what} in {name}")
        for name in names(form):
            if FULL or not plain_settings.is_sqlite:
                send(form, with_value(form, name), f"no {name}")
            if FULL or plain_settings.is_sqlite:
                send(form, with_value(form, name, b"a", b"b", b"c"), f"{name} three times")


def test_every_form_takes_each_thing_everywhere(forms: list[Form], hostile: Iterator[tuple[str, bytes]]) -> None:
    for form in forms:
        for what, value in islice(hostile, EVERYWHERE):
            token = [pair for pair in form.filled() if pair[0] == "csrf_token"]
            send(form, token + [(name, value) for name in names(form)], f"{what} in every field")


def test_every_form_takes_other_shapes(forms: list[Form], deal: Deal[Any]) -> None:
    """They are refused as they are read, which asks no engine: each is given half."""
    shapes: dict[str, Callable[[Form], Pairs]] = {
        "a megabyte": lambda form: [(form.fields[0].name if form.fields else "text", b"a" * (MEGABYTE + 1))],
        "a thousand fields": lambda form: [(f"x{number}", b"1") for number in range(1200)],
        "odd names": lambda form: [("<script>alert(1)</script>", b"1"), ("a[]", b"1"), ("\x00", b"1")],
    }
    for form, (what, added) in deal(product(forms, shapes.items())):
        send(form, [*form.filled(), *added(form)], what)
    bodies = {
        "JSON": (b'{"csrf_token": {"$gt": ""}}', "application/json"),
        "half a multipart": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        "no boundary": (b"abc", "multipart/form-data"),
        "XML": (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "application/xml"),
    }
    for (what, (body, kind)), form in deal(product(bodies.items(), forms)):
        response, _ = form.person.ask("POST", form.address, body, content_type=kind)
        said = f"{response.status_code} {form.address}: {what}"
        assert response.status_code in (303, 400, 404, 410, 413, 415), said
        assert b"root:" not in response.data


SMUGGLED: dict[str, bytes] = {
    "id": b"1", "user_id": b"1", "city_id": b"1", "city.id": b"2", "role": b"coordinator", "roles": b"organizer",
    "is_organizer": b"1", "is_demo": b"1", "is_active": b"1", "has_factor": b"1", "state": b"published",
    "membership": b"member", "version": b"1", "password_hash": b"x", "created_at": b"2020-01-01", "proved_at": b"now",
    "is_public": b"1", "claimed_by": b"organizer", "slug": b"mine", "__class__": b"x", "memberships-0-role": b"x",
}  # fmt: skip
"""Columns and attributes that someone might hope a form writes; a form that has one of its own is left alone."""
ANYTHING_GOES = ("/unsubscribe/",)  # mail programs send there what they like; nothing of it is read
NOT_BEGUN = ("/login/second", "/account/security/codes")  # what comes before is over, which is said whatever is sent


def refuses(form: Form, pairs: Pairs) -> None:
    """Send what no page sends, and see that nothing comes of it."""
    before = state_of(form.person.connection)
    response, after = form.person.ask(
        "POST", form.address, encoded(pairs), content_type="application/x-www-form-urlencoded",
        check=lambda: state_of(form.person.connection),
    )  # fmt: skip
    said = f"{response.status_code} {form.address}: {pairs[-1]}"
    assert 400 <= response.status_code < 500 or form.address.startswith(NOT_BEGUN), said
    assert after == before, said


def strict(forms: list[Form]) -> list[Form]:
    return [form for form in forms if not form.address.startswith(ANYTHING_GOES)]


def test_no_form_writes_what_it_does_not_list(forms: list[Form], deal: Deal[tuple[str, bytes]]) -> None:
    """What a form does not know it refuses before an engine is asked: each is given half."""
    columns = cycle(SMUGGLED.items())
    for form in strict(forms):
        own = set(names(form)) | (set(EDITOR) if "/files/" in form.address else set())  # the text goes along
        for name, value in deal(list(islice(columns, len(SMUGGLED) if FULL else 4))):
            if name not in own:
                refuses(form, [*form.filled(), (name, value)])


def test_no_form_takes_two_values_where_it_asks_for_one(forms: list[Form], deal: Deal[Form]) -> None:
    for form in deal(strict(forms)):  # refused before an engine is asked
        refuses(form, [*form.filled(), ("csrf_token", form.person.token.encode())])
        if "form_key" in set(names(form)):
            refuses(form, [*form.filled(), ("form_key", b"0" * 32)])


def multipart(pairs: Pairs, file_name: str, sent_as: bytes, content: bytes) -> bytes:
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value) for name, value in pairs]
    head = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: application/pdf\r\n\r\n'
    parts.append(head % (file_name.encode(), sent_as) + content)
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


def test_a_file_may_be_anything(forms: list[Form], deal: Deal[tuple[int, tuple[str, bytes]]]) -> None:
    """What a file is is told from its first bytes, which asks no engine: each is given half."""
    sent_as = (
        b"a.pdf",
        b"../../etc/passwd",
        b"a\x00.pdf",
        b"\xff\xfe.png",
        "사진 <b>.jpg".encode(),
        b"a" * 400 + b".pdf",
        b"",
    )
    tried = 0
    for form in forms:
        for field in form.fields:
            if not field.is_file:
                continue
            pairs = [pair for pair in form.filled() if pair[0] != field.name]
            for number, (what, content) in deal(enumerate(FILES.items())):
                body = multipart(pairs, field.name, sent_as[number % len(sent_as)], content)
                response, _ = form.person.ask(
                    "POST", form.address, body, content_type="multipart/form-data; boundary=x"
                )
                said = f"{response.status_code} {form.address}: {what} as {field.name}"
                assert response.status_code in (303, 400, 409, 413), said
                tried += 1
    assert tried > 10
