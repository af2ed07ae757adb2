"""One watched root: which runs are there, which are gone, and whether it can be read at all."""

import logging
import posixpath
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import RunFerryError, in_words
from core.events import Event, RootCameBack, RootWentOffline, RunVanished
from core.finish.running import run_finder
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.model import natural_order
from core.ports.journal.watching import WatchedRecord
from core.ports.tree import FoundRuns, SampleRequest, TreeScanner, TreeWatcher
from core.printable import one_line
from core.run_view import RootView
from core.source.no_runs import no_runs
from core.source.run_places import RunPlaces
from core.watch.watched_run import LOCAL_PACE, POLLING_PACE, Pace, WatchedRun

_log = logging.getLogger(__name__)
_DISCOVERY_INTERVAL = 10.0
_COST_FACTOR = 20.0
_UNMOUNTED = "its file system is not mounted"


@dataclass
class WatchedRoot:
    """Changed by the thread that watches, but for `mark_dirty`, which any thread may call."""

    path: str
    watcher: TreeWatcher
    scanner: TreeScanner
    publish: Callable[[Event], None]
    kind_of: KindOf = default_kind
    runs: dict[str, WatchedRun] = field(default_factory=dict[str, WatchedRun])
    memory: dict[str, WatchedRecord] = field(default_factory=dict[str, WatchedRecord])
    """What earlier sessions knew of runs that were not detected yet."""
    places: dict[str, str] = field(default_factory=dict[str, str])
    """Where the runs really are, without links, and under which path they are known."""
    offline: str = ""
    emptiness: str = ""
    """What was looked for, and what is there instead; empty while there are runs."""
    discover_at: float = 0.0
    _rested_at: float = 0.0
    _dirty: set[str] = field(default_factory=set[str])
    _beside: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Files outside of runs, and the directories they lie in: which runs are judged by them."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pace(self, run: WatchedRun) -> Pace:
        """How often to look: more often where no events can be relied on."""
        return POLLING_PACE if self.watcher.blind or run.linked else LOCAL_PACE

    def view(self, *, auto_upload: bool, takes_changed: bool) -> RootView:
        """As a user sees it."""
        blind, nothing = self.watcher.blind, self.emptiness
        return RootView(self.path, self.offline, blind, auto_upload, takes_changed, nothing)

    def mark_dirty(self, path: str) -> None:
        """Something happened at or below `path`; for the root itself that is anything."""
        if path == self.path:
            self.mark_all_dirty()
        elif place := self._known(path) or place_of(self.path, path, self.kind_of):
            with self._lock:
                self._dirty.add(place)
                self._dirty.update(self._beside.get(path, ()))

    def _known(self, path: str) -> str | None:
        """The run that it is or is in; names alone may tell another one."""
        runs = self.runs
        while path not in runs and len(path) > len(self.path):
            path = posixpath.dirname(path)
        return path if path in runs else None

    def judged_by(self, run: str, requests: Sequence[SampleRequest]) -> None:
        """The run is to be looked at, too, when something happens to what is read beside it."""
        paths = (request.path for request in requests if request.path.startswith("../"))
        places = [posixpath.normpath(f"{run}/{path}") for path in paths]
        with self._lock:
            for place in places:
                for name in (place, posixpath.dirname(place)):
                    self._beside.setdefault(name, set()).add(run)

    def mark_all_dirty(self) -> None:
        """Anything may have happened."""
        runs = list(self.runs)
        with self._lock:
            self._dirty.update((self.path, *runs))

    def take_dirty(self, now: float) -> None:
        """Makes due what was marked: runs, or discovery for what lies outside of them."""
        with self._lock:
            dirty, self._dirty = self._dirty, set()
        for path in dirty:
            if run := self.runs.get(path):
                run.mark_dirty(now)
            else:
                self.discover_at = min(self.discover_at, max(now, self._rested_at))

    def run_at(self, path: str) -> str | None:
        """The known run that a real path, without links, is or is in."""
        return run_finder(self.places)(path)

    @property
    def next_due(self) -> float:
        """Monotonic: when it, or one of its runs, has to be looked at."""
        dues = () if self.offline else (run.due for run in self.runs.values())
        return min([self.discover_at, *dues])

    def due(self, now: float) -> Sequence[WatchedRun]:
        """The runs that have to be looked at; none while it is offline."""
        runs = () if self.offline else self.runs.values()
        return [run for run in runs if now >= run.due]

    def miss(self, run: WatchedRun, now: float) -> None:
        """It is not where it was: the next discovery tells what became of it."""
        self.discover_at, run.due = now, float("inf")

    def discover(self, now: Callable[[], float]) -> Sequence[str]:
        """Finds new runs and returns those that are gone. What cannot be seen is not gone."""
        started = now()
        gone: Sequence[str] = ()
        try:
            found = self.scanner.find_runs(self.path)
        except RunFerryError as error:
            self._go_offline(error.what)
        except Exception as error:  # noqa: BLE001 - whatever it was, other roots are looked at
            _log.exception("a root could not be looked at")
            self._go_offline(one_line(in_words(error)))
        else:
            empty = not found.runs
            self.emptiness = no_runs(self.path, found, self.kind_of(self.path)) if empty else ""
            for path in found.runs:
                self._found(path, linked=path in found.linked)
            gone = self._missing(found)
            self._say_whether_offline(found)
        self._rested_at = started + _COST_FACTOR * (now() - started)
        self.discover_at = max(started + _DISCOVERY_INTERVAL, self._rested_at)
        return gone

    def _found(self, path: str, *, linked: bool) -> None:
        run = self.runs.get(path)
        if run is None:
            named, device = RunPlaces(self.kind_of).named(path), self.scanner.device(path)
            run = WatchedRun(path, self.path, named, linked=linked, device=device)
            self.runs[path] = run
            self.places[self.scanner.real(path)] = path
        elif run.due == float("inf"):
            run.due = 0.0

    def _missing(self, found: FoundRuns) -> Sequence[str]:
        gone: list[str] = []
        for path in self.runs.keys() - set(found.runs):
            run = self.runs[path]
            if reason := _hidden_by(path, found.problems):
                run.go_offline(reason)
            elif run.looked_at < 0:
                del self.runs[path]  # nobody has heard of it yet
            elif self.scanner.device(path) != run.device:
                run.go_offline(_UNMOUNTED)
            else:
                gone.append(path)
                del self.runs[path]
                self.publish(RunVanished(run.view))
        if len(self.places) > len(self.runs):
            self.places = {real: path for real, path in self.places.items() if path in self.runs}
        with self._lock:
            for judged in self._beside.values():
                judged.difference_update(gone)
        if list(self.runs) != list(found.runs):
            self.runs = {path: self.runs[path] for path in sorted(self.runs, key=natural_order)}
        return gone

    def _say_whether_offline(self, found: FoundRuns) -> None:
        if self.runs and not found.runs:
            self._go_offline(next(run.offline for run in self.runs.values()))
        elif self.offline:
            self.offline = ""
            self.publish(RootCameBack(self.path))

    def _go_offline(self, reason: str) -> None:
        for run in self.runs.values():
            run.go_offline(reason)
        if not self.offline:
            self.publish(RootWentOffline(self.path, reason))
        self.offline = reason


def lies_in(path: str, root: str) -> bool:
    """Whether `path` is the directory `root` or lies below it."""
    return f"{path.rstrip('/')}/".startswith(f"{root.rstrip('/')}/")


def place_of(root: str, path: str, kind_of: KindOf) -> str | None:
    """The RUN directory that `path` is or is in, else the root; None in dot-directories."""
    run = run_in(root, path, kind_of)
    names = (run or path).removeprefix(root).split("/")
    return None if any(name.startswith(".") for name in names) else run or root


def run_in(root: str, path: str, kind_of: KindOf) -> str | None:
    """The run that `path`, at or below `root`, is or is in; it may be `root` itself."""
    found = kind_of(path).names.place_of(root, path)
    return found.path if found else None


def _hidden_by(path: str, problems: Mapping[str, str]) -> str:
    return next((why for place, why in problems.items() if path.startswith(f"{place}/")), "")
