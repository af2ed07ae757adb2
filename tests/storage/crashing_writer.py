"""A writer that dies before its 1st, 2nd, 3rd … system call, until it once comes to its end.

Prints, for each of these lives, what a reader finds afterwards. Run as a program.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from typing import Any

from storage.local.store import LocalStore

KEY = "jobs/7/run_4_results.zip"
OTHER = "jobs/8/copy.zip"
_CALLS = [
    "fsync",
    "link",
    "mkdir",
    "open",
    "replace",
    "rename",
    "rmdir",
    "unlink",
    "utime",
    "write",
]
_DIED = 9


def _upload(store: LocalStore) -> None:
    upload = store.start_upload(
        OTHER, size_bound=3, metadata={"write-token": "new"}, on_sent=lambda _: None
    )
    upload.write(b"new")
    upload.complete()


OPERATIONS: dict[str, Callable[[LocalStore], object]] = {
    "put": lambda store: store.put(KEY, b"new", metadata={"write-token": "new"}),
    "upload": _upload,
    "copy": lambda store: store.copy(KEY, OTHER),
    "delete": lambda store: store.delete(KEY),
}


def _dying(call: Callable[..., Any], lives: list[int]) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        lives[0] -= 1
        if lives[0] < 0:
            os._exit(_DIED)
        return call(*args, **kwargs)

    return called


def _write_and_die(path: str, operation: str, calls: int) -> int:
    """The exit status of a process that makes that many system calls at most."""
    child = os.fork()
    if not child:
        lives = [calls]
        for name in _CALLS:
            setattr(os, name, _dying(getattr(os, name), lives))
        OPERATIONS[operation](LocalStore(path))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _seen(path: str) -> dict[str, Any]:
    store = LocalStore(path)
    found: dict[str, Any] = {}
    for stored in store.list(""):
        head = store.head(stored.key)
        metadata = dict(head.metadata) if head else None
        found[stored.key] = [b"".join(store.read(stored.key)).decode(), metadata]
    return {"objects": found, "prefixes": list(store.list_prefixes("jobs/"))}


def _after_recovery(path: str) -> int:
    """Writes once more, which must work; how many drafts are left then."""
    OPERATIONS["put"](LocalStore(path))
    return len(os.listdir(os.path.join(path, ".runferry", "drafts")))


def main(path: str, operation: str) -> None:
    """One line of JSON per life; the last is that of the writer that came to its end."""
    status, calls = _DIED, 0
    while status == _DIED:
        shutil.rmtree(path, ignore_errors=True)
        LocalStore(path).put(KEY, b"old!", metadata={"write-token": "old"})
        status = _write_and_die(path, operation, calls)
        line = {"status": status, **_seen(path), "drafts": _after_recovery(path)}
        print(json.dumps(line))  # noqa: T201
        calls += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
