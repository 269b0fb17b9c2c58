"""Who may do what with a case study."""

from __future__ import annotations

from hub.cases.models import ARCHIVED, PUBLISHED, CaseStudy

READABLE = (PUBLISHED, ARCHIVED)


def can_read_case(case: CaseStudy) -> bool:
    """Tell whether anyone may read a case: once published, and still when archived; a draft looks like nothing."""
    return case.state in READABLE
