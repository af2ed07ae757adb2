"""Somebody wants to know what an upload would do before it does it."""

from collections.abc import Mapping
from pathlib import Path

from tests.acceptance.conftest import Command


def contents(folder: Path) -> Mapping[str, bytes]:
    """Of all files, without what a database does by itself while it is read, and without the log."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    quiet = (f for f in files if f.suffix not in {".log", ".db-shm", ".db-wal"})
    return {str(path.relative_to(folder)): path.read_bytes() for path in quiet}


def test_before_anything_is_there(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given three runs, an empty one and a directory that is only nearly called as a run is; no settings, no state
    When their upload is tried dry
    Then it is told what would go where, and why not the others; the exit code is that of the upload; and nothing is
    written, not even a state.
    """
    (fred_out / "RUN8").mkdir()
    (fred_out / "run7").mkdir()
    answer = runferry("upload", fred_out, "--dry-run")
    assert answer.code == 1
    for said in (
        "run 1: would be uploaded (done, 73 files, 3,214,661 B)",
        "run7 is not taken for a run",
        f'3 of 4 runs, 4.0 MiB, to a new job "sample60" in {home}/store',
    ):
        assert said in answer.out
    assert "RUN8 is empty" in answer.err
    told = runferry("upload", fred_out, "--dry-run", "--json").records
    assert [record["would"] for record in told] == ["upload"] * 3 + ["refuse", "leave"]
    assert [told[1][name] for name in ("new_job", "run_id", "state", "files", "bytes")] == [
        "sample60", 2, "done", 72, 471393,
    ]  # fmt: skip
    assert runferry("upload", fred_out / "RUN8", "--dry-run").code == 2
    assert runferry("upload", fred_out / "run7", "--dry-run").code == 2
    assert not home.exists() or contents(home) == {}


def test_what_is_stored_already(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given runs that are stored, of which one has gone on since, and one that is not
    When their upload is tried dry, and one of them for another job
    Then each is told by what is known here; state, cache and store are as they were.
    """
    for number in (1, 2):
        assert runferry("upload", fred_out / f"RUN{number}").code == 0
    (fred_out / "RUN2/more.txt").write_text("more")
    before = contents(home)
    told = runferry("upload", fred_out, "--dry-run", "--json").records
    assert [(r["would"], r["job_id"], r["run_id"]) for r in told] == [
        ("nothing", 1, 1),
        ("new version", 1, 2),
        ("upload", 1, 3),
    ]
    answer = runferry("upload", fred_out / "RUN1", "--dry-run")
    assert (answer.code, "nothing to upload" in answer.out) == (0, True)
    (other,) = runferry(
        "upload", fred_out / "RUN1", "--dry-run", "--json", "--job-id", "7", "--run-id", "5"
    ).records
    assert (other["would"], other["job_id"], other["run_id"]) == ("upload", 7, 5)
    assert contents(home) == before


def test_half_a_run(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a run that has not ended
    When its upload is tried dry
    Then it is told that it would be stored as it is now, and why it is not done.
    """
    (tmp_path / "flu/OUT/RUN1").mkdir(parents=True)
    (tmp_path / "flu/OUT/RUN1/LOG").write_text("day 1\n")
    answer = runferry("upload", tmp_path / "flu/OUT", "--dry-run", "--name", "mine")
    assert answer.code == 0
    assert "as it is now: " in answer.out
    assert 'to a new job "mine"' in answer.out
