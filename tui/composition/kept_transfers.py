"""What a command could not carry, as the store did not answer or its user broke it off, is queued."""

import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from core.download.download_request import DownloadRequest
from core.errors import ObjectRestoringError, RunFerryError, StateError, TransferStoppedError
from core.progress import Progress
from core.upload.upload_request import UploadRequest
from core.waiting.giving_up import on_behalf_of
from tui.output import note

R = TypeVar("R", UploadRequest, DownloadRequest)
R_contra = TypeVar("R_contra", contravariant=True)
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Keep(Protocol[R_contra]):
    """What the queue learns of a command."""

    def __call__(
        self, done: Sequence[R_contra], kept: Sequence[R_contra], *, interrupted: bool
    ) -> str:
        """Tells it what is done and what is kept; returns in words what is kept."""
        ...


class KeptTransfers(Generic[R, T]):
    """Calls `carry` on any thread, to be entered around the transfers of `requests`.

    On leaving, those that the store did not answer, and those that were not tried because of it,
    are put into the queue, and so is what ctrl+c left undone; what is done is taken out of it.
    """

    def __init__(
        self,
        carry: Callable[[R, Progress], T],
        queued: Callable[[], bool],
        keep: Keep[R],
        requests: Sequence[R],
    ) -> None:
        """`queued` says whether anything is in the queue."""
        self._carry = carry
        self._queued = queued
        self._keep = keep
        self._open = dict.fromkeys(requests)
        self._done: list[R] = []
        self._offline = False

    def __call__(self, request: R, progress: Progress) -> T:
        """What `carry` returns and raises. A request that failed may be made again, in another way."""
        try:
            with on_behalf_of(progress):
                result = self._carry(request, progress)
        except RunFerryError as error:
            if error.retryable:  # it may have been waiting for another try
                progress.check_cancelled()
            self._note(request, error)
            raise
        self._open.pop(request, None)
        self._done.append(request)
        return result

    def _note(self, request: R, error: RunFerryError) -> None:
        """What is being restored from an archive is to be had later, too."""
        if error.offline or isinstance(error, ObjectRestoringError):
            self._offline = True
            self._open[request] = None
        elif not isinstance(error, TransferStoppedError):
            self._open.pop(request, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            kept = self._settle(interrupted=isinstance(error, KeyboardInterrupt))
        except StateError as trouble:
            _log.warning("the queue could not be told", exc_info=True)
            if self._offline:
                note(f"Not kept in the queue: {trouble.what}")
            return
        if isinstance(error, RunFerryError):
            error.kept = " ".join(part for part in (error.kept, kept) if part)
        elif kept:
            note(kept)

    def _settle(self, *, interrupted: bool) -> str:
        """Tells the queue; returns in words what is kept."""
        kept = [*self._open] if self._offline or interrupted else []
        if not kept and not self._queued():
            return ""
        return self._keep(self._done, kept, interrupted=interrupted)
