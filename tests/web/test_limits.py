"""How often one may ask: what is counted, by whom, and what those hear who ask more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import event

from hub.app import create_app
from hub.core.db import db
from hub.extensions import limiter
from hub.settings import Settings
from hub.web import limits
from tests import servers
from tests.people.accounts import make_user, new_address, send_form, sign_in

HOME = Path(limits.__file__).parents[1]
READS, SEARCHES, WRITES, UPLOADS = "600 per minute", "120 per minute", "600 per hour", "60 per hour"


@pytest.fixture
def limited(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the limits that people meet, nothing counted yet."""
    monkeypatch.setitem(app.config, "HUB", replace(settings, limit_factor=1))
    limiter.reset()
    return app


@pytest.fixture
def visitor(limited: Flask) -> FlaskClient:
    """Someone from an address of her own."""
    return visitor_of(limited)


def visitor_of(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    new_address(client)
    return client


Another = Callable[..., Flask]


@pytest.fixture
def another(settings: Settings, seeded_app: Flask) -> Iterator[Another]:
    """Make applications with other settings on the same record; the limits are those of the last one made."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        made.append(create_app(replace(settings, limit_factor=1, **changes)))  # type: ignore[arg-type]
        limiter._storage_dead = False
        if "redis_url" not in changes:
            limiter.reset()
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
    limiter.init_app(seeded_app)
    limiter._storage_dead = False


def use_up(limit: str, key: str, scope: str, leaving: int = 0) -> None:
    """Count as if someone had asked so often that only `leaving` are left."""
    item = parse(limit)
    assert limiter.limiter.hit(item, key, scope, cost=item.amount - leaving)


def address(client: FlaskClient) -> str:
    return str(client.environ_base["REMOTE_ADDR"])


def statements(app: Flask, ask: Callable[[], object]) -> int:
    """Return how many statements the record is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_who_reads_too_fast_is_told_when_to_come_back(visitor: FlaskClient) -> None:
    use_up(READS, address(visitor), "reads", leaving=1)
    assert visitor.get("/about").status_code == 200
    answer = visitor.get("/about")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/html; charset=utf-8"
    assert "Wait 1 minute, then go back and try again." in answer.text
    assert answer.text.count("<h1>") == 1


def test_telling_so_costs_the_record_nothing(visitor: FlaskClient) -> None:
    use_up(READS, address(visitor), "reads")
    assert statements(visitor.application, lambda: visitor.get("/cases/")) == 0
    assert visitor.get("/cases/").status_code == 429


def test_programs_are_told_as_programs(visitor: FlaskClient) -> None:
    use_up(READS, address(visitor), "reads")
    answer = visitor.get("/cases.json")
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data)["status"] == 429
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize(("language", "words"), [("en", 'lang="en"'), ("ko", 'lang="ko"')])
def test_everyone_is_told_in_her_language_whoever_asked_before(visitor: FlaskClient, language: str, words: str) -> None:
    other = visitor_of(visitor.application)
    other.get("/about", headers={"Accept-Language": "fr"})  # by the same thread
    use_up(READS, address(visitor), "reads")
    assert words in visitor.get("/about", headers={"Accept-Language": language}).text


def test_a_form_without_a_token_is_refused_in_the_language_of_who_sent_it(visitor: FlaskClient) -> None:
    visitor_of(visitor.application).get("/about", headers={"Accept-Language": "ko"})
    assert '<html lang="en"' in visitor.post("/logout").text


def test_addresses_that_lead_nowhere_are_counted_too(visitor: FlaskClient) -> None:
    use_up(READS, address(visitor), "reads", leaving=1)
    assert visitor.get("/nothing-here").status_code == 404
    assert visitor.get("/nothing-here").status_code == 429


