"""What is particular to the lock on a file: other processes, and files that are not as expected."""

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.machine.agent_lock import FileAgentLock
from storage.machine.system import SystemClock

HOLD = """
import os, subprocess, sys
from storage.machine.agent_lock import FileAgentLock
from storage.machine.system import SystemClock
lock = FileAgentLock(sys.argv[1], SystemClock())
assert lock.acquire()
child = subprocess.Popen([sys.executable, "-c", "input()"], close_fds=False)
print(os.getpid(), flush=True)
input()
"""
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent.lock"


@pytest.fixture
def lock(path: Path) -> Iterator[FileAgentLock]:
    opened = FileAgentLock(str(path), SystemClock())
    yield opened
    opened.release()


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock, with a child that outlives it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert int(process.stdout.readline()) == process.pid
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_killed_holder(other: subprocess.Popen[str], lock: FileAgentLock) -> None:
    """The kernel frees the lock of a killed process, even while a child of it lives on."""
    assert not lock.acquire()
    holder = lock.holder()
    assert holder
    assert (holder.pid, holder.host) == (other.pid, socket.gethostname())
    other.kill()
    other.wait()
    assert lock.acquire()
    ours = lock.holder()
    assert ours
    assert ours.pid == os.getpid()


def test_file_stays(lock: FileAgentLock, path: Path) -> None:
    """The file is for its owner only and is not removed, so that all lock the same one."""
    assert lock.acquire()
    before = os.stat(path)
    assert stat.S_IMODE(before.st_mode) == 0o600
    lock.release()
    assert os.stat(path).st_ino == before.st_ino


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[1, 2]",
        b"{}",
        b'{"pid": "x", "host": 1, "started_at": 2}',
        b"9" * 9000,
        b"[" * 4000,
    ],
    ids=["empty", "binary", "list", "no fields", "odd fields", "long", "deep"],
)
def test_foreign_content(lock: FileAgentLock, path: Path, text: bytes) -> None:
    """What is written there tells nobody anything, and is replaced by the holder."""
    path.write_bytes(text)
    assert lock.holder() is None
    assert lock.acquire()
    assert lock.holder()
    assert not FileAgentLock(str(path), SystemClock()).acquire()


def test_long_content_is_replaced(lock: FileAgentLock, path: Path) -> None:
    """Nothing of a longer text is left behind the holder's."""
    path.write_bytes(b"x" * 500)
    assert lock.acquire()
    assert path.read_text().startswith('{"pid": ')
    assert path.read_text().endswith("}\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a second user to be refused as")
def test_read_only_file(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of somebody else that can only be read is locked all the same."""
    path.write_text("not ours\n")
    path.chmod(0o444)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # the directories above are closed to the other user
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.extend(_as_nobody(path.name)))
    thread.start()
    thread.join()
    assert seen == [True, "", False, None]
    assert path.read_text() == "not ours\n"


@pytest.mark.parametrize("obstacle", ["directory", "link", "missing directory"])
def test_no_lock_to_be_had(path: Path, obstacle: str) -> None:
    """The work is done without a lock, and the reason is said."""
    if obstacle == "directory":
        path.mkdir()
    elif obstacle == "link":
        path.symlink_to(path.parent / "elsewhere")
    else:
        path = path / "agent.lock"
    lock = FileAgentLock(str(path), SystemClock())
    assert lock.acquire()
    assert lock.acquire()
    assert str(path) in lock.trouble
    assert lock.holder() is None
    lock.release()
    assert not (path.parent / "elsewhere").exists()


def test_pipe_in_the_way(lock: FileAgentLock, path: Path) -> None:
    """Nothing blocks for want of a second end."""
    os.mkfifo(path)
    assert lock.holder() is None
    assert lock.acquire()


def _as_nobody(path: str) -> list[object]:
    """In a thread of its own: file access of one thread as another user."""
    import ctypes

    libc = ctypes.CDLL(None)
    setfsuid = libc.setfsuid
    setfsuid(NOBODY)
    try:
        first, second = FileAgentLock(path, SystemClock()), FileAgentLock(path, SystemClock())
        taken = first.acquire()
        answer: list[object] = [taken, first.trouble, second.acquire(), second.holder()]
        first.release()
        return answer
    finally:
        setfsuid(0)
