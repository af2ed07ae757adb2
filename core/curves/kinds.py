"""The kinds of runs that can be read; another simulator is one more line, and its module."""

from collections.abc import Sequence

from core.curves.fred import Fred
from core.curves.run_kind import RunKind
from core.curves.tables import Tables

KINDS: Sequence[RunKind] = (Fred(), Tables())
"""The first that knows a run reads it."""
