"""The processes of this host as psutil tells of them: where the kernel has no `/proc`."""

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate

from core.ports.processes import Process, Processes
from storage.machine.installed_psutil import Psutil, RunningProcess
from storage.machine.program_argument import base_name, program_position
from storage.machine.system import host_word

_CLOCKS_DIFFER = 2.0
_ENDED = {"zombie", "dead"}


class PsutilProcesses(Processes):
    """What may not be looked at, or ends meanwhile, is left out. Keeps no state."""

    def __init__(self, psutil: Psutil) -> None:
        self._psutil = psutil
        self._host = host_word()

    def running(self, program: str) -> Sequence[Process]:
        wanted = re.compile(os.fsencode(translate(program)))
        return tuple(self._found(wanted))

    def of_id(self, pid: int, written_at: float) -> Process | None:
        try:
            found = self._psutil.Process(pid)
            if found.status() in _ENDED or found.create_time() > written_at + _CLOCKS_DIFFER:
                return None
            return self._process(found, (), found.name())
        except (self._psutil.Error, OSError, ValueError, OverflowError):
            return None

    def has_ended(self, process: Process) -> bool:
        host, _, began = process.birth.partition(" ")
        if not began or host != self._host:
            return False
        try:
            return self._is_gone(process.pid, float(began))
        except (self._psutil.Error, OSError, ValueError):
            return False

    def _is_gone(self, pid: int, began: float) -> bool:
        if not self._psutil.pid_exists(pid):
            return True
        found = self._psutil.Process(pid)
        return found.status() in _ENDED or abs(found.create_time() - began) > _CLOCKS_DIFFER

    def _found(self, wanted: re.Pattern[bytes]) -> Iterator[Process]:
        for process in self._psutil.process_iter():
            try:
                found = self._wanted(process, wanted)
            except (self._psutil.Error, OSError):
                continue
            if found:
                yield found

    def _wanted(self, process: RunningProcess, wanted: re.Pattern[bytes]) -> Process | None:
        given = process.cmdline()
        arguments = [os.fsencode(argument) for argument in given]
        position = program_position(
            arguments, wanted, lambda script: os.fsencode(process.name()) == script
        )
        if position is None:
            return None
        program = os.fsdecode(base_name(arguments[position]))
        return self._process(process, tuple(given[position + 1 :]), program)

    def _process(
        self, process: RunningProcess, arguments: tuple[str, ...], program: str
    ) -> Process:
        directory = os.path.realpath(process.cwd())
        birth = f"{self._host} {process.create_time()!r}"
        return Process(process.pid, arguments, directory, program, birth)
