"""What an upload that is given up has sent is freed in the store, behind everybody's back."""

import logging
from collections.abc import Callable

from core.queue.queued_transfer import QueuedTransfer
from core.queue.transfer_list import TransferList
from core.threads import DaemonThreads
from core.upload.upload_request import UploadRequest

_log = logging.getLogger(__name__)

Free = Callable[[UploadRequest], None]
"""Frees what an upload that is given up has sent, on the calling thread; raises RunFerryError."""


class FreeBehind:
    """Each on a thread of its own, after it has ended."""

    def __init__(self, free: Free, transfers: TransferList, threads: DaemonThreads) -> None:
        self._free = free
        self._transfers = transfers
        self._threads = threads

    def __call__(self, given_up: QueuedTransfer) -> None:
        """Begins, unless nothing was sent or another upload of the source goes on with it.

        Returns at once; hold the lock of the transfers. Without success it stays for the next
        upload of the source, which uses or frees it.
        """
        request = given_up.request
        if isinstance(request, UploadRequest) and self._is_left(given_up):
            self._transfers.freeing.add(request.source)
            self._threads.begin(lambda: self._free_now(request), f"free-{given_up.view.id}")

    def _is_left(self, given_up: QueuedTransfer) -> bool:
        source, transfers = given_up.request.source, self._transfers
        in_use = source in transfers.freeing or transfers.is_wanted(source)
        return given_up.view.attempts > 0 and not in_use

    def _free_now(self, request: UploadRequest) -> None:
        try:
            self._free(request)
        except Exception:  # noqa: BLE001 - whatever it was: nothing depends on it
            _log.warning("what was sent of %s was not freed", request.source, exc_info=True)
        with self._transfers.changed:
            self._transfers.freeing.discard(request.source)
            self._transfers.changed.notify_all()
