"""An output tree in memory, its scanner, its watcher, and a rule that is told its verdicts."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import InvalidResultsDirectoryError
from core.finish.pid_file import NamedProcess
from core.finish.rule import Check, Evidence, Outcome, Verdict
from core.ports.processes import Process
from core.ports.tree import (
    FileSample,
    FoundRuns,
    SampleRequest,
    Scan,
    TreeEntry,
    TreeScanner,
    TreeWatcher,
)

_REGULAR = 0o100644
_PATIENCE = 60.0
Contents = dict[str, bytes]
"""By path below the RUN directory."""


@dataclass
class FakeRunDirectory:
    """What a scan sees of one RUN directory, and what the rule will say of it."""

    files: int = 204
    bytes: int = 811 << 20
    outcome: Outcome = Outcome.DONE
    reason: str = "all finish checks hold"
    days: tuple[int, int] | None = (180, 180)
    checks: tuple[Check, ...] = ()
    problems: tuple[str, ...] = ()
    device: int = 1
    written: datetime | None = None
    final: bool = False
    touched: int = 0
    contents: Contents = field(default_factory=Contents)
    """What is in its files, as far as a test wants it; `files` and `bytes` are what a scan counts."""


@dataclass
class FakeTree:
    """RUN directories by absolute path. `missing` makes the root unreadable, and says why.

    `unreadable` are directories that cannot be looked into, `failing` runs of which a scan raises;
    `device` is the file system that directories which are gone appear to lie on.
    """

    root: str = "/data/fred-out"
    runs: dict[str, FakeRunDirectory] = field(default_factory=dict[str, FakeRunDirectory])
    missing: str = ""
    unreadable: dict[str, str] = field(default_factory=dict[str, str])
    failing: dict[str, Exception] = field(default_factory=dict[str, Exception])
    device: int = 1

    def fingerprint(self, run_directory: str) -> str:
        """That of a run as it is now."""
        run = self.runs[run_directory]
        times = f"-{run.touched}" if run.touched else ""
        return f"{run.files}/{run.bytes}{times}"


class FakeTreeScanner(TreeScanner):
    """Reads a FakeTree; counts its scans.

    Those of other threads than the one that made it are `read_aside`; they hang while `answers` is
    not set.
    """

    def __init__(self, tree: FakeTree) -> None:
        self._tree = tree
        self.scans = 0
        self.read_aside: list[str] = []
        self.asked, self.answers = threading.Event(), threading.Event()
        self.answers.set()
        self._own_thread = threading.get_ident()

    def find_runs(self, root: str) -> FoundRuns:
        if self._tree.missing:
            raise InvalidResultsDirectoryError(self._tree.missing)
        hidden = tuple(f"{directory}/" for directory in self._tree.unreadable)
        below = (run for run in self._tree.runs if run.startswith(f"{root}/"))
        seen = [run for run in below if not run.startswith(hidden)]
        return FoundRuns(tuple(sorted(seen, key=_natural)), self._tree.unreadable)

    def scan(self, run_directory: str) -> Scan | None:
        self.scans += 1
        if threading.get_ident() != self._own_thread:
            self.read_aside.append(run_directory)
            self.asked.set()
            assert self.answers.wait(_PATIENCE)
        run = self._tree.runs.get(run_directory)
        if run is None:
            return None
        if error := self._tree.failing.get(run_directory):
            raise error
        fingerprint = self._tree.fingerprint(run_directory)
        written = int(run.written.timestamp() * 1e9) if run.written else 0
        numbers = (n for data in run.contents.values() for n in (_REGULAR, len(data), written))
        return Scan(
            run_directory,
            run.files,
            run.bytes,
            fingerprint,
            run.problems,
            list(run.contents),
            list(numbers),
            own_mtime_ns=written,
        )

    def sample(self, directory: str, requests: Sequence[SampleRequest]) -> Mapping[str, FileSample]:
        run = self._tree.runs.get(directory)
        there = run.contents if run else {}
        return {
            r.path: sampled(
                there[r.path], r, int(run.written.timestamp() * 1e9) if run and run.written else 0
            )
            for r in requests
            if r.path in there
        }

    def led_to(self, path: str) -> TreeEntry | None:
        return None

    def device(self, path: str) -> int:
        run = self._tree.runs.get(path)
        return run.device if run else self._tree.device

    def resolve(self, path: str) -> str:
        return path

    def real(self, path: str) -> str:
        return path


class FakeTreeWatcher(TreeWatcher):
    """Never sees anything by itself: tests mark what is dirty."""

    def __init__(self) -> None:
        self.on_dirty: Callable[[str], None] = lambda path: None
        self.on_trouble: Callable[[str], None] = lambda reason: None
        self.why_blind = ""

    @property
    def blind(self) -> str:
        return self.why_blind

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        self.on_dirty, self.on_trouble = on_dirty, on_trouble

    def stop(self) -> None:
        self.on_dirty, self.on_trouble = (lambda path: None), (lambda reason: None)


class ToldRule:
    """Says of each run what the tree was told."""

    name = "told"

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        return ()

    program, job = "", None

    def __init__(self, tree: FakeTree) -> None:
        self._tree = tree

    def places_of(self, process: Process) -> Sequence[str]:
        return (process.directory,)

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        return ()

    def judge(self, evidence: Evidence) -> Verdict:
        run = self._tree.runs[evidence.scan.path]
        return Verdict(run.outcome, run.reason, run.checks, run.days, final=run.final)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        return quiet_seconds


def sampled(content: bytes, request: SampleRequest, mtime_ns: int = 0) -> FileSample:
    """What is read of such a file."""
    tail = content[-request.tail :] if request.tail else b""
    lines = content.count(b"\n") if request.count_lines else 0
    return FileSample(content[: request.head], tail, lines, len(content), mtime_ns)


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path)]
