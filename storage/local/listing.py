"""Listings of a local store in the order in which S3 lists: by key, not by directory."""

import os
from collections.abc import Iterator

from core.ports.object_store import StoredObject
from storage.local.layout import LocalLayout, unusable
from storage.local.objects import file_object


def list_objects(layout: LocalLayout, prefix: str, after: str = "") -> Iterator[StoredObject]:
    """Objects whose keys begin with `prefix`, behind `after`. Raises OSError and StoreError."""
    parent, name = layout.listed(prefix)
    return _walk(layout, parent, name, after)


def list_prefixes(layout: LocalLayout, prefix: str) -> Iterator[str]:
    """Directories directly below `prefix` that hold an object at some depth."""
    parent, name = layout.listed(prefix)
    for entry in _entries(layout, parent, name):
        if entry.endswith("/") and any(True for _ in _walk(layout, entry, "")):
            yield entry


def _walk(layout: LocalLayout, parent: str, name: str, after: str = "") -> Iterator[StoredObject]:
    for entry in _entries(layout, parent, name):
        if entry <= after and not after.startswith(entry):
            continue
        if entry.endswith("/"):
            yield from _walk(layout, entry, "", after)
        elif entry > after and (found := file_object(os.path.join(layout.root, entry), entry)):
            yield found


def _entries(layout: LocalLayout, parent: str, name: str) -> list[str]:
    """Keys in one directory that begin with `parent + name`; those of directories end in "/".

    The slash takes part in the order, as it does in S3: "a.b" comes before "a/b".
    """
    try:
        with os.scandir(os.path.join(layout.root, parent)) as entries:
            keys = [
                f"{parent}{entry.name}/"
                if entry.is_dir(follow_symlinks=False)
                else parent + entry.name
                for entry in entries
                if entry.name.startswith(name)
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(key for key in keys if not unusable(key.removesuffix("/")))
