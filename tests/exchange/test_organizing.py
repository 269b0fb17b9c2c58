"""What organizers see between cities: what waits longest, wishes for mentoring, offers."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from hub.core import clock
from tests.cases.desk import browser
from tests.cases.factory import make_case
from tests.exchange.asks import ask, waiting_reply
from tests.people.accounts import sign_in

PAGE = "/organizers/exchange"


def test_what_waits_who_wishes_and_who_offers(client: FlaskClient) -> None:
    boss, me = browser(client), browser(client)
    sign_in(boss, "olga@example.org", is_organizer=True)
    assert "Every question has its answer" in boss.get(PAGE).text
    assert "No wish waits." in boss.get(PAGE).text
    sign_in(me, "ana@example.org", city="graz")
    with client.application.app_context():
        make_case("fair", city="gwangju", title="A fair", will_mentor="yes")
        make_case("hidden", city="gwangju", title="A draft that offers", will_mentor="yes", state="draft")
    with clock.frozen_at(clock.now() - timedelta(days=30)):
        ask(me, "fair", text="The older one", who="between")
    ask(me, "fair", text="The newer one", kind="mentoring")
    html = boss.get(PAGE).text
    assert "2 questions wait for an answer." in html
    assert html.index("The older one") < html.index("The newer one")
    assert "Waits for 1 month" in html
    assert html.split('id="h-wishes"')[1].count("The newer one") == 1
    assert "The older one" not in html.split('id="h-wishes"')[1]
    offers = html.split('id="h-offers"')[1]
    assert 'href="/cases/fair"' in offers
    assert "A draft that offers" not in offers
    assert "reply waits" not in html
    waiting_reply(client)
    assert "1 reply waits for you." in boss.get(PAGE).text
    assert 'aria-current="page">Exchange</a>' in boss.get(PAGE).text
