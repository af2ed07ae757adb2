"""What a path that a user submits as an artifact is stored as."""

import json
from collections.abc import Callable

from core.errors import InvalidArtifactError, UnsafeArchiveError
from core.model import ArtifactKind
from core.ports.folders import Folders
from core.ports.packaging import ArchiveReader, PackSource, ResultsPackager
from core.ports.source_files import SourceFiles
from core.ports.tree import Scan, TreeScanner
from core.printable import printable
from core.upload.new_object import UnversionedContent

MAX_CONFIG_BYTES = 4 << 20


class FindSubmission:
    """A configuration is a JSON file; an input is a ZIP, or a directory, which is packed.

    Logs are a ZIP, or a directory or a single file, which are packed. Files that are not packed
    are stored as they are, and looked into before.
    """

    def __init__(
        self,
        *,
        scanner: TreeScanner,
        folders: Folders,
        files: SourceFiles,
        packager: ResultsPackager,
        reader: ArchiveReader,
    ) -> None:
        self._scanner = scanner
        self._folders = folders
        self._files = files
        self._packager = packager
        self._reader = reader

    def __call__(
        self, kind: ArtifactKind, path: str, on_read: Callable[[int], None]
    ) -> UnversionedContent:
        """`on_read(n)` is called from any thread with bytes read of the source.

        Raises InvalidArtifactError, ResultsPackagingError; ValueError for results.
        """
        found = self._scanner.resolve(path)
        if kind in {ArtifactKind.JOB_CONFIG, ArtifactKind.RUN_CONFIG}:
            self._check_json(found)
            return self._as_it_is(found, on_read)
        if kind is ArtifactKind.RUN_RESULTS:
            raise ValueError("results have versions")
        if scan := self._scanner.scan(found):
            return self._packed(_whole(scan), on_read)
        if kind is ArtifactKind.JOB_INPUT or found.lower().endswith(".zip"):
            self._check_zip(found)
            return self._as_it_is(found, on_read)
        return self._packed(self._alone(found), on_read)

    def _as_it_is(self, path: str, on_read: Callable[[int], None]) -> UnversionedContent:
        size = self._files.bytes_of(path).size
        return UnversionedContent(lambda: self._files.stream(path, on_read), size)

    def _packed(self, source: PackSource, on_read: Callable[[int], None]) -> UnversionedContent:
        self._packager.check([source])
        total = sum(entry.size for entry in source.entries)
        return UnversionedContent(lambda: self._packager.pack([source], on_read), total)

    def _alone(self, path: str) -> PackSource:
        self._files.bytes_of(path)  # a missing file is told of in its own words
        directory, _, name = path.rpartition("/")
        entries = self._folders.entries(directory or "/")
        return PackSource(directory or "/", "", tuple(e for e in entries if e.path == name))

    def _check_json(self, path: str) -> None:
        file = self._files.bytes_of(path)
        if file.size > MAX_CONFIG_BYTES:
            raise InvalidArtifactError(
                f"{printable(path)} has {file.size:,} bytes: a configuration has at most "
                f"{MAX_CONFIG_BYTES:,}.",
                todo="Submit large files as the job's input.",
            )
        try:
            json.loads(b"".join(file.read(0, file.size)))
        except json.JSONDecodeError as error:
            raise _not_json(path, f"line {error.lineno}, column {error.colno}") from None
        except (ValueError, RecursionError) as error:
            raise _not_json(path, type(error).__name__) from None

    def _check_zip(self, path: str) -> None:
        try:
            self._reader.open(self._files.bytes_of(path))
        except UnsafeArchiveError as error:
            raise InvalidArtifactError(
                error.what, todo="Name a ZIP, or a directory to have it packed."
            ) from None


def _whole(scan: Scan) -> PackSource:
    if not scan.complete:
        raise InvalidArtifactError(
            f"{printable(scan.path)} cannot be read as a whole: {scan.problems[0]}.",
            todo="Make every file readable for you.",
        )
    if scan.empty:
        raise InvalidArtifactError(f"{printable(scan.path)} is empty: there is nothing to store.")
    return PackSource(scan.path, "", scan.entries)


def _not_json(path: str, where: str) -> InvalidArtifactError:
    return InvalidArtifactError(f"{printable(path)} is not JSON: {where}.")