def test_static_files_and_the_state_of_health_are_not_counted(seeded_app: Flask, settings: Settings) -> None:
    client = visitor_of(seeded_app)
    use_up(f"{600 * settings.limit_factor} per minute", address(client), "reads")
    assert client.get("/about").status_code == 429
    for path in ("/static/favicon.svg", "/static/hub.css", "/healthz"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_each_network_is_counted_by_itself(limited: Flask) -> None:
    one, same_line, other_line, other = (limited.test_client() for _ in range(4))
    places = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.77")
    for client, place in zip((one, same_line, other_line, other), places, strict=True):
        client.environ_base["REMOTE_ADDR"] = place
    use_up(READS, "2001:db8:1:2::/64", "reads")
    use_up(READS, "192.0.2.78", "reads")
    assert [client.get("/about").status_code for client in (one, same_line, other_line, other)] == [429, 429, 200, 200]
    other.environ_base["REMOTE_ADDR"] = "::ffff:192.0.2.78"  # the same machine, written otherwise
    assert other.get("/about").status_code == 429


def test_searches_are_counted_together_whatever_their_format(visitor: FlaskClient) -> None:
    use_up(SEARCHES, address(visitor), "searches", leaving=2)
    assert visitor.get("/cases/?q=water").status_code == 200
    assert visitor.get("/search?q=water").status_code == 200
    for path in ("/cases/", "/cases.json", "/cases.csv", "/cases.atom", "/search"):
        assert visitor.get(f"{path}?q=water").status_code == 429, path
        with visitor.get(path) as answer:
            assert answer.status_code == 200, f"{path} asks nothing"


def test_a_search_that_is_still_in_memory_costs_nothing(another: Another) -> None:
    client = visitor_of(another(page_cache_mb=1))
    use_up(SEARCHES, address(client), "searches", leaving=1)
    assert [client.get("/cases/?q=council").status_code for _ in range(3)] == [200, 200, 200]
    assert client.get("/cases/?q=air").status_code == 429


def test_a_page_in_memory_is_counted_as_read(another: Another) -> None:
    client = visitor_of(another(page_cache_mb=1))
    use_up(READS, address(client), "reads", leaving=2)
    assert [client.get("/about").status_code for _ in range(3)] == [200, 200, 429]


def test_what_a_member_sends_is_counted_by_account_wherever_she_is(limited: Flask) -> None:
    one, again, other = (visitor_of(limited) for _ in range(3))
    user_id = sign_in(one, "one@example.org")
    sign_in(other, "other@example.org")
    use_up(WRITES, f"account {user_id}", "writes")
    assert one.post("/logout").status_code == 429
    new_address(one)
    assert one.post("/logout").status_code == 429
    assert one.get("/account").status_code == 200, "reading is another matter"
    assert other.post("/logout").status_code == 400, "without a token"
    assert again.post("/logout").status_code == 400


def test_what_strangers_send_is_counted_by_network(visitor: FlaskClient) -> None:
    use_up(WRITES, f"network {address(visitor)}", "writes")
    answer = visitor.post("/join", data={"city_name": "Utopia"})
    assert answer.status_code == 429
    assert "Wait 60 minutes" in answer.text
    assert "What you typed is still in your browser when you go back." in answer.text


def test_files_are_counted_and_forms_without_files_are_not(visitor: FlaskClient) -> None:
    use_up(UPLOADS, f"network {address(visitor)}", "uploads", leaving=1)
    for letter, status in ((None, 400), ("a.pdf", 400), (None, 400), ("b.pdf", 429)):
        data = {"letter": (BytesIO(b"%PDF-1.4"), letter)} if letter else {"city_name": "Utopia"}
        assert visitor.post("/join", data=data).status_code == status, letter


def test_every_door_that_takes_files_counts_them(limited: Flask) -> None:
    client = visitor_of(limited)
    user_id = sign_in(client, "coordinator@example.org", city="graz", is_organizer=True)
    use_up(UPLOADS, f"account {user_id}", "uploads")
    doors = {"/organizers/sources/import": "file", "/join": "letter", f"/join/{'A' * 43}/letter": "letter",
             "/cases/graz-advisory-council/files": "file", "/cities/graz/commitments/C4.1/record": "files"}  # fmt: skip
    for path, name in doors.items():
        assert client.post(path, data={name: (BytesIO(b"%PDF-1.4"), "a.pdf")}).status_code == 429, path
    written = [path.read_text(encoding="utf-8") for path in HOME.rglob("forms*/*.py")]
    written += [path.read_text(encoding="utf-8") for path in HOME.rglob("forms.py")]
    assert sum(len(re.findall(r"= (?:Multiple)?FileField\(", text)) for text in written) == len(doors)


def test_guesses_and_mails_are_never_counted_more_widely(app: Flask, settings: Settings) -> None:
    assert settings.limit_factor > 1
    limiter.reset()
    client = visitor_of(app)
    make_user(client, "member@example.org")
    answers = [send_form(client, "member@example.org", "not the password").status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
    html = client.get("/password/forgot").text
    token = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    asked = [client.post("/password/forgot", data={"csrf_token": token}).status_code for _ in range(6)]
    assert (429 not in asked[:5], asked[5]) == (True, 429)


def test_views_only_name_limits() -> None:
    """Every limit stands in one file, where it can be read and changed."""
    others = [path for path in HOME.rglob("*.py") if path.name not in ("limits.py", "extensions.py")]
    assert [path.name for path in others if re.search(r"\blimiter\b", path.read_text(encoding="utf-8"))] == []


@pytest.mark.alone
def test_without_redis_each_node_counts_for_itself(another: Another, tmp_path: Path) -> None:
    with servers.redis(tmp_path) as url:
        client = visitor_of(another(redis_url=url))
        assert client.get("/about").status_code == 200
        use_up(READS, address(client), "reads", leaving=2)
        assert [client.get("/about").status_code for _ in range(2)] == [200, 429]
    # Now the server has ended.
    new_address(client)
    assert [client.get("/about").status_code for _ in range(2)] == [200, 200]
    assert client.post("/join").status_code == 400
    use_up(READS, address(client), "reads", leaving=4)
    assert [client.get("/about").status_code for _ in range(2)] == [200, 429]


@pytest.mark.alone
def test_a_redis_that_was_never_there_keeps_nobody_out(another: Another) -> None:
    client = visitor_of(another(redis_url=f"redis://127.0.0.1:{servers.free_port()}/0"))
    assert client.get("/about").status_code == 200
    assert client.post("/join").status_code == 400
    use_up(READS, address(client), "reads", leaving=2)
    assert client.get("/about").status_code == 429


@pytest.mark.parametrize(("proxies", "right"), [(0, ""), (1, "198.51.100.1"), (2, "203.0.113.9")])
def test_a_client_is_found_behind_our_proxies_and_cannot_say_that_it_is_another(
    another: Another, proxies: int, right: str
) -> None:
    client = visitor_of(another(proxies=proxies))
    use_up(READS, right or address(client), "reads")
    chain = "192.0.2.1, 192.0.2.2, 203.0.113.9, 198.51.100.1"
    asked = [chain, f"10.0.0.1, {chain}", f"{'1.1.1.1, ' * 50}{chain}", f"garbage, '; DROP, {chain}"]
    for said in asked:
        assert client.get("/about", headers={"X-Forwarded-For": said}).status_code == 429, said
    for name in ("Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"):
        given = {"X-Forwarded-For": chain, name: "for=192.0.2.60" if name == "Forwarded" else "192.0.2.60"}
        assert client.get("/about", headers=given).status_code == 429, name
    elsewhere = client.get("/about", headers={"X-Forwarded-For": "203.0.113.10, 198.51.100.2"})
    assert elsewhere.status_code == (200 if proxies else 429)


@pytest.mark.parametrize("said", ["unknown", "_hidden", "1.2.3.4:5678", "x" * 4000, "가", "fe80::1%eth0"])
def test_what_is_no_address_does_not_fail(another: Another, said: str) -> None:
    client = visitor_of(another(proxies=1))
    given = {"X-Forwarded-For": said.encode().decode("latin-1")}
    assert client.get("/about", headers=given).status_code == 200
    if not said.startswith("fe80"):
        use_up(READS, "unknown", "reads", leaving=1)
        assert client.get("/about", headers=given).status_code == 429
