"""The event log as people read it: narrowed, newest first, with the things that its entries are about."""

from hub.site.trail.matching import SEARCHED, TrailFilter
from hub.site.trail.steps import Step, each_step, known_kinds, list_steps, step_at
from hub.site.trail.subjects import Subject

__all__ = ["SEARCHED", "Step", "Subject", "TrailFilter", "each_step", "known_kinds", "list_steps", "step_at"]
