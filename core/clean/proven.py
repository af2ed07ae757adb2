"""What is known of a run of this machine before it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import (
    CleanUpError,
    ConflictError,
    ResultsUploadError,
    RunFerryError,
    UnprovenRunError,
)
from core.model import Manifest
from core.ports.tree import Scan
from core.source.find_results import Results

Trace = tuple[str, ...]
OF_ONE_RUN = (CleanUpError, ConflictError, ResultsUploadError, UnprovenRunError)
"""What keeps one run from going, and no other; what is wrong with the store is wrong for all."""


@dataclass(frozen=True)
class Proven:
    """All that the run at `path` held when it was read was in the store then, as version `stored`.

    `name` is its path below its results root. `traces` differ, by the path of each directory that was read,
    when anything was written into it since. `bytes` are the sum of the sizes of its `files`.
    """

    path: str
    name: str
    stored: Manifest
    traces: Mapping[str, Trace]
    files: int
    bytes: int

    @classmethod
    def of(cls, path: str, name: str, stored: Manifest, results: Results) -> "Proven":
        """As it was read; there may be very many of them: entries are not kept."""
        traces = {scan.path: trace_of(scan) for scan in results.scans}
        return cls(path, name, stored, traces, *results.extent)


def trace_of(scan: Scan | None) -> Trace:
    """Also of writes by who puts times back; of what is gone, nothing."""
    return (scan.fingerprint, scan.change_times, *scan.problems) if scan else ()


@dataclass(frozen=True)
class Stays:
    """A run that is not touched, and why; redacted."""

    path: str
    name: str
    why: str

    @classmethod
    def because(cls, path: str, name: str, error: RunFerryError) -> "Stays":
        """One of `OF_ONE_RUN` speaks against it."""
        why = f"{error.what.rstrip('.')}. {error.todo}" if error.todo else error.what
        return cls(path, name, why)
