"""Live processes of this host, by psutil."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from storage.machine.installed_psutil import installed_psutil
from storage.machine.proc_processes import ProcProcesses
from storage.machine.processes_here import processes_here
from storage.machine.psutil_processes import PsutilProcesses
from tests.processes import program, running


@pytest.fixture
def processes() -> PsutilProcesses:
    psutil = installed_psutil()
    if not psutil:
        pytest.skip("psutil is not installed")
    return PsutilProcesses(psutil)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return program(tmp_path / f"sim{os.getpid()}-of-a-long-name")


def test_a_script(processes: PsutilProcesses, tmp_path: Path, script: Path) -> None:
    """Under its interpreter, with the arguments after it, in the directory with links resolved."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with running([str(script), "-d", "OUT"], tmp_path / "link") as pid:
        (found,) = processes.running(script.name)
        assert (found.pid, found.arguments, found.program) == (pid, ("-d", "OUT"), script.name)
        assert found.directory == os.path.realpath(tmp_path / "real")
        assert processes.of_id(pid, time.time())
    assert processes.running(script.name) == ()


def test_an_editor_is_not_the_program(
    processes: PsutilProcesses, tmp_path: Path, script: Path
) -> None:
    """Having the program as its argument makes no simulation."""
    with running(["tail", "-f", str(script)], tmp_path):
        assert processes.running(script.name) == ()


def test_the_end(processes: PsutilProcesses, tmp_path: Path, script: Path) -> None:
    """It has ended when its id is gone, or another's; of another host nothing is certain."""
    with running([str(script)], tmp_path):
        (found,) = processes.running(script.name)
        assert not processes.has_ended(found)
        host, _, began = found.birth.partition(" ")
        earlier = replace(found, birth=f"{host} {float(began) - 60}")
        assert processes.has_ended(earlier)
        assert processes.of_id(found.pid, time.time() - 60) is None
    assert processes.has_ended(found)
    assert not processes.has_ended(replace(found, birth=f"other-{host} {began}"))
    assert not processes.has_ended(replace(found, birth=f"{host} of another kind"))


def test_by_what_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`/proc` comes first; without it and without psutil none are seen."""
    if os.path.exists("/proc/self/cmdline"):
        assert isinstance(processes_here(), ProcProcesses)
    monkeypatch.setattr("storage.machine.processes_here._OWN", str(tmp_path / "missing"))
    if installed_psutil():
        assert isinstance(processes_here(), PsutilProcesses)
    monkeypatch.setattr("storage.machine.installed_psutil.installed_psutil", lambda: None)
    assert isinstance(processes_here(), ProcProcesses)
