"""From a key to a store that was changed: what is asked first, what is said then."""

from collections.abc import Callable, Sequence

from textual.message import Message

from core.errors import Failure, JobNotFoundError
from core.jobs.change_job import JobChange
from core.model import ArtifactKind, Job
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.stored.job_s3_prefix import parse_key
from tui.background import in_background
from tui.bridge import post
from tui.screens.chosen import Chosen
from tui.screens.dialog import put_on_top
from tui.screens.job_record import JobRecordScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.move import MoveScreen
from tui.screens.typed import Operation, Outcome, Steps, TypedScreen
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.wording.action_keys import keyed
from tui.wording.notices import Notice

_DELETE = "Delete"
_BUSY = "Something is being done already: {stop} stops it"
_ONE_JOB = "Jobs are deleted one at a time: mark none"
_ONE_VERSION = "Versions are deleted one at a time: mark none"
_ONE_RUN = "Runs are moved one at a time: open a job, and mark none"
_JOB_FILES = "The job's own files go with it only"
_OF_RUN = "It goes with its run: esc, then D"
_ONE_RECORD = "One job at a time: mark none"


class CareDone(Message):
    """The store is not what it was; a `failure`, which has a `title`, stays to be read."""

    def __init__(
        self, notice: Notice | None, title: str = "", failure: Failure | None = None
    ) -> None:
        super().__init__()
        self.notice = notice
        self.title = title
        self.failure = failure


class CareFlow:
    """For one screen, which hears `CareDone`; on the UI thread. One thing is done at a time."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._services = screen.services
        self._steps: Steps | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._steps is not None

    def lines(self) -> Sequence[Line]:
        """How far it is; none while nothing is done."""
        told = self._steps and f" ● {self._steps.describe()}   x stop"
        return [line(told, Tone.BUSY)] if told else ()

    def cancel(self) -> None:
        """What was done stays done."""
        if self._steps:
            self._steps.cancel()

    def why_not(self, chosen: Chosen) -> str:
        """Of what changes the store."""
        return (
            keyed(_BUSY) if self.busy else ("" if chosen.keys else "There is nothing in this list")
        )

    def why_no_delete(self, chosen: Chosen) -> str:
        """Of jobs and versions only one can be meant by its name."""
        if reason := self.why_not(chosen):
            return reason
        if len(chosen.job_ids) > 1:
            return _ONE_JOB
        if chosen.has_job_files:
            return _JOB_FILES
        return _why_no_version(chosen.artifact_keys) if chosen.artifact_keys else ""

    def why_no_move(self, chosen: Chosen) -> str:
        """Runs are moved, one after the other."""
        if reason := self.why_not(chosen):
            return reason
        one = len(chosen.run_ids) == 1 and not chosen.has_job_files
        return "" if one else _ONE_RUN

    def why_no_change(self, chosen: Chosen) -> str:
        """Records are of jobs."""
        if len(chosen.job_ids) > 1:
            return _ONE_RECORD
        return "" if chosen.job_ids or chosen.job else "There is nothing in this list"

    def change(self, chosen: Chosen) -> None:
        """Asks for name and tags of a job: the one of the row, or the one that is open."""
        services = self._services
        job_id = chosen.job.id if chosen.job else chosen.job_ids[0]

        def find() -> Job:
            if job := services.list_jobs.find(job_id):
                return job
            raise JobNotFoundError(f"Job {job_id} is not known any more.")

        def change(wanted: JobChange) -> Job:
            from tui.parts.care import Care

            change_job = services.part(Care).change_job
            return services.store_watch.noted(lambda: change_job(job_id, wanted))

        dialog = JobRecordScreen(job_id, find, change)
        self._screen.open(dialog, lambda: self._changed(dialog.saved))

    # What looks at a store and changes it is imported when somebody wants that: it is much.

    def archive(self, chosen: Chosen) -> None:
        """What the rows stand for."""

        def find() -> Operation:
            from tui.screens.care_operations import archive_operation

            return archive_operation(self._services, chosen)

        self._ask("Archive", find)

    def delete(self, chosen: Chosen) -> None:
        """A job, runs of one, or a version."""

        def find() -> Operation:
            from tui.screens.care_operations import delete_job_operation, delete_runs_operation

            if chosen.job_ids:
                return delete_job_operation(self._services, chosen.job_ids[0])
            return delete_runs_operation(self._services, chosen)

        self._ask(_DELETE, find)

    def move(self, chosen: Chosen) -> None:
        """A run, to a job that is chosen first."""
        if chosen.job is None:
            return
        place = chosen.job.id, chosen.run_ids[0]
        title = chosen.describe(self._services)
        dialog = MoveScreen(self._services, chosen.job, place[1], title)

        def find() -> Operation:
            from tui.screens.care_operations import move_operation

            return move_operation(self._services, place, dialog.to)

        self._screen.open(dialog, lambda: self._ask("Move", find))

    def adopt(self, chosen: Chosen) -> None:
        """Unmanaged results of the rows."""

        def find() -> Operation:
            from tui.screens.care_operations import adopt_operation

            return adopt_operation(self._services, chosen)

        self._ask("Adopt", find)

    def _changed(self, job: Job | None) -> None:
        told = self._told(job) if job else Notice("Nothing was to be changed")
        self._screen.post_message(CareDone(told))

    def _told(self, job: Job) -> Notice:
        from tui.parts.care import Care

        if not (left := self._services.part(Care).left_out_tags(job.tags)):
            return Notice("The job was changed")
        listed = ", ".join(map(printable, left))
        return Notice(
            f"The job was changed. As tags of objects S3 does not take {listed}", "warning"
        )

    def _ask(self, title: str, find: Callable[[], Operation]) -> None:
        dialog = TypedScreen(title, find)

        def answered(answer: bool) -> None:
            if dialog.failure:
                self._screen.post_message(CareDone(None, f"{title}: not done", dialog.failure))
            elif answer and dialog.operation:
                self._begin(title, dialog.operation, chosen=dialog.option)

        put_on_top(self._screen, dialog, answered)

    def _begin(self, title: str, operation: Operation, *, chosen: bool) -> None:
        if operation.do is None:
            return
        steps = self._steps = Steps(operation.doing, operation.steps, chosen=chosen)
        do, screen = operation.do, self._screen

        kind = ActivityKind.DELETION if title == _DELETE else ActivityKind.STORE
        activity, about = self._services.activity, operation.doing.partition(" ")[2]

        def done(outcome: Outcome) -> None:
            self._steps = None
            if outcome.failure:
                activity.failed(kind, about, outcome.failure)
            else:
                activity.done(kind, about, outcome.said)
            told = Notice(outcome.said) if not outcome.failure else None
            post(screen, CareDone(told, f"{title}: not all of it", outcome.failure))

        def failed(failure: Failure) -> None:
            self._steps = None
            activity.failed(kind, about, failure)
            post(screen, CareDone(None, f"{title}: not done", failure))

        in_background("care", lambda: do(steps), done, failed)
        screen.look_now()


def _why_no_version(keys: Sequence[str]) -> str:
    place = parse_key(keys[0])
    if place is None or place.kind is not ArtifactKind.RUN_RESULTS:
        return _OF_RUN if place and place.kind.of_run else _JOB_FILES
    return _ONE_VERSION if len(keys) > 1 else ""
