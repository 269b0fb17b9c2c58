"""What a browser would make of a page: its elements, attributes and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]


@dataclass
class Outline:
    """The elements of a page in order, and its words without those of scripts."""

    elements: list[tuple[str, Attributes]] = field(default_factory=list)
    words: str = ""

    def all(self, name: str) -> list[Attributes]:
        """Return the attributes of every element of this name."""
        return [attributes for tag, attributes in self.elements if tag == name]

    @property
    def names(self) -> set[str]:
        """The names of all elements."""
        return {tag for tag, _attributes in self.elements}

    @property
    def language(self) -> str:
        """What <html lang> says."""
        return self.all("html")[0].get("lang", "")

    def links(self) -> list[str]:
        """Return where the page leads: links, feeds and files, as written."""
        return [each["href"] for each in self.all("a") + self.all("link") if "href" in each]

    def has_search_form(self) -> bool:
        """Tell whether one can search from this page."""
        forms = [form for form in self.all("form") if form.get("role") == "search"]
        return bool(forms) and any(field.get("name") == "q" for field in self.all("input"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = Outline()
        self._texts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outline.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag in ("script", "style")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outline.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if not self._in_script:
            self._texts.append(data)

    def finish(self) -> Outline:
        self.close()
        self.outline.words = " ".join("".join(self._texts).split())
        return self.outline


def read(html: str) -> Outline:
    """Return the outline of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()
