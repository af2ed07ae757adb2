"""Lists single directories of local and mounted file systems."""

import os
import stat
from collections.abc import Iterator, Sequence

from core.errors import InvalidResultsDirectoryError
from core.ports.folders import Folders
from core.ports.tree import EntryType, TreeEntry
from core.printable import printable

_TYPES = {
    stat.S_IFREG: EntryType.FILE,
    stat.S_IFDIR: EntryType.DIRECTORY,
    stat.S_IFLNK: EntryType.SYMLINK,
}


class LocalFolders(Folders):
    """Keeps no state."""

    def entries(self, directory: str) -> Sequence[TreeEntry]:
        try:
            with os.scandir(directory) as found:
                return sorted(_entries(found))
        except OSError as error:
            raise InvalidResultsDirectoryError(
                f"{printable(directory)} cannot be read: {error.strerror}."
            ) from None

    def is_directory(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(os.stat(path).st_mode)
        except OSError:
            return False

    def may_change(self, directory: str) -> bool:
        return os.access(directory, os.W_OK | os.X_OK)

    def real(self, path: str) -> str:
        return os.path.realpath(path)


def _entries(found: Iterator["os.DirEntry[str]"]) -> Iterator[TreeEntry]:
    for entry in found:
        try:
            info = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        kind = _TYPES.get(stat.S_IFMT(info.st_mode), EntryType.SPECIAL)
        size = info.st_size if kind is EntryType.FILE else 0
        yield TreeEntry(entry.name, kind, size, info.st_mtime_ns, info.st_mode)
