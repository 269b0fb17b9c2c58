"""A right that ends has ended at the very next request: of a live session, a form that stands open, a file, a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cases import desk
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import change, fields_of, invitations, make_invitation, send
from tests.people.test_roles import turn
from tests.people.test_team import press

TEAM = "/cities/gwangju/people"
PEOPLE = "/organizers/people"


@dataclass
class Work:
    """Ana, coordinator of Gwangju and signed in, with a draft that has a file, an open form, and one she invited."""

    ana_id: int
    ana: FlaskClient
    slug: str
    file: str
    form: dict[str, str]
    invited: FlaskClient
    token: str

    @property
    def codes(self) -> dict[str, int]:
        """How each of her doors answers now."""
        return {
            "account": self.ana.get("/account").status_code,
            "desk": self.ana.get("/desk").status_code,
            "draft": self.ana.get(f"/cases/{self.slug}").status_code,
            "editor": self.ana.get(f"/cases/{self.slug}/edit").status_code,
            "file": self.ana.get(self.file, buffered=True).status_code,
            "profile": self.ana.get("/cities/gwangju/edit").status_code,
            "team": self.ana.get(TEAM).status_code,
            "invitation": self.invited.get(f"/invitations/{self.token}").status_code,
        }

    def saves(self) -> int:
        """Send the editor that stood open."""
        return self.ana.post(f"/cases/{self.slug}/edit", data=self.form | desk.WHOLE | {"do": "save"}).status_code


@pytest.fixture
def work(client: FlaskClient) -> Work:
    ana_id = make_user(client, "ana@example.org", city="gwangju")
    ana, invited = client.application.test_client(), client.application.test_client()
    for browser in (ana, invited):
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        new_address(browser)
    assert send_form(ana, "ana@example.org", PASSWORD).status_code == 303
    slug = desk.start(ana)
    assert desk.upload(ana, slug, desk.picture(), "street.jpg").status_code == 303
    file = f"/cases/{slug}/files/{desk.stored(ana, slug).files[0].id}"
    token = make_invitation(client, "bo@example.org", role="contributor", by=ana_id)
    found = Work(ana_id, ana, slug, file, desk.hidden(ana, f"/cases/{slug}/edit"), invited, token)
    assert set(found.codes.values()) == {200}
    sign_in(client, "boss@example.org", is_organizer=True, city="gwangju")
    return found


def suspend(client: FlaskClient, work: Work) -> None:
    page = f"{PEOPLE}/{work.ana_id}"
    assert send(client, f"{page}/suspend", page=page, action=f"{page}/suspend", reason="why").status_code == 303


def test_suspended(client: FlaskClient, work: Work) -> None:
    suspend(client, work)
    codes = work.codes
    assert codes.pop("invitation") == 410
    assert codes.pop("file") == codes.pop("draft") == 404
    assert set(codes.values()) == {401}
    assert work.saves() in (400, 401)
    assert press(client, f"{PEOPLE}/{work.ana_id}/restore").status_code == 303
    assert work.codes["account"] == 401  # restoring opens no session again, and no invitation
    assert work.codes["invitation"] == 410


def test_removed(client: FlaskClient, work: Work) -> None:
    assert press(client, f"{TEAM}/{work.ana_id}/remove").status_code == 303
    codes = work.codes
    assert (codes.pop("account"), codes.pop("desk"), codes.pop("invitation")) == (200, 200, 410)
    assert codes.pop("file") == codes.pop("draft") == 404
    assert set(codes.values()) <= {403, 404}
    assert work.saves() in (403, 404)


def test_made_a_contributor(client: FlaskClient, work: Work) -> None:
    assert turn(client, f"{TEAM}/{work.ana_id}/role", "contributor").status_code == 303
    codes = work.codes
    assert (codes.pop("team"), codes.pop("profile"), codes.pop("invitation")) == (403, 403, 410)
    assert set(codes.values()) == {200}  # she drafts on
    assert desk.send(work.ana, work.slug, "publish").status_code in (403, 409)  # 409 where it keeps what was typed
    assert work.ana.get(f"/cases/{work.slug}").status_code == 200
    assert client.application.test_client().get(f"/cases/{work.slug}").status_code == 404


def test_her_city_suspended(client: FlaskClient, work: Work) -> None:
    assert send(client, "/organizers/cities/gwangju/suspend", reason="why").status_code == 303
    codes = work.codes
    assert (codes.pop("account"), codes.pop("desk"), codes.pop("invitation")) == (200, 200, 410)
    assert codes.pop("file") == codes.pop("draft") == 404
    assert set(codes.values()) <= {403, 404}
    assert work.saves() in (403, 404)


def test_an_invitation_withdrawn_while_its_form_stood_open(client: FlaskClient, work: Work) -> None:
    opened = fields_of(work.invited.get(f"/invitations/{work.token}").text)
    number = invitations(client, "bo@example.org")[0].id
    assert press(client, f"{TEAM}/invitations/{number}/withdraw").status_code == 303
    data: dict[str, Any] = opened | {"name": "Bo", "password": "four words in a row"}
    assert work.invited.post(f"/invitations/{work.token}", data=data).status_code == 410
    assert work.codes["invitation"] == 410
    assert work.codes["team"] == 200


def test_no_organizer_any_more(client: FlaskClient, work: Work) -> None:
    peer = make_user(client, "peer@example.org", is_organizer=True)
    browser = client.application.test_client()
    new_address(browser)
    change(client, peer, has_factor=False)
    assert send_form(browser, "peer@example.org", PASSWORD).status_code == 303
    change(client, peer, has_factor=True)
    token = make_invitation(client, "cho@example.org", role="organizer", city=None, by=peer)
    assert browser.get(PEOPLE).status_code == 200
    assert press(client, f"{PEOPLE}/{peer}/end-organizer").status_code == 303
    assert [browser.get(page).status_code for page in (PEOPLE, "/organizers", "/account")] == [403, 403, 200]
    assert press(browser, f"{PEOPLE}/{work.ana_id}/suspend").status_code == 403
    assert work.invited.get(f"/invitations/{token}").status_code == 410
