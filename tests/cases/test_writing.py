"""Beginning, saving, publishing and archiving a case."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.cases.models import ARCHIVED, DRAFT, PUBLISHED
from tests.cases.desk import WHOLE, Log, browser, hidden, publish, revisions, send, start, stored
from tests.people.accounts import sign_in


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "coordinator@example.org", city="gwangju", name="Kim Coordinator")
    return client


@pytest.fixture
def contributor(client: FlaskClient) -> FlaskClient:
    """A contributor of Gwangju, at another browser."""
    other = browser(client)
    sign_in(other, "contributor@example.org", city="gwangju", role="contributor", name="Lee Contributor")
    return other


def test_a_draft_begins_with_a_title(contributor: FlaskClient) -> None:
    log = Log(contributor)
    slug = start(contributor, "A fair  for\nneighbours", summary="Short.", language="ko")
    case = stored(contributor, slug)
    assert slug == "a-fair-for-neighbours"
    assert (case.state, case.title, case.summary, case.language) == (DRAFT, "A fair for neighbours", "Short.", "ko")
    assert (case.city.slug, case.country, case.version, case.is_demo) == ("gwangju", "KR", 1, False)
    assert case.created_by == case.updated_by is not None
    assert log.entries == [("CaseStarted", {"case_id": case.id})]


def test_slugs_are_unique_and_never_reserved(coordinator: FlaskClient) -> None:
    assert [start(coordinator, "인권 조례") for _ in range(3)] == ["인권-조례", "인권-조례-2", "인권-조례-3"]
    assert start(coordinator, "New") == "new-1"
    assert start(coordinator, "???") == "item"
    long = [start(coordinator, "word " * 24) for _ in range(2)]
    assert len(set(long)) == 2
    assert all(len(slug) <= 80 for slug in long)


def test_a_title_is_needed_and_the_rest_is_kept(coordinator: FlaskClient) -> None:
    fields = hidden(coordinator, "/cases/new")
    response = coordinator.post("/cases/new", data=fields | {"title": " ", "summary": "Kept words", "language": "es"})
    assert response.status_code == 400
    assert '<a href="#title">Title</a>: This is needed.' in response.text
    assert "Kept words" in response.text
    assert '<option value="es" selected>' in response.text


def test_one_writes_only_for_ones_own_cities(coordinator: FlaskClient) -> None:
    log = Log(coordinator)
    fields = hidden(coordinator, "/cases/new") | {"title": "Foreign", "language": "en"}
    for city in ("graz", "1", "nowhere", "9" * 40, "<b>"):
        response = coordinator.post("/cases/new", data=fields | {"city": city})
        assert response.status_code == 400, city
        assert "Choose one of the list." in response.text
    assert log.kinds == []
    assert coordinator.get("/cases/foreign").status_code == 404


def test_who_writes_for_two_cities_chooses(client: FlaskClient) -> None:
    from sqlalchemy import select

    from hub.cities.models import City
    from hub.core import clock
    from hub.core.db import db, transaction
    from hub.people.models import Membership

    user_id = sign_in(client, "two@example.org", city="gwangju")
    with client.application.app_context(), transaction():
        graz = db.session.scalars(select(City.id).where(City.slug == "graz")).one()
        db.session.add(Membership(user_id=user_id, city_id=graz, role="contributor", since_at=clock.now()))
    assert 'name="city"' in client.get("/cases/new").text
    slug = start(client, city="graz")
    assert stored(client, slug).city.slug == "graz"
    assert send(client, slug, "publish").status_code == 409  # a contributor there: nothing is published, nothing lost
    assert stored(client, slug).state == DRAFT


def test_everything_typed_is_saved(contributor: FlaskClient) -> None:
    slug = start(contributor)
    log = Log(contributor)
    values = {
        "items": ["C2.1"], "alliance": ["US1"], "is_approximate": "y", "none_yet": "y", "main_principle": "GP8",
        "source_titles": ["A", "", "B", ""], "source_urls": ["", "", "https://example.org/b", ""],
    }  # fmt: skip
    response = send(contributor, slug, **values)
    assert response.status_code == 303
    assert response.location == f"/cases/{slug}/edit"
    case = stored(contributor, slug)
    assert [case.title, case.summary, case.problem, case.action, case.results, case.lessons] == [
        WHOLE[name] for name in ("title", "summary", "problem", "action", "results", "lessons")
    ]
    assert (case.started, case.ended, case.is_ongoing, case.is_approximate) == (2019, None, True, True)
    assert case.has_reported_results is False
    assert case.years_text == "2019-"
    assert case.codes("clause") == ["GP8.2", "GP3.1"]  # the main principle first
    assert case.codes("type") == ["participation"]
    assert case.codes("group") == ["youth"]
    assert case.codes("commitment") == ["C2.1"]
    assert case.codes("us") == ["US1"]
    assert [(source.title, source.url) for source in case.sources] == [("A", ""), ("B", "https://example.org/b")]
    assert case.version == 2
    assert log.entries == [("CaseDraftSaved", {"case_id": case.id})]
    html = contributor.get(f"/cases/{slug}/edit?step=all").text
    for words in ('value="GP8.2" checked', 'value="C2.1" checked', "Nobody knew the others.", "https://example.org/b",
                  '<option value="GP8" selected>', 'id="none_yet" name="none_yet" value="y" checked'):  # fmt: skip
        assert words in html, words


def test_tags_alone_count_the_version_up(contributor: FlaskClient) -> None:
    slug = start(contributor)
    send(contributor, slug)
    send(contributor, slug, clauses=["GP1.1"])
    case = stored(contributor, slug)
    assert (case.version, case.codes("clause")) == (3, ["GP1.1"])


def test_saving_without_a_change_changes_nothing(contributor: FlaskClient) -> None:
    slug = start(contributor)
    send(contributor, slug)
    log = Log(contributor)
    assert send(contributor, slug).status_code == 303
    assert stored(contributor, slug).version == 2
    assert log.kinds == []


def test_a_form_sent_twice_does_one_thing(coordinator: FlaskClient) -> None:
    fields = hidden(coordinator, "/cases/new") | {"title": "Twice", "language": "en"}
    log = Log(coordinator)
    first, second = coordinator.post("/cases/new", data=fields), coordinator.post("/cases/new", data=fields)
    assert first.location == second.location == "/cases/twice/edit"
    fields = hidden(coordinator, "/cases/twice/edit")
    again = [send(coordinator, "twice", "publish", fields=fields) for _ in range(2)]
    assert [response.location for response in again] == ["/cases/twice", "/cases/twice"]
    assert log.kinds == ["CaseStarted", "CasePublished"]
    assert len(revisions(coordinator, "twice")) == 1


def test_the_same_text_from_another_tab_counts_as_the_same_save(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    one, other = hidden(coordinator, f"/cases/{slug}/edit"), hidden(coordinator, f"/cases/{slug}/edit")
    assert one["form_key"] != other["form_key"]
    assert send(coordinator, slug, fields=one).status_code == 303
    assert send(coordinator, slug, fields=other).status_code == 303
    assert stored(coordinator, slug).version == 2


def test_a_coordinator_publishes(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    log = Log(coordinator)
    response = send(coordinator, slug, "publish")
    assert response.location == f"/cases/{slug}"
    case = stored(coordinator, slug)
    assert case.state == PUBLISHED
    assert case.published_at == case.updated_at == case.confirmed_at
    assert case.is_compiled is False
    assert log.entries == [("CasePublished", {"case_id": case.id})]
    [revision] = revisions(coordinator, slug)
    assert (revision.number, revision.author_id) == (case.version, case.updated_by)
    assert revision.content["title"] == WHOLE["title"]
    public = browser(coordinator)
    html = public.get(f"/cases/{slug}").text
    assert "Draft" not in html
    assert "Nobody knew the others." in html
    assert public.get(f"/cases/{slug}.json").json["is_demo"] is False
    assert "Kim Coordinator" in public.get(f"/cases/{slug}/history").text


def test_what_is_missing_is_told_and_linked(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    empty = dict.fromkeys(("summary", "started", "problem", "action", "results"), "")
    response = send(coordinator, slug, "publish", clauses=[], types=[], groups=[], **empty)
    assert response.status_code == 400
    alert = response.text.split('<div class="alert"')[1].split("</div>")[0]
    wanted = ["summary", "started", "clauses", "types", "groups", "problem", "action", "results"]
    assert re.findall(r'href="#(\w+)"', alert) == wanted
    assert all(f'id="{name}"' in response.text for name in wanted)
    assert stored(coordinator, slug).state == DRAFT
    assert "Rain needs a tent." in response.text
    response = send(coordinator, slug, "publish", results="", none_yet="y")
    assert response.status_code == 303
    assert "None reported yet." in coordinator.get(f"/cases/{slug}").text


def test_the_button_on_the_draft_publishes_or_names_the_gaps(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    fields = hidden(coordinator, f"/cases/{slug}", "publish")
    response = coordinator.post(f"/cases/{slug}/publish", data=fields)
    assert response.status_code == 400
    assert 'href="#clauses"' in response.text
    send(coordinator, slug)
    assert coordinator.post(f"/cases/{slug}/publish", data=fields).status_code == 409  # the text is another by now
    assert stored(coordinator, slug).state == DRAFT
    log = Log(coordinator)
    fields = hidden(coordinator, f"/cases/{slug}", "publish")
    for _ in range(2):
        assert coordinator.post(f"/cases/{slug}/publish", data=fields).location == f"/cases/{slug}"
    assert log.kinds == ["CasePublished"]


def test_a_contributor_drafts_and_a_coordinator_publishes(coordinator: FlaskClient, contributor: FlaskClient) -> None:
    slug = start(contributor)
    html = contributor.get(f"/cases/{slug}/edit?step=check").text
    assert "Publish case study" not in html
    assert "a coordinator of Gwangju publishes it" in html
    fields = hidden(contributor, f"/cases/{slug}/edit")
    assert contributor.post(f"/cases/{slug}/publish", data=fields).status_code == 403
    kept = send(contributor, slug, "publish", problem="Words that stay")
    assert kept.status_code == 409
    assert "Words that stay" in kept.text
    assert stored(contributor, slug).state == DRAFT
    send(contributor, slug)
    assert send(coordinator, slug, "publish").status_code == 303
    assert "Send the change to a second reader" in contributor.get(f"/cases/{slug}/edit").text


def test_a_published_case_is_changed_with_a_reason(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    first = stored(coordinator, slug)
    response = send(coordinator, slug, title="A fair for everyone", change_note="")
    assert response.status_code == 400
    assert '<a href="#change_note">What changed, and why</a>' in response.text
    assert "A fair for everyone" in response.text
    log = Log(coordinator)
    response = send(coordinator, slug, title="A fair for everyone", change_note="Everyone came.")
    assert response.location == f"/cases/{slug}"
    send(coordinator, slug, title="A fair for everyone!", change_note="A mark.", is_small="y")
    case = stored(coordinator, slug)
    assert log.entries == [
        ("CaseRevised", {"case_id": case.id, "is_substantial": True}),
        ("CaseRevised", {"case_id": case.id, "is_substantial": False}),
    ]
    assert [each.number for each in revisions(coordinator, slug)] == [2, 3, 4]
    assert case.version == 4
    assert (case.slug, case.published_at) == (first.slug, first.published_at)
    html = browser(coordinator).get(f"/cases/{slug}/history").text
    assert "Everyone came." in html
    assert "Small correction" in html
    assert "<ins>everyone</ins>" in html


def test_what_publishing_needed_cannot_be_taken_out(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    response = send(coordinator, slug, problem="", clauses=[], change_note="Shorter")
    assert response.status_code == 400
    assert 'href="#problem"' in response.text
    assert stored(coordinator, slug).problem
    assert len(revisions(coordinator, slug)) == 1


def test_archiving_needs_a_reason_and_publishing_takes_it_back(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    public = browser(coordinator)
    fields = hidden(coordinator, f"/cases/{slug}/archive")
    assert coordinator.post(f"/cases/{slug}/archive", data=fields | {"reason": " "}).status_code == 400
    log = Log(coordinator)
    for _ in range(2):
        response = coordinator.post(f"/cases/{slug}/archive", data=fields | {"reason": "The office closed."})
        assert response.location == f"/cases/{slug}"
    assert stored(coordinator, slug).state == ARCHIVED
    assert log.kinds == ["CaseArchived"]
    assert "This case was archived." in public.get(f"/cases/{slug}").text
    assert "The office closed." in public.get(f"/cases/{slug}/history").text
    assert coordinator.get(f"/cases/{slug}/edit").status_code == 403
    assert "Publish again" in coordinator.get(f"/cases/{slug}").text
    fields = hidden(coordinator, f"/cases/{slug}", "publish")
    assert coordinator.post(f"/cases/{slug}/publish", data=fields).status_code == 303
    assert stored(coordinator, slug).state == PUBLISHED
    assert log.kinds == ["CaseArchived", "CasePublished"]
    assert [each.number for each in revisions(coordinator, slug)] == [2, 3, 4]


def test_more_rows_keep_what_was_typed(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    html = coordinator.get(f"/cases/{slug}/edit?step=all").text
    assert html.count('name="source_urls"') == 3
    titles, urls = [f"Title {n}" for n in range(5)], [f"https://example.org/{n}" for n in range(5)]
    response = send(coordinator, slug, add_row="source_urls", title="Typed", source_titles=titles, source_urls=urls)
    assert response.status_code == 200
    assert response.text.count('name="source_urls"') > 8
    assert 'value="Typed"' in response.text
    assert "https://example.org/4" in response.text
    assert stored(coordinator, slug).title != "Typed"


def test_completeness_links_to_fields(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    html = coordinator.get(f"/cases/{slug}/edit?step=all").text
    rail = html.split('id="todo"')[1]
    assert "1 of 34 parts are ready" in rail
    for name in re.findall(r'href="#(\w+)"', rail.split("</ul>")[0]):
        assert f'id="{name}"' in html, name
    assert rail.count("needed to publish") == 18
    send(coordinator, slug)
    assert "20 of 34 parts are ready" in coordinator.get(f"/cases/{slug}/edit").text


def test_what_demo_accounts_write_says_so(client: FlaskClient) -> None:
    sign_in(client, "demo@example.org", city="gwangju", is_demo=True)
    slug = publish(client)
    public = browser(client)
    assert stored(client, slug).is_demo
    assert "Demo: written with a demo account" in public.get(f"/cases/{slug}").text
    assert public.get(f"/cases/{slug}.json").json["is_demo"] is True
    assert "Demo: written" in public.get(f"/cases/{slug}.md").text
    assert ">Demo</b>" in public.get("/cities/gwangju").text


def values_of(html: str, name: str) -> Any:
    return re.findall(rf'name="{name}" value="([^"]+)" checked', html)


def test_the_order_of_weight_is_kept(coordinator: FlaskClient) -> None:
    slug = start(coordinator)
    send(coordinator, slug, clauses=["GP1.1", "GP8.2", "GP3.1"], main_principle="GP8")
    assert stored(coordinator, slug).codes("clause") == ["GP8.2", "GP1.1", "GP3.1"]
    ranks = {"main_principle": "GP8", "second_principle": "", "third_principle": ""}
    send(coordinator, slug, clauses=["GP1.1", "GP8.2", "GP3.1", "GP2.1"], **ranks)
    assert stored(coordinator, slug).codes("clause") == ["GP8.2", "GP1.1", "GP3.1", "GP2.1"]
    ranks = {"main_principle": "GP3", "second_principle": "", "third_principle": ""}
    send(coordinator, slug, clauses=["GP1.1", "GP8.2", "GP3.1"], **ranks)
    assert stored(coordinator, slug).codes("clause") == ["GP3.1", "GP8.2", "GP1.1"]
    html = coordinator.get(f"/cases/{slug}/edit?step=principles").text
    assert sorted(values_of(html, "clauses")) == ["GP1.1", "GP3.1", "GP8.2"]
