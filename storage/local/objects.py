"""The objects of a local store: how they become visible, are found, linked and removed.

A crash between any two system calls leaves the old object or the new one, each with its own
metadata: metadata first, then one `link` or `rename` that makes the content visible, then the
removal of what it replaced.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from io import FileIO

from core.errors import ObjectNotFoundError, PreconditionFailedError
from core.ports.object_store import StoredObject
from core.printable import printable
from storage.files.durable_files import make_directories, sync_directory
from storage.local.drafts import Draft
from storage.local.layout import LocalLayout
from storage.local.lock import exclusive
from storage.local.metadata import LocalMetadata
from storage.preconditions import check_condition

_LATEST = datetime(3000, 1, 1, tzinfo=UTC).timestamp()
_ROUGHEST_NS = 8 * 10**9
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# FAT, some network and some union file systems have no hard links.
_NO_LINKS = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EMLINK,
    errno.EXDEV,
    errno.ENOSYS,
}


class LocalObjects:
    """Objects by key. Callable from any thread and process; raises StoreError and OSError."""

    def __init__(self, layout: LocalLayout) -> None:
        self._layout = layout
        self._metadata = LocalMetadata(layout)

    def find(self, key: str) -> StoredObject | None:
        """The object with its metadata."""
        found = file_object(self._layout.path(key), key)
        while found:
            metadata = self._metadata.read(key, found.etag)
            again = None if metadata else file_object(self._layout.path(key), key)
            if metadata or found == again:
                return with_metadata(found, metadata)
            found = again  # replaced between the two looks, and its metadata removed
        return None

    def publish(
        self,
        draft: Draft,
        key: str,
        *,
        metadata: Mapping[str, str],
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> StoredObject:
        """Gives a draft its key. Raises PreconditionFailedError; the draft is then unharmed."""
        path = self._layout.path(key)
        sealed = draft.seal()
        with exclusive(self._layout.lock):
            current = file_object(path, key)
            check_condition(key, current, if_absent=if_absent, if_match=if_match)
            if current:
                sealed = _sealed_later(draft, sealed, current)
            self._metadata.write(key, etag_of(sealed), metadata)
            make_directories(os.path.dirname(path))
            _put_in_place(draft.path, path, key, replace=current is not None)
            sync_directory(os.path.dirname(path))
            self._metadata.keep_only(key, etag_of(sealed))
            return with_metadata(stored(os.lstat(path), key), metadata)

    def link(
        self,
        source: str,
        target: str,
        source_etag: str | None,
        metadata: Mapping[str, str] | None,
    ) -> StoredObject | None:
        """The object once more under `target`, without a byte copied; None where links fail.

        Both names stay what they are when one is replaced: content is never changed in place.
        """
        source_path, target_path = self._layout.path(source), self._layout.path(target)
        with exclusive(self._layout.lock):
            original = self.find(source)
            if not original:
                raise ObjectNotFoundError(f"There is no object {printable(source)}.")
            check_condition(source, original, if_match=source_etag)
            check_condition(target, file_object(target_path, target), if_absent=True)
            kept = original.metadata if metadata is None else metadata
            self._metadata.write(target, original.etag, kept)
            make_directories(os.path.dirname(target_path))
            try:
                os.link(source_path, target_path)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                return None
            sync_directory(os.path.dirname(target_path))
            return with_metadata(stored(os.lstat(target_path), target), kept)

    def remove(self, key: str, if_match: str | None) -> None:
        """Removes object, metadata, and directories that have become empty."""
        path = self._layout.path(key)
        with exclusive(self._layout.lock):
            current = file_object(path, key)
            if not current:
                return
            check_condition(key, current, if_match=if_match)
            os.unlink(path)
            sync_directory(os.path.dirname(path))
            self._metadata.forget(key)
            self._remove_empty(os.path.dirname(path))

    def open(self, key: str) -> tuple[FileIO, StoredObject]:
        """The content, which stays what it is when the object is replaced. No metadata."""
        path = self._layout.path(key)
        found = file_object(path, key)
        try:
            file = os.fdopen(os.open(path, _READ), "rb", buffering=0) if found else None
        except FileNotFoundError:
            file = None
        if not file:
            raise ObjectNotFoundError(f"There is no object {printable(key)}.")
        return file, stored(os.fstat(file.fileno()), key)

    def metadata(self, found: StoredObject) -> Mapping[str, str]:
        """What was recorded for exactly this content."""
        return self._metadata.read(found.key, found.etag)

    def _remove_empty(self, directory: str) -> None:
        with contextlib.suppress(OSError):  # not empty
            while directory != self._layout.root:
                os.rmdir(directory)
                directory = os.path.dirname(directory)


def file_object(path: str, key: str) -> StoredObject | None:
    """What the file system says of an object's file; links and directories are no objects."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return stored(found, key) if stat.S_ISREG(found.st_mode) else None


def stored(found: os.stat_result, key: str) -> StoredObject:
    """Without metadata. A new link is a new object, hence the younger of the two times."""
    moment = max(found.st_mtime, found.st_ctime)
    # File systems keep times that no calendar has.
    known = datetime.fromtimestamp(moment, UTC) if 0 <= moment < _LATEST else None
    return StoredObject(key, found.st_size, etag_of(found), known)


def etag_of(found: os.stat_result) -> str:
    """Known before the content is visible; survives a backup that keeps modification times."""
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def with_metadata(found: StoredObject, metadata: Mapping[str, str]) -> StoredObject:
    """The same object, completed."""
    return StoredObject(found.key, found.size, found.etag, found.last_modified, dict(metadata))


def _sealed_later(draft: Draft, sealed: os.stat_result, current: StoredObject) -> os.stat_result:
    """Seals again until it is younger: etags of one object never come back.

    Clocks are set back, and file systems round times to up to 2 s, hence the growing steps. What
    already has the latest time of the file system is not outdone.
    """
    replaced_ns = int(current.etag.rpartition("-")[0], 16)  # it is negative before 1970
    step = 1
    while sealed.st_mtime_ns <= replaced_ns and step <= _ROUGHEST_NS:
        sealed = draft.seal(replaced_ns + step)
        step *= 2
    return sealed


def _put_in_place(draft: str, path: str, key: str, *, replace: bool) -> None:
    if replace:
        os.replace(draft, path)
        return
    try:
        os.link(draft, path)  # unlike a rename it never replaces what another program put there
    except FileExistsError:
        raise PreconditionFailedError(f"{printable(key)} is taken by another program.") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.rename(draft, path)  # safe enough: the lock is held and nothing is there
        return
    os.unlink(draft)
