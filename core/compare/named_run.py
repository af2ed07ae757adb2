"""One of the runs that are compared, wherever it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.ports.run_files import RunFiles


@dataclass(frozen=True)
class NamedRun:
    """`name` as it is shown. It is in this `path`, in the store as this `version` of `run_id`, or in both.

    `sources` are looks at it, at least one; the first that has what is asked for counts. `version` is
    0 of results that no manifest knows, None when nothing of it is stored; `path` is empty when it is
    not on this machine.
    """

    name: str
    sources: Sequence[RunFiles]
    run_id: int | None = None
    version: int | None = None
    path: str = ""

    def is_here(self, source: RunFiles) -> bool:
        """Whether that look is at the directory: it asks no store."""
        return bool(self.path) and source.place == self.path
