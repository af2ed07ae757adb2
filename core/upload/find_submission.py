"""What a path that a user submits as an artifact is stored as."""

import json
import os.path
from collections.abc import Callable, Mapping

from core.errors import InvalidArtifactError, UnsafeArchiveError
from core.model import ArtifactKind
from core.ports.folders import Folders
from core.ports.packaging import ArchiveReader, PackSource, ResultsPackager
from core.ports.source_files import SourceFiles
from core.ports.tree import Scan, TreeScanner
from core.printable import printable
from core.upload.new_object import UnversionedContent

MAX_CONFIG_BYTES = 4 << 20
_CONFIGURATIONS = frozenset({ArtifactKind.JOB_CONFIG, ArtifactKind.RUN_CONFIG})
_NO_JSON: Mapping[type[Exception], str] = {
    UnicodeDecodeError: "it is not UTF-8",
    RecursionError: "it is nested too deeply",
    ValueError: "a number in it has too many digits",
}


class SubmittedFiles:
    """Files that are stored as they are, and looked into before."""

    def __init__(self, files: SourceFiles, reader: ArchiveReader) -> None:
        self._files = files
        self._reader = reader

    def content(self, path: str, on_read: Callable[[int], None]) -> UnversionedContent:
        """As it is. Raises InvalidArtifactError when there is no such file."""
        size = self.size(path)
        return UnversionedContent(lambda: self._files.stream(path, on_read), size)

    def size(self, path: str) -> int:
        """In bytes. Raises InvalidArtifactError when there is no such file."""
        return self._files.bytes_of(path).size

    def check_json(self, path: str) -> None:
        """Raises InvalidArtifactError when it is too large, or not JSON."""
        size = self.size(path)
        if size > MAX_CONFIG_BYTES:
            raise InvalidArtifactError(
                f"{printable(path)} has {size:,} bytes: a configuration has at most "
                f"{MAX_CONFIG_BYTES:,}.",
                todo="Submit large files as the job's input.",
            )
        file = self._files.bytes_of(path)
        _check_json(path, b"".join(file.read(0, file.size)))

    def check_zip(self, path: str) -> None:
        """Raises InvalidArtifactError when it is none, or one that is not to be trusted."""
        try:
            self._reader.open(self._files.bytes_of(path))
        except UnsafeArchiveError as error:
            raise InvalidArtifactError(
                error.what, todo="Name a ZIP, or a directory to have it packed."
            ) from None


class FindSubmission:
    """A configuration is a JSON file; an input is a ZIP, or a directory, which is packed.

    Logs are a ZIP, or a directory or a single file, which are packed.
    """

    def __init__(
        self,
        scanner: TreeScanner,
        folders: Folders,
        submitted_files: SubmittedFiles,
        packager: ResultsPackager,
    ) -> None:
        self._scanner = scanner
        self._folders = folders
        self._submitted_files = submitted_files
        self._packager = packager

    def __call__(
        self, kind: ArtifactKind, path: str, on_read: Callable[[int], None]
    ) -> UnversionedContent:
        """`on_read(n)` is called from any thread with bytes read of the source.

        Raises InvalidArtifactError, ResultsPackagingError; ValueError for results.
        """
        found = self._scanner.real(self._scanner.resolve(path))
        if kind is ArtifactKind.RUN_RESULTS:
            raise ValueError("results have versions")
        if kind in _CONFIGURATIONS:
            self._submitted_files.check_json(found)
            return self._submitted_files.content(found, on_read)
        return self._packed(self._scanner.scan(found), kind, found, on_read)

    def _packed(
        self, scan: Scan | None, kind: ArtifactKind, path: str, on_read: Callable[[int], None]
    ) -> UnversionedContent:
        if scan:
            return self._pack(_whole(scan), on_read)
        if _has_to_be_zip(kind, path):
            self._submitted_files.check_zip(path)
            return self._submitted_files.content(path, on_read)
        return self._pack(self._alone(path), on_read)

    def _pack(self, source: PackSource, on_read: Callable[[int], None]) -> UnversionedContent:
        self._packager.check([source])
        total = sum(entry.size for entry in source.entries)
        return UnversionedContent(lambda: self._packager.pack([source], on_read), total)

    def _alone(self, path: str) -> PackSource:
        self._submitted_files.size(path)  # a missing file is told of in its own words
        directory, name = os.path.split(path)
        entries = self._folders.entries(directory)
        return PackSource(directory, "", tuple(e for e in entries if e.path == name))


def _has_to_be_zip(kind: ArtifactKind, path: str) -> bool:
    return kind is ArtifactKind.JOB_INPUT or path.lower().endswith(".zip")


def _check_json(path: str, text: bytes) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(path, _reason(error)) from None


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return _NO_JSON.get(type(error), "it cannot be read")


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
