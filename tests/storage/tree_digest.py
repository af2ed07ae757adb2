"""Prints the SHA-256 of a packed tree; for tests that compare processes.

Arguments: directory, compression, threads.
"""

import sys
from pathlib import Path

from core.ports.packaging import Compression
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import ignore, source_of


def tree_digest(directory: Path, compression: Compression, threads: int) -> str:
    """Packs it and keeps nothing."""
    packager = ZipResultsPackager(threads)
    stream = packager.pack([source_of(directory)], ignore, compression)
    for _ in stream:
        pass
    return stream.summary().sha256


if __name__ == "__main__":
    print(tree_digest(Path(sys.argv[1]), Compression(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
