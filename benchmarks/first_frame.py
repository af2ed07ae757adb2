"""From exec to the first frame of the app in a real terminal of 80x24. Budget: 400 ms."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from statistics import median

ROUNDS = 9
PATIENCE = 10.0
MARK = b"Transfers"
PEER = """
from textual.app import App
from textual.widgets import Static
class Peer(App):
    def compose(self):
        yield Static("Transfers")
Peer().run()
"""


def seconds_to_mark(run: Callable[[], None]) -> float:
    """Runs `run` in a child on a pty and waits for the mark in what it draws."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        run()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        drawn = b""
        while MARK not in drawn:
            left = PATIENCE - (time.perf_counter() - start)
            if left <= 0 or not select.select([terminal], [], [], left)[0]:
                raise SystemExit("no frame was drawn")
            drawn += os.read(terminal, 65536)
        return time.perf_counter() - start
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    """Prints both medians and their ratio; the peer is one Static."""
    with tempfile.TemporaryDirectory() as directory:
        environ = {**os.environ, "TERM": "xterm-256color", "RUNFERRY_HOME": f"{directory}/home"}
        app = [sys.executable, "-m", "tui", directory]
        peer = [sys.executable, "-c", PEER]
        times: dict[str, list[float]] = {"runferry": [], "one Static": []}
        for _ in range(ROUNDS):
            for name, command in (("runferry", app), ("one Static", peer)):
                times[name].append(seconds_to_mark(lambda c=command: os.execve(c[0], c, environ)))
    print(f"\nfirst frame  ({ROUNDS} rounds, medians)")
    for name, found in times.items():
        ratio = median(t / o for t, o in zip(found, times["runferry"], strict=True))
        print(f"  {name:<12} {median(found) * 1000:6.0f} ms x{ratio:.2f}")


if __name__ == "__main__":
    main()
