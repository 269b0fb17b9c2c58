"""What is due of a coordinator's cities, their commitments first, and what to learn from others, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hub.cases.asking import cases_to_confirm
from hub.cases.linksdue import broken_links
from hub.cases.rows import case_path
from hub.cases.truth import question, truth_of
from hub.cities.standing import status_label
from hub.commitments import queries as commitments
from hub.commitments.duties import STAGES, Due
from hub.commitments.freshwords import words_of
from hub.commitments.kinpage import Hint, hints
from hub.commitments.queries.kin import suggestions
from hub.commitments.queries.plans import actions_due
from hub.site import duetalk
from hub.site.desk import Work
from hub.site.duelines import Task
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import format_date, in_language, language
from hub.web.locale import gettext as _

SUGGESTED = 3


class Tasks(NamedTuple):
    """What is due, by kind, each with the earliest day first; `hints` are items to learn about."""

    questions: list[Task]
    taken_up: list[Task]
    commitments: list[Task]
    actions: list[Task]
    checks: list[Task]
    evidence: list[Task]
    links: list[Task]
    cases: list[Task]
    hints: list[Hint]

    @property
    def total(self) -> int:
        """How many things are due."""
        return sum(len(each) for each in self[:8])


def tasks_of(works: Sequence[Work], terms: Vocabulary, now: datetime) -> Tasks:
    """Return what is due of the cities that a person coordinates, and three items to learn about."""
    today = now.date()
    names = {work.city.slug: work.name for work in works if work.is_coordinator}
    ids = {work.city.id: work.city.slug for work in works if work.is_coordinator}
    if not ids:
        return Tasks([], [], [], [], [], [], [], [], [])
    each = max(1, SUGGESTED // len(ids))
    learning = [hint for city_id, slug in ids.items() for hint in hints(suggestions(city_id, today, each), slug, terms)]
    return Tasks(
        duetalk.questions_waiting(ids, names, now),
        duetalk.taken_up(ids, names),
        [_commitment(due, names[due.city_slug], terms) for due in commitments.due_for(list(ids), today)],
        _actions(ids, names, today),
        _checks(ids, terms, today),
        _evidence(ids, names, today),
        _links(ids, names),
        _cases(ids, names, today),
        learning[:SUGGESTED],
    )


def _commitment(due: Due, city: str, terms: Vocabulary) -> Task:
    item = terms.get_item(due.item_code)
    words = words_of(due.found, item)
    why = {
        "renew": f"{words.short}. {words.sentence}".strip(),
        "only_pledged": _("Only promised, for two years or more."),
        "no_evidence": _("No document shows it yet."),
    }[due.why]
    if due.why != "renew":
        why = f"{why} {_('Since %(date)s', date=format_date(due.since))}"
    label = in_language(item.short or item.labels)
    url = f"/cities/{due.city_slug}/commitments/{due.item_code}/record"
    return Task(due.item_code, label, url, city, f"{status_label(due.status, terms)} · {why}")


def _actions(ids: dict[int, str], names: dict[str, str], today: date) -> list[Task]:
    """Return the actions of plans that are late or due within ninety days."""
    soon = today - timedelta(days=STAGES[0])
    found = []
    for action in actions_due(list(ids)):
        if action.due_on is not None and action.due_on <= soon:
            day = format_date(action.due_on)
            words = _("Was due on %(day)s", day=day) if action.is_late(today) else _("Due on %(day)s", day=day)
            slug = ids[action.city_id]
            url = f"/cities/{slug}/plan"
            found.append(Task(action.item_code or "", action.text, url, names[slug], words, action.responsible))
    return found


def _checks(ids: dict[int, str], terms: Vocabulary, today: date) -> list[Task]:
    """Return the checks that these cities were asked for as peers."""
    found = []
    for each in commitments.checks_waiting(list(ids), today):
        item = terms.get_item(each.item_code)
        words = _("%(city)s asks you to look at what shows it.", city=each.city.label(language()))
        peer = each.peer.label(language()) if each.peer else ""
        found.append(Task(each.item_code, in_language(item.short or item.labels), f"/checks/{each.id}", peer, words))
    return found


def _evidence(ids: dict[int, str], names: dict[str, str], today: date) -> list[Task]:
    return [
        Task(
            "", piece.title or piece.url, f"/cities/{slug}/evidence", names[slug],
            _("Ran out on %(day)s", day=format_date(piece.expires_on or today)), ", ".join(items),
        )
        for slug, piece, items in commitments.expired_evidence(list(ids), today)
    ]  # fmt: skip


def _links(ids: dict[int, str], names: dict[str, str]) -> list[Task]:
    """Return the links of evidence, and of the documents behind cases, that lead nowhere."""
    found = [
        Task(
            "", link.title or link.url, f"/cities/{link.city_slug}/evidence", names[link.city_slug],
            _("Leads nowhere since %(day)s", day=format_date(link.since)), ", ".join(link.items),
        )
        for link in commitments.broken_links(list(ids))
    ]  # fmt: skip
    of_cases = [
        Task(
            "", link.title or link.url, f"{case_path(link.case_slug)}/edit?step=evidence#source_urls",
            names[link.city_slug], _("Leads nowhere since %(day)s", day=format_date(link.since)), link.case_title,
        )
        for link in broken_links(list(ids))
    ]  # fmt: skip
    return found + of_cases


def _cases(ids: dict[int, str], names: dict[str, str], today: date) -> list[Task]:
    """Return the case studies that these cities did not confirm for a year."""
    return [
        Task(
            "", case.title, f"{case_path(case.slug)}#still-true", names[ids[case.city_id]],
            truth_of(case, today).words, question(case), case.language,
        )
        for case in cases_to_confirm(list(ids), today)
        if case.city_id is not None
    ]  # fmt: skip
