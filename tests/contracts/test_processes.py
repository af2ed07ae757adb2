"""What every list of processes tells: the fake one, that of the kernel and that of psutil."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.ports.processes import Process, Processes
from storage.machine.installed_psutil import installed_psutil
from storage.machine.proc_processes import ProcProcesses
from storage.machine.psutil_processes import PsutilProcesses
from tests.fakes.processes import FakeProcesses
from tests.processes import await_arguments

PROGRAM = "runferry-simulator"
Start = Callable[[str], Process]


@pytest.fixture(params=["fake", "proc", "psutil"])
def processes(request: pytest.FixtureRequest) -> Processes:
    if request.param == "fake":
        return FakeProcesses()
    if request.param == "proc":
        if not os.path.exists("/proc/self/cmdline"):
            pytest.skip("no /proc")
        return ProcProcesses()
    psutil = installed_psutil()
    if not psutil:
        pytest.skip("psutil is not installed")
    return PsutilProcesses(psutil)


@pytest.fixture
def start(processes: Processes, tmp_path: Path) -> Iterator[Start]:
    """Starts the program with one argument, in a directory of its own."""
    program = tmp_path / PROGRAM
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    started: list[subprocess.Popen[bytes]] = []

    def start_one(argument: str) -> Process:
        directory = os.path.realpath(tmp_path)
        if isinstance(processes, FakeProcesses):
            process = Process(4711 + len(processes.found), (argument,), directory, PROGRAM)
            processes.found.append(process)
            return process
        started.append(subprocess.Popen([str(program), argument], cwd=tmp_path))
        await_arguments(started[-1].pid)
        return Process(started[-1].pid, (argument,), directory, PROGRAM)

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def test_none(processes: Processes) -> None:
    """Where none runs there is none."""
    assert list(processes.running(PROGRAM)) == []


def test_what_it_was_started_with(processes: Processes, start: Start) -> None:
    """Each with its arguments, without the program, and with the directory it works in."""
    started = {start("600"), start("601")}
    found = processes.running(PROGRAM)
    assert {replace(process, birth="") for process in found} == started
    assert not any(map(processes.has_ended, found))


def test_one_by_its_id(processes: Processes, start: Start) -> None:
    """The same one that is found by its program; none where there is none."""
    pid = start("600").pid
    found = processes.of_id(pid, time.time())
    assert found
    assert (found.pid, processes.has_ended(found)) == (pid, False)
    assert processes.of_id(2**40, time.time()) is None
