"""What an upload that is given up has sent is freed in the store, behind everybody's back."""

import logging
from collections.abc import Callable

from core.queue.queued_transfer import OPEN, QueuedTransfer
from core.queue.transfer_list import TransferList
from core.threads import DaemonThreads
from core.upload.upload_request import UploadRequest

_log = logging.getLogger(__name__)

Free = Callable[[UploadRequest], None]
"""Frees what an upload that is given up has sent, on the calling thread; raises RunFerryError."""


class FreeBehind:
    """Each on a thread of its own; does nothing without `free`."""

    def __init__(self, free: Free | None, transfers: TransferList, threads: DaemonThreads) -> None:
        self._free = free
        self._transfers = transfers
        self._threads = threads

    def __call__(self, transfer: QueuedTransfer) -> None:
        """Begins, unless nothing was sent or another upload of the source goes on with it.

        Returns at once; hold the lock of the transfers. Without success it stays for the next
        upload of the source, which uses or frees it.
        """
        free, request = self._free, transfer.request
        if free is None or not isinstance(request, UploadRequest) or not transfer.view.attempts:
            return
        freeing = self._transfers.freeing
        if request.source in freeing or self._is_wanted(request.source, transfer):
            return
        freeing.add(request.source)
        self._threads.begin(lambda: self._free_now(free, request), f"free-{transfer.view.id}")

    def _is_wanted(self, source: str, given_up: QueuedTransfer) -> bool:
        others = (t for t in self._transfers if t is not given_up)
        return any(t.request.source == source and t.view.state in OPEN for t in others)

    def _free_now(self, free: Free, request: UploadRequest) -> None:
        try:
            free(request)
        except Exception:  # noqa: BLE001 - whatever it was: nothing depends on it
            _log.warning("what was sent of %s was not freed", request.source, exc_info=True)
        with self._transfers.changed:
            self._transfers.freeing.discard(request.source)
            self._transfers.changed.notify_all()
