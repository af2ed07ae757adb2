"""Files that the user receives: under their name when whole, not before."""

import hashlib
import os
import stat
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress

from core.errors import DownloadError, NameRefusedError
from core.ports.local_files import LocalFiles, StreamedFile
from core.printable import brief
from storage.files.durable_files import make_directories, remove_empty
from storage.files.file_names import name_problem
from storage.files.partial_file import (
    LocalPartial,
    behind_link,
    failed,
    open_no_link,
    open_partial,
    remove_left_over,
    taken,
)
from storage.files.piecewise_file import LocalPiecewiseFile, Marks


class LocalFileSystem(LocalFiles):
    """The file system of this machine."""

    def holds(self, directory: str, name: str, *, size: int, sha256: str) -> bool:
        path = os.path.join(directory, name)
        try:
            with open(path, "rb", opener=open_no_link) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_size != size:
                    return False
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except (OSError, ValueError):
            return False

    def is_free(self, directory: str, name: str) -> bool:
        try:
            with os.scandir(directory) as found:
                return all(entry.name == f"{name}.partial" for entry in found)
        except OSError:
            return True

    def has(self, directory: str, name: str) -> bool:
        return os.path.islink(directory) or os.path.lexists(os.path.join(directory, name))

    def is_directory(self, path: str) -> bool:
        return os.path.isdir(path)

    def folders(self, directory: str) -> Sequence[str]:
        try:
            with os.scandir(directory) as found:
                return sorted(entry.name for entry in found if _is_directory(entry))
        except OSError:
            return ()

    def forget(self, directory: str, name: str) -> None:
        with suppress(OSError, DownloadError):
            remove_left_over(os.path.join(directory, name))

    def create(self, directory: str, name: str, *, replace: bool = False) -> "LocalPartialFile":
        with _opening(directory, name, replace=replace) as path:
            made, (descriptor, _) = _made_and_opened(path)
            return LocalPartialFile(path, descriptor, made, replace=replace)

    def resume(
        self,
        directory: str,
        name: str,
        *,
        size: int,
        pieces: int,
        identity: str,
        replace: bool = False,
    ) -> LocalPiecewiseFile:
        marks = Marks(size, pieces, identity)
        with _opening(directory, name, replace=replace) as path:
            made, (descriptor, old) = _made_and_opened(path, marks.are_in)
            return LocalPiecewiseFile(path, descriptor, marks, made, old=old, replace=replace)


def _is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere that can be seen
        return False


class LocalPartialFile(LocalPartial, StreamedFile):
    """`path` in the making, from its beginning to its end."""

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise failed(self._path, error) from error

    def restart(self) -> None:
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        except OSError as error:
            raise failed(self._path, error) from error


@contextmanager
def _opening(directory: str, name: str, *, replace: bool) -> Generator[str]:
    """The path that is to be; nothing may have it yet that cannot be replaced."""
    if "/" in name or name_problem(name):
        raise NameRefusedError(f"{brief(name)} cannot be the name of a file here.")
    path = os.path.join(directory, name)
    if os.path.islink(directory):
        raise behind_link(directory)
    if os.path.lexists(path) and not (replace and _is_replaceable(path)):
        raise taken(path)
    try:
        yield path
    except OSError as error:
        raise failed(path, error) from error


def _is_replaceable(path: str) -> bool:
    return os.path.islink(path) or not os.path.isdir(path)


def _made_and_opened(
    path: str, usable: Callable[[int], bool] = lambda _: False
) -> tuple[Sequence[str], tuple[int, bool]]:
    """The directories that were made, and what `open_partial` says.

    Another download may end in between, and take its empty directory away.
    """
    directory = os.path.dirname(path)
    made = make_directories(directory)
    try:
        return made, open_partial(path, usable)
    except FileNotFoundError:
        made = make_directories(directory)
        return made, open_partial(path, usable)
    except BaseException:
        remove_empty(made)
        raise
