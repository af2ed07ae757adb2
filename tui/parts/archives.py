"""What of a job has to be restored before it can be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.model import Job
from core.stored.archived import Archived


@dataclass(frozen=True)
class Archives:
    """`of_job`, by key, as the store says now: asks it, so never on the UI thread. Raises StoreError."""

    of_job: Callable[[Job], Mapping[str, Archived]]
