"""Files with the process id of a simulation."""

import pytest

from core.finish.pid_file import NamedProcess, PidFile
from core.ports.tree import FileSample, Scan

SCAN = Scan.of("/data/OUT/seed 7", [], "f")


@pytest.mark.parametrize(
    ("text", "pid"),
    [
        (b"4711\n", 4711),
        (b" 4711 node1\r\n", 4711),
        (b"", None),
        (b"\n", None),
        (b"-1", None),
        (b"pid", None),
        (b"\xff\x00", None),
    ],
)
def test_what_it_says(text: bytes, pid: int | None) -> None:
    """Its first word, and when it was written; whatever stands there is no error."""
    sample = FileSample(text, mtime_ns=2_500_000_000)
    found = PidFile("sim.pid").process(SCAN, {"sim.pid": sample})
    assert found == (None if pid is None else NamedProcess(pid, 2.5))


def test_none() -> None:
    """Where the rule names none, and where it is not there yet."""
    assert PidFile("").requests(SCAN) == ()
    assert PidFile("").process(SCAN, {}) is None
    assert PidFile("sim.pid").process(SCAN, {}) is None


def test_beside_the_run() -> None:
    """With the name of the directory."""
    (request,) = PidFile("../{run}.pid").requests(SCAN)
    assert request.path == "../seed 7.pid"
