"""A full disk: what is in the store goes from this machine, and nothing else does."""

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_asks, runferry_process
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def change_one_byte(file: Path) -> None:
    """And put its times back."""
    before = file.stat()
    data = file.read_bytes()
    file.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def tree_of(run: Path) -> dict[str, bytes]:
    """Its files."""
    files = (path for path in run.rglob("*") if path.is_file())
    return {str(path.relative_to(run)): path.read_bytes() for path in files}


def listed(runferry: Command) -> list[dict[str, Any]]:
    """What is stored of job 1."""
    return runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records


def outcomes(runferry: Command, *arguments: str | Path) -> dict[str, str]:
    """By name of a run, what becomes of it or why it stays."""
    records = runferry("clean", *arguments, "--json").records
    return {Path(r["path"]).name: r.get("reason", r["outcome"]) for r in records}


def test_proven_runs_go(runferry: Command, fred_out: Path, home: Path, tmp_path: Path) -> None:
    """
    Given three stored runs, of which one has had a byte changed, its times put back
    When the tree is cleaned, at first only to look
    Then the other two go, which is written down; they are listed as before, and come back as they were.
    """
    shutil.copytree(fred_out / "RUN1", tmp_path / "RUN1")
    assert runferry("upload", fred_out).code == 0
    change_one_byte(fred_out / "RUN2/LOG")
    stored = [(r["run_id"], r["sha256"]) for r in listed(runferry)]
    changed = (
        "its content is not that of version 1, which is stored. "
        "`runferry upload` stores it as the next version."
    )
    would = {"RUN1": "proven", "RUN2": changed, "RUN3": "proven"}
    assert outcomes(runferry, fred_out, "--dry-run") == would
    assert outcomes(runferry, fred_out, "--older-than", "30d").keys() == would.keys()
    assert len(list(fred_out.glob("RUN*"))) == 3

    answer = runferry("clean", fred_out, "--yes")

    assert answer.code == 0
    assert f"stays: {changed}  {fred_out}/RUN2" in answer.out
    assert f"2 runs, 3.5 MiB: deleted. {home}/store has all of it." in answer.err
    assert sorted(path.name for path in fred_out.iterdir() if "RUN" in path.name) == ["RUN2"]
    assert [(r["run_id"], r["sha256"]) for r in listed(runferry)] == stored
    assert [r["verified_by"] for r in listed(runferry)] == ["read", "uploaded", "read"]
    told = [r["what"] for r in runferry("activity", "--kind", "deletion", "--json").records]
    assert told == [
        f"deleted here: {amount}, {fred_out}/RUN{n}; version 1 in the store has all of it"
        for n, amount in ((1, "73 files, 3.1 MiB"), (3, "72 files, 460 KiB"))
    ]
    assert (home / "logs/runferry.log").read_text().count("deleted here: ") == 2
    back = ("jobs", "uploads", "download", "--job-id", "1", "--run-id", "1", "--extract")
    assert runferry(*back, "--output-dir", fred_out).code == 0
    assert tree_of(fred_out / "RUN1") == tree_of(tmp_path / "RUN1")
    assert outcomes(runferry, fred_out, "--yes") == {"RUN1": "deleted", "RUN2": changed}
    assert runferry("clean", fred_out / "RUN2", "--yes").code == 1


def test_typed(runferry: Command, fred_out: Path) -> None:
    """
    Given stored runs and somebody at a terminal
    When another name is typed than that of the run, and then its own
    Then the first changes nothing, and the second deletes it.
    """
    assert runferry("upload", fred_out).code == 0
    code, shown = runferry_asks('Type "RUN1"', b"RUN2\n", "clean", fred_out / "RUN1")
    assert (code, "nothing was deleted" in shown) == (2, True)
    assert (fred_out / "RUN1").exists()
    code, shown = runferry_asks('Type "RUN1"', b"RUN1\n", "clean", fred_out / "RUN1")
    assert (code, (fred_out / "RUN1").exists()) == (0, False)


