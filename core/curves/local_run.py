"""A RUN directory as the files of a run."""

from collections.abc import Mapping
from functools import cached_property
from typing import TypeGuard

from core.errors import ArtifactNotFoundError, InvalidResultsDirectoryError
from core.ports.content import Content
from core.ports.run_files import RunFiles
from core.ports.source_files import SourceFiles
from core.ports.tree import EntryType, Scan, TreeEntry, TreeScanner
from core.preview.contents import LocalContent
from core.printable import brief, printable

_MOST_LINKS = 200


class LocalRun(RunFiles):
    """Scanned when it is asked first; a file that grows meanwhile is read as it is by then."""

    def __init__(self, path: str, scanner: TreeScanner, source_files: SourceFiles) -> None:
        """`path` is absolute."""
        self._path = path
        self._scanner = scanner
        self._source_files = source_files

    @property
    def place(self) -> str:
        """The path."""
        return self._path

    def identity(self) -> str:
        """The fingerprint, and what tells of the files behind links. Raises InvalidResultsDirectoryError."""
        linked = (f" {led.size} {led.mtime_ns}" for led in self._led.values())
        return f"{self._scan.fingerprint}{''.join(linked)}"

    def files(self) -> Mapping[str, int]:
        """What could be looked at. Raises InvalidResultsDirectoryError when the run is gone."""
        return self._files

    def crc(self, path: str) -> int | None:
        """Unknown: it takes reading."""
        return None

    def read(self, path: str) -> Content:
        """The file; its blocks raise InvalidArtifactError when it is gone by then."""
        if path not in self._files:
            raise ArtifactNotFoundError(f"There is no file {brief(path)} in {self._path}.")
        led = self._led.get(path)
        return LocalContent(self._source_files, led.path if led else self._at(path))

    @cached_property
    def _scan(self) -> Scan:
        scan = self._scanner.scan(self._path)
        if scan is None:
            raise InvalidResultsDirectoryError(f"{printable(self._path)} is gone.")
        return scan

    @cached_property
    def _files(self) -> Mapping[str, int]:
        return {**_own_files(self._scan), **{path: led.size for path, led in self._led.items()}}

    @cached_property
    def _led(self) -> Mapping[str, TreeEntry]:
        """By the path of the link. None of very many: to look at them takes long, and tables are not so many."""
        links = self._scan.targets
        few = len(links) <= _MOST_LINKS
        return _files({link: self._scanner.led_to(self._at(link)) for link in links}) if few else {}

    def _at(self, path: str) -> str:
        return f"{self._path.rstrip('/')}/{path}"


def _own_files(scan: Scan) -> Mapping[str, int]:
    """Of what is no file the size is negative."""
    sizes = zip(scan.names, scan.numbers[1::3], strict=True)
    return {name: size for name, size in sizes if size >= 0}


def _files(led: Mapping[str, TreeEntry | None]) -> Mapping[str, TreeEntry]:
    return {path: to for path, to in led.items() if _is_file(to)}


def _is_file(entry: TreeEntry | None) -> TypeGuard[TreeEntry]:
    return entry is not None and entry.type is EntryType.FILE
