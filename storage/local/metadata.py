"""Metadata of local objects: one small file per object, tied to the content by its etag."""

import contextlib
import json
import os
from collections.abc import Mapping
from typing import cast

from storage.durable_files import make_directories, replace_file, sync_directory
from storage.local.layout import LocalLayout


class LocalMetadata:
    """Metadata by key and etag. Writers hold the store's lock; methods raise OSError.

    It is written before its object and removed after it, so an object is never without its
    metadata; the etag in the file's name keeps it from ever being taken for another's.
    """

    def __init__(self, layout: LocalLayout) -> None:
        self._layout = layout

    def read(self, key: str, etag: str) -> Mapping[str, str]:
        """Empty when nothing was recorded for this content, as for files of other programs."""
        try:
            with open(self._file(key, etag), encoding="utf-8") as file:
                return cast("dict[str, str]", json.load(file)["metadata"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return {}

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
