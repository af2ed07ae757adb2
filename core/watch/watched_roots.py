"""All watched roots: what is in them, what is due, what is shown of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from core.events import Event, WatchTroubled
from core.ports.clock import Clock
from core.ports.tree import TreeScanner
from core.run_view import RunView
from core.watch.watched_root import WatchedRoot, lies_in
from core.watch.watched_run import WatchedRun

_SHOW_INTERVAL = 0.5


class WatchedRoots:
    """Changed by the thread that watches. Marks and `views` are for any thread.

    Attributes:
        passed: Whether all were read once.
    """

    def __init__(
        self,
        scanner: TreeScanner,
        new_root: Callable[[str], WatchedRoot],
        clock: Clock,
        publish: Callable[[Event], None],
        number: Callable[[str, Iterable[WatchedRun]], None] = lambda root, runs: None,
    ) -> None:
        """`number` tells runs of a watched root as which run of their job each counts."""
        self.passed = False
        self._number = number
        self._scanner = scanner
        self._new_root = new_root
        self._clock = clock
        self._publish = publish
        self._roots: tuple[WatchedRoot, ...] = ()
        self._shown: tuple[tuple[RunView, float | None], ...] = ()
        self._show_at = 0.0

    def __iter__(self) -> Iterator[WatchedRoot]:
        return iter(self._roots)

    def open(self, paths: Iterable[str]) -> None:
        """Names them, in the order of their paths. A root inside another is left out."""
        resolved = dict.fromkeys(map(self._scanner.resolve, paths))
        real = {self._scanner.real(path): path for path in reversed(resolved)}
        outermost = sorted(real[path] for path in _outermost(real))
        self._roots = tuple(map(self._new_root, outermost))

    def start(self, wake: Callable[[], object]) -> None:
        """Starts their watchers, which mark what is dirty and then call `wake`."""
        for root in self._roots:
            root.watcher.start(root.path, _dirty_in(root, wake), self._trouble_in(root, wake))

    def stop(self) -> None:
        """Stops their watchers."""
        for root in self._roots:
            root.watcher.stop()

    def mark_dirty(self, path: str) -> None:
        """Something happened at or below `path`."""
        for root in self._roots:
            if lies_in(path, root.path):
                root.mark_dirty(path)

    def make_due(self, path: str) -> None:
        """The same, for the thread that watches and a known run: before anything else is discovered."""
        for root in self._roots:
            if run := root.runs.get(path):
                run.mark_dirty(self._clock.monotonic())

    def mark_all_dirty(self) -> None:
        """Anything may have happened anywhere."""
        for root in self._roots:
            root.mark_all_dirty()

    def runs(self) -> Sequence[WatchedRun]:
        """By root and in natural order."""
        return [run for root in self._roots for run in root.runs.values()]

    def run_at(self, path: str) -> str | None:
        """The known run that a real path, without links, is or is in."""
        return next(filter(None, (root.run_at(path) for root in self._roots)), None)

    def discover(self, root: WatchedRoot) -> Sequence[str]:
        """Takes its marks, and looks for new runs if it is time to; the runs that are gone."""
        now = self._clock.monotonic()
        root.take_dirty(now)
        gone = root.discover(self._clock.monotonic) if now >= root.discover_at else ()
        self._number(root.path, root.runs.values())
        return gone

    def due(self, root: WatchedRoot) -> Sequence[WatchedRun]:
        """Its runs that have to be looked at now."""
        return root.due(self._clock.monotonic())

    def next_due_in(self) -> float:
        """Seconds until something has to be looked at."""
        dues = (root.next_due for root in self._roots)
        return min(dues, default=float("inf")) - self._clock.monotonic()

    def show(self) -> None:
        """From now on `views` are as the runs are now."""
        self._shown = tuple(map(_shown, self.runs()))
        self._show_at = self._clock.monotonic() + _SHOW_INTERVAL

    def show_from_time_to_time(self) -> None:
        """The first look at a large tree on a slow disk takes minutes."""
        if not self.passed and self._clock.monotonic() >= self._show_at:
            self.show()

    def views(self) -> tuple[RunView, ...]:
        """All runs as they were shown last, with the seconds that are left now."""
        now = self._clock.monotonic()
        return tuple(_counted_down(view, ends_at, now) for view, ends_at in self._shown)

    def _trouble_in(self, root: WatchedRoot, wake: Callable[[], object]) -> Callable[[str], None]:
        def on_trouble(reason: str) -> None:
            root.mark_all_dirty()
            self._publish(WatchTroubled(root.path, reason))
            wake()

        return on_trouble


def _dirty_in(root: WatchedRoot, wake: Callable[[], object]) -> Callable[[str], None]:
    def on_dirty(path: str) -> None:
        root.mark_dirty(path)
        wake()

    return on_dirty


def _outermost(paths: Collection[str]) -> Sequence[str]:
    return sorted(path for path in paths if not _is_inside_another(path, paths))


def _is_inside_another(path: str, paths: Collection[str]) -> bool:
    return any(lies_in(path, other) for other in {*paths} - {path})


def _shown(run: WatchedRun) -> tuple[RunView, float | None]:
    """Its view, and when it may be said to have ended, if it is about to be."""
    return run.view, run.settles_at if run.settling else None


def _counted_down(view: RunView, ends_at: float | None, now: float) -> RunView:
    return view if ends_at is None else replace(view, settles_in=max(0.0, ends_at - now))
