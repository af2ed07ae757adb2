"""The processes of this host, read from `/proc`; none where there is no such thing."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fnmatch import translate
from functools import cached_property, partial
from typing import NamedTuple

from core.ports.processes import Process, Processes
from storage.machine.program_argument import base_name, program_position
from storage.machine.system import host_word

_KERNEL_NAME_LENGTH = 15
_CLOCKS_DIFFER = 2.0
_UNKNOWN = "unknown"


class _Stat(NamedTuple):
    """What counts of `/proc/PID/stat`; `began` in ticks since the host was started."""

    state: bytes
    began: int

    @classmethod
    def of(cls, text: bytes) -> "_Stat":
        fields = text.rpartition(b")")[2].split()
        return cls(fields[0], int(fields[19]))


class ProcProcesses(Processes):
    """What may not be looked at, or ends meanwhile, is left out."""

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc

    def running(self, program: str) -> Sequence[Process]:
        return tuple(self._found(re.compile(os.fsencode(translate(program)))))

    def of_id(self, pid: int, written_at: float) -> Process | None:
        try:
            return self._of_id(str(pid), written_at)
        except OSError:
            return None

    def has_ended(self, process: Process) -> bool:
        host, start, began = (*process.birth.split(" "), "", "")[:3]
        if not began or host != self._host or _UNKNOWN in {start, self._host_start}:
            return False
        return start != self._host_start or self._is_gone(str(process.pid), int(began))

    @cached_property
    def _host(self) -> str:
        """This host, and what on it counts process ids anew: containers do."""
        with suppress(OSError):
            counts = os.readlink(os.path.join(self._proc, "self/ns/pid"))
            return f"{host_word()}/{counts}"
        return host_word()

    @cached_property
    def _host_start(self) -> str:
        """A word for the time since this host was started: process ids count anew after that."""
        try:
            return os.fsdecode(self._read("sys/kernel/random", "boot_id").strip())
        except OSError:
            return _UNKNOWN

    def _is_gone(self, pid: str, began: int) -> bool:
        try:
            stat = _Stat.of(self._read(pid, "stat"))
        except (FileNotFoundError, ProcessLookupError):
            return os.path.exists(os.path.join(self._proc, "self"))
        except OSError:
            return False
        return stat.began != began or stat.state in {b"Z", b"X"}

    def _of_id(self, pid: str, written_at: float) -> Process | None:
        stat = _Stat.of(self._read(pid, "stat"))
        if stat.state in {b"Z", b"X"} or self._began_at(stat) > written_at + _CLOCKS_DIFFER:
            return None
        name = os.fsdecode(self._read(pid, "comm").rstrip(b"\n"))
        return Process(int(pid), (), self._directory(pid), name, self._birth(stat))

    def _began_at(self, stat: _Stat) -> float:
        host_began = re.search(rb"^btime (\d+)", self._read("", "stat"), re.MULTILINE)
        return int(host_began[1] if host_began else 0) + stat.began / os.sysconf("SC_CLK_TCK")

    def _found(self, wanted: re.Pattern[bytes]) -> Iterator[Process]:
        for pid in self._pids():
            try:
                process = self._process(pid, wanted)
            except OSError:
                continue
            if process:
                yield process

    def _pids(self) -> Sequence[str]:
        try:
            return [name for name in os.listdir(self._proc) if name.isdecimal()]
        except OSError:
            return ()

    def _process(self, pid: str, wanted: re.Pattern[bytes]) -> Process | None:
        arguments = self._read(pid, "cmdline").split(b"\0")[:-1]
        position = program_position(arguments, wanted, partial(self._took_its_name, pid))
        if position is None:
            return None
        given = tuple(map(os.fsdecode, arguments[position + 1 :]))
        name = os.fsdecode(base_name(arguments[position]))
        birth = self._birth(_Stat.of(self._read(pid, "stat")))
        return Process(int(pid), given, self._directory(pid), name, birth)

    def _took_its_name(self, pid: str, script: bytes) -> bool:
        """As interpreters do, so that an editor, which has a program as its argument, is none."""
        return self._read(pid, "comm").rstrip(b"\n") == script[:_KERNEL_NAME_LENGTH]

    def _directory(self, pid: str) -> str:
        return os.path.realpath(os.readlink(os.path.join(self._proc, pid, "cwd")))

    def _birth(self, stat: _Stat) -> str:
        return f"{self._host} {self._host_start} {stat.began}"

    def _read(self, place: str, name: str) -> bytes:
        with open(os.path.join(self._proc, place, name), "rb") as file:
            return file.read()
