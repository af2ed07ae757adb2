"""Progress as a single line on stderr, when somebody is looking."""

import os
import sys
import threading
import time
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Protocol, Self

from core.printable import printable
from core.progress import Pace, Pacer, Progress
from core.threads import DaemonThreads
from core.transfer_view import Phase
from core.waiting.store_waits import StoreWaits
from tui.output import shown
from tui.wording.formatting import duration, limit, rate, size
from tui.wording.transfers import phase_text

_EVERY = 0.25
_USUAL_COLUMNS = 80
_LEAST_TITLE = 8
_UNCOUNTED = frozenset({Phase.WAITING, Phase.SCANNING, Phase.EXTRACTING})


class Surroundings(Protocol):
    """What else decides how a transfer goes; a session is it."""

    store_waits: StoreWaits

    @property
    def limit(self) -> int:
        """Bytes per second of all transfers together; 0 for none."""
        ...


class TerminalLine(ABC):
    """Redraws itself four times a second on a thread of its own; silent without a terminal."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._stop = threading.Event()
        self._threads = DaemonThreads()

    @abstractmethod
    def parts(self, room: int) -> tuple[str, str]:
        """(what it is about, how far that is); the second should fit into `room` columns."""

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
            if self._around.store_waits.person_is_asked:
                continue
            width = _columns() - 1
            title, text = self.parts(width - _LEAST_TITLE - 2)
            title = shown(title, sys.stderr)
            sys.stderr.write(f"\r\x1b[K{_fitting(title, text, width)}")
            sys.stderr.flush()


class ProgressLine(TerminalLine):
    """Of one transfer."""

    def __init__(self, title: str, progress: Progress, around: Surroundings) -> None:
        super().__init__(around)
        self._title = printable(title)
        self._progress = progress
        self._pacer = Pacer()

    def parts(self, room: int) -> tuple[str, str]:
        """Its name, and how far it is."""
        pace = self._pacer.of(self._progress, time.monotonic())
        return self._title, progress_text(self._progress, pace, self._around, room)


def _columns() -> int:
    """Of the terminal that the line is on; stdout may be none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


def _fitting(title: str, text: str, width: int) -> str:
    """As wide as `width` at the most, or the next one would not replace it. The title gives way."""
    from rich.cells import cell_len, set_cell_size

    room = max(_LEAST_TITLE, width - cell_len(text) - 2)
    if cell_len(title) > room:
        title = f"{set_cell_size(title, room - 1)}…"
    line = f"{title}  {text}"
    return line if cell_len(line) <= width else set_cell_size(line, width)


def progress_text(progress: Progress, pace: Pace, around: Surroundings, room: int) -> str:
    """What it does, how far it is, how fast and how long; or what it waits for.

    The limit goes along where it fits into `room` columns.
    """
    parts = [phase_text(progress.phase, progress.kept)]
    if progress.total and progress.phase not in _UNCOUNTED:
        done, _ = progress.counts()
        if done or progress.phase is not Phase.COPYING:  # which may be one step
            parts += [f"{done * 100 // progress.total}%", size(progress.total)]
    return with_pace(parts, pace, around, room)


def with_pace(parts: list[str], pace: Pace, around: Surroundings, room: int) -> str:
    """What is known of the pace behind the other `parts`; or what is waited for."""
    if waiting := around.store_waits.describe():
        return "  ".join((*parts, waiting))
    if pace.rate is not None:
        parts.append(rate(pace.rate))
    if pace.seconds_left is not None:
        parts.append(f"ETA {duration(pace.seconds_left)}")
    text = "  ".join(parts)
    limited = f"{text}  limit {limit(around.limit)}" if around.limit else text
    return limited if len(limited) <= room else text
