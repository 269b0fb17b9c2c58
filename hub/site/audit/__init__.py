"""The log in words: what each kind of entry says to a person, and the rows of its pages."""

from hub.site.audit.fields import FIELDS
from hub.site.audit.rows import Change, Detail, Row, Value, row_of, rows
from hub.site.audit.sheet import HEADER, csv_rows
from hub.site.audit.words import DOORS, REASONS, ROLES, WORDS, kind_choices, kinds_saying, words_of

__all__ = [
    "DOORS",
    "FIELDS",
    "HEADER",
    "REASONS",
    "ROLES",
    "WORDS",
    "Change",
    "Detail",
    "Row",
    "Value",
    "csv_rows",
    "kind_choices",
    "kinds_saying",
    "row_of",
    "rows",
    "words_of",
]
