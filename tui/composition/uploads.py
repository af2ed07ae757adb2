"""Use cases that store runs."""

from functools import cached_property
from typing import TYPE_CHECKING

from tui.composition.adapters import Adapters
from tui.composition.jobs import Jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.binding.bind_job import BindJob
    from core.events import Event
    from core.upload.ferry_run import FerryRun
    from core.upload.plan_upload import PlanUpload
    from core.upload.upload_request import UploadRequest
    from tui.composition.uploading import Uploading


class Uploads:
    """Callable from any thread: the first one makes them, once for all."""

    def __init__(self, adapters: Adapters, jobs: Jobs, publish: "Callable[[Event], None]") -> None:
        self._adapters = adapters
        self._jobs = jobs
        self._publish = publish

    @property
    def ferry_run(self) -> "FerryRun":
        """From a directory to stored results, on the calling thread."""
        return self._uploading.ferry_run

    @property
    def plan_upload(self) -> "PlanUpload":
        """What an upload would be stored as; no network."""
        return self._uploading.plan_upload

    @property
    def bind_job(self) -> "BindJob":
        """Which job the runs of a results root go to."""
        return self._uploading.bind_job

    def free_sent(self, request: "UploadRequest") -> None:
        """Free what an upload that is given up has sent."""
        from core.upload.free_sent import FreeSent

        FreeSent(self.plan_upload, self._adapters.journal, self._adapters.producer())(request)

    @property
    def _uploading(self) -> "Uploading":
        with self._adapters.making:
            return self._made

    @cached_property
    def _made(self) -> "Uploading":
        from tui.composition.uploading import Uploading

        return Uploading(self._adapters, self._jobs, self._publish)
