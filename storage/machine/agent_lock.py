"""The lock of the agent: a file that the kernel frees when its holder dies."""

import fcntl
import json
import logging
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import cast

from core.ports.agent_lock import AgentLock, Holder
from core.ports.clock import Clock

_log = logging.getLogger(__name__)
# Not following links and not waiting for the other end of a pipe: whatever lies there is not ours.
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_LONGEST = 4096


class FileAgentLock(AgentLock):
    """A flock on the file at `path`, which also says who holds it.

    The file is never removed: a process that locked a removed file and one that made a new file
    would both be the agent. A file that can be read only is locked as well; it cannot say by whom.
    """

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._guard = threading.Lock()
        self._descriptor: int | None = None
        self._trouble = ""
        self._signature: Mapping[str, object] = {}

    def acquire(self) -> bool:
        with self._guard:
            if self._descriptor is not None or self._trouble:
                return True
            try:
                descriptor = _open_to_lock(self._path)
            except OSError as error:
                return self._go_without(error)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            except OSError as error:
                os.close(descriptor)
                return self._go_without(error)
            self._descriptor, self._signature = descriptor, {}
            self._sign(
                {
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "started_at": self._clock.now().isoformat(timespec="seconds"),
                }
            )
            return True

    def tell(self, limit: int, parallel: int) -> None:
        with self._guard:
            self._sign({"limit": limit, "parallel": parallel})

    def holder(self) -> Holder | None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | _FLAGS)
        except OSError:
            return None
        try:
            return _holder_from(os.pread(descriptor, _LONGEST, 0))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        finally:
            os.close(descriptor)

    @property
    def trouble(self) -> str:
        return self._trouble

    def release(self) -> None:
        with self._guard:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                _write(descriptor, b"")
                os.close(descriptor)

    def _sign(self, fields: Mapping[str, object]) -> None:
        """Adds them to what is written, by the holder."""
        signature = {**self._signature, **fields}
        if self._descriptor is not None and signature != self._signature:
            self._signature = signature
            _write(self._descriptor, json.dumps(signature).encode() + b"\n")

    def _go_without(self, error: OSError) -> bool:
        reason = os.strerror(error.errno or 0)
        self._trouble = (
            f"{self._path} cannot be locked: {reason}. Do not run a second RunFerry on this state."
        )
        _log.warning("%s", self._trouble)
        return True


def _open_to_lock(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o600)
    except PermissionError:
        return os.open(path, os.O_RDONLY | _FLAGS)


def _write(descriptor: int, text: bytes) -> None:
    """Only for others to read: a full disk or a read-only file changes nothing about the lock.

    They read the first line, which is there at any moment.
    """
    with suppress(OSError):
        os.pwrite(descriptor, text, 0)
        os.ftruncate(descriptor, len(text))


def _holder_from(text: bytes) -> Holder:
    record = json.loads(text.partition(b"\n")[0])
    if not isinstance(record, dict):
        raise ValueError("not an object")  # noqa: TRY004 - damage is a ValueError
    fields = cast("dict[str, object]", record)
    started_at = datetime.fromisoformat(str(fields["started_at"]))
    return Holder(
        int(str(fields["pid"])),
        str(fields["host"]),
        started_at,
        _told(fields.get("limit")),
        _told(fields.get("parallel")),
    )


def _told(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
