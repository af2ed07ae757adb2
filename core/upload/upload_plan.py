"""Where the runs of a results root would go."""

from dataclasses import dataclass
from typing import NamedTuple


class BoundJob(NamedTuple):
    """The name is empty while the catalog does not know the job."""

    id: int
    name: str


@dataclass(frozen=True)
class UploadPlan:
    """Where the runs of one results root go.

    `job` is None for a root that is not bound: unless its content is found in the store, a job
    named `proposed_name` is made. `runs` are all RUN directories of the root in natural order with
    their run ids, None where the user has to name one.
    """

    results_root: str
    job: BoundJob | None
    proposed_name: str
    runs: tuple[tuple[str, int | None], ...]

    @property
    def job_id(self) -> int | None:
        """Of the job that the root is bound to."""
        return self.job.id if self.job else None

    def run_id(self, directory: str) -> int | None:
        """Of one RUN directory."""
        return dict(self.runs).get(directory)
