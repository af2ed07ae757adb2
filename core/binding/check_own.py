"""What may be stored in a job that nobody chose: it was found because it holds the same content."""

from core.binding.job_tree import JobTree
from core.binding.run_owners import RunOwners
from core.errors import ConflictError, OtherRunError
from core.model import Manifest, Run
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import Bindings
from core.printable import printable
from core.progress import Progress
from core.source.find_results import Results


class CheckOwn:
    """Equal content proves no more than that somebody has the same run.

    So nothing replaces what was not stored from the same directory, and a run that is new to the job
    is let in only when this tree has all others that the job holds. Who names the job has chosen it.
    """

    def __init__(
        self, journal: Bindings, catalog: CatalogReader, owners: RunOwners, job_tree: JobTree
    ) -> None:
        self._journal = journal
        self._catalog = catalog
        self._owners = owners
        self._job_tree = job_tree

    def __call__(
        self,
        job_id: int,
        run_id: int,
        results: Results,
        *,
        latest: Manifest | None,
        progress: Progress,
    ) -> None:
        """Before `results`, which the store has not, become the run, of which `latest` is stored.

        Raises OtherRunError, ConflictError, StoreError, StateError, CatalogError, TransferCancelledError.
        """
        root, run = self._owners.root_of(results.path), Run(job_id, run_id)
        self._check_directory(run, results.path, latest)
        if not self._is_in_question(root, run, results.path):
            return
        if latest:
            raise self._refused(run, "holds something else, not stored from here")
        what = "is new there, and the job holds runs that are not in this tree"
        self._check_tree(root, job_id, progress, self._refused(run, what))

    def _check_directory(self, run: Run, path: str, latest: Manifest | None) -> None:
        there = latest.directory if latest else ""
        if self._owners.is_other(run.job_id, run.run_id, path, there):
            raise _other(run, there)

    def directory(self, path: str) -> str:
        """That of a run, as its manifest is to hold it."""
        return self._owners.directory(path)

    def logs(self, job_id: int, run_id: int, path: str, progress: Progress) -> None:
        """Before files that lie beside a stored run are added to it. Raises as the call does."""
        root, run = self._owners.root_of(path), Run(job_id, run_id)
        if self._is_in_question(root, run, path):
            what = "was not stored from here, and the job holds runs that are not in this tree"
            self._check_tree(root, job_id, progress, self._refused(run, what))

    def _check_tree(
        self, root: str, job_id: int, progress: Progress, refused: ConflictError
    ) -> None:
        if not self._job_tree.holds_all(root, job_id, progress):
            raise refused

    def _is_in_question(self, root: str, run: Run, path: str) -> bool:
        found = self._journal.found_job(root) == run.job_id
        return found and not self._owners.is_own(path, run.job_id, run.run_id)

    def _refused(self, run: Run, what: str) -> ConflictError:
        job = self._catalog.job(run.job_id)
        name = f' "{job.name}"' if job else ""
        return ConflictError(
            f"Run {run.run_id} of job {run.job_id}{name} {what}.",
            kept="Nothing was changed in the store; your files are untouched.",
            todo="The job was only found by content. If it is yours, upload once with "
            f"`--job-id {run.job_id}`; else with `--name S`, which makes a job of your own.",
        )


def _other(run: Run, directory: str) -> OtherRunError:
    return OtherRunError(
        f"Run {run.run_id} of job {run.job_id} is {printable(directory)}, stored from another machine.",
        kept="Nothing was changed in the store; your files are untouched.",
        todo="Give this directory a run id of its own with --run-id; --new-version makes it the next "
        "version of that one.",
    )
