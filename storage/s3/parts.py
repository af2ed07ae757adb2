"""Sends the parts of one upload on a few threads, with a bound on what is in memory."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import StoreError
from core.threads import DaemonThreads, Deadline
from storage.machine.system import SystemClock

Receipt = TypeVar("Receipt")
_GLANCE_SECONDS = 0.1


class PartSender(Generic[Receipt]):
    """Makes the calls that send parts, on daemon threads that end with `stop`.

    At most `threads + 1` calls are held. The first failure drops what is waiting and is raised
    by everything that follows, except `stop`. One thread uses it; any may call `stop`.
    """

    def __init__(self, threads: int, check: Callable[[], None]) -> None:
        """`check` is called several times a second on a thread that waits, and may raise."""
        self._limit = threads
        self._check = check
        self._changed = threading.Condition()
        self._threads = DaemonThreads()
        self._begun = 0
        self._waiting: deque[tuple[int, Callable[[], Receipt]]] = deque()
        self._submitted = 0
        self._held = 0
        self._receipts: dict[int, Receipt] = {}
        self._failure: Exception | None = None
        self._stopping = threading.Event()

    def submit(self, send: Callable[[], Receipt]) -> None:
        """Takes a part over; blocks while as many as the bound are under way."""
        with self._changed:
            self._wait_for(lambda: self._held <= self._limit)
            self._raise_failure()
            self._waiting.append((self._submitted, send))
            self._submitted += 1
            self._held += 1
            if self._begun < min(self._held, self._limit):
                self._begun += 1
                self._threads.begin(self._work, f"part-{self._begun}")
            self._changed.notify_all()

    def drain(self) -> list[Receipt]:
        """Waits until all parts are sent; their receipts in the order of submission."""
        with self._changed:
            self._wait_for(lambda: not self._held)
            self._raise_failure()
            return [receipt for _, receipt in sorted(self._receipts.items())]

    def stop(self, timeout: float) -> None:
        """Drops what is waiting; waits up to `timeout` seconds for what is on its way."""
        with self._changed:
            self._stopping.set()
            self._waiting.clear()
            self._changed.notify_all()
        self._threads.join(Deadline(timeout, SystemClock()))

    def pause(self, seconds: float) -> bool:
        """Waits; True as soon as `stop` was called. For retries within a call."""
        return self._stopping.wait(seconds)

    def check(self) -> None:
        """Raises what a part raised."""
        with self._changed:
            self._raise_failure()

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        while not self._changed.wait_for(lambda: self._over() or condition(), _GLANCE_SECONDS):
            self._check()

    def _over(self) -> bool:
        return self._failure is not None or self._stopping.is_set()

    def _raise_failure(self) -> None:
        if self._failure:
            raise self._failure
        if self._stopping.is_set():
            raise StoreError("The upload was given up.")

    def _work(self) -> None:
        while part := self._next():
            number, send = part
            del part
            try:
                receipt = send()
            except Exception as error:  # noqa: BLE001 - it belongs to the thread that writes
                del send
                self._fail(error)
            else:
                del send  # before the bound lets the next part in: it holds the bytes
                self._done(number, receipt)

    def _next(self) -> tuple[int, Callable[[], Receipt]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping.is_set())
            return self._waiting.popleft() if self._waiting else None

    def _done(self, number: int, receipt: Receipt) -> None:
        with self._changed:
            self._receipts[number] = receipt
            self._held -= 1
            self._changed.notify_all()

    def _fail(self, error: Exception) -> None:
        with self._changed:
            self._failure = self._failure or error
            self._held -= 1
            self._waiting.clear()
            self._changed.notify_all()
