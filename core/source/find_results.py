"""What a path that a user named means: which RUN directories are to be uploaded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from core.errors import InvalidResultsDirectoryError, ResultsPackagingError
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf, RunKind
from core.ports.catalog import Extent
from core.ports.packaging import PackSource, ResultsPackager
from core.ports.tree import FoundRuns, Scan, TreeScanner
from core.printable import printable
from core.source.as_one import whole_fingerprint
from core.source.follow_links import FollowLinks
from core.source.left_out import in_lines
from core.source.no_runs import no_runs
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces
from core.source.stored_part import StoredPart, stored_part, told_left_out


@dataclass
class Results:
    """The directories of `runs` as they were scanned, ready to be packed as `RUN4/…`.

    `parts` say what of each scan is stored. `content_id` is empty until somebody has read the files
    for it: one look, one reading.
    """

    runs: tuple[str, ...]
    scans: tuple[Scan, ...]
    parts: tuple[StoredPart, ...]
    content_id: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the directories that are packed."""
        return tuple(scan.path for scan in self.scans)

    @property
    def path(self) -> str:
        """Of the first run, which stands for all."""
        return self.runs[0]

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
    def fingerprint(self) -> str:
        """Compared for equality with that of a later look."""
        return whole_fingerprint(self.paths, [part.fingerprint for part in self.parts])

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
    """Accepts a run, or a directory that contains some."""

    def __init__(
        self,
        scanner: TreeScanner,
        packager: ResultsPackager,
        directories: RunDirectories,
        kind_of: KindOf = default_kind,
    ) -> None:
        self._scanner = scanner
        self._packager = packager
        self._directories = directories
        self._kind_of = kind_of
        self._follow = FollowLinks(scanner)

    def run_directories(self, path: str, *, whatever: bool = False) -> Sequence[str]:
        """Absolute paths of the runs. Raises InvalidResultsDirectoryError when there are none.

        With `whatever`, the directory itself is one then, however it is called.
        """
        found = self._scanner.find_runs(path)
        named = _NamedPath(self._scanner.resolve(path), RunPlaces(self._kind_of))
        named.check_readable(found.problems)
        meant = named.meant(found.runs, whatever=whatever)
        if not meant:
            raise _no_runs(named.path, found, self._kind_of(named.path))
        return meant

    def scan(self, runs: Sequence[str]) -> Results:
        """Reads their directories.

        Raises InvalidResultsDirectoryError when one is empty or gone, ResultsPackagingError when
        something in it cannot be read, or is a link where those are refused.
        """
        directories = [*chain.from_iterable(map(self._packed, runs))]
        scans = tuple(map(self._scan, directories))
        names = frozenset(map(_name, directories))
        return Results((*runs,), scans, tuple(self._part(scan, names) for scan in scans))

    def left_out(self, scan: Scan) -> tuple[str, ...]:
        """In lines, what would not be stored of a run that was seen, or why nothing would."""
        return told_left_out(scan, self._kind_of(scan.path), self._follow)

    def _packed(self, run: str) -> Sequence[str]:
        return self._directories.parts(run) or [run]

    def scan_again(self, earlier: Results) -> Results:
        """The same object as long as nothing has touched the files. Raises as `scan` does."""
        now = self.scan(earlier.runs)
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
    """A path that a user named, made absolute."""

    path: str
    places: RunPlaces

    def check_readable(self, problems: Mapping[str, str]) -> None:
        """Raises InvalidResultsDirectoryError when runs that are meant may be among the unread."""
        if unread := [*filter(self._may_hold_meant, problems)]:
            raise InvalidResultsDirectoryError(
                f"{printable(unread[0])} cannot be looked into: {problems[unread[0]]}.",
                todo="Make it readable for you, or name the RUN directories one by one.",
            )

    def meant(self, found: Sequence[str], *, whatever: bool) -> Sequence[str]:
        """Which of the runs; none of them, and `whatever` is there, the directory itself."""
        return [*filter(self._means, found)] or [self.path][: int(whatever)]

    def _means(self, run: str) -> bool:
        named = self.places.named(run)
        part_of = self.places.named(self.path)
        return self.path in {run, run.rpartition("/")[0], named.root} or run == part_of.path

    def _may_hold_meant(self, folder: str) -> bool:
        return self.places.leads(self.path, folder)


def _no_runs(path: str, found: FoundRuns, kind: RunKind) -> InvalidResultsDirectoryError:
    hint = f" {printable(found.runs[0])} is further below." if found.runs else ""
    return InvalidResultsDirectoryError(
        f"{printable(path)} is not a RUN directory and contains none.{hint}",
        kept=no_runs(path, found, kind),
        todo="Name a directory such as OUT/RUN4, or the one that contains it; `--run-id N` stores "
        "this one whatever its name is.",
    )


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
