"""Someone at a browser without JavaScript, over HTTP: opens a page, fills the form that stands there, sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import requests

Values = dict[str, Any]


@dataclass
class Form:
    """A form as a page gives it: where it goes, and what stands in its fields."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # every field, also boxes that are not ticked
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: Values) -> list[tuple[str, str]]:
        """Return what a browser would send with these fields changed; raises KeyError for a field that is not there."""
        unknown = values.keys() - self.names
        if unknown:
            raise KeyError(f"no field {sorted(unknown)} in the form to {self.action}; it has {sorted(self.names)}")
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            several = value if isinstance(value, list) else [value]
            sent += [(name, str(one)) for one in several if one is not None]
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: tuple[str, list[str]] | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        form, name = self._form, given.get("name", "")
        if form is None:
            return
        if tag == "option" and self._select is not None:
            self._select[1].append((given.get("value", ""), "selected" in given))
        if not name:
            return
        if tag == "input" and given.get("type") == "file":
            form.files.append(name)
        elif tag == "input":
            form.names.add(name)
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                form.fields.append((name, given.get("value", "on" if given.get("type") == "checkbox" else "")))
        elif tag == "button":
            form.names.add(name)
            form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea":
            form.names.add(name)
            self._area = (name, [])
        elif tag == "select":
            form.names.add(name)
            self._select = (name, [])

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._area and self._form:
            self._form.fields.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None
        if tag == "select" and self._select and self._form:
            name, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen] or [value for value, _ in options[:1]]
            self._form.fields += [(name, value) for value in chosen[:1]]
            self._select = None


def forms_in(html: str) -> list[Form]:
    """Return the forms of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_to(html: str, action: str) -> Form:
    """Return the form of a page that is sent to a path (or, with a trailing *, to a path that starts so)."""
    found = [form for form in forms_in(html) if form.method == "post" and _fits(form.action, action)]
    if not found:
        raise AssertionError(f"no form to {action}; there are {[form.action for form in forms_in(html)]}")
    return found[0]


def _fits(found: str, wanted: str) -> bool:
    path = found.split("?")[0]
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted


class Hands:
    """One person's browser."""

    def __init__(self, base_url: str, language: str = "en") -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = language
        self.session.headers["Accept"] = "text/html"

    def get(self, path: str, **options: Any) -> requests.Response:
        """Open a page."""
        return self.session.get(self._address(path), timeout=30, **options)

    def post(self, path: str, sent: Any, files: Any = None) -> requests.Response:
        """Send a form; redirects are not followed, so that 303 can be seen."""
        return self.session.post(self._address(path), data=sent, files=files, timeout=30, allow_redirects=False)

    def fill(self, page: str, action: str, values: Values, files: Any = None) -> requests.Response:
        """Open a page, fill its form to `action`, send it, and return the answer."""
        opened = self.get(page)
        assert opened.status_code == 200, f"{page} answers {opened.status_code}"
        form = form_to(opened.text, action)
        return self.post(form.action, form.filled(values), files)

    def keep(self, name: str, value: str) -> None:
        """Keep a cookie of a sign-in that was made elsewhere."""
        self.session.cookies.set(name, value, domain="localhost.local", path="/")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in; the test fails where that does not work."""
        answer = self.fill("/login", "/login", {"email": email, "password": password})
        assert answer.status_code == 303, f"sign-in of {email} answers {answer.status_code}"

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else self.base_url + path
