"""The same directories of files, in memory and on a disk."""

from collections.abc import Mapping
from pathlib import Path

from tests.fakes.results import Contents

Files = Mapping[str, bytes]
"""By path below the root, such as "OUT/RUN4/LOG"."""


def in_memory(root: str, files: Files) -> Contents:
    """Each directory with the files directly in it."""
    contents: Contents = {}
    for path, data in files.items():
        directory, _, name = f"{root}/{path}".rpartition("/")
        contents.setdefault(directory, {})[name] = data
    return contents


def on_disk(root: str, files: Files) -> None:
    """Makes them."""
    for path, data in files.items():
        file = Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
