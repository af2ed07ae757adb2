"""What a key on the Browse screen is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.jobs.list_jobs import one_of_each
from core.model import Artifact, ArtifactKind, Job
from core.printable import printable
from tui.screens.store_place import StorePlace
from tui.services import AppServices
from tui.widgets.store_rows import JOB_FILES
from tui.wording.formatting import plural


@dataclass(frozen=True)
class Chosen:
    """Rows of one list: those that are marked, else the one under the cursor.

    `keys` are in no order. What takes services reads the catalog and raises CatalogError; of many rows, or of a large job,
    that takes its time: not on the UI thread. What is gone meanwhile is left out.
    """

    place: StorePlace
    keys: tuple[str, ...] = ()
    marked: bool = False

    @property
    def job(self) -> Job | None:
        """What runs and artifacts belong to; None where the rows are jobs."""
        return self.place.job

    @property
    def job_ids(self) -> Sequence[int]:
        """Of the rows, where they are jobs."""
        return () if self.place.job else sorted(map(int, self.keys), reverse=True)

    @property
    def run_ids(self) -> Sequence[int]:
        """Of the rows, where they are runs."""
        if self.place.job is None or self.place.run:
            return ()
        return sorted(int(key) for key in self.keys if key != JOB_FILES)

    @property
    def has_job_files(self) -> bool:
        """Whether, where the rows are runs, the one that stands for the job's own files is among them."""
        return not self.place.run and JOB_FILES in self.keys

    @property
    def artifact_keys(self) -> Sequence[str]:
        """Of the rows, where they are artifacts."""
        return self.keys if self.place.run else ()

    def jobs(self, services: AppServices) -> Sequence[Job]:
        """Where the rows are jobs: these."""
        return tuple(filter(None, map(services.list_jobs.find, self.job_ids)))

    def artifacts(self, services: AppServices) -> Sequence[Artifact]:
        """All that the rows stand for: of jobs and runs the latest of each kind, else these very ones."""
        find, job = services.list_artifacts, self.place.job
        if job is None:
            return [a for job_id in self.job_ids for a in one_of_each(find(job_id))]
        if self.place.run:
            wanted = set(self.keys)
            return [a for a in self.place.artifacts(services) if a.key in wanted]
        own = find.of_job(job.id) if self.has_job_files else ()
        return one_of_each([*own, *self._of_runs(services, job)])

    def results(self, services: AppServices) -> Sequence[Artifact]:
        """What a link to the rows leads to: of runs the latest results, else the artifacts."""
        found = self.artifacts(services)
        if self.place.run:
            return found
        return [a for a in found if a.kind is ArtifactKind.RUN_RESULTS]

    def describe(self, services: AppServices) -> str:
        """As in "3 marked runs", "job 12", "RUN4"; does not raise."""
        if self.marked:
            return plural(len(self.keys), f"marked {self.place.rows_are}")
        if not self.keys:
            return ""
        return printable(self.place.title_of(services, self.keys[0]))

    def _of_runs(self, services: AppServices, job: Job) -> Sequence[Artifact]:
        runs = frozenset(self.run_ids)
        if len(runs) == 1:
            return services.list_artifacts(job.id, *runs)
        return [a for a in services.list_artifacts(job.id) if a.run_id in runs] if runs else ()
