"""How fast the runs of a volume grow."""

from collections import deque
from collections.abc import Iterable, Mapping

from core.run_view import RunView

_INTERVAL = 10.0
_WINDOW = 600.0
_LEAST_WINDOW = 60.0


class Growth:
    """What the runs of a volume have grown by; a run that is new to us has not grown yet."""

    def __init__(self) -> None:
        self._sizes: Mapping[str, int] = {}
        self._grown = 0
        self._points: deque[tuple[float, int]] = deque()

    def note(self, now: float, runs: Iterable[RunView]) -> None:
        """As they are at monotonic `now`; more often than every ten seconds counts for nothing."""
        points = self._points
        if points and now - points[-1][0] < _INTERVAL:
            return
        sizes = {run.path: run.bytes for run in runs if run.bytes is not None}
        self._grown += sum(
            max(0, count - self._sizes.get(path, count)) for path, count in sizes.items()
        )
        self._sizes = sizes
        points.append((now, self._grown))
        while now - points[0][0] > _WINDOW:
            points.popleft()

    def seconds_to(self, count: int) -> float | None:
        """When they will have grown by that; None while nobody knows."""
        rate = self.rate
        return count / rate if rate else None

    @property
    def rate(self) -> float | None:
        """Bytes per second over the last ten minutes; None while less than one was seen, or nothing grew."""
        (first, before), (last, after) = self._points[0], self._points[-1]
        if last - first < _LEAST_WINDOW or after == before:
            return None
        return (after - before) / (last - first)
