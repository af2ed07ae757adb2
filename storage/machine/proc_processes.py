"""The processes of this host, read from `/proc`; none where there is no such thing."""

import os
from collections.abc import Iterator, Sequence

from core.ports.processes import Process, Processes

_KERNEL_NAME_LENGTH = 15


class ProcProcesses(Processes):
    """What may not be looked at, or ends meanwhile, is left out. Keeps no state."""

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc

    def running(self, program: str) -> Sequence[Process]:
        return tuple(self._found(os.fsencode(program)))

    def _found(self, program: bytes) -> Iterator[Process]:
        for pid in self._pids():
            try:
                process = self._process(pid, program)
            except OSError:
                continue
            if process:
                yield process

    def _pids(self) -> Sequence[str]:
        try:
            return [name for name in os.listdir(self._proc) if name.isdecimal()]
        except OSError:
            return ()

    def _process(self, pid: str, program: bytes) -> Process | None:
        arguments = self._read(pid, "cmdline").split(b"\0")[:-1]
        names = [os.path.basename(argument) for argument in arguments[:2]]
        if program not in names:
            return None
        position = names.index(program)
        if position and not self._is_script(pid, program):
            return None
        directory = os.path.realpath(os.readlink(os.path.join(self._proc, pid, "cwd")))
        given = tuple(map(os.fsdecode, arguments[position + 1 :]))
        return Process(int(pid), given, directory)

    def _is_script(self, pid: str, program: bytes) -> bool:
        """An interpreter has the name of the script that it was started for.

        So that an editor, which has the program as its argument, does not count.
        """
        return self._read(pid, "comm").rstrip(b"\n") == program[:_KERNEL_NAME_LENGTH]

    def _read(self, pid: str, name: str) -> bytes:
        with open(os.path.join(self._proc, pid, name), "rb") as file:
            return file.read()
