"""A real child: what it gets, and what becomes of one that fails or does not end."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import NotifyError
from storage.machine.child_program import ChildNotifyProgram

SAVE = "import json, os, sys; p = sys.argv[1]; open(p, 'w').write(json.dumps([sys.stdin.read(), dict(os.environ), os.getcwd()]))"


def test_what_it_gets(tmp_path: Path) -> None:
    """The text as it is, the facts, and nothing that a secret may be in."""
    import json

    environ = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/ada",
        "LC_ALL": "C.UTF-8",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
        "MY_TOKEN": "very-secret",
    }
    got = tmp_path / "got; rm -rf $HOME"
    program = ChildNotifyProgram([sys.executable, "-c", SAVE, str(got)], environ)
    program.begin("Subject: ü\n\nbody\n", {"RUNFERRY_EVENT": "done"}).wait()
    text, variables, cwd = json.loads(got.read_text())
    assert text == "Subject: ü\n\nbody\n"
    assert variables["RUNFERRY_EVENT"] == "done"
    assert variables["HOME"] == "/home/ada"
    assert not {"AWS_SECRET_ACCESS_KEY", "MY_TOKEN"} & variables.keys()
    assert cwd == "/"


def test_reads_nothing() -> None:
    """That is no failure."""
    ChildNotifyProgram(["true"], {"PATH": "/usr/bin:/bin"}).begin("text" * 1000, {}).wait()


def test_fails() -> None:
    """What it said is told, redacted."""
    said = "import sys; sys.exit('no relay for AKIAIOSFODNN7EXAMPLE')"
    program = ChildNotifyProgram([sys.executable, "-c", said], {})
    with pytest.raises(NotifyError, match="failed with 1: no relay for") as caught:
        program.begin("", {}).wait()
    assert "AKIAIOSFODNN7EXAMPLE" not in str(caught.value)


def test_is_not_there() -> None:
    """Which is told by its name."""
    with pytest.raises(NotifyError, match="No such file or directory: /nowhere/mail"):
        ChildNotifyProgram(["/nowhere/mail"], {}).begin("", {})


def test_does_not_end(tmp_path: Path) -> None:
    """It is ended, with what it has begun."""
    ready = tmp_path / "ready"
    script = f"sleep 3600 & echo $! > {ready}; wait"
    told = ChildNotifyProgram(["sh", "-c", script], {"PATH": "/usr/bin:/bin"}, 0.1).begin("", {})
    wait_until(lambda: ready.exists() and ready.read_text().endswith("\n"))
    with pytest.raises(NotifyError, match="had not ended"):
        told.wait()
    status = Path(f"/proc/{ready.read_text().strip()}/stat")
    wait_until(lambda: not status.exists() or " Z " in status.read_text())


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
