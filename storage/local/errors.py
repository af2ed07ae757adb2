"""Operating system errors of the local store in the words of `core.errors`."""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager

from core.errors import (
    BucketNotFoundError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreError,
)
from core.printable import printable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_UNREACHABLE = {errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENOTCONN, errno.EIO}
_IN_THE_WAY = {errno.EEXIST, errno.ENOTDIR}
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}


@contextmanager
def os_errors(root: str, action: str) -> Generator[None]:
    """Turns an OSError of the block into a StoreError; `action` says what was tried."""
    try:
        yield
    except OSError as error:
        raise store_error(error, root, action) from None


def missing_root(root: str) -> BucketNotFoundError:
    """The store was there and is gone, which must not look like a store without objects."""
    return BucketNotFoundError(
        f"The local store {printable(root)} is no longer there.",
        todo="Check that its disk is mounted; to start afresh, restart RunFerry.",
    )


def store_error(error: OSError, root: str, action: str) -> StoreError:
    """The class and the advice that fit the error's number."""
    store = printable(root)
    why = os.strerror(error.errno) if error.errno else "the system does not say why"
    if error.errno in _FULL:
        return StoreError(
            f"The disk of the local store {store} is full ({action}).",
            todo="Free some space or choose another directory, then retry.",
        )
    if error.errno in _IN_THE_WAY:
        return BucketNotFoundError(
            f"The local store {store} cannot be used: a file is in the way of a directory.",
            todo="Move it away, or choose another place: `path` of the profile, or RUNFERRY_HOME.",
        )
    if error.errno in _DENIED:
        return StoreAccessDeniedError(
            f"No permission while {action} in the local store {store}: {why}.",
            todo="Make the directory writable for you, or choose another one.",
        )
    if error.errno in _UNREACHABLE:
        return StoreConnectionError(
            f"The disk of the local store {store} did not answer ({action}): {why}.",
            todo="Check the disk or its network connection, then retry.",
        )
    if error.errno in _NO_LOCKS:
        return StoreError(
            f"The file system of the local store {store} has no file locks.",
            todo="Choose a directory on a local disk.",
        )
    return StoreError(f"The local store {store} failed while {action}: {why}.")
