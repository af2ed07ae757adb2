"""Processes that go on while they are measured."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

HOME = Path(__file__).parents[1]
CORPORA = HOME / "benchmarks/.corpora"
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time so far of a process that lives."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def environ_of(home: str, **settings: str) -> dict[str, str]:
    """For a RunFerry with a state of its own."""
    watch = {f"RUNFERRY_{name.upper()}": value for name, value in settings.items()}
    return {**os.environ, "TERM": "xterm-256color", "RUNFERRY_HOME": home, **watch}


def runferry(*arguments: str | Path) -> list[str]:
    """The command line, with this interpreter."""
    return [sys.executable, "-m", "tui", *map(str, arguments)]


@dataclass(frozen=True)
class Piped:
    """A process and the lines that it prints."""

    process: "subprocess.Popen[str]"
    lines: IO[str]


@contextmanager
def piped(command: Sequence[str], env: Mapping[str, str] | None = None) -> Generator[Piped]:
    """Its output has to be read, or it waits for that; it is killed at the end of the block."""
    with subprocess.Popen(
        command, cwd=HOME, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Piped(process, cast("IO[str]", process.stdout))
        finally:
            process.kill()


@contextmanager
def unheard(command: Sequence[str], env: Mapping[str, str]) -> Generator[int]:
    """The pid of a process whose output nobody wants; killed at the end of the block."""
    with subprocess.Popen(
        command, cwd=HOME, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@contextmanager
def in_terminal(command: Sequence[str], env: Mapping[str, str]) -> Generator[int]:
    """The pid of a program on a terminal of 120x36; killed at the end of the block."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(HOME)
        os.execve(command[0], list(command), env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    reader = threading.Thread(target=_read_all, args=(terminal,), daemon=True)
    reader.start()
    try:
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        reader.join()
        os.close(terminal)


@contextmanager
def temporary_directory() -> Generator[str]:
    """Not on a file system in memory: it has to be watched like any other."""
    CORPORA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CORPORA) as directory:
        yield directory


def _read_all(terminal: int) -> None:
    with suppress(OSError):  # that is how the end of a terminal is told
        while os.read(terminal, 65536):
            pass
