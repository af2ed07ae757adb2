"""Trees on disk, for the tests of packing and extracting."""

import os
import random
from pathlib import Path

from core.ports.packaging import PackSource, PackStream
from storage.packing.pack_plan import PIECE
from storage.tree.tree_scanner import FileTreeScanner


def write_tree(root: Path, files: dict[str, bytes]) -> Path:
    """Creates the files; a name ending in "/" is an empty directory. Distinct, odd mtimes."""
    root.mkdir(parents=True, exist_ok=True)
    for number, (name, content) in enumerate(files.items()):
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(0, (1_600_000_001 + number) * 10**9 + 7))
    return root


def source_of(directory: Path) -> PackSource:
    """The directory as the scanner sees it, under its own name."""
    scan = FileTreeScanner().scan(str(directory))
    assert scan is not None
    return PackSource(str(directory), directory.name, scan.entries)


def text(size: int, seed: int = 0) -> bytes:
    """Compressible bytes that look like simulation output."""
    numbers = random.Random(seed)  # noqa: S311 - test data
    line = b"".join(b"Day %d Is %d\n" % (day, numbers.randrange(9999)) for day in range(4000))
    return (line * (size // len(line) + 1))[:size]


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - test data


FILES = {
    "OUT/exactly.txt": text(PIECE, 1),
    "OUT/large.txt": text(3 * PIECE + 5, 2),
    "OUT/noise.bin": noise(PIECE + 1, 3),
    "empty.txt": b"",
    "empty/dir/": b"",
    "one.txt": b"1",
    "new\nline [x] é.csv": text(5000, 4),
}
"""Files of every kind that packing tells apart: sizes around a piece, odd names, nothing."""


def read(stream: PackStream) -> bytes:
    """The whole archive."""
    return b"".join(stream)


def ignore(count: int) -> None:
    """For who does not care how much was read."""


def contents(root: Path) -> dict[str, bytes]:
    """Every file below `root`; empty directories end in "/"."""
    found = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    empty = [p for p in root.rglob("*") if p.is_dir() and not any(p.iterdir())]
    return found | {f"{p.relative_to(root)}/": b"" for p in empty}
