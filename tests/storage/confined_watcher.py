"""A watcher under limits that only a namespace of its own can have; run as a program.

Prints what was told as JSON; ends with UNABLE where this system does not let it prepare the case.
"""

import ctypes
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from storage.watching.event_watcher import EventWatcher
from storage.watching.polling_watcher import watcher_of
from tests.storage.watch_marks import WatchMarks, comes_to, watch

UNABLE = 77
_DIRECTORIES = 20
_LIMIT = 10
_LONG = 3600.0


def _quick() -> EventWatcher:
    return EventWatcher(look_every=0.05, renew_every=0.2)


def _set(name: str, value: int) -> None:
    Path("/proc/sys/user", name).write_text(str(value))


def _mount_tmpfs(path: Path) -> None:
    path.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(path)], check=True)


def _told(watcher: EventWatcher, marks: WatchMarks) -> dict[str, object]:
    return {"blind": watcher.blind, "troubles": marks.troubles[:]}


def _healed(watcher: EventWatcher, marks: WatchMarks, directory: Path) -> bool:
    return comes_to(lambda: not watcher.blind) and marks.sees_new_files(directory)


def limit(root: Path) -> object:
    """Fewer watches than directories, until somebody raises the limit."""
    _set("max_inotify_watches", _LIMIT)
    for number in range(_DIRECTORIES):
        (root / str(number)).mkdir()
    watcher = _quick()
    marks = watch_troubled(watcher, root, "sysctl")
    told = _told(watcher, marks)
    _set("max_inotify_watches", 10 * _DIRECTORIES)
    seen = _healed(watcher, marks, root)
    seen = seen and all(marks.sees_new_files(root / str(n)) for n in range(_DIRECTORIES))
    watcher.stop()
    return {**told, "healed": seen, "times": len(marks.troubles)}


def limit_on_the_way(root: Path) -> object:
    """Directories that are made while the tree is watched, one too many."""
    _set("max_inotify_watches", _LIMIT)
    watcher = _quick()
    marks = watch(watcher, root)
    for number in range(_DIRECTORIES):
        (root / str(number)).mkdir()
    marks.wait_for_trouble("sysctl")
    told = _told(watcher, marks)
    for number in range(_DIRECTORIES - 1):
        (root / str(number)).rmdir()
    seen = _healed(watcher, marks, root / str(_DIRECTORIES - 1))
    watcher.stop()
    return {**told, "healed": seen}


def instances(root: Path) -> object:
    """No inotify instance left, until somebody raises the limit."""
    _set("max_inotify_instances", 0)
    watcher = _quick()
    marks = watch_troubled(watcher, root, "sysctl")
    told = _told(watcher, marks)
    _set("max_inotify_instances", 10)
    seen = _healed(watcher, marks, root)
    watcher.stop()
    return {**told, "healed": seen}


def denied(root: Path) -> object:
    """A directory that may not be read, until its owner allows it."""
    closed = root / os.fsdecode(b"closed\x1b\xff")
    closed.mkdir(mode=0)
    if os.access(closed, os.R_OK):
        sys.exit(UNABLE)
    watcher = _quick()
    marks = watch_troubled(watcher, root, "not watched")
    beside = marks.sees_new_files(root)
    told = _told(watcher, marks)
    closed.chmod(0o700)
    seen = _healed(watcher, marks, closed)
    watcher.stop()
    return {**told, "beside": beside, "healed": seen, "times": len(marks.troubles)}


def unmounted(root: Path) -> object:
    """The root's file system goes; the mount point below is watched instead."""
    _mount_tmpfs(root)
    (root / "RUN1").mkdir()
    watcher = EventWatcher(look_every=_LONG)  # the kernel's event is enough
    marks = watch(watcher, root)
    subprocess.run(["umount", "-l", str(root)], check=True)
    marks.wait_for_trouble("unmounted")
    told = _told(watcher, marks)
    seen = _healed(watcher, marks, root)
    watcher.stop()
    return {**told, "healed": seen}


def unmounted_below(root: Path) -> object:
    """A file system inside the root goes."""
    _mount_tmpfs(root / "RUN1")
    watcher = EventWatcher(look_every=_LONG)  # the kernel's event is enough
    marks = watch(watcher, root)
    subprocess.run(["umount", "-l", str(root / "RUN1")], check=True)
    marks.wait_for_trouble("unmounted")
    told = _told(watcher, marks)
    seen = _healed(watcher, marks, root / "RUN1")
    watcher.stop()
    return {**told, "healed": seen}


def mounted_below(root: Path) -> object:
    """A file system is mounted over a directory that is watched already."""
    (root / "RUN1").mkdir()
    watcher = _quick()
    marks = watch(watcher, root)
    _mount_tmpfs(root / "RUN1")
    marks.wait_for_trouble("mounted")
    told = _told(watcher, marks)
    seen = _healed(watcher, marks, root / "RUN1")
    watcher.stop()
    return {**told, "healed": seen}


def _mount_dead_sshfs(path: Path) -> None:
    """A FUSE file system whose program is gone."""
    path.mkdir()
    server = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
    if ctypes.CDLL(None).mount(b"lab", os.fsencode(path), b"fuse.sshfs", 0, options):
        sys.exit(UNABLE)
    os.close(server)


def remote(root: Path) -> object:
    """What is chosen on, in, above and beside a remote file system."""
    lab = root / "lab"
    _mount_dead_sshfs(lab)
    roots = {"on": lab, "in": lab / "OUT", "above": root, "beside": root / "other"}
    return {name: watcher_of(str(path), polling=False).blind for name, path in roots.items()}


def remote_later(root: Path) -> object:
    """A remote file system is mounted where events were seen before."""
    watcher = _quick()
    marks = watch(watcher, root)
    _mount_dead_sshfs(root / "lab")
    marks.wait_for_trouble("other hosts")
    told = _told(watcher, marks)
    watcher.stop()
    return told


def burst(root: Path) -> object:
    """Trees that come and go faster than they can be watched."""
    watcher = _quick()
    marks = watch(watcher, root)
    for number in range(30):
        for run in range(20):
            (root / f"OUT/RUN{run}/a/b").mkdir(parents=True)
            (root / f"OUT/RUN{run}/a/b/file").touch()
        subprocess.run(["rm", "-r", str(root / "OUT")], check=True)
        if number % 10 == 0:
            (root / "OUT").mkdir()
            (root / "OUT").rename(root.with_name(f"away{number}"))
    seen = _healed(watcher, marks, root)
    watcher.stop()
    return {**_told(watcher, marks), "healed": seen}


def watch_troubled(watcher: EventWatcher, root: Path, *words: str) -> WatchMarks:
    """Starts `watcher` and waits until it has said so."""
    marks = WatchMarks()
    watcher.start(str(root), marks.on_dirty, marks.on_trouble)
    marks.wait_for_trouble(*words)
    return marks


CASES: dict[str, Callable[[Path], object]] = {
    case.__name__: case
    for case in (
        limit,
        limit_on_the_way,
        instances,
        denied,
        unmounted,
        unmounted_below,
        mounted_below,
        remote,
        remote_later,
        burst,
    )
}

if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())  # as the app: the log is not the screen
    sys.stdout.write(json.dumps(CASES[sys.argv[1]](Path(sys.argv[2]))))
