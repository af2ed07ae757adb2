"""Where one is in the store: all jobs, one job's runs, or the artifacts of a run."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import RunFerryError
from core.model import Artifact, Job
from tui.services import AppServices
from tui.widgets.cells import Column, Order
from tui.widgets.row_source import RowSource
from tui.widgets.store_rows import (
    ARTIFACT_COLUMNS,
    BY_KIND,
    FIRST_RUNS,
    JOB_COLUMNS,
    JOB_FILES,
    NEWEST_JOBS,
    Known,
    artifact_rows,
    job_rows,
    listed_artifacts,
    run_columns,
    run_rows,
)
from tui.wording.action_keys import keyed
from tui.wording.titles import run_title


@dataclass(frozen=True)
class StorePlace:
    """`run` is the key of a run's row, or JOB_FILES for what belongs to the job itself.

    `directory` is the name that the run's manifest has of it, where that is known.
    """

    job: Job | None = None
    run: str = ""
    directory: str = ""

    @property
    def crumbs(self) -> Sequence[str]:
        """From the outside in."""
        if self.job is None:
            return ("jobs",)
        job = f"{self.job.id} {self.job.name}"
        return ("jobs", job, row_title(self.run, self.directory)) if self.run else ("jobs", job)

    @property
    def nothing(self) -> tuple[str, str]:
        """What to say of it when nothing is here: what is missing, and how it comes here."""
        if self.job is None:
            return "No jobs are stored yet", keyed(
                "{upload} in Watch uploads a run and makes a job for it."
            )
        if not self.run:
            return "Nothing is stored of this job", keyed(
                "{upload} in Watch uploads runs of its folder."
            )
        if self.run == JOB_FILES:
            submit = f"`runferry jobs config submit FILE --job-id {self.job.id}` stores one."
            return "No configuration or input of this job is stored", submit
        return "Nothing is stored of this run", keyed("{upload} in Watch uploads it.")

    @property
    def first_order(self) -> Order:
        """How rows are sorted when nobody says."""
        if self.job is None:
            return NEWEST_JOBS
        return BY_KIND if self.run else FIRST_RUNS

    def is_quick(self, order: Order) -> bool:
        """Whether `rows` takes no more than some milliseconds, however many there are."""
        return bool(self.run) or order == self.first_order

    def rows(self, services: AppServices, order: Order, known: Known) -> RowSource:
        """What is here, with what is `known` of it. Raises CatalogError."""
        if self.job is None:
            return job_rows(services.list_jobs, order)
        if not self.run:
            return run_rows(services.list_runs, services.list_artifacts, self.job, order)
        run_id = self._run_id(self.run)
        return artifact_rows(services.list_artifacts, self.job, run_id, order, known)

    def columns(self, services: AppServices) -> tuple[Column, ...]:
        """Of the rows. Raises CatalogError."""
        if self.job is None:
            return JOB_COLUMNS
        return ARTIFACT_COLUMNS if self.run else run_columns(services.list_runs, self.job)

    def is_same(self, other: "StorePlace | None") -> bool:
        """Whether it is the same list, whatever changed in the job's record meanwhile."""
        if other is None:
            return False
        ours, theirs = (place.job.id if place.job else 0 for place in (self, other))
        return (ours, self.run) == (theirs, other.run)

    def artifact(self, services: AppServices, key: str) -> Artifact | None:
        """What a row here is, where rows are artifacts. Raises CatalogError."""
        return next((a for a in self.artifacts(services) if a.key == key), None)

    def artifacts(self, services: AppServices) -> Sequence[Artifact]:
        """What is listed here, where rows are artifacts. Raises CatalogError."""
        if self.job is None or not self.run:
            return ()
        return listed_artifacts(services.list_artifacts, self.job, self._run_id(self.run))

    @property
    def rows_are(self) -> str:
        """What one row is called."""
        if self.job is None:
            return "job"
        return "artifact" if self.run else "run"

    def title_of(self, services: AppServices, key: str) -> str:
        """What a row is called; reads the catalog."""
        if self.job is None:
            return f"job {key}"
        if self.run:
            return key.rpartition("/")[2]
        return row_title(key, directory_of_row(services, self.job, key))

    @staticmethod
    def _run_id(key: str) -> int | None:
        return None if key == JOB_FILES else int(key)


def row_title(key: str, directory: str = "") -> str:
    """Of a run's row, or of the one for what belongs to the job itself."""
    return "job files" if key == JOB_FILES else run_title(int(key), directory)


def directory_of_row(services: AppServices, job: Job, key: str) -> str:
    """As the catalog knows that of a run's row; empty where it does not, or cannot be read."""
    with suppress(RunFerryError):
        if key and key != JOB_FILES:
            return "".join(run.directory for run in services.list_runs.these(job.id, [int(key)]))
    return ""
