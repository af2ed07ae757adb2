"""Where orphans are written down while `state.db` cannot be written: a file beside it.

One JSON object a line. Its blocks are there before they are needed, so that a full disk can take
some lines still; empty lines are that reserve.
"""

import fcntl
import json
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from core.ports.journal.orphans import Orphan
from core.printable import harmless
from core.redaction import redact
from storage.db.fields import moment_from, moment_text, object_from, text_from
from storage.files.durable_files import sync_file

_RESERVE = b"\n" * (16 << 10)
_TEXTS = ("url", "key", "write_token", "reason")
Kept = tuple[bytes, Orphan]
"""The store it belongs to, and the orphan as it was put."""


class OrphanFile:
    """Any number of processes may use it. Methods raise OSError."""

    def __init__(self, path: str) -> None:
        self._path = path

    def reserve(self) -> None:
        """Makes the file if there is none."""
        with self._locked() as descriptor:
            if not os.fstat(descriptor).st_size:
                _write(descriptor, _RESERVE, 0)

    def add(self, kept: Kept) -> None:
        """Durable on return."""
        with self._locked() as descriptor:
            end = len(_content(descriptor))
            _write(descriptor, b"\n" + _line(kept) + b"\n", end)

    def kept(self) -> Sequence[Kept]:
        """Lines that cannot be read were not written to their end; they count for nothing."""
        with self._locked() as descriptor:
            return _parsed(_content(descriptor))

    def move(self, put: Callable[[Sequence[Kept]], None]) -> None:
        """Forgets what `put` took without an error."""
        with self._locked() as descriptor:
            content = _content(descriptor)
            if content:
                put(_parsed(content))
                _write(descriptor, b"\n" * max(len(content), len(_RESERVE)), 0)

    @contextmanager
    def _locked(self) -> Generator[int]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0).rstrip(b"\n")


def _write(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
    sync_file(descriptor)


def _line(kept: Kept) -> bytes:
    store, orphan = kept
    reason = harmless(redact(orphan.reason))
    fields = asdict(orphan) | {"reason": reason, "seen_at": moment_text(orphan.seen_at)}
    return json.dumps(fields | {"store": os.fsdecode(store)}).encode()


def _parsed(content: bytes) -> Sequence[Kept]:
    found = (_kept(line) for line in content.split(b"\n") if line)
    return [kept for kept in found if kept]


def _kept(line: bytes) -> Kept | None:
    try:
        fields = object_from(line)
        store, seen_at = text_from(fields["store"]), moment_from(text_from(fields["seen_at"]))
        url, key, token, reason = (text_from(fields[name]) for name in _TEXTS)
        return os.fsencode(store), Orphan(url, key, token, reason, seen_at)
    except (ValueError, KeyError, RecursionError):
        return None
