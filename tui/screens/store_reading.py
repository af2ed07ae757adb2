"""What Browse has read of the store when somebody looks at it, and how that went."""

from collections.abc import Callable
from datetime import datetime

from textual.message import Message

from core.errors import Failure
from core.model import Job
from tui.background import in_background
from tui.bridge import post
from tui.screens.mode_screen import ModeScreen


class StoreReading:
    """Asks on other threads; what was read just now is not asked again. One thread: that of the UI.

    The screen gets a `Done` for each answer, and hands it to `take`.
    """

    class Done(Message, namespace="store_reading"):
        """The catalog equals the store in what was asked for; or not, and why."""

        def __init__(self, failure: Failure | None, *, asked: bool) -> None:
            super().__init__()
            self.failure = failure
            self.asked = asked

    def __init__(self, screen: ModeScreen) -> None:
        self.failure: Failure | None = None
        """What went wrong and is shown until it is dealt with."""
        self.asked = False
        """Whether the user waits for everything to be read."""
        self._screen = screen
        self._services = screen.services

    def read_at(self, job: Job | None) -> datetime | None:
        """When what is shown last equalled the store: what a job holds, or which jobs there are."""
        read_at = self._services.store_state().read_at
        return read_at.of_job(job.id) if job else read_at.of_list

    def enter(self, job: Job | None) -> None:
        """Somebody looks: which jobs there are, and what the open one holds."""
        self._read("read-jobs", self._services.read_store.job_list)
        self.open(job)

    def open(self, job: Job | None) -> None:
        """What this one holds."""
        if job:
            self._read(f"read-job-{job.id}", lambda: self._services.read_store.job(job.id))

    def everything(self) -> None:
        """The user asked for it."""
        self.failure, self.asked = None, True
        self._read("sync", self._services.read_store.everything, asked=True)

    def take(self, done: Done) -> None:
        """What nobody asked for and the hints tell already is not told once more."""
        self.asked = self.asked and not done.asked
        if done.failure and done.failure.offline:
            if done.asked:
                self._screen.toast(done.failure.what, "warning")
        elif done.asked or not self._services.store_state().refusal:
            self.failure = done.failure or self.failure
        if done.asked and not done.failure:
            self._screen.toast("The store was read")

    def _read(self, name: str, read: Callable[[], None], *, asked: bool = False) -> None:
        in_background(
            name,
            read,
            lambda _: post(self._screen, self.Done(None, asked=asked)),
            lambda failure: post(self._screen, self.Done(failure, asked=asked)),
        )
