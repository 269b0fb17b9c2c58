"""Members ask cities on their cases: who may read and answer, how long it waits, what is taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogPersonal
from hub.exchange import queries
from hub.exchange.models import Answer, Question
from hub.exchange.said import MOST_LINKS, links_in, said_html
from hub.exchange.service import asking as service
from hub.people.models import User
from tests.cases.desk import browser, hidden_in
from tests.cases.factory import make_case
from tests.exchange.asks import Log, ask, newest, number_of, say, send, stored
from tests.hands import form_to
from tests.people.accounts import make_user, sign_in

PAGE = "/cases/fair"


def _case(client: FlaskClient, slug: str = "fair", **values: Any) -> None:
    with client.application.app_context():
        make_case(slug, **({"city": "gwangju", "title": "A fair"} | values))


def _member(client: FlaskClient, name: str, **values: Any) -> FlaskClient:
    other = browser(client)
    sign_in(other, f"{name}@example.org", name=f"{name.title()} Somebody", **values)
    return other


def test_a_member_asks_the_city_answers_and_everyone_reads_it(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    log = Log(client)
    page = ask(me, "fair", text="What did it cost?\n\nWho paid?")
    assert "Waits" not in client.get(page).text
    for place in (page, PAGE, "/exchange/questions/", "/cities/gwangju"):
        assert "Asked today, waits for an answer" in client.get(place).text, place
    html = client.get(page).text
    assert "<p>What did it cost?</p><p>Who paid?</p>" in html
    assert "Ana Somebody" in html
    assert 'href="/cities/graz">Graz</a>' in html
    assert "<form" not in html.split("<main")[1]
    assert client.get("/cases/fair.json").json["questions"]["waiting"] == 1  # type: ignore[index]
    with clock.frozen_at(clock.now() + timedelta(days=22)):
        assert "Waits for 3 weeks" in client.get(page).text
        assert "is-due" in client.get(PAGE).text
    assert say(city, page, "Little.").headers["Location"].startswith(f"{page}#answer-")
    assert say(me, page, "Thank you, and in the second year?").status_code == 303
    say(city, page, "Nothing.")
    html = client.get(page).text
    assert html.count("Gwangju answers") == 2
    assert html.count("Who asked adds") == 1
    assert "Answered" in html
    assert "Gwangju answers" in client.get(PAGE).text
    assert stored(client, page).answered_at is not None
    assert client.get("/cases/fair.json").json["questions"] == {  # type: ignore[index]
        "total": 1, "waiting": 0, "url": "http://localhost/exchange/questions/?case=fair"
    }  # fmt: skip
    assert send(me, page, f"{page}/close").status_code == 303
    assert "It is closed" in client.get(page).text
    assert city.get(page).text.count(f'action="{page}/answer"') == 0
    assert log.kinds == ["QuestionAsked", *["QuestionAnswered"] * 3, "QuestionClosed"]


def test_between_two_cities_nobody_else_learns_of_it(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    colleague = _member(client, "bea", city="graz", role="contributor")
    boss, stranger = _member(client, "olga", is_organizer=True), _member(client, "eve", city="utrecht")
    page = ask(me, "fair", who="between", text="We failed. Did you?")
    for reader in (me, city, colleague, boss):
        answer = reader.get(page)
        assert "We failed." in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert "We failed." in colleague.get(PAGE).text
    for reader in (client, stranger):
        assert reader.get(page).status_code == 404
        for place in (PAGE, "/exchange/questions/"):
            assert "We failed" not in reader.get(place).text
    for place in ("/cities/gwangju", "/cases/fair.json", "/exchange/"):
        assert "We failed" not in client.get(place).text
    assert client.get("/cases/fair.json").json["questions"]["total"] == 0  # type: ignore[index]
    for action in ("answer", "close", "open", "remove"):
        said = {"text": "I say"} if action == "answer" else {}
        sent = stranger.post(f"{page}/{action}", data=_token(stranger) | said)
        assert sent.status_code == 404, action
    for reader in (colleague, boss):  # they read, and have no part in it
        assert f'action="{page}/answer"' not in reader.get(page).text
        assert reader.post(f"{page}/answer", data=_token(reader) | {"text": "I say"}).status_code == 403
        assert reader.post(f"{page}/open", data=_token(reader)).status_code == 403
    assert "follow" not in me.get(page).text.split("<main")[1].split("</main")[0]
    say(city, page, "Yes.")
    assert f'action="{page}/open"' not in me.get(page).text  # the words of the city would go along
    late = me.post(f"{page}/open", data=_token(me))
    assert late.status_code == 409
    assert "It changed meanwhile" in late.text
    assert send(city, page, f"{page}/open").status_code == 303
    assert "We failed." in client.get(page).text


def test_who_asked_opens_it_while_nobody_answered(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    page = ask(me, "fair", who="between")
    assert f'action="{page}/open"' not in city.get(page).text
    assert city.post(f"{page}/open", data=_token(city)).status_code == 403
    assert send(me, page, f"{page}/open").status_code == 303
    assert client.get(page).status_code == 200


def test_refused_with_words(client: FlaskClient) -> None:
    _case(client)
    _case(client, "old", state="archived")
    _case(client, "draft", state="draft")
    me, own = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    plain = _member(client, "noa")
    log = Log(client)
    assert client.get(f"{PAGE}/ask").status_code in (302, 303, 401)
    assert "a case of your own city" in own.get(f"{PAGE}/ask").text
    assert "Ask a question" not in own.get(PAGE).text
    fields = _fields(me, f"{PAGE}/ask")
    refused = own.post(f"{PAGE}/ask", data=_fields(me, f"{PAGE}/ask") | _token(own) | {"city": ""})
    assert (refused.status_code, "a case of your own city" in refused.text) == (400, True)
    assert "in the archive" in me.get("/cases/old/ask").text
    assert me.get("/cases/draft/ask").status_code == 404
    for wrong, words in (
        ({"text": ""}, "This is needed."),
        ({"text": "x" * 2001}, "at most 2000 characters; it has 2001"),
        ({"text": " ".join(["http://a.example/"] * 6)}, "at most 5 links"),
        ({"text": "a\x00b"}, "cannot be shown"),
        ({"text": "word " * 10_000}, "at most 2000 characters"),
        ({"kind": "lunch"}, "Choose one of the list."),
        ({"city": "1"}, "Choose one of the list."),
        ({"who": "nobody"}, "Choose one of the list."),
        ({"who": "between", "city": ""}, "Only who works for a city"),
        ({"strange": "x"}, "no field “strange”"),
    ):
        answer = me.post(f"{PAGE}/ask", data=fields | {"text": "Typed and kept"} | wrong)
        assert (answer.status_code, words in answer.text) == (400, True), wrong
    assert "Typed and kept" in me.post(f"{PAGE}/ask", data=fields | {"text": "Typed and kept", "kind": "x"}).text
    assert me.get(f"{PAGE}/ask?kind=lunch").status_code == 400
    alone = plain.get(f"{PAGE}/ask").text
    assert 'value="between"' not in alone
    answer = plain.post(f"{PAGE}/ask", data=_fields(plain, f"{PAGE}/ask") | {"text": "I ask", "who": "between"})
    assert answer.status_code == 400
    for place in ("?state=x", "?kind=x", "?city=nowhere", "?case=nothing", "?page=0"):
        assert client.get(f"/exchange/questions/{place}").status_code == 400, place
    assert log.kinds == []


def test_twenty_a_day_and_one_form_is_one_question(client: FlaskClient) -> None:
    _case(client)
    me = _member(client, "ana")
    fields = _fields(me, f"{PAGE}/ask") | {"text": "Sent twice"}
    assert len({me.post(f"{PAGE}/ask", data=fields).headers["Location"] for _ in range(2)}) == 1
    with client.application.app_context():
        user = db.session.scalars(select(User).where(User.email == "ana@example.org")).one()
        case_id, now = db.session.scalars(select(Question.case_id)).one(), clock.now()
        with transaction():
            for number in range(19):
                service.ask(case_id, service.Asked(f"Question {number}"), by=user, now=now)
    answer = me.post(f"{PAGE}/ask", data=_fields(me, f"{PAGE}/ask") | {"text": "One more"})
    assert (answer.status_code, "You asked 20 questions today" in answer.text) == (400, True)
    assert "One more" in answer.text
    assert client.get("/exchange/questions/?case=fair").text.count('class="asked-rows"') == 1
    assert "Page 1 of" not in client.get("/exchange/questions/?case=fair").text
    assert "See all 20 questions" in client.get(PAGE).text


def test_scripts_stay_text_and_links_vouch_for_nothing(client: FlaskClient) -> None:
    _case(client)
    me = _member(client, "ana")
    text = '<script>alert(1)</script> see (https://a.example/x_(y)), javascript:alert(1) <img src=x onerror=y>\nhttps://b.example/"><b>'
    html = client.get(ask(me, "fair", text=text)).text
    assert "<script>alert(1)" not in html
    assert "<img" not in html
    assert '<a href="https://a.example/x_(y)" rel="nofollow ugc noopener">https://a.example/x_(y)</a>)' in html
    assert 'href="javascript' not in html
    assert 'href="https://b.example/"' in html
    assert "onerror=y&gt;<br>" in html
    assert links_in("http:// ftp://x https://") == []
    assert said_html("a\n\n\n\nb & c") == "<p>a</p><p>b &amp; c</p>"
    assert said_html("") == ""
    assert len(links_in("https://a.example. " * 7)) == 7 > MOST_LINKS


def test_where_nobody_of_the_city_is_here_organizers_answer(client: FlaskClient) -> None:
    _case(client, is_compiled=True)
    _case(client, "programme", city=None, title="A programme", country="SN")
    me, boss = _member(client, "ana", city="graz"), _member(client, "olga", is_organizer=True)
    assert "Nobody of Gwangju is here yet" in client.get(PAGE).text
    assert "Nobody of Gwangju is here yet" in client.get("/cities/gwangju").text
    page = ask(me, "fair", kind="mentoring")
    assert "A wish for mentoring by Gwangju" in client.get(page).text
    say(boss, page, "We shall find out.")
    assert "The organizers of the hub" in client.get(page).text
    assert stored(client, page).answered_at is not None
    national = ask(me, "programme")
    assert "No city answers for a national programme" in client.get(national).text
    assert 'value="between"' not in me.get("/cases/programme/ask").text
    say(boss, national, "We asked the ministry.")
    make_user(client, "kim@example.org", city="gwangju")
    assert f'action="{page}/answer"' not in boss.get(page).text
    assert boss.post(f"{page}/answer", data=_token(boss) | {"text": "More"}).status_code == 403


def test_what_is_taken_away_leaves_a_dated_line_and_no_text(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    boss, stranger = _member(client, "olga", is_organizer=True), _member(client, "eve", city="utrecht")
    page = ask(me, "fair", text="About Zsofia Quintero")
    say(city, page, "Zsofia Quintero, yes")
    answer = f"{page}/answers/{newest(client, Answer).id}/remove"
    for other in (stranger, me):
        assert other.get(answer).status_code == 403
        assert other.post(answer, data=_token(other)).status_code == 403
    assert boss.post(answer, data=_token(boss)).status_code == 400  # organizers say why
    assert send(boss, answer, answer, why="It names a person").status_code == 303
    html = client.get(page).text
    assert "Zsofia Quintero, yes" not in html
    assert "Taken away on" in html
    assert "Asked today, waits for an answer" in html  # nothing of the city is left
    say(city, page, "No names this time")
    assert client.get(page.replace(str(number_of(page)), "999999")).status_code == 404
    assert stranger.post(f"{page}/remove", data=_token(stranger)).status_code == 403
    log = Log(client)
    assert send(me, f"{page}/remove", f"{page}/remove").status_code == 303
    assert log.kinds == ["PersonalValuesErased", "QuestionRemoved"]
    html = client.get(page).text
    assert "with all that was said under it" in html
    assert "No names this time" not in html
    assert "Quintero" not in client.get("/exchange/questions/").text + client.get(PAGE).text
    with client.application.app_context():
        assert not any("Quintero" in str(part.content) for part in db.session.scalars(select(LogPersonal)))
    assert city.post(f"{page}/answer", data=_token(city) | {"text": "Late"}).status_code == 409
    assert me.post(f"{page}/close", data=_token(me)).status_code == 403


def test_a_withheld_name_and_demo_are_shown_as_they_should(client: FlaskClient) -> None:
    _case(client)
    me = _member(client, "ana", is_demo=True)
    with client.application.app_context(), transaction():
        db.session.scalars(select(User).where(User.email == "ana@example.org")).one().is_name_withheld = True
    html = client.get(ask(me, "fair")).text
    assert "Ana Somebody" not in html
    assert "A member of the hub" in html
    assert '<b class="state">Demo</b>' in html


def test_what_was_typed_is_kept_where_it_closed_meanwhile(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    page = ask(me, "fair")
    form = dict(form_to(city.get(page).text, f"{page}/answer").filled({"text": "Typed for a while"}))
    send(me, page, f"{page}/close")
    late = city.post(f"{page}/answer", data=form)
    assert late.status_code == 409
    assert "Typed for a while" in late.text
    assert stored(client, page).answers == []


def test_lists_for_other_rooms(client: FlaskClient) -> None:
    _case(client)
    me, city = _member(client, "ana", city="graz"), _member(client, "kim", city="gwangju")
    first, second, third = (ask(me, "fair", text=words) for words in ("One", "Two", "Three"))
    hidden = ask(me, "fair", text="Four", who="between")
    say(city, first, "Yes")
    order = [number_of(each) for each in (second, third, first)]
    with client.application.app_context():
        user = db.session.scalars(select(User).where(User.email == "kim@example.org")).one()
        case_id, city_id = db.session.get_one(Question, order[0]).case_id, user.memberships[0].city_id
        assert [each.id for each in queries.open_questions(9)] == order[:2]
        assert [each.id for each in queries.open_questions(1)] == order[:1]
        assert [each.id for each in queries.questions_of_case(case_id)] == order
        assert [each.id for each in queries.questions_for_city(city_id)] == order
        assert number_of(hidden) in [each.id for each in queries.questions_for_city(city_id, user)]
        assert queries.count_waiting_questions() == 3
        assert queries.count_waiting_questions("mentoring") == 0
    found = client.get("/exchange/questions/?city=gwangju&state=answered").text
    assert (">One</a>" in found, ">Two</a>" in found) == (True, False)


def _token(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": _fields(client, "/following")["csrf_token"]}


def _fields(client: FlaskClient, page: str) -> dict[str, str]:
    return hidden_in(client.get(page).text)
