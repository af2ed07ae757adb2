"""An output tree in memory, its scanner, its watcher, and a rule that is told its verdicts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import InvalidResultsDirectoryError
from core.finish.rule import Check, Outcome, Verdict
from core.ports.tree import FileSample, SampleRequest, Scan, TreeScanner, TreeWatcher


@dataclass
class FakeRunDirectory:
    """What a scan sees of one RUN directory, and what the rule will say of it."""

    files: int = 204
    bytes: int = 811 << 20
    outcome: Outcome = Outcome.COMPLETE
    reason: str = "all finish checks hold"
    days: tuple[int, int] | None = (180, 180)
    checks: tuple[Check, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class FakeTree:
    """RUN directories by absolute path. `missing` makes the root unreadable, and says why."""

    root: str = "/data/fred-out"
    runs: dict[str, FakeRunDirectory] = field(default_factory=dict[str, FakeRunDirectory])
    missing: str = ""


class FakeTreeScanner(TreeScanner):
    """Reads a FakeTree; counts its scans."""

    def __init__(self, tree: FakeTree) -> None:
        self._tree = tree
        self.scans = 0

    def find_runs(self, root: str) -> Sequence[str]:
        if self._tree.missing:
            raise InvalidResultsDirectoryError(self._tree.missing)
        return sorted(self._tree.runs, key=_natural)

    def scan(self, run_directory: str) -> Scan | None:
        self.scans += 1
        run = self._tree.runs.get(run_directory)
        if run is None:
            return None
        fingerprint = f"{run.files}/{run.bytes}"
        return Scan(run_directory, (), run.files, run.bytes, fingerprint, run.problems)

    def sample(
        self, run_directory: str, requests: Sequence[SampleRequest]
    ) -> Mapping[str, FileSample]:
        return {}

    def resolve(self, path: str) -> str:
        return path


class FakeTreeWatcher(TreeWatcher):
    """Never sees anything by itself: tests mark what is dirty."""

    def __init__(self) -> None:
        self.on_dirty: Callable[[str], None] = lambda path: None
        self.on_trouble: Callable[[str], None] = lambda reason: None

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        self.on_dirty, self.on_trouble = on_dirty, on_trouble

    def stop(self) -> None:
        self.on_dirty, self.on_trouble = (lambda path: None), (lambda reason: None)


class ToldRule:
    """Says of each run what the tree was told."""

    name = "told"
    requests: Sequence[SampleRequest] = ()

    def __init__(self, tree: FakeTree) -> None:
        self._tree = tree

    def judge(self, scan: Scan, samples: Mapping[str, FileSample]) -> Verdict:
        run = self._tree.runs[scan.path]
        return Verdict(run.outcome, run.reason, run.checks, run.days)


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path)]
