"""File systems of paths, from tables like the kernel's."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from storage.watching import mounts
from storage.watching.mounts import file_system, file_systems_below, is_remote

TABLE = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 0:40 / /data rw - nfs4 server:/data rw,vers=4.2
31 30 0:41 / /data/scratch rw shared:2 master:1 - tmpfs tmpfs rw
40 27 0:50 / /my\040disk rw - fuse.sshfs me@host:/ rw
41 27 0:51 / /tab\011\134end rw - cifs //server/share rw
50 27 0:60 / /over rw - xfs /dev/vdb rw
51 50 0:61 / /over rw - lustre mgs@tcp:/lustre rw
60 27 0:70 / /hidden/deep rw - nfs server:/ rw
61 27 0:71 / /hidden rw - btrfs /dev/vdc rw
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "mountinfo"
    path.write_text(TABLE.lstrip())
    return str(path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", "ext4"),
        ("/home/me/OUT", "ext4"),
        ("/proc/1", "proc"),
        ("/data", "nfs4"),
        ("/data/OUT/RUN1", "nfs4"),
        ("/database", "ext4"),
        ("/data/scratch/OUT", "tmpfs"),
        ("/my disk/OUT", "fuse.sshfs"),
        ("/my", "ext4"),
        ("/tab\t\\end/x", "cifs"),
        ("/over/x", "lustre"),
        ("/hidden/deep/x", "btrfs"),
    ],
)
def test_file_system(table: str, path: str, found: str) -> None:
    """The innermost mount that can be reached counts, whatever the order of the lines."""
    assert file_system(path, table) == found


def test_link(table: str, tmp_path: Path) -> None:
    """A link is on the file system that it leads to."""
    link = tmp_path / "link"
    link.symlink_to("/data/OUT")
    assert file_system(str(link), table) == "nfs4"


def test_no_table(tmp_path: Path) -> None:
    """Without a table nothing is known."""
    missing = str(tmp_path / "missing")
    assert file_system("/data", missing) == ""
    assert list(file_systems_below("/", missing)) == []


class Mounted(NamedTuple):
    mountpoint: str
    fstype: str


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A system without such files, where psutil tells what is mounted."""
    told = [
        Mounted("/", "apfs"),
        Mounted("/dev", "devfs"),
        Mounted("/hidden/deep", "nfs"),
        Mounted("/hidden", "hfs"),
        Mounted("/Volumes/lab", "smbfs"),
        Mounted("/Volumes/lab", "apfs"),
        Mounted("/Volumes/server", "afpfs"),
    ]

    def partitions(*, all: bool) -> list[Mounted]:  # noqa: A002 - its name
        return told if all else told[:1]

    psutil = SimpleNamespace(disk_partitions=partitions)
    monkeypatch.setattr(mounts, "installed_psutil", lambda: psutil)
    monkeypatch.setattr(mounts, "_KERNEL", str(tmp_path / "missing"))
    return str(tmp_path / "missing/mountinfo")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/Users/me/OUT", "apfs"),
        ("/hidden/deep/x", "hfs"),
        ("/Volumes/lab/OUT", "apfs"),
        ("/Volumes/server/OUT", "afpfs"),
    ],
)
def test_by_psutil(mac: str, path: str, found: str) -> None:
    """As by the kernel's table: what was mounted later hides what is below it."""
    assert file_system(path, mac) == found
    assert {"devfs", "nfs"} <= set(file_systems_below("/", mac))


def test_this_system() -> None:
    """The real table knows the file system of a process directory."""
    if os.path.isdir("/proc/self"):
        assert file_system("/proc/self") == "proc"
    assert file_system(os.path.expanduser("~"))


def test_below(table: str) -> None:
    """What is mounted in a tree, not on it and not beside it."""
    assert list(file_systems_below("/data", table)) == ["tmpfs"]
    assert list(file_systems_below("/dat", table)) == []


@pytest.mark.parametrize(
    "name",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "lustre",
        "gpfs",
        "beegfs",
        "ceph",
        "fuse",
        "fuse.sshfs",
        "fuse.bindfs",
        "9p",
        "virtiofs",
        "afs",
        "glusterfs",
        "orangefs",
        "pvfs2",
        "panfs",
        "autofs",
        "gfs2",
        "ocfs2",
        "vboxsf",
        "afpfs",
        "webdav",
        "macfuse",
    ],
)
def test_remote(name: str) -> None:
    """Others may write to these."""
    assert is_remote(name)


@pytest.mark.parametrize(
    "name",
    [
        "ext4",
        "xfs",
        "btrfs",
        "zfs",
        "tmpfs",
        "overlay",
        "fuseblk",
        "f2fs",
        "bcachefs",
        "apfs",
        "hfs",
    ],
)
def test_local(name: str) -> None:
    """Every write to these comes through this kernel."""
    assert not is_remote(name)


def test_unknown_is_local() -> None:
    """Where nothing is known, inotify is tried."""
    assert not is_remote("")
