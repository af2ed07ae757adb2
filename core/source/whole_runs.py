"""Looks at runs that consist of several directories as at others."""

from collections.abc import Mapping, Sequence

from core.ports.tree import FileSample, FoundRuns, SampleRequest, Scan, TreeEntry, TreeScanner
from core.source.as_one import as_one
from core.source.run_directories import RunDirectories


class WholeRuns(TreeScanner):
    """A scanner in the place of another one. Paths below several parts begin with their names."""

    def __init__(self, scanner: TreeScanner, directories: RunDirectories) -> None:
        self._scanner = scanner
        self._parts = directories.parts

    def find_runs(self, root: str) -> FoundRuns:
        """As the scanner does."""
        return self._scanner.find_runs(root)

    def scan(self, run_directory: str) -> Scan | None:
        """All parts, as one."""
        parts = self._parts(run_directory)
        if [*parts] == [run_directory]:
            return self._scanner.scan(run_directory)
        scans = [*filter(None, map(self._scanner.scan, parts))]
        return as_one(run_directory, scans) if scans else None

    def sample(self, directory: str, requests: Sequence[SampleRequest]) -> Mapping[str, FileSample]:
        """Of the only part, else below the run."""
        parts = self._parts(directory)
        return self._scanner.sample(directory if parts[1:] else [*parts, directory][0], requests)

    def led_to(self, path: str) -> TreeEntry | None:
        """As the scanner does."""
        return self._scanner.led_to(path)

    def device(self, path: str) -> int:
        """As the scanner does."""
        return self._scanner.device(path)

    def resolve(self, path: str) -> str:
        """As the scanner does."""
        return self._scanner.resolve(path)

    def real(self, path: str) -> str:
        """As the scanner does."""
        return self._scanner.real(path)
