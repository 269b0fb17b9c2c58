"""People, cities, case studies, commitments, news, follows, the machines."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

from hub.cases.models import CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.readers import FailedEntry
from hub.follows.models import Notification
from tests.cases import desk
from tests.cities import forms as joining
from tests.commitments import recorder
from tests.doors.flows.world import NOTHING, World, fill, flow, press
from tests.feeds.site import item, running_site
from tests.hands import forms_in
from tests.people import doors
from tests.people.accounts import make_user

# A city's people


@flow({
    "/cities/<slug>/people": "PersonInvited",
    "/cities/<slug>/people/invitations/<int(max=2147483647):invitation_id>/withdraw": "InvitationWithdrawn",
    "/cities/<slug>/people/<int(max=2147483647):user_id>/role": "RoleChanged",
    "/cities/<slug>/people/<int(max=2147483647):user_id>/remove": "MemberRemoved",
})  # fmt: skip
def a_team(w: World) -> None:
    me, page = w.coordinator(), "/cities/gwangju/people"
    colleague = make_user(me, "bea@example.org", city="gwangju", role="contributor")
    fill(me, page, page, email="new@example.org", role="contributor")
    number = doors.invitations(me, "new@example.org")[0].id
    press(me, page, f"{page}/invitations/{number}/withdraw")
    press(me, page, f"{page}/{colleague}/role")
    press(me, page, f"{page}/{colleague}/remove")


@flow({
    "/organizers/people/invite": "PersonInvited",
    "/organizers/people/invitations/<int(max=2147483647):invitation_id>/withdraw": "InvitationWithdrawn",
    "/organizers/people/<int(max=2147483647):user_id>/suspend": "PersonSuspended",
    "/organizers/people/<int(max=2147483647):user_id>/restore": "PersonRestored",
    "/organizers/people/<int(max=2147483647):user_id>/role": "RoleChanged",
    "/organizers/people/<int(max=2147483647):user_id>/end-organizer": "OrganizerRoleEnded",
})  # fmt: skip
def all_people(w: World) -> None:
    boss, page = w.organizer(), "/organizers/people"
    bea = make_user(boss, "bea@example.org", city="graz", role="contributor")
    other = make_user(boss, "olga@example.org", is_organizer=True)
    fill(boss, f"{page}/invite", f"{page}/invite", email="new@example.org", role="coordinator", city="graz")
    number = doors.invitations(boss, "new@example.org")[0].id
    press(boss, f"{page}/invite", f"{page}/invitations/{number}/withdraw")
    fill(boss, f"{page}/{bea}", f"{page}/{bea}/suspend", reason="Asked for it")
    press(boss, f"{page}/{bea}", f"{page}/{bea}/restore")
    press(boss, f"{page}/{bea}", f"{page}/{bea}/role")
    press(boss, f"{page}/{other}", f"{page}/{other}/end-organizer")


# Cities


@flow({
    "/join": "CityApplied",
    "/join/<token>": "ApplicationConfirmed",
    "/join/<token>/letter": "LetterReceived",
    "/organizers/applications/<int(max=2147483647):application_id>": "CityAdmitted",
})  # fmt: skip
def joining_the_hub(w: World) -> None:
    applicant, boss, page = w.browser(), w.organizer(), "/organizers/applications"
    path, number = joining.waiting(applicant)
    fill(applicant, path, f"{path}/letter", letter=(io.BytesIO(joining.PDF), "letter.pdf"))
    new = {"city": "new", "name": "Sunnyvale Springs", "slug": "sunnyvale-springs", "region": "asia-pacific",
           "gov_type": "municipality"}  # fmt: skip
    fill(boss, f"{page}/{number}", f"{page}/{number}", "admit", **new)
    _path, number = joining.waiting(w.browser(), email="other@springs.example", city_name="Elsewhere")
    fill(boss, f"{page}/{number}", f"{page}/{number}", "decline", reason="Not now")


@flow({
    "/cities/<slug>/edit": "CityChanged",
    "/organizers/cities/<slug>/suspend": "CitySuspended",
    "/organizers/cities/<slug>/restore": "CityRestored",
})  # fmt: skip
def a_city(w: World) -> None:
    me, boss = w.coordinator(), w.organizer()
    fill(me, "/cities/gwangju/edit", "/cities/gwangju/edit", contact_office="Human Rights Division")
    page = "/organizers/cities/gwangju/suspend"
    fill(boss, page, page, reason="Asked for it")
    press(boss, "/organizers/cities", "/organizers/cities/gwangju/restore")


# Case studies


@flow({
    "/cases/new": "CaseStarted",
    "/cases/<slug>/edit": "CaseDraftSaved",
    "/cases/<slug>/copy": NOTHING,  # typed and not saved: nobody's record yet
    "/cases/<slug>/copy/forget": NOTHING,
    "/cases/<slug>/files": "CaseFileAdded",
    "/cases/<slug>/files/<int(max=2147483647):file_id>/edit": "CaseDraftSaved",
    "/cases/<slug>/files/<int(max=2147483647):file_id>/remove": "CaseFileRemoved",
    "/cases/<slug>/take-out/files/<int(max=2147483647):file_id>": "CaseFileDestroyed",
    "/cases/<slug>/archive": "CaseArchived",
    "/cases/<slug>/publish": "CasePublished",
    "/cases/<slug>/move": "CaseMoved",
    "/cases/<slug>/delete": "CaseDraftDeleted",
})  # fmt: skip
def writing(w: World) -> None:
    me, boss = w.coordinator(), w.organizer()
    slug = desk.start(me, "A fair")
    page = f"/cases/{slug}"
    assert desk.send(me, slug, problem="Nobody knew Zsófia.").status_code == 303
    typed = desk.hidden(me, f"{page}/edit?step=story") | {"problem": "Nobody knew"}
    assert me.post(f"{page}/copy?step=story", data=typed).status_code == 200
    press(me, f"{page}/edit?step=story", f"{page}/copy/forget")
    assert desk.upload(me, slug, desk.PDF, "paper.pdf").status_code == 303
    number = desk.stored(me, slug).files[0].id
    fill(me, f"{page}/files/{number}/edit", f"{page}/files/{number}/edit", file_title="A better paper")
    fields = desk.hidden(me, f"{page}/edit")
    assert me.post(f"{page}/files/{number}/remove", data=fields).status_code == 303
    press(me, f"{page}/take-out", f"{page}/take-out/files/{number}")
    assert desk.send(me, slug, "publish").status_code == 303
    assert desk.send(me, slug, problem="Nobody knew anyone.", change_note="Shorter").status_code == 303
    fill(me, f"{page}/archive", f"{page}/archive", reason="Over")
    press(me, page, f"{page}/publish")
    fill(boss, f"{page}/move", f"{page}/move", city="graz", reason="It is theirs")
    draft = desk.start(me, "Another fair")
    fill(me, f"/cases/{draft}/delete", f"/cases/{draft}/delete")


@flow({"/cases/<slug>/confirm": "CaseTakenOver"})
def taking_over(w: World) -> None:
    me, page = w.coordinator(city="graz"), "/cases/graz-advisory-council"
    press(me, page, f"{page}/confirm")


@flow({"/cases/<slug>/still-true": "CaseConfirmed"})
def saying_it_again(w: World) -> None:
    me = w.coordinator()
    slug = desk.publish(me)
    with w.app.app_context(), transaction():
        last_year = clock.now() - timedelta(days=400)
        db.session.execute(db.update(CaseStudy).where(CaseStudy.slug == slug).values(confirmed_at=last_year))
    press(me, f"/cases/{slug}", f"/cases/{slug}/still-true")


@flow({"/cases/<slug>/take-out": "PersonTakenOut"})
def taking_out(w: World) -> None:
    me = w.coordinator()
    slug = desk.publish(me, problem="Nobody knew Zsófia Quintero.")
    page = f"/cases/{slug}/take-out"
    fields = desk.hidden(me, page) | {"spellings": "Quintero", "reason": "wish"}
    looked = me.post(page, data=fields | {"do": "look"})
    assert looked.status_code == 200
    mark = looked.text.split('name="mark" type="text" value="')[1].split('"')[0]
    done = me.post(page, data=desk.hidden_in(looked.text) | {"mark": mark, "do": "take"})
    assert done.status_code == 303, done.text[-1500:]


# Commitments, news, follows, the house


@flow({"/cities/<slug>/commitments/<code>/record": "StatusRecorded"})
def a_status(w: World) -> None:
    assert recorder.send(w.coordinator(), recorder.address(), **recorder.LINK).status_code == 303


@flow({
    "/cities/<slug>/evidence/<int(max=2147483647):number>": "EvidenceChanged",
    "/cities/<slug>/evidence/<int(max=2147483647):number>/take-out": "EvidenceRemoved",
})  # fmt: skip
def a_piece_of_evidence(w: World) -> None:
    me, home = w.coordinator(), "/cities/gwangju/evidence"
    assert recorder.send(me, recorder.address(), **recorder.LINK).status_code == 303
    path = f"{home}/{me.get(f'{home}.json').json['items'][0]['id']}"  # type: ignore[index]
    fill(me, path, path, issuer="City council", issued="2024-05", language="ko")
    fill(me, f"{path}/take-out", f"{path}/take-out")


@flow({
    "/organizers/sources/new": NOTHING,
    "/organizers/sources": "SourceAdded",
    "/organizers/sources/<slug>": "SourceChanged",
    "/organizers/sources/<slug>/pause": "SourcePaused",
    "/organizers/sources/<slug>/resume": "SourceResumed",
    "/organizers/sources/<slug>/sync": "SourceChecked",
    "/organizers/sources/<slug>/address": NOTHING,
    "/organizers/sources/<slug>/move": "SourceChanged",
    "/organizers/sources/import": NOTHING,
    "/organizers/sources/import/add": "SourcesAdded",
})  # fmt: skip
def sources(w: World) -> None:
    boss, page = w.organizer(), "/organizers/sources"
    with running_site() as site:
        site.feed(item())
        w.monkeypatch.setitem(w.app.config, "HUB", replace(w.app.config["HUB"], fetch_allow=site.allow))
        looked = fill(boss, f"{page}/new", f"{page}/new", address=site.url())
        [form] = [each for each in forms_in(looked.text) if each.action == page]
        added = boss.post(page, data=dict(form.filled({"title": "City news"})))
        assert added.status_code == 303, added.text[-1500:]
        source = added.headers["Location"]
        fill(boss, source, source, title="City stories")
        press(boss, source, f"{source}/pause")
        press(boss, source, f"{source}/resume")
        with clock.frozen_at(clock.now() + timedelta(hours=1)):
            boss = w.organizer("other")
            press(boss, source, f"{source}/sync")
        site.feed(item(), item("urn:a:2"), path="/moved")
        looked = fill(boss, f"{source}/address", f"{source}/address", address=site.url("/moved"))
        [form] = [each for each in forms_in(looked.text) if each.action == f"{source}/move"]
        assert boss.post(f"{source}/move", data=dict(form.filled({}))).status_code == 303
        feeds = "<outline text='A' xmlUrl='https://a.example/1'/><outline text='B' xmlUrl='https://b.example/2'/>"
        [asking] = [each for each in forms_in(boss.get(f"{page}/import").text) if each.action == f"{page}/import"]
        listed = io.BytesIO(f"<opml version='2.0'><body>{feeds}</body></opml>".encode())
        looked = boss.post(f"{page}/import", data={**dict(asking.filled({})), "file": (listed, "mine.opml")})
        [form] = [each for each in forms_in(looked.text) if each.action == f"{page}/import/add"]
        assert boss.post(f"{page}/import/add", data=dict(form.filled({}))).status_code == 303


@flow({
    "/follow": "Followed",
    "/unfollow": "Unfollowed",
    "/notifications/read": "NotificationsRead",
})  # fmt: skip
def following(w: World) -> None:
    me = w.person("ana")
    press(me, "/cities/gwangju", "/follow")
    press(me, "/cities/gwangju", "/unfollow")
    told = {
        "event": "StatusRecorded",
        "topic": "commitments",
        "thing": "status:1:C1.1",
        "subject_id": 1,
        "because": {"kind": "city", "key": "gwangju"},
    }
    w.make(Notification(user_id=w.ids["ana"], position=1, created_at=clock.now(), **told))
    press(me, "/notifications", "/notifications/read")


@flow({"/organizers/system/parked/<reader>/<int(max=2147483647):position>/retry": "ParkedEntryPutBack"})
def the_machines(w: World) -> None:
    boss, now = w.organizer(), clock.now()
    w.make(FailedEntry(reader="mail", position=1, attempts=8, error="ValueError", next_at=now, parked_at=now))
    press(boss, "/organizers/system", "/organizers/system/parked/mail/1/retry")
