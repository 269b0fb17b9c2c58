"""Notifications in words, made when they are read: what happened, where it is, and why she is told."""

from hub.follows.told.commitments import of_status
from hub.follows.told.groups import Group, Head, group_lines, name_heads
from hub.follows.told.lines import Line, lines_of, news_of
from hub.follows.told.news import News
from hub.follows.told.subjects import Stories, Subjects, read_subjects

__all__ = [
    "Group",
    "Head",
    "Line",
    "News",
    "Stories",
    "Subjects",
    "group_lines",
    "lines_of",
    "name_heads",
    "news_of",
    "of_status",
    "read_subjects",
]
