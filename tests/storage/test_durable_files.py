"""File systems that cannot make the names in a directory durable."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import StoreError
from storage.local.store import LocalStore
from tests.contracts.object_store_contract import KEY, content, upload

UNABLE = [
    errno.EACCES,
    errno.EBADF,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.ENOTTY,
    errno.EPERM,
    errno.EROFS,
]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From now on directories cannot be synced, with this error; files can."""

    def begin(number: int) -> None:
        sync = os.fsync

        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)

    return begin


@pytest.mark.parametrize("number", UNABLE, ids=errno.errorcode.get)
def test_unable(tmp_path: Path, refusing: Callable[[int], None], number: int) -> None:
    """A store there works all the same, from its first object on."""
    refusing(number)
    store = LocalStore(str(tmp_path / "store"))
    first = store.put(KEY, b"first", metadata={"write-token": "1"})
    store.put(KEY, b"second", if_match=first.etag)
    upload(store, b"content", key="jobs/7/other.zip")
    store.copy(KEY, "jobs/7/copy.zip")
    assert content(store, "jobs/7/copy.zip") == b"second"
    store.delete(KEY)
    assert [found.key for found in store.list("")] == ["jobs/7/copy.zip", "jobs/7/other.zip"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT], ids=errno.errorcode.get)
def test_failing(tmp_path: Path, refusing: Callable[[int], None], number: int) -> None:
    """A disk that fails at it is not a file system that cannot do it."""
    refusing(number)
    with pytest.raises(StoreError):
        LocalStore(str(tmp_path / "store")).put(KEY, b"first")
