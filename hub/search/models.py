"""What people looked for in vain: words and a number for each day, and nothing of who asked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base

LONGEST_WORDS = 200


class SearchMiss(Base):
    """Words that found nothing on one day, in the form in which searches are compared, and how often."""

    __tablename__ = "search_miss"
    __table_args__ = (Index("ix_search_miss_day", "day"),)

    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
