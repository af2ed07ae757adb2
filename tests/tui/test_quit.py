"""However RunFerry ends, the terminal and the queue are left in order."""

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.threads import Deadline
from core.upload.upload_request import UploadRequest
from tui.composition.options import Options
from tui.composition.session import Session
from tui.demo.plan import DemoPlan
from tui.demo.simulation import DemoSimulation

OPEN = {"agent", "transfer-1", "transfer-2", "run-watch", "watcher", "store-look", "demo-runs-0"}


def running() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def wait_until(condition: Callable[[], bool]) -> None:
    """Up to thirty seconds."""
    for _ in range(6000):
        if condition():
            return
        threading.Event().wait(0.005)
    pytest.fail("the condition did not come true")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[Deadline, float]:
    """The seconds that this thread may have waited, had nothing ended; it does not really wait.

    Whatever waits for threads, or for what they hold, waits for a deadline only.
    """
    seconds = dict[Deadline, float]()
    left = Deadline.left

    def counted(deadline: Deadline) -> float:
        if threading.current_thread() is not threading.main_thread():
            return left(deadline)
        seconds.setdefault(deadline, left(deadline))
        return 0.0

    monkeypatch.setattr(Deadline, "left", counted)
    return seconds


def screen_until(terminal: int, wanted: bytes, seen: bytes = b"") -> bytes:
    """Everything that the app draws until `wanted` is part of it."""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, f"{wanted!r} was never drawn"
        seen += os.read(terminal, 65536)
    return seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_given_back(tmp_path: Path, number: signal.Signals) -> None:
    """A session manager that ends the app leaves a shell that can be typed into."""
    (tmp_path / "tree/RUN1").mkdir(parents=True)
    environ = {**os.environ, "RUNFERRY_HOME": str(tmp_path / "home"), "TERM": "xterm-256color"}
    terminal, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    command = [sys.executable, "-m", "tui", str(tmp_path / "tree")]
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True
    ) as process:
        seen = screen_until(terminal, b"RUN1")
        process.send_signal(number)
        screen_until(terminal, b"\x1b[?1049l", seen)
        while process.poll() is None:
            select.select([terminal], [], [], 0.1)
            os.set_blocking(terminal, False)
            try:
                os.read(terminal, 65536)
            except BlockingIOError:
                continue
    assert process.returncode == 128 + number
    assert termios.tcgetattr(slave) == before
    os.close(terminal)
    os.close(slave)


@pytest.fixture
def session(tmp_path: Path, mute_store: socket.socket) -> Iterator[Session]:
    """On a store that takes every request and answers none, which its threads see end at last."""
    environ = {**os.environ, "RUNFERRY_HOME": str(tmp_path / "home")}
    yield Session(Options(bucket="s3://lab"), environ)
    mute_store.close()


def test_two_seconds_in_all(tmp_path: Path, session: Session, asked: dict[Deadline, float]) -> None:
    """Two uploads, a question to the store, a watch and a demo are open; some of it does not end."""
    simulation = DemoSimulation(tmp_path / "demo", DemoPlan(runs=2, seconds_per_run=3600))
    with session:
        simulation.start()
        services = session.app_services([str(tmp_path)])
        services.start()
        services.store_watch.ask()
        for number in (1, 2):
            run = tmp_path / f"OUT{number}/RUN1"
            run.mkdir(parents=True)
            (run / "out.csv").write_text("Day")
            services.transfers.submit(UploadRequest(str(run)))
        wait_until(lambda: running() >= OPEN)
        wait_until(lambda: session.store_waits.describe() != "")
        wait_until(lambda: bool(session.activity_log.after(0)))
        simulation.stop()
        simulation.join(session.quitting)
    assert session.quitting in asked
    assert sum(asked.values()) <= 2
    assert running() >= {"transfer-1", "transfer-2", "store-look"}
