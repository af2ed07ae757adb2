"""Delete a run with everything that RunFerry stored of it, or one version of its results."""

from collections.abc import Sequence

from core.care.bring_back import BringBack
from core.care.clean_orphans import Judged
from core.care.empty_run import EmptyRun
from core.care.find_run_contents import FindRunContents
from core.care.run_contents import RunContents
from core.care.runs_at_rest import RunsAtRest
from core.care.saying_what_was_kept import kept_unless_said
from core.progress import Progress

_NOTHING = "Nothing was deleted."
_REST = "What is left of it is where it was; the same command goes on."


class DeleteRun:
    """Where the latest version goes, the content of the one before it becomes the latest first.

    Killed anywhere, nothing is lost that was to stay, and the next call goes on.
    """

    def __init__(
        self,
        at_rest: RunsAtRest,
        find_contents: FindRunContents,
        bring_back: BringBack,
        empty_run: EmptyRun,
    ) -> None:
        self._at_rest = at_rest
        self._find_contents = find_contents
        self._bring_back = bring_back
        self._empty_run = empty_run

    def contents(self, job_id: int, run_id: int, version: int | None = None) -> RunContents:
        """What the store holds now of the run, or of one version of its results.

        Raises JobNotFoundError, RunNotFoundError, ArtifactNotFoundError, ConflictError while
        transfers of the run wait or travel, StoreError.
        """
        self._at_rest.check(job_id, run_id, _NOTHING)
        return self._find_contents(job_id, run_id, version)

    def __call__(self, contents: RunContents, progress: Progress | None = None) -> Sequence[Judged]:
        """Deletes exactly that; returns what was left behind of it and is needed by now.

        Raises ConflictError when something is not what was listed any more, or somebody on this
        machine stores the run; StoreError, ResultsUploadError, CatalogError, StateError.
        """
        with self._at_rest(contents.job.id, contents.run_id, _NOTHING):
            if contents.version is not None:
                with kept_unless_said(_NOTHING):
                    self._bring_back(contents, progress or Progress())
            with kept_unless_said(_REST):
                return self._empty_run(contents)
