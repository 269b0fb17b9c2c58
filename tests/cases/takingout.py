"""A case that names a person everywhere, and a look into everything that could."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any
from urllib.parse import quote, unquote

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import Base, db
from tests.cases import pdftext
from tests.cases.desk import PDF, browser, hidden, hidden_in, send, start, stored, upload

NAME = "Zsófia Quintero"
NAMES = f"{NAME}\nQuintero"
NEEDLES = ("zsófia", "quintero", "zs%c3%b3fia")
SAID: dict[str, Any] = {
    "title": f"The garden of {NAME}", "summary": f"{NAME} opened a garden.", "problem": f"**{NAME}** was alone.",
    "action": f"She, [{NAME}](https://example.org/zsófia-quintero), dug.", "results": f"{NAME.upper()} is glad.",
    "lessons": f"Ask Ms. Quintero's friends, or {unicodedata.normalize('NFD', NAME)}.",
    "source_titles": [f"A talk with {NAME}", "Her page"],
    "source_urls": ["https://example.org/report", "https://example.org/Zs%C3%B3fia-Quintero"],
    "lead_office": f"Office of {NAME}", "contact_role": NAME, "contact_address": "z.quintero@example.org",
    "participation": f"{NAME} took part.", "legal_basis": f"The law of {NAME}", "cost_amount": "of Quintero",
    "staff": f"{NAME} alone", "failures": f"{NAME} fell ill.", "conditions": f"It took {NAME}.", "open_answers": [],
    "adapted_from": f"The idea of {NAME}", "adapted_from_url": "https://example.org/quintero", "essential": NAME,
    "adaptable": f"Not {NAME}", "consent_note": f"{NAME} signed, file 7", "people_check": "consented",
    "partner_name": [f"Friends of {NAME}"], "partner_role": [f"helps {NAME}"],
    "partner_url": ["https://example.org/quintero"], "indicator_name": [f"Days of {NAME}"],
    "indicator_unit": ["of Quintero"], "indicator_baseline": ["Quintero 1"], "indicator_value": ["Quintero 2"],
    "indicator_date": ["2020"], "indicator_source": [f"{NAME} counted"],
}  # fmt: skip


def named_case(client: FlaskClient) -> str:
    """Publish a case that names the person in every field, in three versions and two files; return its slug."""
    slug = start(client, SAID["title"])
    assert send(client, slug, "publish", **SAID).status_code == 303
    for number in (1, 2):
        more = {"lessons": f"{SAID['lessons']} Lesson {number}.", "change_note": f"Note {number} of {NAME}"}
        assert send(client, slug, **(SAID | more)).status_code == 303
    given = {"file_title": f"{NAME} speaks", "file_owner": NAME}
    assert upload(client, slug, PDF, f"{NAME}.pdf", **given).status_code == 303
    assert upload(client, slug, PDF + b"2", "Quintero-2.pdf", **given).status_code == 303
    second = stored(client, slug).files[1].id
    client.post(f"/cases/{slug}/files/{second}/remove", data=hidden(client, f"/cases/{slug}/edit"))
    return slug


def look(client: FlaskClient, slug: str, **values: Any) -> TestResponse:
    """Ask where a name stands."""
    path = f"/cases/{slug}/take-out"
    fields = hidden(client, path) | {"spellings": NAMES, "reason": "wish", "do": "look"}
    return client.post(path, data={name: each for name, each in (fields | values).items() if each is not None})


def take(client: FlaskClient, slug: str, **values: Any) -> TestResponse:
    """Look where a name stands, then take it out."""
    looked = look(client, slug, **{name: each for name, each in values.items() if name != "mark"})
    assert looked.status_code == 200, looked.text
    return client.post(f"/cases/{slug}/take-out", data=filled(looked) | {"do": "take"} | values)


def filled(response: TestResponse) -> dict[str, str]:
    """Return what the form of the second step would send."""
    mark = response.text.split('name="mark" type="text" value="')[1].split('"')[0]
    return hidden_in(response.text.replace("&#39;", "'")) | {"mark": mark}


def holds(text: str) -> list[str]:
    """Return which of the needles a text holds, however it is written."""
    plain = unicodedata.normalize("NFC", unquote(text)).casefold()
    plain += unicodedata.normalize("NFC", text).casefold()
    return [needle for needle in NEEDLES if needle in plain]


def public_pages(client: FlaskClient, slug: str) -> dict[str, str]:
    """Return everything that anyone can read where the case could stand, by its path."""
    reader, case = browser(client), stored(client, slug)
    path = f"/cases/{quote(slug, safe='')}"
    paths = [path, f"{path}/history", *(f"{path}.{kind}" for kind in ("json", "md", "bib", "ris"))]
    paths += [f"{path}/history?version={number}" for number in range(1, case.version + 1)]
    paths += [f"{path}?lang=fr", f"{path}?text=original", *(f"{path}.{kind}?lang=fr" for kind in ("json", "md"))]
    paths += [f"{path}/translations", f"{path}/history?from=2&to={case.version}", f"/cases/compare?case={quote(slug)}"]
    paths += ["/", "/cases/", "/cases.json", "/cases.csv", "/cases.atom", "/cities/gwangju", "/principles/GP3"]
    paths += ["/principles/GP3.1", f"/follow?kind=case&id={quote(slug)}", f"/follow.atom?kind=case&id={quote(slug)}"]
    paths += ["/follow.atom?kind=city&id=gwangju", "/follow.atom?kind=principle&id=GP3", "/cities.json", "/sitemap.xml"]
    found = {}
    for each in paths:
        response = reader.get(each)
        if response.status_code == 200:
            found[each] = response.text
    found["pdf"] = pdftext.text(reader.get(f"{path}.pdf").data)
    for file in case.files:
        response = reader.get(f"{path}/files/{file.id}", buffered=True)
        found[f"file {file.id}"] = str(response.headers)
    return found


def rows_that_name(client: FlaskClient) -> list[str]:
    """Return the tables of the whole database that name the person anywhere."""
    with client.application.app_context():
        found = []
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                text = json.dumps(list(row), default=str, ensure_ascii=False)
                if holds(text):
                    found.append(table.name)
        return sorted(set(found))


def case_after(client: FlaskClient, response: Any) -> str:
    """Return the slug of the case that a take-out led to."""
    assert response.status_code == 303, response.text
    match = re.fullmatch(r"/cases/([^/]+)/history", response.location)
    assert match
    return match[1]
