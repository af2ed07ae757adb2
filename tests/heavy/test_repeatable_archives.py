"""The same bytes for the same tree, at sizes where one stream in ten thousand would show."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ports.packaging import Compression
from tests.processes import python_outputs
from tests.storage.trees import text

_STREAMS = "50000"
_BLOCK = 16 << 20
_LARGE = 512 << 20
_COPIES = 21
_FREE = 2 << 30


@pytest.fixture(scope="module")
def run10g(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A RUN directory of more than 10 GB, most of them one file under several names."""
    top = tmp_path_factory.mktemp("large")
    if shutil.disk_usage(top).free < _FREE:
        pytest.skip(f"less than {_FREE >> 30} GiB free in {top}")
    run = top / "RUN4"
    run.mkdir()
    _write_large(run / "day00.csv")
    for copy in range(1, _COPIES):
        os.link(run / "day00.csv", run / f"day{copy:02}.csv")
    for number in range(3000):
        (run / f"small{number}.txt").write_bytes(text(2000 + number, number))
    yield run
    shutil.rmtree(top)


def _write_large(path: Path) -> None:
    """No two pieces of it are equal."""
    block = text(_BLOCK)
    with path.open("wb") as file:
        for number in range(_LARGE // _BLOCK):
            cut = number * 4099
            file.write(b"%d\n" % number + block[cut:] + block[:cut])


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("size", ["8192", "65536"])
def test_same_streams_in_every_process(compression: Compression, size: str) -> None:
    """Fifty thousand streams come out equal in each of three processes."""
    command = ["tests.storage.stream_digest", compression, _STREAMS, size]
    assert len(set(python_outputs([command] * 3))) == 1


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("compression", Compression)
def test_same_archive_for_any_number_of_threads(run10g: Path, compression: Compression) -> None:
    """One, two and four threads make the same archive of more than 10 GB, each in a process."""
    assert sum(entry.stat().st_size for entry in os.scandir(run10g)) > 10 * 10**9
    module = "tests.storage.tree_digest"
    commands = [[module, str(run10g), compression, threads] for threads in "124"]
    assert len(set(python_outputs(commands))) == 1
