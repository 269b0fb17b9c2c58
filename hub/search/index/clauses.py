"""What can be asked, in tantivy's words."""

from collections.abc import Collection, Mapping, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from hub.search.index.schema import FIRST_YEAR, LAST_YEAR, PLACE
from hub.search.language.analysis import Needle, query_terms
from hub.search.language.terms import GAP

# A found title counts once in "text" already; more than about this much on top makes results worse (decision 1).
TITLE_WEIGHT = 0.3
MOST_EXPANSIONS = 50  # of one beginning
MOST_OF_ALL = 200  # of all beginnings of a question; what comes late has a few at least
FEW = 5
_MOST_KINDS = 100
# Beginnings whose terms are kept as long as the state they were looked up in.
_MOST_BEGUN = 200
Begun = dict[tuple[str, str], tuple[str, ...]]
# Hardly a stem is shorter.
_LONGER_THAN_STEMS = 4
# More than the words of any question score together, and not so much that their differences are rounded away.
_ABOVE = 100.0


class TantivyClauses:
    """Builds queries against one state of the index (beginnings are looked up in its terms)."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, begun: Begun) -> None:
        self._schema = schema
        self._searcher = searcher
        self._begun = begun
        self._expansions_left = MOST_OF_ALL

    def sequences(self, needles: Sequence[Needle], *, in_title: bool) -> Query:
        """One of the sequences of terms stands in the text."""
        if in_title:
            return self._any_needle("title", needles)
        title = Query.boost_query(self._any_needle("title", needles), TITLE_WEIGHT)
        return Query.boolean_query([(Occur.Must, self._any_needle("text", needles)), (Occur.Should, title)])

    def _any_needle(self, field: str, needles: Sequence[Needle]) -> Query:
        found = [self._needle(field, needle) for needle in needles]
        if len(found) == 1:
            return found[0]
        # The best form counts, not the sum: a word is not worth more because two languages stem it differently.
        return Query.disjunction_max_query(found) if found else Query.empty_query()

    def _needle(self, field: str, needle: Needle) -> Query:
        terms: list[str | tuple[int, str]] = [(at, term) for at, term in enumerate(needle) if term != GAP]
        if len(terms) == 1:
            return Query.term_query(self._schema, field, terms[0][1], "freq")
        return Query.phrase_query(self._schema, field, terms)

    def beginning(self, prefix: str, before: Needle, *, in_title: bool) -> Query:
        """A term with this beginning stands in the text; of many, the 50 that occur most are searched."""
        field = "title" if in_title else "text"
        if before:
            return Query.phrase_prefix_query(self._schema, field, [*before, prefix])
        if in_title:
            return self.some([self._terms_beginning(field, prefix), self._terms_beginning("beginnings", prefix)])
        terms = [*self._terms(field, prefix), *self._stems(prefix)]
        return Query.term_set_query(self._schema, field, terms) if terms else Query.empty_query()

    def _terms_beginning(self, field: str, prefix: str) -> Query:
        terms = self._terms(field, prefix)
        return Query.term_set_query(self._schema, field, terms) if terms else Query.empty_query()

    def _terms(self, field: str, prefix: str) -> list[str]:
        most = min(MOST_EXPANSIONS, max(FEW, self._expansions_left))
        found = self._commonest(field, prefix)[:most] if prefix else ()
        self._expansions_left -= len(found)
        return list(found)

    def _commonest(self, field: str, prefix: str) -> tuple[str, ...]:
        """Give the terms of a beginning that occur most; for a short one the engine goes through thousands."""
        asked = (field, prefix)
        if asked not in self._begun:
            if len(self._begun) >= _MOST_BEGUN:
                self._begun.clear()
            found = self._searcher.terms_with_prefix(field, prefix, limit=MOST_EXPANSIONS)
            self._begun[asked] = tuple(term for term, _ in found)
        return self._begun[asked]

    def _stems(self, prefix: str) -> list[str]:
        """Give the stems of words in titles that begin so and whose stem is shorter: "educatio" begins education."""
        if len(prefix) < _LONGER_THAN_STEMS:
            return []
        words = self._terms("beginnings", prefix)
        stems = {needle[0] for word in words for needle in query_terms(word) if len(needle) == 1}
        return sorted(stem for stem in stems if not stem.startswith(prefix))

    def codes(self, facet: str, codes: Sequence[str]) -> Query:
        """One of the codes is among those of the facet; does not count for the score."""
        if len(codes) == 1:  # need not be gathered first
            return Query.const_score_query(Query.term_query(self._schema, facet, codes[0], "basic"), 0.0)
        return Query.const_score_query(Query.term_set_query(self._schema, facet, list(codes)), 0.0)

    def codes_beginning(self, facet: str, prefixes: Sequence[str]) -> Query:
        """A code of the facet begins with one of these."""
        return Query.const_score_query(self.some([self._terms_beginning(facet, prefix) for prefix in prefixes]), 0.0)

    def written_in(self, languages: Sequence[str]) -> Query:
        """The text was written in one of the languages."""
        return self.codes("written_in", languages)

    def years(self, low: int | None, high: int | None) -> Query:
        """The year lies between the two, both included; what has no year is not found."""
        first, last = FIRST_YEAR if low is None else low, LAST_YEAR if high is None else high
        return Query.const_score_query(Query.range_query(self._schema, "year", FieldType.Integer, first, last), 0.0)

    def above(self, part: Query) -> Query:
        """The part holds, and what holds it comes before whatever else is found."""
        bonus = Query.const_score_query(Query.all_query(), _ABOVE)
        return Query.boolean_query([(Occur.Must, part), (Occur.Should, bonus)])

    def every(self, parts: Sequence[Query], none_of: Sequence[Query] = ()) -> Query:
        """All parts hold and none of the others; without parts, everything but the others."""
        if len(parts) == 1 and not none_of:
            return parts[0]
        clauses = [(Occur.Must, part) for part in parts or [Query.const_score_query(Query.all_query(), 0.0)]]
        return Query.boolean_query([*clauses, *((Occur.MustNot, part) for part in none_of)])

    def some(self, parts: Sequence[Query]) -> Query:
        """At least one part holds."""
        if not parts:
            return Query.empty_query()
        return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Should, part) for part in parts])

    def selection(
        self,
        kinds: Sequence[str],
        filters: Mapping[str, Sequence[str]],
        years: tuple[int | None, int | None],
        hidden: Collection[str],
    ) -> tuple[list[Query], list[Query]]:
        """Give what every hit must be and what none may be; the document that holds the place is never a hit."""
        must = [self.codes(name, list(codes)) for name, codes in filters.items() if codes]
        if years != (None, None):
            must.append(self.years(*years))
        held = dict(self._searcher.terms_with_prefix("kind", "", limit=_MOST_KINDS))
        others = [kind for kind in held if (kinds and kind not in kinds) or kind == PLACE]
        never = []
        # To go through the few that are of other kinds is quicker than through the many that are of this one.
        if not kinds or sum(map(held.__getitem__, others)) < self._searcher.num_docs // 2:
            never.append(self.codes("kind", others))
        else:
            must.append(self.codes("kind", kinds))
        if hidden:
            never.append(self.codes("key", list(hidden)))
        return must, never
