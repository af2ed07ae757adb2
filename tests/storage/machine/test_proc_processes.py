"""Live processes of this host."""

import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.ports.processes import Process
from storage.machine.proc_processes import ProcProcesses
from tests.processes import program, running

SLEEP = shutil.which("sleep") or "sleep"


def seen(program: str, proc: str = "/proc") -> list[Process]:
    """Whatever their birth: no test knows it."""
    return [replace(found, birth="") for found in ProcProcesses(proc).running(program)]


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
        expected = Process(pid, ("60", "0"), str(tmp_path / "real"), fred.name)
        assert seen(fred.name) == [expected]
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
        found = seen(script.name)
    assert found == [Process(pid, ("-d", "OUT"), str(tmp_path), script.name)]


@pytest.mark.parametrize(
    ("options", "program"),
    [
        ([], "{script}"),
        (["-E", "-W", "ignore"], "{script}"),
        (["-u"], "python"),
        ([], "sim*-of-*"),
    ],
)
def test_the_script_of_an_interpreter(
    tmp_path: Path, script: Path, options: list[str], program: str
) -> None:
    """`python sim.py --out RUN1`: found by the script, by a pattern, and as python of any version."""
    script.write_text("input()")
    command = ["/usr/bin/python3.11", *options, str(script), "--out=RUN1"]
    with running(command, tmp_path, sys.executable) as pid:
        found = [p for p in seen(program.format(script=script.name)) if p.pid == pid]
    assert [process.arguments[-1] for process in found] == ["--out=RUN1"]


def test_a_script_that_is_only_an_argument(tmp_path: Path, script: Path) -> None:
    """What another script reads does not run."""
    other = tmp_path / "other.py"
    other.write_text("input()")
    with running(["python3", str(other), str(script)], tmp_path, sys.executable):
        assert seen(script.name) == []


@pytest.mark.parametrize("options", [["-c"], ["-ec"]])
def test_the_text_of_a_shell(tmp_path: Path, script: Path, options: list[str]) -> None:
    """`sh -c "lmp -in x; python after.py"` is not called lmp, though its text begins so."""
    text = f"{script.name} -in x > y; read line"
    with running(["bash", *options, text], tmp_path, "/bin/bash"):
        assert [p for p in seen(f"{script.name}*") if p.program.startswith(script.name)] == []


def test_an_editor_is_not_the_program(tmp_path: Path, script: Path) -> None:
    """Having the program as its argument makes no simulation."""
    with running(["editor", str(script)], tmp_path, "/bin/sh"):
        assert ProcProcesses().running(script.name) == ()


class TestEnd:
    """That a process has ended is said when it is certain."""

    def test_lives_and_ends(self, tmp_path: Path, fred: Path) -> None:
        """Also while nobody has asked how it ended; a process that others were is none of them."""
        processes = ProcProcesses()
        with running([str(fred), "60"], tmp_path) as pid:
            (process,) = processes.running(fred.name)
            host, start, began = process.birth.split(" ")
            assert not processes.has_ended(process)
            assert processes.has_ended(replace(process, birth=f"{host} {start} {int(began) - 1}"))
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            assert processes.has_ended(process)
        assert processes.has_ended(process)

    def test_of_other_hosts_and_times(self, tmp_path: Path, fred: Path) -> None:
        """Nothing is known of those of another host; none outlives the start of its own."""
        processes = ProcProcesses()
        with running([str(fred), "60"], tmp_path):
            (process,) = processes.running(fred.name)
        _, start, began = process.birth.split(" ")
        for other in ("elsewhere", f"{process.birth.partition('/')[0]}/pid:[1]"):
            assert not processes.has_ended(replace(process, birth=f"{other} {start} {began}"))
        assert not processes.has_ended(replace(process, birth=""))
        with running([str(fred), "60"], tmp_path):
            (process,) = processes.running(fred.name)
            host, _, began = process.birth.split(" ")
            assert processes.has_ended(replace(process, birth=f"{host} earlier {began}"))

    def test_nobody_can_be_seen(self, tmp_path: Path) -> None:
        """Where there is no `/proc` any more, nothing has ended."""
        (process,) = [p for p in ProcProcesses().running("python") if p.pid == os.getpid()]
        assert not ProcProcesses(str(tmp_path / "proc")).has_ended(process)


class TestById:
    """Of a pid file."""

    def test_it_lives(self, tmp_path: Path, fred: Path) -> None:
        """It is the one that had the id when the file was written, and can be asked for its end."""
        processes = ProcProcesses()
        with running([str(fred), "60"], tmp_path) as pid:
            found = processes.of_id(pid, time.time())
            assert found
            assert (found.pid, found.program) == (pid, fred.name[:15])
            assert not processes.has_ended(found)
        assert processes.has_ended(found)
        assert processes.of_id(pid, time.time()) is None

    def test_another_has_its_id(self, tmp_path: Path, fred: Path) -> None:
        """One that began after the file was written did not write it."""
        with running([str(fred), "60"], tmp_path) as pid:
            assert ProcProcesses().of_id(pid, time.time() - 3600) is None

    def test_no_such_id(self) -> None:
        """Whatever number stands in the file."""
        assert ProcProcesses().of_id(2**70, time.time()) is None
        assert ProcProcesses().of_id(-1, time.time()) is None


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
        found = seen("FRED", str(tmp_path))
        assert found == [Process(4, ("-d", "o\udcff"), "/data", "FRED")]

    def _process(self, proc: Path, pid: int, command: bytes, cwd: str = "") -> None:
        (proc / str(pid)).mkdir()
        (proc / str(pid) / "cmdline").write_bytes(command)
        (proc / str(pid) / "stat").write_text(f"{pid} (a ) b) S" + 30 * " 7")
        if cwd:
            (proc / str(pid) / "cwd").symlink_to(cwd)
