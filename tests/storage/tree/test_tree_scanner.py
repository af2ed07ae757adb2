"""Scanning real directories."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InvalidResultsDirectoryError
from core.kinds.built_in_kinds import ANY
from core.ports.tree import EntryType, SampleRequest, Scan, may_be_alike
from storage.tree.tree_scanner import FileTreeScanner
from tests.deep_tree import chain

SCANNER = FileTreeScanner()


def tree(root: Path, *files: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def scanned(path: Path) -> Scan:
    scan = SCANNER.scan(str(path))
    assert scan is not None
    return scan


def names(paths: list[str] | tuple[str, ...], root: Path) -> list[str]:
    return [os.path.relpath(path, root) for path in paths]


def test_finds_runs_at_any_depth_in_natural_order(tmp_path: Path) -> None:
    """RUN9 comes before RUN10; other names are no runs; runs inside runs are content."""
    tree(
        tmp_path,
        "OUT/RUN10/a",
        "OUT/RUN9/a",
        "RESULTS/JOB/1/OUT/RUN1/RUN2/a",
        "OUT/RUN_ERROR/a",
        "OUT/run3/a",
    )
    found = names(SCANNER.find_runs(str(tmp_path)).runs, tmp_path)
    assert found == ["OUT/RUN9", "OUT/RUN10", "RESULTS/JOB/1/OUT/RUN1"]


def test_root_may_be_a_run(tmp_path: Path) -> None:
    """A RUN directory that is named is the run."""
    run = tree(tmp_path, "RUN4/out.csv") / "RUN4"
    assert SCANNER.find_runs(f"{run}/")[:2] == ((str(run),), {})


def test_dot_directories_and_links_are_not_entered(tmp_path: Path) -> None:
    """fred_job compiles in .tmp_dir-*/RUN1; links may lead anywhere, even in circles."""
    tree(tmp_path, ".tmp_dir-1/RUN1/a", "OUT/RUN1/a")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "RUN7").symlink_to(tmp_path / "OUT/RUN1")
    assert names(SCANNER.find_runs(str(tmp_path)).runs, tmp_path) == ["OUT/RUN1"]


def test_linked_root_keeps_its_name(tmp_path: Path) -> None:
    """Everything is known by the path that somebody named."""
    tree(tmp_path, "real/RUN1/a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert SCANNER.find_runs(str(tmp_path / "link")).runs == (str(tmp_path / "link/RUN1"),)
    assert SCANNER.real(str(tmp_path / "link/RUN1")) == str(tmp_path / "real/RUN1")


def test_links_to_runs_and_to_trees_are_followed(tmp_path: Path) -> None:
    """As on clusters: what lies elsewhere is named by its path here, and can be looked at."""
    tree(tmp_path, "scratch/OUT/RUN1/a", "scratch/OUT/run_4/RUN7/a", "proj/RUN5/a")
    proj = tmp_path / "proj"
    (proj / "OUT").symlink_to(tmp_path / "scratch/OUT")
    (proj / "RUN2").symlink_to(tmp_path / "scratch/OUT/RUN1")
    found = SCANNER.find_runs(str(proj))
    assert names(found.runs, proj) == ["OUT/RUN1", "OUT/run_4", "RUN2", "RUN5"]
    assert found.linked == {str(proj / name) for name in ("OUT/RUN1", "OUT/run_4", "RUN2")}
    scan = SCANNER.scan(str(proj / "RUN2"))
    assert scan is not None
    assert (scan.path, scan.files, scan.problems) == (str(proj / "RUN2"), 1, ())


def test_links_within_the_tree_are_no_second_runs(tmp_path: Path) -> None:
    """To a run, into one, to what holds some, back up, to itself, and to nowhere: loops end."""
    tree(tmp_path, "OUT/RUN5/checkpoint/a", ".store/RUN8/a")
    out = tmp_path / "OUT"
    for name, target in {
        "latest": "RUN5",
        "RUN6": "RUN5",
        "RUN7": "RUN5/checkpoint",
        "up": "..",
        "RUN9": "..",
        "self": "self",
        "RUN10": "nowhere",
        "RUN8": "../.store/RUN8",
        "RUN80": "../.store/RUN8",
    }.items():
        (out / name).symlink_to(target)
    (tmp_path / "again").symlink_to("OUT")
    assert names(SCANNER.find_runs(str(tmp_path)).runs, tmp_path) == ["OUT/RUN5", "OUT/RUN8"]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_no_directory(tmp_path: Path, name: str) -> None:
    """Missing, or a file: said with the path and what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(InvalidResultsDirectoryError, match=name) as caught:
        SCANNER.find_runs(str(tmp_path / name))
    assert caught.value.todo


def test_scan_counts_and_sorts(tmp_path: Path) -> None:
    """Entries by path; only files have sizes; empty directories count."""
    tree(tmp_path, "b/2", "a", "b.txt")
    (tmp_path / "empty").mkdir()
    scan = scanned(tmp_path)
    assert [entry.path for entry in scan.entries] == ["a", "b", "b.txt", "b/2", "empty"]
    assert (scan.files, scan.bytes) == (3, len("a") + len("b.txt") + len("b/2"))
    assert scan.complete


