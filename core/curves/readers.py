"""Who can read runs without being told how; another simulator is one more line, and its module."""

from collections.abc import Sequence

from core.curves.fred import Fred
from core.curves.run_reader import RunReader
from core.curves.tables import Tables

READERS: Sequence[RunReader] = (Fred(), Tables())
"""The first that knows a run reads it."""
