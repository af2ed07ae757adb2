"""Metadata of local objects: one small file per object, tied to the content by its etag."""

import contextlib
import errno
import json
import os
import stat
from collections.abc import Mapping
from typing import cast

from storage.files.durable_files import make_directories, replace_file, sync_directory
from storage.local.layout import LocalLayout

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILE = {errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.EOPNOTSUPP}
_LONGEST = 64 << 10


class LocalMetadata:
    """Metadata by key and etag. Writers hold the store's lock; methods raise OSError.

    It is written before its object and removed after it, so an object is never without its
    metadata; the etag in the file's name keeps it from ever being taken for another's.
    """

    def __init__(self, layout: LocalLayout) -> None:
        self._layout = layout

    def read(self, key: str, etag: str) -> Mapping[str, str]:
        """Empty when nothing was recorded for this content, as for files of other programs.

        So it is when what was recorded cannot be read: the file may have been edited.
        """
        try:
            descriptor = os.open(self._file(key, etag), _READ)
        except OSError as error:
            if error.errno in _NO_FILE:
                return {}
            raise
        try:
            is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return _metadata_from(os.read(descriptor, _LONGEST + 1)) if is_file else {}
        finally:
            os.close(descriptor)

    def write(self, key: str, etag: str, metadata: Mapping[str, str]) -> None:
        """Durable on return; the key is in it for whoever reads the files one day."""
        make_directories(self._layout.metadata(key))
        content = json.dumps({"key": key, "metadata": dict(metadata)}, sort_keys=True)
        replace_file(self._file(key, etag), content.encode())

    def keep_only(self, key: str, etag: str) -> None:
        """Removes what belongs to replaced content, and what crashed writers left behind."""
        directory = self._layout.metadata(key)
        kept = os.path.basename(self._file(key, etag))
        for name in os.listdir(directory):
            if name != kept:
                os.unlink(os.path.join(directory, name))

    def forget(self, key: str) -> None:
        """Removes all metadata of a key whose object is gone."""
        directory = self._layout.metadata(key)
        with contextlib.suppress(FileNotFoundError):
            for name in os.listdir(directory):
                os.unlink(os.path.join(directory, name))
            os.rmdir(directory)
            sync_directory(os.path.dirname(directory))

    def _file(self, key: str, etag: str) -> str:
        return os.path.join(self._layout.metadata(key), f"{etag}.json")


def _metadata_from(content: bytes) -> Mapping[str, str]:
    try:
        record = json.loads(content.decode()) if len(content) <= _LONGEST else None
    except (ValueError, RecursionError):
        return {}
    found = cast("dict[str, object]", record).get("metadata") if isinstance(record, dict) else None
    if not isinstance(found, dict):
        return {}
    metadata = cast("dict[str, object]", found)
    return {name: value for name, value in metadata.items() if isinstance(value, str)}
