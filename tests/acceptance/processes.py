"""`runferry` as a process of its own."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

PATIENCE = 60.0
_HOME = Path(__file__).parents[2]
_CTRL_C = b"\x03"


class RunFerryProcess:
    """A command line that runs; its JSON lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[bytes]", errors: IO[bytes]) -> None:
        assert process.stdout
        self.pid = process.pid
        self._process = process
        self._output = process.stdout
        self._errors = errors
        self._rest = b""

    def wait_for(
        self, *events: str, patience: float = PATIENCE, **fields: object
    ) -> dict[str, Any]:
        """The next event of one of these kinds; others are passed over."""
        deadline = time.monotonic() + patience
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                record: dict[str, Any] = json.loads(line)
                if record["event"] in events and fields.items() <= record.items():
                    return record
                continue
            ready, _, _ = select.select([self._output], [], [], deadline - time.monotonic())
            assert ready, f"no {events} within {patience} s"
            more = os.read(self._output.fileno(), 65536)
            assert more, f"ended without {events}: {self.errors}"
            self._rest += more

    def line(self, patience: float = PATIENCE) -> str:
        """The next one, whatever it is."""
        deadline = time.monotonic() + patience
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._output], [], [], deadline - time.monotonic())
            more = os.read(self._output.fileno(), 65536) if ready else b""
            assert more, f"no line: {self.errors}"
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def signal(self, number: signal.Signals) -> None:
        """To this process only."""
        self._process.send_signal(number)

    def close_output(self) -> None:
        """As `head` does when it has seen enough."""
        self._output.close()

    def wait(self) -> int:
        """The exit code; the rest of its output is lost."""
        return self._process.wait(PATIENCE)

    @property
    def errors(self) -> str:
        """What it said on stderr so far."""
        self._errors.seek(0)
        return self._errors.read().decode()

    def end(self) -> None:
        """However it ended, it is gone."""
        self._process.kill()
        self._process.wait()
        self._output.close()


@contextmanager
def runferry_process(*arguments: str | Path) -> Generator[RunFerryProcess]:
    """Starts `runferry` with the environment of this process."""
    # A shell that runs tests in the background has them ignore ctrl+c, and so would their children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *arguments],
            cwd=_HOME,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        running = RunFerryProcess(process, errors)
        try:
            yield running
        finally:
            running.end()


def runferry_asks(question: str, keys: bytes, *arguments: str | Path) -> tuple[int, str]:
    """Exit code, and all that a terminal shows, of a command whose question these keys answer.

    Ctrl+c is pressed until it is heard, as a person does: one that comes in the moment before
    Python's input waits is not acted upon before the next key.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # see above
    shown = bytearray()
    ended = threading.Event()

    def press(terminal: int) -> None:
        os.write(terminal, keys)
        while keys == _CTRL_C and not ended.wait(1):
            with suppress(OSError):  # it has ended meanwhile
                os.write(terminal, keys)
        os.close(terminal)

    def read(terminal: int) -> bytes:
        more, asked = os.read(terminal, 65536), question.encode() in shown
        shown.extend(more)
        if question.encode() in shown and not asked:
            presses.append(threading.Thread(target=press, args=(os.dup(terminal),)))
            presses[0].start()
        return more

    presses: list[threading.Thread] = []
    with chdir(_HOME):
        status = pty.spawn([sys.executable, "-m", "tui", *map(str, arguments)], read)
    ended.set()
    for pressing in presses:
        pressing.join()
    return os.waitstatus_to_exitcode(status), shown.decode()


def runferry_converses(
    answers: Sequence[tuple[str, bytes]], *arguments: str | Path
) -> tuple[int, str]:
    """The same of several questions, in this order: each is answered when it is shown."""
    shown, answered = bytearray(), 0
    left = list(answers)

    def read(terminal: int) -> bytes:
        nonlocal answered
        more = os.read(terminal, 65536)
        shown.extend(more)
        if left and (at := shown.find(left[0][0].encode(), answered)) >= 0:
            answered = at + 1
            os.write(terminal, left.pop(0)[1])
        return more

    with chdir(_HOME):
        status = pty.spawn([sys.executable, "-m", "tui", *map(str, arguments)], read)
    assert not left, f"never asked: {left}, but {shown.decode()}"
    return os.waitstatus_to_exitcode(status), shown.decode()
