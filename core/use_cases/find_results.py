"""What a path that a user named means: which RUN directories are to be uploaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidResultsDirectoryError, ResultsPackagingError
from core.model import run_number
from core.ports.packaging import PackSource, ResultsPackager
from core.ports.tree import Scan, TreeScanner
from core.printable import printable


@dataclass(frozen=True)
class Results:
    """RUN directories as they were scanned, ready to be packed as `RUN4/…`."""

    scans: tuple[Scan, ...]

    @property
    def sources(self) -> tuple[PackSource, ...]:
        """What the packager takes."""
        return tuple(PackSource(s.path, _name(s.path), s.entries) for s in self.scans)

    @property
    def bytes(self) -> int:
        """Sum of the sizes of all files."""
        return sum(scan.bytes for scan in self.scans)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Compared for equality with those of a later scan."""
        return tuple(scan.fingerprint for scan in self.scans)


class FindResults:
    """Accepts a RUN directory, or a directory that directly contains some."""

    def __init__(self, scanner: TreeScanner, packager: ResultsPackager) -> None:
        self._scanner = scanner
        self._packager = packager

    def run_directories(self, path: str) -> Sequence[str]:
        """Their absolute paths. Raises InvalidResultsDirectoryError when there are none."""
        found = self._scanner.find_runs(path)
        resolved = self._scanner.resolve(path)
        given = _name(path.rstrip("/"))
        if run_number(given) is not None and given != _name(resolved):
            raise InvalidResultsDirectoryError(
                f"{printable(path)} is a link to {printable(resolved)}.",
                todo="Name the directory itself, so that it is clear which run is meant.",
            )
        direct = [run for run in found if resolved in {run, run.rpartition("/")[0]}]
        if direct:
            return direct
        hint = f" {printable(found[0])} is further below." if found else ""
        raise InvalidResultsDirectoryError(
            f"{printable(resolved)} is not a RUN directory and contains none.{hint}",
            todo="Name a directory such as OUT/RUN4, or the one that contains it.",
        )

    def scan(self, directories: Sequence[str]) -> Results:
        """Reads the directories.

        Raises InvalidResultsDirectoryError when one is empty or gone, ResultsPackagingError when
        something in it cannot be read or packed.
        """
        results = Results(tuple(self._scan(directory) for directory in directories))
        self._packager.check(results.sources)
        return results

    def _scan(self, directory: str) -> Scan:
        scan = self._scanner.scan(directory)
        if scan is None:
            raise InvalidResultsDirectoryError(f"{printable(directory)} is gone.")
        if not scan.complete:
            raise ResultsPackagingError(
                f"{printable(_name(directory))} cannot be read as a whole: {scan.problems[0]}.",
                kept="Nothing was stored.",
                todo="Make every file readable for you and upload again.",
            )
        if not scan.entries:
            raise InvalidResultsDirectoryError(
                f"{printable(directory)} is empty: there is nothing to upload."
            )
        return scan


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def only_number(directories: Sequence[str]) -> int | None:
    """The RUN number when there is exactly one directory."""
    return run_number(_name(directories[0])) if len(directories) == 1 else None
