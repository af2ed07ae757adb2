"""The process that runs a job of several runs, and adds to each of them after the last one."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from core.ports.processes import Process, Processes


class JobProcess(NamedTuple):
    """`program` is a pattern; `directory_of` tells where it works, of a run in its job."""

    program: str
    directory_of: Callable[[str], str]


class SeenJob(NamedTuple):
    """One that was seen alive last at `seen_at`, in seconds since 1970."""

    process: Process
    seen_at: float


def jobs_at_work(
    jobs: Iterable[JobProcess | None], processes: Processes, now: float
) -> Mapping[str, SeenJob]:
    """By the directories that they work in, without links."""
    programs = {job.program for job in jobs if job}
    found = (process for program in programs for process in processes.running(program))
    return {process.directory: SeenJob(process, now) for process in found}
