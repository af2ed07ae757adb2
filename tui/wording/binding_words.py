"""Where the runs of a results root go, in words."""

from core.events import BindingEvent, UploadAwaited
from core.printable import printable

_SHOWN = 5


def describe_binding(event: BindingEvent) -> str:
    """As in `OUT is stored as new job 3 "flu": RUN1 -> run 1`, not yet redacted."""
    if isinstance(event, UploadAwaited):
        name = event.path.rpartition("/")[2] or event.path
        return f"{printable(name)} waits for another upload, which is {event.doing}"
    root = event.results_root.rpartition("/")[2] or event.results_root
    job = f'job {event.job_id} "{printable(event.job_name)}"'
    where = f"as new {job}" if event.how == "new job" else f"in {job} ({event.how})"
    return f"{printable(root)} is stored {where}{_runs(event.runs)}"


def _runs(runs: tuple[tuple[str, int], ...]) -> str:
    shown = [
        f"{printable(path.rpartition('/')[2])} -> run {run_id}" for path, run_id in runs[:_SHOWN]
    ]
    if len(runs) > _SHOWN:
        shown.append(f"and {len(runs) - _SHOWN} more")
    return f": {', '.join(shown)}" if shown else ""
