"""Upload runs by themselves as they finish; off unless the user turned it on."""

from collections.abc import Callable

from core.errors import RunFerryError
from core.events import AutoUploadRefused, Event, RunStateChanged
from core.run_state import RunState
from core.transfer_queue import UploadRequest


class AutoUpload:
    """A sink that queues every run that settles as finished.

    Failed and changed runs are left to the user: half a run is never sent by itself.
    """

    def __init__(
        self, submit: Callable[[UploadRequest], object], publish: Callable[[Event], None]
    ) -> None:
        self._submit = submit
        self._publish = publish

    def __call__(self, event: Event) -> None:
        """Queues the run of a fitting event; returns at once."""
        if isinstance(event, RunStateChanged) and event.run.state is RunState.FINISHED:
            try:
                self._submit(UploadRequest(event.run.path))
            except RunFerryError as error:
                self._publish(AutoUploadRefused(event.run, str(error)))
