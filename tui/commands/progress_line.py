"""Progress of one transfer as a single line on stderr, when somebody is looking."""

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from core.printable import printable
from core.progress import Pace, Pacer, Progress
from core.threads import DaemonThreads
from core.transfer_view import Phase
from tui.wording.formatting import duration, limit, rate, size
from tui.wording.transfers import phase_text

if TYPE_CHECKING:
    from core.waiting.store_waits import StoreWaits

_EVERY = 0.25
_UNCOUNTED = frozenset({Phase.WAITING, Phase.SCANNING, Phase.EXTRACTING})


class Surroundings(Protocol):
    """What else decides how a transfer goes; a session is it."""

    store_waits: "StoreWaits"

    @property
    def limit(self) -> int:
        """Bytes per second of all transfers together; 0 for none."""
        ...


class ProgressLine:
    """Redraws itself four times a second on a thread of its own; silent without a terminal."""

    def __init__(self, title: str, progress: Progress, around: Surroundings) -> None:
        self._title = printable(title)
        self._around = around
        self._progress = progress
        self._pacer = Pacer()
        self._stop = threading.Event()
        self._threads = DaemonThreads()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._threads.begin(self._draw, "progress-line")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._threads.running:
            self._threads.join()
            sys.stderr.write("\r\x1b[K")

    def _draw(self) -> None:
        while not self._stop.wait(_EVERY):
            pace = self._pacer.of(self._progress, time.monotonic())
            text = progress_text(self._progress, pace, self._around)
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{f'{self._title}  {text}'[:width]}")
            sys.stderr.flush()


def progress_text(progress: Progress, pace: Pace, around: Surroundings) -> str:
    """What it does, how far it is, how fast and how long; or what it waits for."""
    parts = [phase_text(progress.phase, progress.kept)]
    if progress.total and progress.phase not in _UNCOUNTED:
        done, _ = progress.counts()
        if done or progress.phase is not Phase.COPYING:  # which may be one step
            parts += [f"{done * 100 // progress.total}%", size(progress.total)]
    if waiting := around.store_waits.describe():
        return "  ".join((*parts, waiting))
    if pace.rate is not None:
        parts.append(rate(pace.rate))
    if pace.seconds_left is not None:
        parts.append(f"ETA {duration(pace.seconds_left)}")
    if around.limit:
        parts.append(f"limit {limit(around.limit)}")
    return "  ".join(parts)
