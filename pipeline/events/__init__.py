"""Events: who did what to whom, when, where, and who says so."""

from __future__ import annotations

from pipeline.events.duplicates import find_duplicates
from pipeline.events.extract import find_events

__all__ = ["find_duplicates", "find_events"]
