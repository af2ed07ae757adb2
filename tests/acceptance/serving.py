"""`runferry serve` as a process, and what a browser asks of it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.processes import RunFerryProcess, runferry_process


@contextmanager
def served(*arguments: str | Path) -> Generator[tuple[RunFerryProcess, str]]:
    """Of any free port; with the address that it prints."""
    with runferry_process("serve", "--port", "0", *arguments) as serving:
        yield serving, serving.line()
