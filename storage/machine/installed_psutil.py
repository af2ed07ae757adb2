"""psutil, which is installed where the kernel has no files that tell of processes and mounts.

It has no types of its own; these are of what is asked for here.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast


class RunningProcess(Protocol):
    """One process. Methods raise `Psutil.Error`."""

    @property
    def pid(self) -> int: ...
    def name(self) -> str: ...
    def cmdline(self) -> Sequence[str]: ...
    def cwd(self) -> str: ...
    def status(self) -> str: ...
    def create_time(self) -> float:
        """In seconds since 1970."""
        ...


class Partition(Protocol):
    """A file system that is mounted."""

    @property
    def mountpoint(self) -> str: ...
    @property
    def fstype(self) -> str: ...


class Psutil(Protocol):
    """The module."""

    Error: type[Exception]

    def process_iter(self) -> Iterable[RunningProcess]: ...
    def Process(self, pid: int) -> RunningProcess: ...  # noqa: N802 - its name
    def pid_exists(self, pid: int) -> bool: ...
    def disk_partitions(self, *, all: bool) -> Sequence[Partition]: ...  # noqa: A002 - its name


@cache
def installed_psutil() -> Psutil | None:
    """None where it is not installed."""
    try:
        return cast("Psutil", import_module("psutil"))
    except ImportError:
        return None
