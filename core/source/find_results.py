"""What a path that a user named means: which RUN directories are to be uploaded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from core.errors import InvalidResultsDirectoryError, ResultsPackagingError
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf, RunKind
from core.model import run_number
from core.ports.catalog import Extent
from core.ports.packaging import PackSource, ResultsPackager
from core.ports.tree import Scan, TreeScanner
from core.printable import printable
from core.source.follow_links import FollowLinks
from core.source.left_out import in_lines
from core.source.run_identity import folder_run_id, identify
from core.source.stored_part import StoredPart, stored_part, told_left_out


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
        of_scans = ((scan.fingerprint, scan.change_times) for scan in self.scans)
        return (*of_scans, *chain.from_iterable(part.touches for part in self.parts))

    @property
    def left_out(self) -> tuple[str, ...]:
        """In lines, what of the directories is not stored, or only as a link."""
        parts = zip(self.paths, self.parts, strict=True)
        return in_lines((_name(path), left) for path, part in parts for left in part.left_out)


class FindResults:
    """Accepts a RUN directory, or a directory that contains some, directly or in `run_<id>`."""

    def __init__(
        self, scanner: TreeScanner, packager: ResultsPackager, kind_of: KindOf = default_kind
    ) -> None:
        self._scanner = scanner
        self._packager = packager
        self._kind_of = kind_of
        self._follow = FollowLinks(scanner)

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
        something in it cannot be read, or is a link where those are refused.
        """
        scans = tuple(map(self._scan, directories))
        names = frozenset(map(_name, directories))
        return Results(scans, tuple(self._part(scan, names) for scan in scans))

    def left_out(self, scan: Scan) -> tuple[str, ...]:
        """In lines, what would not be stored of a RUN directory that was seen, or why nothing would."""
        return told_left_out(scan, self._kind_of(scan.path), self._follow)

    def scan_again(self, earlier: Results) -> Results:
        """The same object as long as nothing has touched the files. Raises as `scan` does."""
        now = self.scan(earlier.paths)
        return earlier if now.touches == earlier.touches else now

    def scan_packable(self, directories: Sequence[str]) -> Results:
        """As `scan`; raises ResultsPackagingError also when something cannot be packed."""
        results = self.scan(directories)
        self._packager.check(results.sources)
        return results

    def _part(self, scan: Scan, beside: Collection[str]) -> StoredPart:
        kind = self._kind_of(scan.path)
        part = stored_part(scan, kind, self._follow, beside)
        _check_some_stored(scan, part, kind)
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


def _check_some_stored(scan: Scan, part: StoredPart, kind: RunKind) -> None:
    if part.refused:
        raise ResultsPackagingError(
            f"{part.refused}.",
            kept="Nothing was stored.",
            todo="Replace it by what it leads to, or have links stored, followed or skipped.",
        )
    if part.is_hollow:
        raise InvalidResultsDirectoryError(
            f"Of {printable(scan.path)} nothing would be stored: {_why_none(part, kind)}.",
            todo=f"Change kinds.{kind.name} in the settings.",
        )


def _why_none(part: StoredPart, kind: RunKind) -> str:
    if not kind.exclude:
        return part.left_out[0].why
    return f"the run kind {kind.name} excludes {', '.join(map(printable, kind.exclude))}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
