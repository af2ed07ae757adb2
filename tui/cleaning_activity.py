"""What becomes of runs of this machine that go, written down."""

from core.activity.recorder import ActivityRecorder
from core.clean.finish_cleanings import Ended, Ending
from core.clean.proven import Proven
from core.errors import Failure
from core.ports.journal.activity import ActivityKind
from tui.wording.cleaning import cleaned_words, ended_words


def record_cleaned(activity: ActivityRecorder, run: Proven, target: str = "") -> None:
    """Writes down that it is gone, and where all of it is."""
    stored = run.stored
    activity.done(
        ActivityKind.DELETION,
        _about(stored.job_id, stored.run_id),
        cleaned_words(run, target),
        job_id=stored.job_id,
        run_id=stored.run_id,
    )


def record_kept(activity: ActivityRecorder, run: Proven, failure: Failure) -> None:
    """Writes down why it is not gone."""
    about = _about(run.stored.job_id, run.stored.run_id)
    activity.failed(ActivityKind.DELETION, about, failure, run.path)


def record_ended(activity: ActivityRecorder, ended: Ended) -> None:
    """Writes down what became of one that was cut short."""
    went = ended.cleaning
    about, words = _about(went.job_id, went.run_id), ended_words(ended)
    if ended.ending is Ending.LEFT:
        activity.failed(ActivityKind.DELETION, about, Failure(words), went.path)
    else:
        activity.done(ActivityKind.DELETION, about, words, job_id=went.job_id, run_id=went.run_id)


def _about(job_id: int, run_id: int) -> str:
    return f"job {job_id} · run {run_id}"
