"""The cells of the matrix as HTML, written by hand: a page has more than a thousand, and a template takes too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from hub.cities.standing import year_of
from hub.commitments.queries import Stand
from hub.vocabularies.queries import ItemView
from hub.web.locale import in_language


class Pen:
    """Writes the cells of one page: what many of them share is written and escaped once."""

    def __init__(
        self,
        items: Sequence[ItemView],
        labels: Mapping[str, str],
        *,
        sprite: str,
        unknown: str,
        demo: str,
        checked: str,
        records: frozenset[int],
    ) -> None:
        """Take the columns, the names of the statuses, where the signs are, words, and which records were checked."""
        self._columns = [
            (item.code, f'" data-l="{escape(in_language(item.short) or in_language(item.labels))}"><a href="',
             f'#{escape(item.code)}"><svg aria-hidden="true" focusable="false"><use href="{escape(sprite)}#st-')
            for item in items
        ]  # fmt: skip
        self._labels = {code: str(escape(label)) for code, label in labels.items()}
        self._demo = f" <small>{escape(demo)}</small>"
        self._unknown = (
            f'<td class="st st-unknown"><span aria-hidden="true">?</span><span class="vh">{escape(unknown)}</span></td>'
        )
        self._checked = (
            f'<svg class="ok" aria-hidden="true" focusable="false"><use href="{escape(sprite)}#i-ok"/></svg>'
            f'<span class="vh">{escape(checked)}</span> '
        )
        self._records = records
        self._ends: dict[tuple[str, str, bool, bool], str] = {}

    def row(self, stands: Mapping[str, Stand], address: str) -> Markup:
        """Return the cells of a city, by item, leading to its page of commitments at `address`."""
        to, written = str(escape(address)), []
        for code, before, between in self._columns:
            stand = stands.get(code)
            if stand is None:
                written.append(self._unknown)
            else:
                since = year_of(stand.effective_text)
                kind = (stand.status, since, stand.is_demo, stand.record_id in self._records)
                end = self._ends.get(kind) or self._end(*kind)
                written.append(f'<td class="st st-{stand.status}{before}{to}{between}{end}')
        return Markup("".join(written))  # noqa: S704  # nosec B704  # each part is escaped above

    def _end(self, status: str, since: str, is_demo: bool, is_checked: bool) -> str:
        year = f"<i>{escape(since)}</i> " if since else ""
        mark, demo = self._checked if is_checked else "", self._demo if is_demo else ""
        end = f'{status}"/></svg> {year}{mark}<b>{self._labels[status]}</b>{demo}</a></td>'
        self._ends[status, since, is_demo, is_checked] = end
        return end
