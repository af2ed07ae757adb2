"""Which file system a path lies on, from the kernel's table of mounts, or from psutil."""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from storage.machine.installed_psutil import Partition, installed_psutil

_KERNEL = "/proc/self"
_TABLE = f"{_KERNEL}/mountinfo"
_ESCAPED = re.compile(rb"\\([0-7]{3})")
_REMOTE = frozenset(
    {
        "9p",
        "acfs",
        "afpfs",
        "afs",
        "autofs",  # what will be mounted there is mostly remote
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "cvfs",
        "fhgfs",
        "fuse",
        "fusefs",
        "gfs",
        "gfs2",  # as ocfs2: local disks that other hosts write too
        "glusterfs",
        "gpfs",
        "lustre",
        "macfuse",
        "mmfs",
        "ncpfs",
        "ocfs2",
        "orangefs",
        "osxfuse",
        "panfs",
        "prl_fs",
        "pvfs2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
        "wekafs",
    }
)
_REMOTE_PREFIXES = ("nfs", "fuse.", "smb")


class _Mount(NamedTuple):
    id: int
    parent: int
    point: str
    type: str


_NO_MOUNT = _Mount(-1, -1, "", "")


def file_system(path: str, table: str = _TABLE) -> str:
    """The type of the file system of `path`, which need not exist; empty when it is not known."""
    real = os.path.realpath(path)
    over = [mount for mount in _mounts(table) if _covers(mount.point, real)]
    ids = {mount.id for mount in over}
    here = next((mount for mount in over if mount.parent not in ids), None)
    found = ""
    while here:
        found = here.type
        # Like the kernel on its way down: what is mounted on the outermost directory hides the
        # rest, whatever the order of the lines.
        above = [mount for mount in over if mount.parent == here.id]
        here = min(above, key=lambda mount: len(mount.point), default=None)
    return found


def file_systems_below(path: str, table: str = _TABLE) -> Iterator[str]:
    """The types of the file systems that are mounted somewhere below `path`."""
    real = os.path.realpath(path)
    return (m.type for m in _mounts(table) if m.point != real and _covers(real, m.point))


def is_remote(file_system: str) -> bool:
    """Whether others may write to such a file system without this kernel's knowledge.

    FUSE counts: behind it may be another host, or a directory that is also written directly.
    `fuseblk` does not: its disk is opened exclusively, so every write comes through this mount.
    """
    return file_system in _REMOTE or file_system.startswith(_REMOTE_PREFIXES)


def _covers(directory: str, path: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def _mounts(table: str) -> list[_Mount]:
    """In the order of the table; empty where nothing tells of them."""
    try:
        with open(table, "rb") as lines:
            return [_mount(line) for line in lines if b" - " in line]
    except OSError:
        psutil = None if os.path.exists(_KERNEL) else installed_psutil()
        return _told(psutil.disk_partitions(all=True)) if psutil else []


def _told(partitions: Sequence[Partition]) -> list[_Mount]:
    """In the order in which they were mounted; each lies on the innermost one that was there."""
    mounts: list[_Mount] = []
    for number, found in enumerate(partitions):
        below = [mount for mount in mounts if _covers(mount.point, found.mountpoint)]
        parent = max(below, key=lambda mount: (len(mount.point), mount.id), default=_NO_MOUNT)
        mounts.append(_Mount(number, parent.id, found.mountpoint, found.fstype))
    return mounts


def _mount(line: bytes) -> _Mount:
    places, _, source = line.partition(b" - ")
    number, parent, _, _, point = places.split(b" ")[:5]
    return _Mount(int(number), int(parent), _unescaped(point), _unescaped(source.split(b" ")[0]))


def _unescaped(field: bytes) -> str:
    return os.fsdecode(_ESCAPED.sub(lambda code: bytes([int(code[1], 8)]), field))


def unreported(root: str) -> str:
    """Why events of `root`, which need not exist, are not all there is, in words; else empty."""
    for found in chain([file_system(root)], file_systems_below(root)):
        if is_remote(found):
            return f"{found} does not report what other hosts write"
    return ""
