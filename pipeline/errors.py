"""The errors a user can mend: each message names the file and the remedy."""

from __future__ import annotations


class RegestaError(Exception):
    """Something the user can put right; shown as one line, never as a traceback."""


class DataError(RegestaError):
    """A mistake in a data file (ontology, knowledge, patterns, settings), with its file and, where known, its line."""


class InputError(RegestaError):
    """A text that cannot be read; the run goes on without it."""
