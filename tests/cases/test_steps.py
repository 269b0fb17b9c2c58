"""The editor step by step: each sends its own fields, the others stay; what is missing leads to its field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.cases.models import DRAFT, PUBLISHED
from hub.cases.template import STEPS
from tests.cases.desk import WHOLE, Log, browser, hidden, hidden_in, publish, send, start, stored
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju", name="Kim Writer")
    return client


def send_step(client: FlaskClient, slug: str, step: str, do: str = "next", **values: Any) -> TestResponse:
    """Open a step, fill it and send it."""
    place = f"/cases/{slug}/edit?step={step}"
    return client.post(place, data=hidden(client, place) | {"do": do} | values)


def test_a_case_is_written_step_by_step_and_published(writer: FlaskClient) -> None:
    slug = start(writer)
    log, place = Log(writer), f"/cases/{slug}/edit"
    html = writer.get(place).text  # the first step in which something is missing
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == ["Basics"]
    assert 'aria-current="step"' in html
    assert 'name="problem"' not in html
    typed = {
        "basics": ("title", "summary", "language", "started", "is_ongoing", "lead_office", "contact_role", "stage"),
        "principles": ("clauses", "types", "groups"),
        "story": ("problem", "action", "participation"),
        "means": ("cost_band",),
        "results": ("results", "evidence_type"),
        "learning": ("lessons", "open_answers"),
        "evidence": ("source_titles", "source_urls"),
        "people": ("people_check",),
    }
    after = [*STEPS[1:], "check"]
    for (step, names), following in zip(typed.items(), after, strict=True):
        response = send_step(writer, slug, step, **{name: WHOLE[name] for name in names})
        assert (response.status_code, response.location) == (303, f"{place}?step={following}"), response.text
    assert log.kinds == ["CaseDraftSaved"] * 8
    case = stored(writer, slug)
    assert (case.title, case.problem, case.lessons) == (WHOLE["title"], WHOLE["problem"], WHOLE["lessons"])
    assert (case.started, case.is_ongoing, case.open_answers) == (2019, True, WHOLE["open_answers"])
    assert case.codes("clause") == WHOLE["clauses"]
    assert [source.url for source in case.sources] == WHOLE["source_urls"]
    html = writer.get(place).text  # nothing is missing: the last look
    assert "Nothing is missing" in html
    assert html.count('<li class="done">') == 8
    assert send_step(writer, slug, "check", "publish").location == f"/cases/{slug}"
    assert stored(writer, slug).state == PUBLISHED
    assert log.kinds[8:] == ["CasePublished"]


def test_what_stands_in_the_way_leads_to_step_and_field(writer: FlaskClient) -> None:
    slug = start(writer)
    place = f"/cases/{slug}/edit"
    send_step(writer, slug, "results", indicator_name=["People"], indicator_value=["400"])
    send_step(writer, slug, "people", people_check="consented")
    html = writer.get(f"{place}?step=check").text
    gaps = html.split('class="gaps"')[1].split("</ul>")[0]
    for step, field in (("basics", "stage"), ("story", "problem"), ("results", "indicator_name"),
                        ("people", "consent_note")):  # fmt: skip
        assert f'href="{place}?step={step}#{field}"' in gaps
        assert f'id="{field}"' in writer.get(f"{place}?step={step}").text
    assert "Each figure needs what was counted, its value and its source." in gaps
    refused = send_step(writer, slug, "check", "publish")
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert stored(writer, slug).state == DRAFT
    rail = writer.get(f"{place}?step=story").text.split('id="todo"')[1]
    assert 'href="#problem"' in rail  # on this page
    assert f'href="{place}?step=basics#stage"' in rail


def test_a_step_asks_and_changes_its_own_fields_alone(writer: FlaskClient) -> None:
    slug = start(writer)
    send(writer, slug)
    refused = send_step(writer, slug, "basics", title="Kept", summary="word " * 10_000, started="2020", ended="2019",
                        language="en")  # fmt: skip
    assert refused.status_code == 400
    assert re.findall(r'<a href="#(\w+)">', refused.text.split('<div class="alert"')[1].split("</div>")[0]) == [
        "summary", "ended",
    ]  # fmt: skip
    assert "Write at most 600 characters; it has 49999." in refused.text
    assert refused.text.count("word ") >= 9_999
    assert 'maxlength="' not in refused.text.split("<main")[1]  # no browser cuts what was pasted
    assert 'data-most="600"' in refused.text
    saved = send_step(writer, slug, "story", "save", problem="Another.", action=WHOLE["action"])
    assert saved.location == f"/cases/{slug}/edit?step=story"
    case = stored(writer, slug)
    assert (case.problem, case.participation) == ("Another.", "")  # a field of the step, emptied
    assert (case.summary, case.started, case.open_answers) == (WHOLE["summary"], 2019, WHOLE["open_answers"])
    for wrong in ("nowhere", "all&step=story"):
        assert writer.get(f"/cases/{slug}/edit?step={wrong}").status_code == 400
    assert writer.post(f"/cases/{slug}/edit?step=x", data={}).status_code == 400


def test_the_preview_stores_nothing_and_leads_back(writer: FlaskClient) -> None:
    slug = start(writer)
    log, place = Log(writer), f"/cases/{slug}/edit?step=story"
    shown = send_step(
        writer, slug, "story", "preview", problem="Streets were **empty**.", action="<script>alert(1)</script>"
    )
    assert shown.status_code == 200
    assert "<strong>empty</strong>" in shown.text
    assert "<script>alert" not in shown.text
    assert "It is not saved yet." in shown.text
    assert (log.kinds, stored(writer, slug).problem) == ([], "")
    back = writer.post(place, data=hidden_in(shown.text) | {"do": "back"})
    assert "Streets were **empty**.</textarea>" in back.text
    whole = send(writer, slug, "preview", results="Four hundred came.")
    assert "Four hundred came." in whole.text
    assert (log.kinds, stored(writer, slug).results) == ([], "")


def test_a_published_case_opens_whole_and_its_steps_need_a_reason(writer: FlaskClient) -> None:
    slug = publish(writer)
    assert 'id="outcome"' in writer.get(f"/cases/{slug}/edit").text
    assert send_step(writer, slug, "means", "save", cost_band="under-10k", staff="2").status_code == 400
    changed = send_step(writer, slug, "means", "save", cost_band="under-10k", staff="2", change_note="Staff counted.")
    assert changed.location == f"/cases/{slug}"
    assert (stored(writer, slug).staff, stored(writer, slug).problem) == ("2", WHOLE["problem"])


def test_what_a_word_processor_leaves_comes_in_clean(writer: FlaskClient) -> None:
    slug = start(writer)
    pasted = "\u200bFirst\u00a0line\u2028• One\n\u00b7\u00a0Two\nUn\u00adend\ufeff «\u00a0oui\u00a0» : می\u200cخواهم"
    send_step(writer, slug, "story", problem=pasted)
    assert stored(writer, slug).problem == ("First line\n- One\n- Two\nUnend «\u00a0oui\u00a0» : می\u200cخواهم")
    send_step(writer, slug, "basics", title="A\u200b fair\u00a0here", language="en")
    assert stored(writer, slug).title == "A fair here"


def test_a_case_begins_from_a_copy_of_one_of_its_city(writer: FlaskClient) -> None:
    slug = publish(writer, consent_note="In the office", staff="3")
    assert f"/cases/new?copy={slug}" in writer.get("/cases/new").text
    html = writer.get(f"/cases/new?copy={slug}").text
    assert "Begun from a copy of “A fair for neighbours”" in html
    log = Log(writer)
    fields = hidden_in(html) | {"title": "A fair elsewhere", "language": "en", "summary": WHOLE["summary"]}
    response = writer.post(f"/cases/new?copy={slug}", data=fields)
    assert response.location == "/cases/a-fair-elsewhere/edit"
    case = stored(writer, "a-fair-elsewhere")
    assert (case.title, case.problem, case.codes("clause")) == ("A fair elsewhere", WHOLE["problem"], WHOLE["clauses"])
    assert (case.started, case.stage, case.results, case.staff, case.cost_band) == (None, "", "", "", "")
    assert (case.consent_note, case.people_check, case.sources, case.files) == ("", "", [], [])
    assert log.entries == [("CaseStarted", {"case_id": case.id})]
    stranger = browser(writer)
    sign_in(stranger, "graz@example.org", city="graz")
    assert stranger.get(f"/cases/new?copy={slug}").status_code == 404
    assert writer.get("/cases/new?copy=nothing-here").status_code == 404


def test_who_does_not_publish_sends_it_on(writer: FlaskClient) -> None:
    contributor = browser(writer)
    sign_in(contributor, "contributor@example.org", city="gwangju", role="contributor", name="Lee Contributor")
    slug = start(contributor)
    refused = send_step(contributor, slug, "check", "submit")
    assert refused.status_code == 400
    send(contributor, slug)
    log = Log(writer)
    assert send_step(contributor, slug, "check", "submit").location == f"/cases/{slug}"
    assert stored(writer, slug).submitted_at is not None
    assert "It waits for a second reader." in contributor.get(f"/cases/{slug}/edit").text
    assert send(writer, slug, "publish").status_code == 303
    version = stored(writer, slug).version
    fields = hidden(contributor, f"/cases/{slug}/edit?step=story")
    typed = {"problem": "Nobody knew anyone.", "action": WHOLE["action"], "participation": WHOLE["participation"]}
    assert contributor.post(f"/cases/{slug}/copy?step=story", data=fields | typed).status_code == 200
    changed = contributor.post(f"/cases/{slug}/edit?step=story", data=fields | typed | {"change_note": "Clearer"})
    assert changed.location == f"/cases/{slug}"
    assert (stored(writer, slug).version, stored(writer, slug).problem) == (version, WHOLE["problem"])
    assert log.kinds == ["CaseSubmitted", "CasePublished", "CaseProposed"]
    assert "You have text from" not in contributor.get(f"/cases/{slug}/edit").text
