"""Archives: whole, readable by everybody, the same bytes every time, nothing left behind."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from core.errors import SourceChangedError
from core.ports.packaging import Compression, PackSource
from core.ports.tree import EntryType, TreeEntry
from storage.packing.pack_plan import PIECE
from storage.packing.zip_writer import ZipResultsPackager
from tests.processes import python_outputs
from tests.storage.trees import FILES, contents, ignore, noise, read, source_of, text, write_tree


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "RUN4", FILES)


def _pack(
    *directories: Path, threads: int = 2, compression: Compression = Compression.FAST
) -> bytes:
    sources = [source_of(directory) for directory in directories]
    return read(ZipResultsPackager(threads).pack(sources, ignore, compression))


def _open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def _packer_threads() -> int:
    return sum(thread.name.startswith("packer-") for thread in threading.enumerate())


# --- what is in an archive


def test_members_are_the_tree(run4: Path) -> None:
    """Every file and empty directory comes back, under the name of the source."""
    with zipfile.ZipFile(io.BytesIO(_pack(run4))) as archive:
        assert archive.testzip() is None
        found = {name.removeprefix("RUN4/"): archive.read(name) for name in archive.namelist()}
    assert found == FILES == contents(run4)


def test_members_are_sorted_by_bytes(tmp_path: Path) -> None:
    """The order is that of the bytes of the names, over all sources."""
    names = {"b": b"", "a/b": b"", "a.txt": b"", "é": b"", "Z": b"", "a-": b""}
    runs = [write_tree(tmp_path / name, names) for name in ("RUN5", "RUN4", "RUN10")]
    with zipfile.ZipFile(io.BytesIO(_pack(*runs))) as archive:
        listed = [name.encode() for name in archive.namelist()]
    assert len(listed) == 18
    assert listed == sorted(listed)


def test_sources_are_not_mixed_up(tmp_path: Path) -> None:
    """Files of one name in several sources keep their own contents."""
    runs = [write_tree(tmp_path / f"RUN{n}", {"x": b"%d" % n}) for n in range(5)]
    with zipfile.ZipFile(io.BytesIO(_pack(*runs))) as archive:
        for n in range(5):
            assert archive.read(f"RUN{n}/x") == b"%d" % n


def test_directories_have_no_size(tmp_path: Path) -> None:
    """What a directory occupies on disk is not content."""
    entry = TreeEntry("d", EntryType.DIRECTORY, 4096, 0, 0o755)
    stream = ZipResultsPackager(1).pack([PackSource(str(tmp_path), "RUN4", (entry,))], ignore)
    with zipfile.ZipFile(io.BytesIO(read(stream))) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("RUN4/d/").file_size == stream.summary().raw_bytes == 0


def test_run_without_files(tmp_path: Path) -> None:
    """An empty RUN directory is an archive of one empty directory; no source, an empty one."""
    (tmp_path / "RUN4").mkdir()
    with zipfile.ZipFile(io.BytesIO(_pack(tmp_path / "RUN4"))) as archive:
        assert archive.namelist() == ["RUN4/"]
    with zipfile.ZipFile(io.BytesIO(_pack())) as archive:
        assert archive.namelist() == []


def test_what_does_not_shrink_is_stored(run4: Path) -> None:
    """Small files that do not shrink are stored as they are, others deflated."""
    write_tree(run4, {"noise": noise(1000), "text": text(1000)})
    with zipfile.ZipFile(io.BytesIO(_pack(run4))) as archive:
        methods = {info.filename: info.compress_type for info in archive.infolist()}
    assert methods["RUN4/noise"] == methods["RUN4/one.txt"] == zipfile.ZIP_STORED
    assert methods["RUN4/text"] == methods["RUN4/OUT/large.txt"] == zipfile.ZIP_DEFLATED


def test_times_outside_the_calendar(run4: Path) -> None:
    """Files from before 1970 and after 2107 are packed like any other."""
    for name, seconds in (("one.txt", -86_400), ("empty.txt", 1 << 33)):
        os.utime(run4 / name, (seconds, seconds))
    with zipfile.ZipFile(io.BytesIO(_pack(run4))) as archive:
        assert archive.getinfo("RUN4/one.txt").date_time[0] == 1980
        assert archive.getinfo("RUN4/empty.txt").date_time[0] == 2107


def test_more_members_than_16_bits(tmp_path: Path) -> None:
    """All of seventy thousand members are listed; empty directories need not exist for that."""
    directories = (TreeEntry(f"{n:05}", EntryType.DIRECTORY, 0, 0, 0o755) for n in range(70_000))
    stream = ZipResultsPackager().pack([PackSource("", "RUN4", tuple(directories))], ignore)
    with zipfile.ZipFile(io.BytesIO(read(stream))) as archive:
        assert len(archive.namelist()) == 70_000


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "zipfile", "-t"],
        ["unzip", "-tqq"],
        ["zipinfo", "-v"],
        ["zip", "-Tqq"],
        ["7z", "t"],
        ["bsdtar", "-xOf"],
    ],
    ids=lambda command: command[0].rsplit("/", 1)[-1],
)
def test_other_tools_accept_it(
    run4: Path, tmp_path: Path, command: list[str], compression: Compression
) -> None:
    """The usual tools, where installed, find nothing wrong."""
    (tmp_path / "x.zip").write_bytes(_pack(run4, compression=compression))
    _run_tool([*command, str(tmp_path / "x.zip")])


@pytest.mark.parametrize("compression", Compression)
def test_readable_out_of_a_pipe(run4: Path, compression: Compression) -> None:
    """Who cannot go to the end and read the directory there finds all members too."""
    printed = _run_tool(["bsdtar", "-xOf", "-"], _pack(run4, compression=compression))
    assert printed == b"".join(FILES[name] for name in sorted(FILES, key=os.fsencode))


def _run_tool(command: list[str], archive: bytes = b"") -> bytes:
    try:
        done = subprocess.run(command, input=archive, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"{command[0]} is not installed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"warning" not in done.stderr.lower()
    return done.stdout


# --- the same bytes every time


@pytest.mark.parametrize("compression", Compression)
def test_bytes_do_not_depend_on_threads(run4: Path, compression: Compression) -> None:
    """One, two, four and five threads in processes of their own make the same archive."""
    module = "tests.storage.tree_digest"
    commands = [[module, str(run4), compression, threads] for threads in "1245"]
    here = hashlib.sha256(_pack(run4, compression=compression)).hexdigest()
    assert python_outputs(commands) == [here] * 4


def test_bytes_do_not_depend_on_the_process(run4: Path) -> None:
    """Another process in another time zone and locale makes the same archive."""
    command = ["tests.storage.tree_digest", str(run4), "fast", "2"]
    environment = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONUTF8": "1"}
    here = hashlib.sha256(_pack(run4)).hexdigest()
    assert python_outputs([command], environment) == [here]


@pytest.mark.parametrize("size", [5000, 3 * PIECE])
def test_encoder_names_all_that_decides(tmp_path: Path, size: int) -> None:
    """Archives of two encoders differ, of small files as of large ones, and so do their names."""
    run = write_tree(tmp_path / "RUN4", {"text": text(size)})
    made = dict[str, bytes]()
    packager = ZipResultsPackager()
    for compression in Compression:
        archive = read(packager.pack([source_of(run)], ignore, compression))
        with zipfile.ZipFile(io.BytesIO(archive)) as members:
            assert members.testzip() is None
        made[packager.encoder(compression)] = archive
    assert len(made) == len(set(made.values())) == 2
    for encoder in made:
        assert encoder.startswith("zip1/")
        assert encoder.endswith(f"/chunk{PIECE}")


# --- the summary


def test_summary(run4: Path) -> None:
    """The digest and sizes are those of the bytes that were handed out."""
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    archive = read(stream)
    summary = stream.summary()
    assert summary.sha256 == hashlib.sha256(archive).hexdigest()
    assert summary.stored_bytes == len(archive)
    assert summary.files == len(FILES) - 1
    assert summary.raw_bytes == sum(map(len, FILES.values()))


def test_summary_comes_last(run4: Path) -> None:
    """There is no summary of an archive that was not read to its end."""
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    next(iter(stream))
    with pytest.raises(RuntimeError):
        stream.summary()
    stream.close()


def test_all_bytes_are_reported(run4: Path) -> None:
    """Both ways of reading report every byte of the source, once."""
    packager, counts = ZipResultsPackager(2), list[int]()
    read(packager.pack([source_of(run4)], counts.append))
    assert sum(counts) == sum(map(len, FILES.values()))
    packager.content_id([source_of(run4)], counts.append)
    assert sum(counts) == 2 * sum(map(len, FILES.values()))


@pytest.mark.parametrize("size", [0, 1, 1000, PIECE, PIECE + 1, 5 * PIECE])
def test_size_bound(tmp_path: Path, size: int) -> None:
    """No archive is larger than promised, whatever the content, and not much smaller for noise."""
    names = {"é" * 100 + str(number): noise(number) for number in range(20)}
    run = write_tree(tmp_path / "RUN4", {**names, "n": noise(size), "d/": b"", "t": text(size)})
    sources = [source_of(run)]
    bound = ZipResultsPackager().size_bound(sources)
    assert len(_pack(run)) <= bound <= 2 * size * 1.0003 + 60_000


# --- threads and descriptors


def test_nothing_is_left_after_the_last_block(run4: Path) -> None:
    """A finished archive holds neither threads nor files."""
    before = _open_descriptors()
    _pack(run4)
    assert (_packer_threads(), _open_descriptors()) == (0, before)


def test_closed_in_mid_stream(run4: Path) -> None:
    """Closing ends threads and files at any block, and ends the iteration; again is harmless."""
    before = _open_descriptors()
    blocks = len(list(ZipResultsPackager(3).pack([source_of(run4)], ignore)))
    for stop in range(blocks):
        stream = ZipResultsPackager(3).pack([source_of(run4)], ignore)
        iterator = iter(stream)
        for _ in range(stop):
            next(iterator)
        stream.close()
        stream.close()
        assert (_packer_threads(), _open_descriptors()) == (0, before)


def test_closed_before_it_began(run4: Path) -> None:
    """A stream that nobody read holds nothing, and gives nothing once closed."""
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    stream.close()
    assert _packer_threads() == 0
    with pytest.raises(RuntimeError):
        iter(stream)


def test_nothing_is_left_after_a_failure(run4: Path) -> None:
    """A failing file ends threads and closes files without being asked."""
    before = _open_descriptors()
    sources = [source_of(run4)]
    os.truncate(run4 / "OUT/noise.bin", PIECE + 5)
    with pytest.raises(SourceChangedError):
        read(ZipResultsPackager(2).pack(sources, ignore))
    assert (_packer_threads(), _open_descriptors()) == (0, before)


def test_read_once(run4: Path) -> None:
    """A second iteration is refused instead of giving half an archive."""
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    read(stream)
    with pytest.raises(RuntimeError):
        iter(stream)


@pytest.mark.parametrize("threads", [1, 4])
def test_the_callback_can_stop_it(run4: Path, threads: int) -> None:
    """What the callback raises on a worker arrives at the reader."""

    def stop(count: int) -> None:
        raise InterruptedError("stop")

    packager = ZipResultsPackager(threads)
    with pytest.raises(InterruptedError):
        read(packager.pack([source_of(run4)], stop))
    with pytest.raises(InterruptedError):
        packager.content_id([source_of(run4)], stop)
    assert _packer_threads() == 0


def test_one_failure_among_waiting_pieces(tmp_path: Path) -> None:
    """When one piece fails, threads that wait for their turn after it are sent home."""
    run = write_tree(tmp_path / "RUN4", {"large": text(9 * PIECE)})
    first = threading.Lock()

    def fail_once(count: int) -> None:
        if first.acquire(blocking=False):
            raise InterruptedError("stop")

    with pytest.raises(InterruptedError):
        read(ZipResultsPackager(4).pack([source_of(run)], fail_once))
    assert _packer_threads() == 0
