"""A store kept in order: what is deleted, archived, changed or adopted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.care.adopt_orphan import AdoptOrphan
from core.care.archive_artifacts import ArchiveArtifacts
from core.care.delete_job import DeleteJob
from core.care.delete_run import DeleteRun
from core.care.move_run import MoveRun
from core.jobs.change_job import ChangeJob


@dataclass(frozen=True)
class Care:
    """Everything here asks the store and may take long: nothing of it belongs on the UI thread.

    What deletes or archives tells first what it is about: `delete_job.contents`,
    `delete_run.contents`, `move_run.plan`, `archive.candidates`.
    On return the catalog knows what became of it. `left_out_tags` are those of a job's that its objects do
    not get, where objects get tags; it asks nobody.
    """

    delete_job: DeleteJob
    delete_run: DeleteRun
    move_run: MoveRun
    archive: ArchiveArtifacts
    change_job: ChangeJob
    adopt: AdoptOrphan
    left_out_tags: Callable[[Sequence[str]], Sequence[str]] = lambda _: ()
