"""Live processes of this host."""

import os
import shutil
from pathlib import Path

import pytest

from core.ports.processes import Process
from storage.machine.proc_processes import ProcProcesses
from tests.processes import program, running

SLEEP = shutil.which("sleep") or "sleep"


@pytest.fixture
def fred(tmp_path: Path) -> Path:
    """An executable with a name that no other process of this host has."""
    path = tmp_path / f"FRED-{os.getpid()}-simulates-much"
    path.symlink_to(SLEEP)
    return path


def test_finds_it(tmp_path: Path, fred: Path) -> None:
    """Its pid, arguments without the program, and directory with links resolved."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with running([str(fred), "60", "0"], tmp_path / "link") as pid:
        expected = Process(pid, ("60", "0"), str(tmp_path / "real"))
        assert ProcProcesses().running(fred.name) == (expected,)
    assert ProcProcesses().running(fred.name) == ()


def test_by_the_name_it_was_given(tmp_path: Path) -> None:
    """What a process calls itself counts, wherever its file is."""
    name = f"FRED-{os.getpid()}"
    with running([f"/opt/{name}", "60"], tmp_path, SLEEP) as pid:
        assert [process.pid for process in ProcProcesses().running(name)] == [pid]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return program(tmp_path / f"sim{os.getpid()}-of-a-long-name")


def test_a_script(tmp_path: Path, script: Path) -> None:
    """A script runs under its interpreter, and its arguments begin after it."""
    with running([str(script), "-d", "OUT"], tmp_path) as pid:
        found = ProcProcesses().running(script.name)
    assert found == (Process(pid, ("-d", "OUT"), str(tmp_path)),)


def test_an_editor_is_not_the_program(tmp_path: Path, script: Path) -> None:
    """Having the program as its argument makes no simulation."""
    with running(["/bin/sh", str(script)], tmp_path):
        assert ProcProcesses().running(script.name) == ()


class TestProc:
    """What a kernel may show, on directories like those of /proc."""

    def test_no_proc(self, tmp_path: Path) -> None:
        """Other systems have none."""
        assert ProcProcesses(str(tmp_path / "proc")).running("FRED") == ()

    def test_what_cannot_be_seen(self, tmp_path: Path) -> None:
        """Vanished, foreign and kernel processes are left out silently; the rest is found."""
        self._process(tmp_path, 1, b"")
        self._process(tmp_path, 2, b"FRED\0-r\0002\0")
        (tmp_path / "3").mkdir()
        self._process(tmp_path, 4, b"FRED\0-d\0o\xff\0", cwd="/data")
        self._process(tmp_path, 5, b"FRED2\0", cwd="/data")
        (tmp_path / "self").symlink_to("4")
        found = ProcProcesses(str(tmp_path)).running("FRED")
        assert found == (Process(4, ("-d", "o\udcff"), "/data"),)

    def _process(self, proc: Path, pid: int, command: bytes, cwd: str = "") -> None:
        (proc / str(pid)).mkdir()
        (proc / str(pid) / "cmdline").write_bytes(command)
        if cwd:
            (proc / str(pid) / "cwd").symlink_to(cwd)
