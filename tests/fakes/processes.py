"""Processes that a test says are there."""

from collections.abc import Sequence

from core.ports.processes import Process, Processes


class FakeProcesses(Processes):
    """`found` run, whatever program is asked for; `elsewhere` live, but are not found any more."""

    def __init__(self) -> None:
        self.found: list[Process] = []
        self.elsewhere: list[Process] = []

    def running(self, program: str) -> Sequence[Process]:
        return tuple(self.found)

    def of_id(self, pid: int, written_at: float) -> Process | None:
        return next((process for process in self.found if process.pid == pid), None)

    def has_ended(self, process: Process) -> bool:
        alive = {(p.pid, p.birth) for p in (*self.found, *self.elsewhere)}
        return (process.pid, process.birth) not in alive
