"""A case as Markdown, to read anywhere: every part of its page, and none of its words taken for a mark."""

from __future__ import annotations

import re

from hub.cases.citation import one_line
from hub.cases.metadata import cited_in_words
from hub.cases.models import GOAL, CaseStudy
from hub.cases.page import (
    Tag,
    alliance_tags,
    chosen_goals,
    clause_tags,
    goals,
    groups,
    item_tags,
    kinds,
    place,
    provenance,
    rights,
    translation_words,
)
from hub.cases.page import contact as contact_of
from hub.cases.parts import Block, Facts, Figures, Open, Partners, Prose, sections
from hub.cases.rows import years_phrase
from hub.cases.translations import Told, told_in
from hub.cases.truth import truth_of
from hub.cases.words import code_words
from hub.core import clock
from hub.core.text import safe_url
from hub.web.locale import format_date, language
from hub.web.locale import gettext as _

_MARKS = re.compile(r"([\\`*_\[\]<>#|~!&])")


def as_typed(text: str) -> str:
    """Return plain words for Markdown: on one line, with every sign escaped that Markdown or HTML would act on."""
    escaped = _MARKS.sub(r"\\\1", one_line(text))
    return re.sub(r"^(\d+)([.)])|^([-+=])", lambda hit: (hit[1] + "\\" + hit[2]) if hit[1] else "\\" + hit[3], escaped)


def without_html(markdown: str) -> str:
    """Return Markdown whose raw HTML shows as typed wherever it is rendered; autolinks stay links."""
    return re.sub(r"<(?!https?://)", "&lt;", markdown.replace("\r\n", "\n")).strip()


def facts(case: CaseStudy, told: Told) -> list[tuple[str, str]]:
    """Return the facts beside a case, each as a name and its words; what is not known is left out."""
    rows = [
        (_("Where"), place(case)),
        (_("When"), years_phrase(case)),
        (_("Stage"), code_words("stage", case.stage)),
        (_("Lead office"), told.text.lead_office),
        (_("Kind"), ", ".join(kinds(case))),
        (_("For"), ", ".join(groups(case))),
        (_("Clauses"), _listed(clause_tags(case))),
        (_("US Alliance"), _listed(alliance_tags(case))),
        (_("Serves commitments"), _listed(item_tags(case))),
        (_("Rights"), "; ".join(rights(case))),
        (_("Sustainable Development Goals"), "; ".join(chosen_goals(case))),
        (_("SDGs, by our reading"), "" if case.codes(GOAL) else ", ".join(map(str, goals(case)))),
        (_("Updated"), format_date(case.updated_at)),
        (_("Still true?"), "" if case.is_compiled else truth_of(case, clock.now().date()).words),
    ]
    return [(name, words) for name, words in rows if words]


def _listed(tags: list[Tag]) -> str:
    return "; ".join(f"{tag.code} {tag.label}" for tag in tags)


def notices(case: CaseStudy, told: Told) -> list[str]:
    """Return what a reader must know before the text: whose word it is, and who translated it."""
    return [words for words in (provenance(case), translation_words(told)) if words]


def markdown(case: CaseStudy) -> str:
    """Return the case as one Markdown document, told in the current language where it can be."""
    told = told_in(case, language())
    before, title, after = cited_in_words(case)
    lines = [f"# {as_typed(told.text.title)}", "", as_typed(told.text.summary), ""]
    for words in notices(case, told):
        lines += [f"> {as_typed(words)}", ""]
    lines += [f"- **{as_typed(name)}:** {as_typed(words)}" for name, words in facts(case, told)]
    for section in sections(told, has_city=case.city is not None):
        lines += ["", f"## {as_typed(section.heading)}"]
        for block in section.blocks:
            lines += ["", *_block(block)]
    if contact := contact_of(case, told):
        words = ", ".join(part for part in (contact.office, contact.address) if part)
        lines += ["", f"## {as_typed(_('Ask the city') if case.city else _('Ask about it'))}", "", as_typed(words)]
    if case.sources:
        lines += ["", f"## {as_typed(_('Evidence'))}", ""]
        lines += [_source(source.title, safe_url(source.url)) for source in case.sources]
    lines += ["", f"## {as_typed(_('Cite'))}", "", f"{as_typed(before)} *{as_typed(title)}.* {as_typed(after)}", ""]
    return "\n".join(lines)


def _block(block: Block) -> list[str]:
    """Return one block of a part as lines of Markdown."""
    match block:
        case Prose():
            heading = [f"### {as_typed(block.heading)}", ""] if block.heading else []
            return [*heading, without_html(block.text)]
        case Open():
            return [f"*{as_typed(block.words)}*", *(["", without_html(block.more.text)] if block.more else [])]
        case Facts():
            return [f"- **{as_typed(fact.name)}:** {_link(fact.words, fact.url)}" for fact in block.rows]
        case Partners():
            return [
                f"- {_link(each.name, each.url)}" + (f": {as_typed(each.role)}" if each.role else "")
                for each in block.rows
            ]
        case Figures():
            return _table(block)


def _table(figures: Figures) -> list[str]:
    """Return the counted results as a table."""
    heads = (_("What was counted"), _("Before"), _("Value"), _("Unit"), _("When"), _("Source"))
    cells = [
        (row.name, row.before, row.value, row.unit, row.date, _link(row.source, row.source_url)) for row in figures.rows
    ]
    rows = [[*map(as_typed, row[:-1]), row[-1]] for row in cells]
    return ["| " + " | ".join(row) + " |" for row in ([*map(as_typed, heads)], ["---"] * len(heads), *rows)]


def _link(words: str, url: str) -> str:
    return f"[{as_typed(words)}](<{_address(url)}>)" if url else as_typed(words)


def _source(title: str, url: str) -> str:
    return f"- {_link(title, url)}"


def _address(url: str) -> str:
    """Return an address that can stand between angle brackets, in a table too."""
    marks = {"<": "%3C", ">": "%3E", "\\": "%5C", " ": "%20", "|": "%7C"}
    return "".join(marks.get(character, character) for character in url)
