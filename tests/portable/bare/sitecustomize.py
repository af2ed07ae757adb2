"""Takes away what only Linux has, before anything but the interpreter's own start is imported.

Python imports a module of this name by itself when it is on its path. What tests and RunFerry
then see is what a Unix without it offers: no attribute, no `/proc`, no inotify, another error.
psutil has other ways on other systems; here it may look into `/proc`.
"""

import builtins
import errno
import fcntl
import io
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

_ONLY_LINUX: Sequence[tuple[ModuleType, str]] = [
    (os, "fdatasync copy_file_range splice posix_fadvise posix_fallocate memfd_create pipe2"),
    (os, "preadv preadv2 pwritev pwritev2 eventfd eventfd_read eventfd_write pidfd_open"),
    (os, "sched_getaffinity sched_setaffinity getrandom setns unshare"),
    (os, "getxattr setxattr listxattr removexattr getresuid getresgid setresuid setresgid"),
    (os, "O_PATH O_TMPFILE O_NOATIME O_DIRECT"),
    (fcntl, "F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_SETPIPE_SZ F_GETPIPE_SZ F_SETLEASE F_NOTIFY"),
    (select, "epoll"),
    (signal, "sigwaitinfo sigtimedwait SIGRTMIN SIGRTMAX"),
    (time, "CLOCK_BOOTTIME pthread_getcpuclockid"),
]
_BY_PATH = ("open", "stat", "lstat", "access", "listdir", "scandir", "readlink")
_NATIVE = ("watchdog.observers.inotify", "watchdog.observers.inotify_c")
_NEAR = 3

Call = Callable[..., Any]


def _take_away() -> None:
    for module, names in _ONLY_LINUX:
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for name in _BY_PATH:
        _replace(os, name, _without_proc(getattr(os, name)))
    for name in ("unlink", "remove"):
        _replace(os, name, _that_refuses_directories(getattr(os, name)))
    io.open = builtins.open = _without_proc(builtins.open)
    sys.meta_path.insert(0, _NoInotify())


def _replace(module: ModuleType, name: str, new: Call) -> None:
    old = getattr(module, name)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if old in able:
            able.add(new)
    if old in os.supports_effective_ids:
        os.supports_effective_ids.add(new)
    setattr(module, name, new)


def _without_proc(call: Call) -> Call:
    """`/proc` is not there; `access` says no to what it cannot find."""
    asks = call is os.access

    def called(*arguments: Any, **named: Any) -> Any:
        path = arguments[0] if arguments else named.get("path", ".")
        if _is_in_proc(path) and not _is_psutil():
            if asks:
                return False
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return call(*arguments, **named)

    return called


def _is_in_proc(path: object) -> bool:
    if isinstance(path, os.PathLike):
        path = os.fspath(path)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of any kind
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    return isinstance(path, str) and (path == "/proc" or path.startswith("/proc/"))


def _is_psutil() -> bool:
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage] - the documented name
    for _ in range(_NEAR):
        if frame is None or frame.f_globals.get("__name__", "").startswith("psutil"):
            return frame is not None
        frame = frame.f_back
    return False


def _that_refuses_directories(call: Call) -> Call:
    """POSIX calls it EPERM; Linux has its own answer."""

    def called(*arguments: Any, **named: Any) -> Any:
        try:
            return call(*arguments, **named)
        except IsADirectoryError as error:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), error.filename) from None

    return called


class _NoInotify:
    """Says what watchdog says where the C library has no inotify."""

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> ModuleSpec | None:
        if fullname in _NATIVE:
            from watchdog.utils import UnsupportedLibcError

            raise UnsupportedLibcError("Unsupported libc version.")
        return None


_take_away()
