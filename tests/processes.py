"""Programs that run while a test looks at them."""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.machine.installed_psutil import installed_psutil

_START_SECONDS = 10


@contextmanager
def running(
    command: Sequence[str | Path], cwd: Path, executable: str | None = None
) -> Generator[int]:
    """Its pid; its standard input stays open until it is killed."""
    with ExitStack() as stack:
        process = subprocess.Popen(
            command, executable=executable, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        stack.callback(process.communicate)
        stack.callback(process.kill)
        await_arguments(process.pid)
        yield process.pid


def await_arguments(pid: int) -> None:
    """Popen returns a moment before the new program has them."""
    deadline = time.monotonic() + _START_SECONDS
    while not _has_arguments(pid):
        assert time.monotonic() < deadline
        os.sched_yield()


def _has_arguments(pid: int) -> bool:
    path = Path(f"/proc/{pid}/cmdline")
    if path.exists():
        return bool(path.read_bytes())
    psutil = installed_psutil()
    return psutil is None or bool(psutil.Process(pid).cmdline())


def python_outputs(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str] | None = None
) -> list[str]:
    """What each module of the tests prints, given its arguments; all run at the same time."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        for command in commands
    ]
    printed = [process.communicate()[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * len(started)
    return printed


def program(path: Path) -> Path:
    """An executable that waits for a line."""
    path.write_text("#!/bin/sh\nread line\n")
    path.chmod(0o755)
    return path
