"""One look at a RUN directory for whoever looks at it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.ports.clock import Clock
from core.ports.tree import Scan, TreeScanner
from core.preview.glance import Glance, LogEnd, glance_of, log_end, log_of


class GlanceAtRun:
    """Walks the directory once and reads one piece of one file. Blocks; callable from any thread."""

    def __init__(
        self,
        scanner: TreeScanner,
        clock: Clock,
        left_out: Callable[[Scan], Sequence[str]] = lambda scan: (),
        excluded: Callable[[Scan], int] = lambda scan: 0,
    ) -> None:
        """`left_out` tells in lines what would not be stored of what was seen, `excluded` bytes of it."""
        self._scanner = scanner
        self._clock = clock
        self._left_out = left_out
        self._excluded = excluded

    def __call__(self, run_directory: str, before: Glance | None = None) -> Glance | None:
        """`before` is the look that it is compared with; None when the directory is gone."""
        scan = self._scanner.scan(run_directory)
        if scan is None:
            return None
        glance = glance_of(scan, self._log_end(scan), self._clock.now(), before)
        return replace(glance, left_out=self._left_out(scan), excluded=self._excluded(scan))

    def _log_end(self, scan: Scan) -> LogEnd | None:
        request = log_of(scan)
        if request is None:
            return None
        samples = self._scanner.sample(scan.path, [request])
        return log_end(request.path, samples[request.path]) if request.path in samples else None
