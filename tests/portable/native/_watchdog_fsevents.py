"""What watchdog's C module for FSEvents offers, by looking at the tree again and again.

With this on the path the code for FSEvents runs where there is no such thing. It tells what the
system tells: paths, inodes and flags, and of a root that went.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

ROOT_CHANGED = 0x20
_CREATED, _REMOVED, _MODIFIED = 0x100, 0x200, 0x1000
_FILE, _DIRECTORY = 0x10000, 0x20000
_LEAST_SECONDS = 0.01

Told = tuple[list[str], list[int], list[int], list[int]]
Callback = Callable[[list[str], list[int], list[int], list[int]], object]


class NativeEvent:
    """One event; renames are told as the end of one entry and the beginning of another."""

    is_renamed = is_inode_meta_mod = is_xattr_mod = is_owner_change = False

    def __init__(self, path: str, inode: int, flags: int, event_id: int) -> None:
        self.path, self.inode, self.flags, self.event_id = path, inode, flags, event_id
        self.is_created = bool(flags & _CREATED)
        self.is_removed = bool(flags & _REMOVED)
        self.is_modified = bool(flags & _MODIFIED)
        self.is_root_changed = bool(flags & ROOT_CHANGED)
        self.is_directory = bool(flags & _DIRECTORY)


class _Entry(NamedTuple):
    inode: int
    written_ns: int
    size: int
    kind: int


class Stream:
    """`run` blocks its thread until `stop`, as the run loop of the system does."""

    def __init__(self, paths: Sequence[str], latency: float = 0.01) -> None:
        (self._root,) = paths
        self._pause = max(latency, _LEAST_SECONDS)
        self._stopped = threading.Event()

    def run(self, callback: Callback, started: Callable[[], object]) -> None:
        """Calls `callback` with what happened; `started` when nothing is missed any more."""
        seen = _look(self._root)
        started()
        while not self._stopped.wait(self._pause):
            now = _look(self._root)
            told = list(_differences(seen, now))
            if not os.path.isdir(self._root):
                told.append((self._root, 0, ROOT_CHANGED))
            if told:
                paths, inodes, flags = map(list, zip(*told, strict=True))
                callback(paths, inodes, flags, list(range(len(told))))
            seen = now

    def stop(self) -> None:
        """From any thread."""
        self._stopped.set()


def _look(root: str) -> Mapping[str, _Entry]:
    return dict(_entries(root))


def _entries(root: str) -> Iterator[tuple[str, _Entry]]:
    for above, directories, files in os.walk(root):
        for names, kind in ((directories, _DIRECTORY), (files, _FILE)):
            for name in names:
                path = os.path.join(above, name)
                try:
                    found = os.lstat(path)
                except OSError:
                    continue
                yield path, _Entry(found.st_ino, found.st_mtime_ns, found.st_size, kind)


def _differences(
    before: Mapping[str, _Entry], now: Mapping[str, _Entry]
) -> Iterator[tuple[str, int, int]]:
    for path, entry in before.items():
        if path not in now or now[path].inode != entry.inode:
            yield path, entry.inode, _REMOVED | entry.kind
    for path, entry in now.items():
        old = before.get(path)
        if old is None or old.inode != entry.inode:
            yield path, entry.inode, _CREATED | entry.kind
        elif entry.kind == _FILE and entry != old:
            yield path, entry.inode, _MODIFIED | entry.kind