def test_scan_of_nothing(tmp_path: Path) -> None:
    """A directory that is gone is None, not an error."""
    assert SCANNER.scan(str(tmp_path / "gone")) is None


@pytest.mark.parametrize(("levels", "name"), [(1200, "d"), (60, "n" * 200)])
def test_deep_directories(tmp_path: Path, levels: int, name: str) -> None:
    """More levels than descriptors or stack frames, a path longer than any system call takes."""
    tree(tmp_path, "a/1", "z/2")
    before = len(os.listdir("/dev/fd"))
    with chain(tmp_path / "a", levels, name):
        scan = scanned(tmp_path)
    assert len(os.listdir("/dev/fd")) == before
    assert scan.complete
    deepest = f"a/{name}" + f"/{name}" * (levels - 1) + "/leaf"
    assert {path for path, _ in scan.file_times()} == {"a/1", "z/2", deepest}
    assert len(scan.names) == levels + 5


def test_too_deep_to_be_looked_at(tmp_path: Path) -> None:
    """What no archive could hold is a problem of that run, told in one line of bearable length."""
    tree(tmp_path, "a", "z/2")
    with chain(tmp_path, 90, "n" * 200):
        scan = scanned(tmp_path)
    assert {path for path, _ in scan.file_times()} == {"a", "z/2"}
    (problem,) = scan.problems
    assert problem.endswith(": too deep to be looked at")
    assert len(problem) < 300


def test_runs_beside_a_deep_tree(tmp_path: Path) -> None:
    """RUN directories are found however deep the directories beside them are."""
    tree(tmp_path, "OUT/RUN1/a")
    with chain(tmp_path):
        assert names(SCANNER.find_runs(str(tmp_path)).runs, tmp_path) == ["OUT/RUN1"]


def test_special_entries_are_named_not_opened(tmp_path: Path) -> None:
    """A FIFO would block whoever opens it; links are recorded as links."""
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "sock"))
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "linked").symlink_to("/etc", target_is_directory=True)
    kinds = {entry.path: entry.type for entry in scanned(tmp_path).entries}
    assert kinds == {
        "dangling": EntryType.SYMLINK,
        "fifo": EntryType.SPECIAL,
        "linked": EntryType.SYMLINK,
        "sock": EntryType.SPECIAL,
    }


def test_odd_names_and_times(tmp_path: Path) -> None:
    """Newlines, brackets, invalid UTF-8 and the year 1970 are only bytes and numbers."""
    for name in (b"new\nline", b"[red]", b"bad\xff", "é".encode()):
        (tmp_path / os.fsdecode(name)).touch()
    os.utime(tmp_path / "[red]", ns=(0, 0))
    paths = {os.fsencode(entry.path) for entry in scanned(tmp_path).entries}
    assert paths == {b"new\nline", b"[red]", b"bad\xff", "é".encode()}


@pytest.mark.parametrize("change", ["append", "touch", "rename", "remove", "add"])
def test_fingerprint_sees_every_change(tmp_path: Path, change: str) -> None:
    """Path, size or time of any file."""
    tree(tmp_path, "a/1", "b")
    before = scanned(tmp_path).fingerprint
    assert scanned(tmp_path).fingerprint == before
    target = tmp_path / "a/1"
    if change == "append":
        stat = target.stat()
        target.write_text("longer")
        os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    elif change == "touch":
        os.utime(target, ns=(1, 1))
    elif change == "rename":
        target.rename(tmp_path / "a/2")
    elif change == "remove":
        target.unlink()
    else:
        (tmp_path / "a/empty").touch()
    after = scanned(tmp_path).fingerprint
    assert after != before
    assert may_be_alike(after, before) is (change == "touch")


def test_a_link_led_elsewhere(tmp_path: Path) -> None:
    """Another target of the same length, at the same time, is another content."""
    looks: list[Scan] = []
    for target in ("out.1", "out.2"):
        (tmp_path / "latest").unlink(missing_ok=True)
        (tmp_path / "latest").symlink_to(target)
        os.utime(tmp_path / "latest", ns=(7, 7), follow_symlinks=False)
        looks.append(scanned(tmp_path))
    assert [look.targets for look in looks] == [{"latest": "out.1"}, {"latest": "out.2"}]
    assert not may_be_alike(*(look.fingerprint for look in looks))


def test_fingerprint_tells_types_apart(tmp_path: Path) -> None:
    """An empty file, a directory, a link and a FIFO of one name are four things."""
    for place in ("file", "directory", "link", "fifo"):
        (tmp_path / place).mkdir()
    (tmp_path / "file/it").touch()
    (tmp_path / "directory/it").mkdir()
    (tmp_path / "link/it").symlink_to("x")
    os.mkfifo(tmp_path / "fifo/it")
    for it in tmp_path.glob("*/it"):
        os.utime(it, ns=(7, 7), follow_symlinks=False)
    assert len({scanned(place).fingerprint for place in tmp_path.iterdir()}) == 4


