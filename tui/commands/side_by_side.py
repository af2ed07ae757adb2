"""Several uploads at a time, looked at one after the other."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from core.progress import Progress
from core.threads import DaemonThreads, Deadline
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import Ferry, UploadResult


@dataclass(frozen=True)
class RunningUpload:
    """One of them; `result` raises what the ferry raised."""

    request: UploadRequest
    progress: Progress = field(default_factory=Progress)
    outcome: Future[UploadResult] = field(default_factory=Future[UploadResult])

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left to do, however it went."""
        return self.outcome.done()

    def result(self) -> UploadResult:
        """Waits for the end of it."""
        return self.outcome.result()


class SideBySide:
    """While the block lasts, does uploads in their order, `parallel` at a time, on daemon threads.

    They are packed one after the other, each by all processors, while others wait for the store:
    those of one size would otherwise be packed at the same time, with the link idle, and then be
    sent at the same time. Leaving stops what is under way. After an error that is not of one upload
    alone (`goes_on_after`) no other begins: before the caller hears of it, it could make a new job.
    """

    def __init__(
        self,
        ferry: Ferry,
        requests: Sequence[UploadRequest],
        parallel: int,
        stopped_within: Deadline,
        goes_on_after: tuple[type[Exception], ...] = (Exception,),
    ) -> None:
        self._ferry = ferry
        self._goes_on_after = goes_on_after
        self._uploads = [RunningUpload(request) for request in requests]
        self._waiting = deque(self._uploads)
        self._parallel = min(parallel, len(requests))
        self._stopped_within = stopped_within
        self._threads = DaemonThreads()
        packing = threading.Lock()
        for upload in self._uploads:
            upload.progress.packing = packing

    def __len__(self) -> int:
        return len(self._uploads)

    def __iter__(self) -> Iterator[RunningUpload]:
        return iter(self._uploads)

    def __enter__(self) -> Self:
        for number in range(self._parallel):
            self._threads.begin(self._work, f"upload-{number}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.clear()
        for upload in self._uploads:
            upload.progress.stop()
        self._threads.join(self._stopped_within)

    def _work(self) -> None:
        while self._waiting:
            try:
                upload = self._waiting.popleft()
            except IndexError:  # another thread was faster
                return
            try:
                upload.outcome.set_result(self._ferry(upload.request, upload.progress))
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                if not isinstance(error, self._goes_on_after):
                    self._waiting.clear()
                upload.outcome.set_exception(error)
