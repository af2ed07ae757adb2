"""A researcher's runs go to the job that they belong to, and bring along what lies beside them."""

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

FOUND = "found in the store by its content"


@pytest.fixture
def store(tmp_path: Path, home: Path) -> Path:
    """A local store outside of the state directory, as a bucket is."""
    home.mkdir()
    path = tmp_path / "shelf"
    settings = f'profile = "shelf"\n\n[profiles.shelf]\nkind = "local"\npath = "{path}"\n'
    (home / "settings.toml").write_text(settings)
    return path


def lose_state(home: Path) -> None:
    """As on another workstation: only the settings are left."""
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "settings.toml":
            path.unlink()


def test_first_upload_says_where(runferry: Command, fred_out: Path) -> None:
    """
    Given a FRED job that was never stored
    When two of its runs are uploaded
    Then the first upload says once which job is made and which run is which.
    """
    first = runferry("upload", fred_out / "RUN1")
    assert 'OUT is stored as new job 1 "sample60": RUN1 -> run 1, RUN2 -> run 2' in first.err
    assert "is stored as new" not in runferry("upload", fred_out / "RUN2").err
    (job,) = runferry("jobs", "list", "--json").records
    assert job["name"] == "sample60"
    assert "runs:3" in job["tags"]


def test_name_of_another_job(
    runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a tree whose first run was stored in job "one"
    When the others are uploaded with another name, and by a watch
    Then both are refused with the job named, nothing is made, and its own name goes on.
    """
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.2")
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")
    assert runferry("upload", fred_out / "RUN1", "--name", "one").code == 0
    refused = runferry("upload", fred_out, "--name", "two")
    assert (refused.code, refused.err.count('OUT belongs to job 1 "one"')) == (2, 1)
    assert "--job-id N" in refused.err
    watched = runferry("watch", fred_out, "--auto-upload", "--until-idle", "--name", "two")
    assert watched.code == 1
    assert 'OUT belongs to job 1 "one"' in watched.out
    assert [job["name"] for job in runferry("jobs", "list", "--json").records] == ["one"]
    (record,) = runferry("upload", fred_out / "RUN2", "--name", "one", "--json").records
    assert record["job_id"] == 1


def test_another_workstation(runferry: Command, fred_out: Path, home: Path, store: Path) -> None:
    """
    Given runs that were stored, one of them as run 17, and a machine that knows nothing of that
    When all are uploaded
    Then they are recognised by their content, nothing is sent, and a new run goes to the same job.
    """
    runferry("upload", fred_out / "RUN1")
    runferry("upload", fred_out / "RUN2", "--run-id", "17")
    runferry("upload", fred_out / "RUN3")
    lose_state(home)

    answer = runferry("upload", fred_out, "--json")

    assert f'OUT is stored in job 1 "sample60" ({FOUND})' in answer.err
    stored = [(r["job_id"], r["run_id"], r["version"], r["outcome"]) for r in answer.records]
    assert stored == [
        (1, 1, 1, "unchanged"),
        (1, 17, 1, "unchanged"),
        (1, 3, 1, "unchanged"),
    ]
    shutil.copytree(fred_out / "RUN1", fred_out / "RUN4")
    (fred_out / "RUN4/LOG").write_text("another run\n")
    new = runferry("upload", fred_out / "RUN4", "--json").records[0]
    assert (new["job_id"], new["run_id"], new["outcome"]) == (1, 4, "uploaded")


def test_bucket_on_another_workstation(
    runferry: Command, fred_out: Path, home: Path, s3_bucket: str
) -> None:
    """
    Given a run that was stored on S3 together with the files beside it
    When state and cache are lost and it is uploaded again
    Then nothing is sent, and the catalog lists what it listed, of which nothing is proven here.
    """
    command = ("upload", fred_out / "RUN1", "--sidecars", "--json", "--bucket", f"s3://{s3_bucket}")
    (fred_out / "pop-1.txt").write_text("people\n")
    listing = ("jobs", "uploads", "list", "--job-id", "1", "--json", *command[-2:])
    first = runferry(*command).records[0]
    before = runferry(*listing).records
    lose_state(home)

    again = runferry(*command).records[0]

    assert (first["logs"], again) == (
        "uploaded",
        first | dict.fromkeys(("outcome", "logs"), "unchanged"),
    )
    not_seen = {"verified_at": None, "verified_by": None}
    assert runferry(*listing).records == [record | not_seen for record in before]
    assert sorted(record["kind"] for record in before) == ["run_logs", "run_results"]


def test_id_is_remembered(runferry: Command, fred_out: Path) -> None:
    """
    Given RUN1 that was stored as run 17
    When it is uploaded again, by name and as part of its directory
    Then it is run 17 and nothing else.
    """
    runferry("upload", fred_out / "RUN1", "--run-id", "17")
    again = runferry("upload", fred_out / "RUN1", "--json").records[0]
    assert (again["run_id"], again["outcome"]) == (17, "unchanged")
    ids = [record["run_id"] for record in runferry("upload", fred_out, "--json").records]
    assert ids == [17, 2, 3]


def test_second_directory_of_one_run(runferry: Command, fred_out: Path) -> None:
    """
    Given RUN1 that is stored, and RUN01 beside it
    When RUN01 is uploaded
    Then it is another run, until the user names one for it.
    """
    shutil.copytree(fred_out / "RUN2", fred_out / "RUN01")
    runferry("upload", fred_out / "RUN1")
    answer = runferry("upload", fred_out / "RUN01")
    assert "run 4 of job 1: uploaded" in answer.out
    assert "run 9 of job 1: " in runferry("upload", fred_out / "RUN01", "--run-id", "9").out


@pytest.fixture
def seeded(fred_out: Path, tmp_path: Path) -> Path:
    """Runs of a system that numbers RUN directories by seed, in a folder for each run."""
    out = tmp_path / "job_3/OUT"
    for run_id, source in ((17, "RUN1"), (18, "RUN2")):
        shutil.copytree(fred_out / source, out / f"run_{run_id}/RUN11998")
    return out


def test_folders_of_runs(runferry: Command, seeded: Path) -> None:
    """
    Given runs 17 and 18, whose RUN directories have the same number
    When the directory that contains both is uploaded
    Then they are runs 17 and 18 of one job.
    """
    answer = runferry("upload", seeded, "--json")
    assert [(r["job_id"], r["run_id"]) for r in answer.records] == [(1, 17), (1, 18)]
    assert 'new job 1 "job_3": run_17 -> run 17, run_18 -> run 18' in answer.err


def test_crowded_folder(runferry: Command, seeded: Path) -> None:
    """
    Given a second RUN directory in the folder of run 17
    When one of the two is uploaded
    Then RunFerry asks for the id instead of guessing, and no job was made.
    """
    shutil.copytree(seeded / "run_18/RUN11998", seeded / "run_17/RUN5")
    answer = runferry("upload", seeded / "run_17/RUN5")
    assert answer.code == 2
    assert "is one of several directories of the run" in answer.err
    assert runferry("jobs", "list", "--json").out == ""
    assert runferry("upload", seeded / "run_17/RUN5", "--run-id", "19").code == 0


def test_files_beside_a_run(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given population files, a link and a snapshot beside the RUN directories
    When run 1 is uploaded with its sidecars
    Then its own files and those of all runs come back, and nothing else.
    """
    for name in ("pop-1.txt", "pop-11.txt", "snapshot.tgz", "x" * 249 + "-1.txt"):
        (fred_out / name).write_text(name)
    (fred_out / "link-1.txt").symlink_to("/etc/passwd")

    answer = runferry("upload", fred_out / "RUN1", "--sidecars")
    assert "logs uploaded" in answer.out
    runferry("jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path / "back")

    with zipfile.ZipFile(tmp_path / "back/run_1_logs.zip") as archive:
        names = set(archive.namelist())
    kept = {path.name for path in fred_out.glob("*.fred")} | {"COMMAND_LINE"}
    assert names == {"RUN1/LOG", "pop-1.txt", "x" * 249 + "-1.txt"} | kept
    assert "logs unchanged" in runferry("upload", fred_out / "RUN1", "--sidecars").out


def test_a_run_and_its_files_taken_apart(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given a run that is stored with the files beside it
    When both are downloaded and extracted
    Then the run is where it should be, and its logs have a directory of their own.
    """
    runferry("upload", fred_out / "RUN1", "--sidecars")
    back = tmp_path / "back"
    options = ("--job-id", "1", "--run-id", "1", "--extract", "--output-dir", back)
    assert runferry("jobs", "uploads", "download", *options).code == 0
    assert (back / "RUN1/out.csv").read_bytes() == (fred_out / "RUN1/out.csv").read_bytes()
    assert (back / "run_1_logs/COMMAND_LINE").is_file()


def test_sidecar_with_an_odd_name(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given a file beside the run whose name other systems cannot have
    When the run is uploaded with its sidecars, and its logs are extracted
    Then the file is among them, under its own name.
    """
    (fred_out / "back\\slash-1.txt").write_text("odd")
    assert runferry("upload", fred_out / "RUN1", "--sidecars").code == 0
    back = tmp_path / "back"
    options = ("--job-id", "1", "--run-id", "1", "--extract", "--output-dir", back)
    assert runferry("jobs", "uploads", "download", *options).code == 0
    assert (back / "run_1_logs/back\\slash-1.txt").read_text() == "odd"
