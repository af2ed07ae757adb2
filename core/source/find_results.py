"""What a path that a user named means: which RUN directories are to be uploaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidResultsDirectoryError, ResultsPackagingError
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.model import run_number
from core.ports.catalog import Extent
from core.ports.packaging import PackSource, ResultsPackager
from core.ports.tree import Scan, TreeScanner
from core.printable import printable
from core.source.run_identity import folder_run_id, identify
from core.source.stored_part import StoredPart, stored_part


@dataclass
class Results:
    """RUN directories as they were scanned, ready to be packed as `RUN4/…`.

    `parts` say what of each scan is stored. `content_id` is empty until somebody has read the files
    for it: one look, one reading.
    """

    scans: tuple[Scan, ...]
    parts: tuple[StoredPart, ...]
    content_id: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the directories."""
        return tuple(scan.path for scan in self.scans)

    @property
    def path(self) -> str:
        """Of the first directory, which stands for all."""
        return self.scans[0].path

    @property
    def sources(self) -> tuple[PackSource, ...]:
        """What the packager takes."""
        parts = zip(self.paths, self.parts, strict=True)
        return tuple(PackSource(path, _name(path), part.entries) for path, part in parts)

    @property
    def bytes(self) -> int:
        """Sum of the sizes of all files that are stored."""
        return sum(part.bytes for part in self.parts)

    @property
    def extent(self) -> Extent:
        """What tells most contents apart before a file is read."""
        return Extent(sum(part.files for part in self.parts), self.bytes)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Compared for equality with those of a later scan."""
        return tuple(part.fingerprint for part in self.parts)

    @property
    def touches(self) -> tuple[tuple[str, str], ...]:
        """The same while something is done with the files: it also tells of disguised writes."""
        return tuple((scan.fingerprint, scan.change_times) for scan in self.scans)


class FindResults:
    """Accepts a RUN directory, or a directory that contains some, directly or in `run_<id>`."""

    def __init__(
        self, scanner: TreeScanner, packager: ResultsPackager, kind_of: KindOf = default_kind
    ) -> None:
        self._scanner = scanner
        self._packager = packager
        self._kind_of = kind_of

    def run_directories(self, path: str) -> Sequence[str]:
        """Their absolute paths. Raises InvalidResultsDirectoryError when there are none."""
        found, problems = self._scanner.find_runs(path)
        named = _NamedPath(path, self._scanner.resolve(path))
        named.check_no_link()
        named.check_readable(problems)
        return named.meant(found)

    def scan(self, directories: Sequence[str]) -> Results:
        """Reads the directories.

        Raises InvalidResultsDirectoryError when one is empty or gone, ResultsPackagingError when
        something in it cannot be read.
        """
        scans = tuple(self._scan(directory) for directory in directories)
        return Results(scans, tuple(map(self._part, scans)))

    def scan_again(self, earlier: Results) -> Results:
        """The same object as long as nothing has touched the files. Raises as `scan` does."""
        now = self.scan(earlier.paths)
        return earlier if now.touches == earlier.touches else now

    def scan_packable(self, directories: Sequence[str]) -> Results:
        """As `scan`; raises ResultsPackagingError also when something cannot be packed."""
        results = self.scan(directories)
        self._packager.check(results.sources)
        return results

    def _part(self, scan: Scan) -> StoredPart:
        kind = self._kind_of(scan.path)
        part = stored_part(scan, kind)
        if part.left_out and not part.files:
            raise InvalidResultsDirectoryError(
                f"Of {printable(scan.path)} nothing would be stored: the run kind {kind.name} excludes "
                f"{', '.join(map(printable, kind.exclude))}.",
                todo=f"Change kinds.{kind.name}.exclude in the settings.",
            )
        return part

    def _scan(self, directory: str) -> Scan:
        scan = self._scanner.scan(directory)
        if scan is None:
            raise InvalidResultsDirectoryError(f"{printable(directory)} is gone.")
        _check_storable(scan)
        return scan


@dataclass(frozen=True)
class _NamedPath:
    """A path as the user gave it, and the absolute one that it leads to."""

    given: str
    resolved: str

    def check_no_link(self) -> None:
        """Raises InvalidResultsDirectoryError when `RUN4` is a link to what is called otherwise."""
        name = _name(self.given.rstrip("/"))
        if run_number(name) is not None and name != _name(self.resolved):
            raise InvalidResultsDirectoryError(
                f"{printable(self.given)} is a link to {printable(self.resolved)}.",
                todo="Name the directory itself, so that it is clear which run is meant.",
            )

    def check_readable(self, problems: Mapping[str, str]) -> None:
        """Raises InvalidResultsDirectoryError when runs that are meant may be among the unread."""
        if unread := [*filter(self._is_part, problems)]:
            raise InvalidResultsDirectoryError(
                f"{printable(unread[0])} cannot be looked into: {problems[unread[0]]}.",
                todo="Make it readable for you, or name the RUN directories one by one.",
            )

    def meant(self, found: Sequence[str]) -> Sequence[str]:
        """Which of the RUN directories. Raises InvalidResultsDirectoryError when it is none."""
        if meant := [*filter(self._means, found)]:
            return meant
        hint = f" {printable(found[0])} is further below." if found else ""
        raise InvalidResultsDirectoryError(
            f"{printable(self.resolved)} is not a RUN directory and contains none.{hint}",
            todo="Name a directory such as OUT/RUN4, or the one that contains it.",
        )

    def _means(self, run: str) -> bool:
        return self.resolved in {run, run.rpartition("/")[0], identify(run).results_root}

    def _is_part(self, folder: str) -> bool:
        return folder_run_id(folder) is not None and folder.rpartition("/")[0] == self.resolved


def _check_storable(scan: Scan) -> None:
    if not scan.complete:
        raise ResultsPackagingError(
            f"{printable(_name(scan.path))} cannot be read as a whole: {scan.problems[0]}.",
            kept="Nothing was stored.",
            todo="Make every file readable for you and upload again.",
        )
    if scan.empty:
        raise InvalidResultsDirectoryError(
            f"{printable(scan.path)} is empty: there is nothing to upload."
        )


def _name(path: str) -> str:
    return path.rpartition("/")[2]
