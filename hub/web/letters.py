"""Mail as text and HTML, in the language of its reader."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import current_app

from hub.web.formats import absolute
from hub.web.locale import speaking


class Letter(NamedTuple):
    """The words of a mail."""

    subject: str
    text: str
    html: str


def write_letter(name: str, language: str, **values: Any) -> Letter:
    """Write the mail of `templates/email/<name>.txt`, whose first line is the subject, and `<name>.html`.

    Needs an application but no request; templates may use `absolute(path)` for addresses.
    """
    templates = current_app.jinja_env
    with speaking(language):
        given = {"absolute": absolute, "lang": language, **values}
        subject, _blank, text = templates.get_template(f"email/{name}.txt").render(given).partition("\n")
        html = templates.get_template(f"email/{name}.html").render(given, subject=subject.strip())
    return Letter(subject.strip(), text.strip() + "\n", html)
