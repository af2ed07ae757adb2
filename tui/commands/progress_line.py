"""Progress of one transfer as a single line on stderr, when somebody is looking."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.printable import printable
from core.progress import Pacer, Progress
from tui.formatting import duration, rate, size

if TYPE_CHECKING:
    from core.store_waits import StoreWaits

_EVERY = 0.25


class ProgressLine:
    """Redraws itself four times a second on a thread of its own; silent without a terminal."""

    def __init__(self, title: str, progress: Progress, waits: "StoreWaits") -> None:
        self._title = printable(title)
        self._waits = waits
        self._progress = progress
        self._pacer = Pacer()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._draw, name="progress-line", daemon=True)

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            sys.stderr.write("\r\x1b[K")

    def _draw(self) -> None:
        while not self._stop.wait(_EVERY):
            sys.stderr.write(f"\r\x1b[K{self._text()}")
            sys.stderr.flush()

    def _text(self) -> str:
        progress = self._progress
        done, _ = progress.counts()
        pace = self._pacer.sample(time.monotonic(), done, progress.total)
        parts = [self._title, progress.phase.value]
        if progress.total:
            parts += [f"{done * 100 // progress.total}%", size(progress.total)]
        if pace.rate is not None:
            parts.append(rate(pace.rate))
        if pace.seconds_left is not None:
            parts.append(f"ETA {duration(pace.seconds_left)}")
        if waiting := self._waits.describe():
            parts.append(waiting)
        return "  ".join(parts)
