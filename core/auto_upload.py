"""Upload runs by themselves as they finish; off unless the user turned it on."""

from collections.abc import Callable

from core.events import Event, RunStateChanged
from core.run_state import RunState
from core.transfer_queue import UploadRequest


class AutoUpload:
    """A sink that queues every run that settles as finished.

    Failed and changed runs are left to the user: half a run is never sent by itself.
    """

    def __init__(self, submit: Callable[[UploadRequest], object]) -> None:
        self._submit = submit

    def __call__(self, event: Event) -> None:
        """Queues the run of a fitting event; returns at once."""
        if isinstance(event, RunStateChanged) and event.run.state is RunState.FINISHED:
            self._submit(UploadRequest(event.run.path))