def test_permissions_are_no_change(tmp_path: Path) -> None:
    """A run whose files were made read-only after it was stored is still what was stored."""
    tree(tmp_path, "a/1")
    before = scanned(tmp_path).fingerprint
    (tmp_path / "a/1").chmod(0o400)
    assert scanned(tmp_path).fingerprint == before


@pytest.mark.parametrize("seconds", [-(10**9), 2**33, 10**10])
def test_times_that_no_clock_shows(tmp_path: Path, seconds: int) -> None:
    """Any file time is only a number."""
    tree(tmp_path, "a")
    os.utime(tmp_path / "a", (seconds, seconds))
    (entry,) = scanned(tmp_path).entries
    assert entry.mtime_ns == (tmp_path / "a").stat().st_mtime_ns
    before = scanned(tmp_path).fingerprint
    os.utime(tmp_path / "a", (seconds - 1, seconds - 1))
    assert scanned(tmp_path).fingerprint != before


def test_file_times(tmp_path: Path) -> None:
    """Of regular files only: what a rule compares."""
    tree(tmp_path, "b/2", "a")
    os.utime(tmp_path / "a", ns=(7, 7))
    (tmp_path / "link").symlink_to("a")
    times = dict(scanned(tmp_path).file_times())
    assert set(times) == {"a", "b/2"}
    assert times["a"] == 7


def test_what_cannot_be_looked_into_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs below it are not gone; those beside it are found."""
    tree(tmp_path, "A/RUN1/a", "B/RUN2/a")
    real, locked = os.scandir, str(tmp_path / "A")

    def scandir(path: str) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = SCANNER.find_runs(str(tmp_path))
    assert names(found.runs, tmp_path) == ["B/RUN2"]
    assert found.problems == {locked: "Permission denied"}


def test_device_of_what_is_gone(tmp_path: Path) -> None:
    """What is left of the way to it answers for it."""
    here = tmp_path.stat().st_dev
    assert SCANNER.device(str(tmp_path)) == here
    assert SCANNER.device(str(tmp_path / "OUT/RUN1")) == here
    assert SCANNER.device("/proc/no/such/RUN1") == os.stat("/proc").st_dev


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_directory_is_a_problem(tmp_path: Path) -> None:
    """What could not be seen is said."""
    tree(tmp_path, "a/1").joinpath("a").chmod(0)
    try:
        assert not scanned(tmp_path).complete
    finally:
        (tmp_path / "a").chmod(0o700)


@pytest.mark.parametrize(("exclude", "complete"), [(("priv/",), True), ((), False)])
def test_an_excluded_directory_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exclude: tuple[str, ...], complete: bool
) -> None:
    """Nobody is to read it: it keeps nothing from being stored."""
    tree(tmp_path, "out", "priv/x")
    real = os.open

    def opened(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == "priv":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", opened)
    scan = FileTreeScanner(lambda path: replace(ANY, exclude=exclude)).scan(str(tmp_path))
    assert scan
    assert scan.complete is complete
    assert {entry.path for entry in scan.entries} == {"out", "priv"}


def test_path_longer_than_the_limit(tmp_path: Path) -> None:
    """Directory descriptors reach files whose path no system call would take."""
    here = os.open(tmp_path, os.O_RDONLY)
    depth = 25
    try:
        for _ in range(depth):
            os.mkdir("d" * 200, dir_fd=here)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(os.open("deep", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    scan = scanned(tmp_path)
    assert (scan.files, len(scan.entries), scan.complete) == (1, depth + 1, True)


def test_samples(tmp_path: Path) -> None:
    """Head, tail and lines of what is there and regular, or is a link to it; paths may lead above the run."""
    run = tmp_path / "OUT/RUN1"
    run.mkdir(parents=True)
    (run / "out.csv").write_text("one\ntwo\nthree")
    (tmp_path / "OUT/errors.txt").write_text("bad")
    os.mkfifo(run / "fifo")
    (run / "link").symlink_to("out.csv")
    for name, target in (("odd", "fifo"), ("nowhere", "nothing")):
        (run / name).symlink_to(target)
    samples = SCANNER.sample(
        str(run),
        [
            SampleRequest("out.csv", head=3, tail=2, count_lines=True),
            SampleRequest("../errors.txt", head=100),
            SampleRequest("fifo", head=1),
            *(SampleRequest(name, head=1) for name in ("link", "odd", "nowhere")),
            SampleRequest("missing", head=1),
        ],
    )
    assert set(samples) == {"out.csv", "../errors.txt", "link"}
    assert (samples["link"].head, samples["link"].size) == (b"o", 13)
    assert samples["out.csv"].head == b"one"
    assert samples["out.csv"].tail == b"ee"
    assert samples["out.csv"].lines == 2
    assert samples["../errors.txt"].head == b"bad"