def test_what_is_not_stored_stays(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given runs of which a file was excluded, a link leads elsewhere, and the third is a link itself
    When the tree is cleaned
    Then all stay, each with its reason, also once nothing is excluded any more.
    """
    home.mkdir()
    (home / "settings.toml").write_text('[kinds.fred]\nexclude = ["restart.*"]\n')
    (fred_out / "RUN1/restart.1").write_text("large")
    (fred_out.parent / "table").write_text("shared")
    (fred_out / "RUN2/table").symlink_to(fred_out.parent / "table")
    shutil.move(fred_out / "RUN3", fred_out.parent / "RUN3")
    (fred_out / "RUN3").symlink_to(fred_out.parent / "RUN3")
    assert runferry("upload", fred_out).code == 0
    found = outcomes(runferry, fred_out, "--yes")
    assert found == {
        "RUN1": "not all of it is stored: RUN1/restart.1: excluded by restart.*",
        "RUN2": f"not all of it is stored: RUN2/table: link to {fred_out.parent}/table, "
        "content not stored",
        "RUN3": f"it is a link: the files are at {fred_out.parent}/RUN3",
    }
    (home / "settings.toml").unlink()
    assert "its content is not that" in outcomes(runferry, fred_out, "--yes")["RUN1"]
    assert len(list(fred_out.glob("RUN*/LOG"))) == 3


def test_moved(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given stored runs on a disk where others throw away what is no longer needed
    When they are moved to a directory in the tree, and then to one outside
    Then the first is refused, as they would be runs again; from the second they can be put back.
    """
    assert runferry("upload", fred_out).code == 0
    answer = runferry("clean", fred_out, "--move-to", fred_out / "old", "--yes")
    assert (answer.code, "is a run again" in answer.err) == (2, True)
    before = tree_of(fred_out / "RUN1")
    trash = tmp_path / "trash"
    records = runferry("clean", fred_out, "--move-to", trash, "--yes", "--json").records
    assert {r["moved_to"] for r in records} == {f"{trash}/job_1/RUN{n}" for n in (1, 2, 3)}
    assert tree_of(trash / "job_1/RUN1") == before
    assert list(fred_out.glob("RUN*")) == []


def test_in_a_bucket(
    runferry: Command, fred_out: Path, s3_bucket: str, s3_client: "S3Client"
) -> None:
    """
    Given three runs in a bucket, of which another tool replaced one's object and deleted another's
    When the tree is cleaned
    Then only the run goes whose object is what was stored, and the others say what is wrong.
    """
    bucket = ("--bucket", f"s3://{s3_bucket}")
    assert runferry("upload", fred_out, *bucket).code == 0
    stored = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix="jobs/").get("Contents", [])
    objects = {o["Key"][-17:]: (o["Key"], o["Size"]) for o in stored if "Key" in o and "Size" in o}
    key, size = objects["run_1_results.zip"]
    s3_client.put_object(Bucket=s3_bucket, Key=key, Body=bytes(size))
    s3_client.delete_object(Bucket=s3_bucket, Key=objects["run_2_results.zip"][0])
    assert outcomes(runferry, fred_out, "--yes", "--read", *bucket) == {
        "RUN1": "the content of version 1 in the store was replaced by something else",
        "RUN2": "the content of version 1 is not in the store",
        "RUN3": "deleted",
    }
    assert sorted(path.name for path in fred_out.glob("RUN*")) == ["RUN1", "RUN2"]


def test_killed(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a clean-up that is killed when the run has been put aside, before the last look at the store
    When the tree is looked at, uploaded and cleaned again
    Then nobody takes it for a run, it comes back as it was, and goes then.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    run = fred_out / "RUN1"
    assert runferry("upload", run, *store).code == 0
    before = tree_of(run)
    with runferry_process("clean", str(run), "--yes", *store) as cleaning:

        def kill() -> Answer:
            cleaning.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        server.plan(Fault("HEAD", r"jobs/1/.*/run_1_results\.zip", kill, skip=2))
        assert cleaning.wait() == -signal.SIGKILL
    server.forget_faults()
    assert not run.exists()
    seen = [Path(r["path"]).name for r in runferry("scan", fred_out, "--json").records]
    assert seen == ["RUN2", "RUN3"]
    answer = runferry("clean", run.parent, *store)
    assert (
        "its clean-up was cut short before anything was deleted: it is where it was" in answer.err
    )
    assert tree_of(run) == before
    assert outcomes(runferry, run, "--yes", *store) == {"RUN1": "deleted"}


def test_rule_of_the_command_line(runferry: Command, tmp_path: Path) -> None:
    """
    Given a run that is finished by a rule which the settings do not name
    When it is cleaned with that rule and without
    Then it goes with it, and stays without: by the usual rule it is not over.
    """
    run = tmp_path / "OUT/RUN1"
    run.mkdir(parents=True)
    (run / "results.csv").write_text("day,cases\n0,1\n")
    (run / "DONE").touch()
    by_marker = ("--rule", "sentinel")
    assert runferry("upload", run.parent, *by_marker).code == 0

    assert "it is running" in outcomes(runferry, run.parent, "--dry-run")["RUN1"]
    assert outcomes(runferry, run.parent, *by_marker, "--yes") == {"RUN1": "deleted"}
