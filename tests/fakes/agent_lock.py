"""A lock between objects of one process."""

from dataclasses import dataclass, replace

from core.ports.agent_lock import AgentLock, Holder
from tests.builders import NOON


@dataclass
class FakeLockFile:
    """What the locks of several pretended processes share."""

    owner: object | None = None
    holder: Holder | None = None


class FakeAgentLock(AgentLock):
    """Behaves as the lock on a file does; `die` is what the kernel does when a process is gone."""

    def __init__(self, file: FakeLockFile | None = None, pid: int = 4711) -> None:
        self._file = file or FakeLockFile()
        self._pid = pid

    def acquire(self) -> bool:
        if self._file.owner not in {None, self}:
            return False
        if self._file.owner is None:
            self._file.owner, self._file.holder = self, Holder(self._pid, "lab7", NOON)
        return True

    def tell(self, limit: int, parallel: int) -> None:
        if self._file.owner is self and self._file.holder:
            self._file.holder = replace(self._file.holder, limit=limit, parallel=parallel)

    def holder(self) -> Holder | None:
        return self._file.holder

    @property
    def trouble(self) -> str:
        return ""

    def release(self) -> None:
        if self._file.owner is self:
            self._file.owner = self._file.holder = None

    def die(self) -> None:
        """The lock is free, the file still names its last holder."""
        if self._file.owner is self:
            self._file.owner = None
