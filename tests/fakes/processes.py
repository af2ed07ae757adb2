"""Processes that a test says are there."""

from collections.abc import Sequence

from core.ports.processes import Process, Processes


class FakeProcesses(Processes):
    """`found` run, whatever program is asked for."""

    def __init__(self) -> None:
        self.found: list[Process] = []

    def running(self, program: str) -> Sequence[Process]:
        return self.found
