"""Several uploads at a time, looked at one after the other."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.progress import Progress
from core.upload_request import UploadRequest
from core.upload_result import UploadResult

if TYPE_CHECKING:
    from core.carrier import Ferry

_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class RunningUpload:
    """One of them; `result` raises what the ferry raised."""

    request: UploadRequest
    progress: Progress = field(default_factory=Progress)
    outcome: Future[UploadResult] = field(default_factory=Future[UploadResult])

    def result(self) -> UploadResult:
        """Waits for the end of it."""
        return self.outcome.result()


class _Turn:
    """One of so many; used by one thread."""

    def __init__(self, turns: threading.Semaphore) -> None:
        self._turns = turns
        self._over = False

    def end(self) -> None:
        """Lets another one begin. Safe to repeat."""
        if not self._over:
            self._over = True
            self._turns.release()


class SideBySide:
    """While the block lasts, does uploads in their order, `parallel` at a time, on daemon threads.

    One more is packed while others only wait for the store: otherwise runs of one size are packed
    together, while the link is idle, and then sent together. But not before one has ended, which
    tells the next how fast the link is. Leaving stops what is under way.
    """

    def __init__(self, ferry: "Ferry", requests: Sequence[UploadRequest], parallel: int) -> None:
        self._ferry = ferry
        self._uploads = [RunningUpload(request) for request in requests]
        self._waiting = deque(self._uploads)
        self._turns = threading.Semaphore(parallel)
        self._one_ended = False
        self._threads = [
            threading.Thread(target=self._work, name=f"upload-{number}", daemon=True)
            for number in range(min(parallel + 1, len(requests)))
        ]

    def __len__(self) -> int:
        return len(self._uploads)

    def __iter__(self) -> Iterator[RunningUpload]:
        return iter(self._uploads)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
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
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        while upload := self._next():
            turn = _Turn(self._turns)
            if self._one_ended:
                upload.progress.on_packed = turn.end
            try:
                upload.outcome.set_result(self._ferry(upload.request, upload.progress))
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                upload.outcome.set_exception(error)
            self._one_ended = True
            turn.end()

    def _next(self) -> RunningUpload | None:
        """The next one, when it is its turn."""
        self._turns.acquire()
        try:
            return self._waiting.popleft()
        except IndexError:
            self._turns.release()  # for those who wait to see that there is nothing left
            return None
