"""Server programs that end with the test run, however that ends."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from socket import socket
from typing import Self
from urllib.parse import urlsplit

_START_SECONDS = 120
_PROJECT = Path(__file__).parents[2]
# Its standard input closes with the process that started it.
_GUARD = """
import json, subprocess, sys
servers = [subprocess.Popen(command, stdin=subprocess.DEVNULL) for command in json.loads(sys.argv[1])]
sys.stdin.read()
for server in servers:
    server.terminate()
for server in servers:
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
"""


class GuardedServers:
    """Runs programs while the block lasts; the block begins when they, called `what`, are `ready`."""

    def __init__(
        self,
        commands: Sequence[Sequence[str]],
        *,
        what: str,
        ready: Callable[[], bool],
        directory: Path,
        environ: Mapping[str, str],
    ) -> None:
        self._commands = commands
        self._what = what
        self._ready = ready
        self._directory = directory
        self._environ = environ
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            log = stack.enter_context((self._directory / "servers.log").open("wb"))
            guard = subprocess.Popen(
                [sys.executable, "-c", _GUARD, json.dumps(self._commands)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                env=dict(self._environ),
                start_new_session=True,
            )
            stack.callback(guard.communicate)  # closes its input, waits for its end
            self._wait_for_answer(guard)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _wait_for_answer(self, guard: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _START_SECONDS
        while guard.poll() is None and time.monotonic() < deadline:
            if self._ready():
                return
            time.sleep(0.05)
        log = (self._directory / "servers.log").read_text(errors="replace")
        raise RuntimeError(f"{self._what} does not answer: {log[-4000:]}")


def server_python(name: str) -> Path | None:
    """The interpreter of the server's own environment, which `make acceptance` makes."""
    python = _PROJECT / ".servers" / name / "bin" / "python"
    return python if (python.parents[1] / ".installed").exists() else None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether it does, with 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
