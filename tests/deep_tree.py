"""Trees that are deeper than a program that calls itself for each level can go."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def chain(top: Path, levels: int = 1200, name: str = "d") -> Generator[None]:
    """Directories one in another below `top`, with a file `leaf` in the last; gone afterwards.

    Made one step at a time, because their path may be too long for a system call.
    """
    descriptor = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=descriptor)
        below = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    with removed(top / name):
        yield


@contextmanager
def removed(tree: Path) -> Generator[None]:
    """Gone afterwards, however deep: Python's own way calls itself for each level."""
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", tree], check=True)
