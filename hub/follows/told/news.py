"""One thing that happened, as words that pages, mails and feeds show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

PLACE = "\x00"  # where the title stands; never in a title or name: control characters are refused on the way in


@dataclass(frozen=True)
class News:
    """One thing that happened: as plain words, as words with a link, and the path to it."""

    text: str
    url: str
    title: str  # what is linked
    language: str  # of the title, where it is not that of the page
    sentence: str  # with a place for the title
    is_demo: bool = False

    def html(self, base: str = "", style: str = "") -> Markup:
        """Return the sentence with its title linked, the address under `base`; `style` is for mail, which has none."""
        more = _attribute("lang", self.language) + _attribute("style", style)
        link = Markup('<a href="{}"{} dir="auto">{}</a>').format(base + self.url, more, self.title)
        before, _place, after = self.sentence.partition(PLACE)
        return Markup("{}{}{}").format(before, link, after)


def make_news(sentence: str, title: str, url: str, language: str = "", *, is_demo: bool = False) -> News:
    """Return news of a sentence with a place for its title."""
    return News(sentence.replace(PLACE, title), url, title, language, sentence, is_demo)


def _attribute(name: str, value: str) -> Markup:
    return Markup(' {}="{}"').format(name, value) if value else Markup("")
