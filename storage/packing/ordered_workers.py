"""Work done in any order, handed out in the order in which it was given."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from core.threads import DaemonThreads, Deadline
from storage.machine.system import SystemClock

T = TypeVar("T")

# A read that hangs in a network file system must keep nobody waiting: its thread is left behind.
_PATIENCE = 1.0


class OrderedWorkers(Generic[T]):
    """A few daemon threads; the thread that iterates over the results owns them.

    Not a ThreadPoolExecutor: that one refuses work and waits for its threads as soon as the
    interpreter starts to exit, while a transfer is still under way on a daemon thread.
    """

    def __init__(self, threads: int) -> None:
        self._queue: SimpleQueue[tuple[Callable[[], T], Future[T]] | None] = SimpleQueue()
        self._count = threads
        self._threads = DaemonThreads()
        self._window = 2 * threads + 2

    def run(self, tasks: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The results in order; a failed task raises its exception where its result would be.

        Tasks are started in order, and drawn as results are taken: their number in flight is
        bounded by twice the number of threads and a few.
        """
        for number in range(self._count):
            self._threads.begin(self._work, f"packer-{number}")
        pending: deque[Future[T]] = deque()
        for task in tasks:
            pending.append(self._submit(task))
            if len(pending) == self._window:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def close(self) -> None:
        """Drops what was not started, waits for what was. Safe to repeat."""
        self._drain()
        for _ in range(self._count):
            self._queue.put(None)
        self._threads.join(Deadline(_PATIENCE, SystemClock()))

    def _submit(self, task: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._queue.put((task, future))
        return future

    def _drain(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except Empty:
            return

    def _work(self) -> None:
        while job := self._queue.get():
            task, future = job
            try:
                future.set_result(task())
            except BaseException as error:  # noqa: BLE001 - raised again where the result is taken
                future.set_exception(error)
            del job, task, future
