"""A researcher stores everything that belongs to a job, from several machines, over days."""

import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

JOB = ["--job-id", "1"]
RUN = [*JOB, "--run-id", "4"]
NAMES = [
    "job_config.json",
    "job_input.zip",
    "run_4_config.json",
    "run_4_logs.zip",
    "run_4_results.v0001.json",
    "run_4_results.zip",
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What there is to submit."""
    files = tmp_path / "files"
    (files / "input/sub").mkdir(parents=True)
    (files / "input/model.fred").write_text("model\n")
    (files / "input/sub/params").write_text("beta = 1\n")
    (files / "job.json").write_text('{"days": 3}')
    (files / "run.json").write_text('{"seed": 4}')
    (files / "run.log").write_text("FRED started\n")
    (files / "RUN4").mkdir()
    (files / "RUN4/out.csv").write_text("Day,Date\n")
    return files


@pytest.fixture
def time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """TZ may be set by the test; `time.tzset()` makes it count."""
    yield monkeypatch
    monkeypatch.delenv("TZ", raising=False)
    time.tzset()


def kinds(files: Path) -> Iterator[list[str | Path]]:
    """The command lines that store all five."""
    yield ["jobs", "config", "submit", files / "job.json", *JOB]
    yield ["jobs", "input", "submit", files / "input", *JOB]
    yield ["runs", "config", "submit", files / "run.json", *RUN]
    yield ["runs", "logs", "submit", files / "run.log", *RUN]
    yield ["upload", files / "RUN4", *JOB]


@pytest.mark.parametrize("other_zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_one_prefix(
    runferry: Command,
    files: Path,
    home: Path,
    s3_bucket: str,
    s3_client: "S3Client",
    time_zone: pytest.MonkeyPatch,
    other_zone: str,
) -> None:
    """
    Given a job, and two machines in different time zones
    When its five kinds of artifacts are stored, now from the one, now from the other
    Then one LIST of the job's prefix returns them all, and both machines list them.
    """
    bucket = ["--bucket", f"s3://{s3_bucket}"]
    job = runferry("jobs", "register", "--name", "flu", "--json", *bucket).records[0]
    for number, command in enumerate(kinds(files)):
        time_zone.setenv("TZ", [other_zone, "UTC"][number % 2])
        time_zone.setenv("RUNFERRY_HOME", str(home.with_name(f"home-{number % 2}")))
        time.tzset()
        answer = runferry(*command, "--json", *bucket)
        assert (answer.code, answer.records[0]["outcome"]) == (0, "uploaded"), answer

    moment = job["created_at"]
    stamp = f"{moment[:10].replace('-', '/')}/{moment[11:19].replace(':', '')}"
    prefix = f"jobs/1/{stamp}/"
    found = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix=prefix).get("Contents", [])
    assert [item.get("Key", "").removeprefix(prefix) for item in found] == NAMES
    everything = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix="jobs/").get("Contents", [])
    assert len(everything) == len(NAMES)
    for number in range(2):
        time_zone.setenv("RUNFERRY_HOME", str(home.with_name(f"home-{number}")))
        listed = runferry("jobs", "uploads", "list", *JOB, "--json", *bucket).records
        assert [(r["kind"], r["managed"]) for r in listed] == [
            ("job_config", True), ("job_input", True),
            ("run_config", True), ("run_logs", True), ("run_results", True),
        ]  # fmt: skip


def test_what_comes_back(runferry: Command, files: Path, tmp_path: Path) -> None:
    """
    Given submitted files and directories
    When everything of the job is downloaded
    Then files are what they were, and what was packed holds what was there.
    """
    runferry("jobs", "register", "--name", "flu")
    for command in kinds(files):
        assert runferry(*command).code == 0
    back = tmp_path / "back"
    assert runferry("jobs", "uploads", "download", *JOB, "--output-dir", back).code == 0
    assert (back / "job_config.json").read_bytes() == (files / "job.json").read_bytes()
    assert (back / "run_4_config.json").read_bytes() == (files / "run.json").read_bytes()
    with zipfile.ZipFile(back / "job_input.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["model.fred", "sub/params"]
    with zipfile.ZipFile(back / "run_4_logs.zip") as archive:
        assert archive.read("run.log") == b"FRED started\n"


@pytest.mark.parametrize("where", ["local", "s3"])
def test_again_and_changed(
    runferry: Command, files: Path, request: pytest.FixtureRequest, where: str
) -> None:
    """
    Given stored artifacts of every kind that has no versions
    When they are submitted again, unchanged and then changed
    Then nothing is sent, and nothing is replaced unless the command says so.
    """
    store: list[str] = []
    if where == "s3":
        store = ["--bucket", f"s3://{request.getfixturevalue('s3_bucket')}"]
    runferry("jobs", "register", "--name", "flu", *store)
    commands = list(kinds(files))[: 2 if where == "s3" else 4]
    for command in commands:
        assert runferry(*command, *store).code == 0
    for command in commands:
        assert runferry(*command, "--json", *store).records[0]["outcome"] == "unchanged"
    for name in ("job.json", "run.json", "run.log", "input/model.fred"):
        (files / name).write_text("[1, 2]")
    for command in commands:
        refused = runferry(*command, *store)
        assert (refused.code, refused.out) == (1, "")
        assert "Nothing was overwritten" in refused.err
        replaced = runferry(*command, "--replace", "--json", *store)
        assert replaced.records[0]["outcome"] in {"uploaded", "copied"}


def test_a_zip_as_it_is(runferry: Command, files: Path) -> None:
    """
    Given an input that is a ZIP already, and one that was cut off
    When they are submitted
    Then the first is stored byte by byte, and the second is refused before anything is sent.
    """
    runferry("jobs", "register", "--name", "flu")
    with zipfile.ZipFile(files / "input.zip", "w") as archive:
        archive.writestr("model.fred", os.urandom(5000))
    whole = (files / "input.zip").read_bytes()
    (files / "cut.zip").write_bytes(whole[:-40])
    submit = ["jobs", "input", "submit"]

    refused = runferry(*submit, files / "cut.zip", *JOB)
    assert (refused.code, refused.out) == (2, "")
    assert "not a ZIP, or was cut off" in refused.err
    stored = runferry(*submit, files / "input.zip", *JOB, "--json").records[0]
    assert Path(stored["url"]).read_bytes() == whole


def test_bad_input(runferry: Command, files: Path) -> None:
    """
    Given files that cannot be what they are submitted as
    When they are submitted
    Then the message says what is wrong and where, never what the file says; nothing is stored.
    """
    runferry("jobs", "register", "--name", "flu")
    (files / "bad\x1b[31m.json").write_text('{"password": "hunter2hunter2",\n}')
    (files / "link").symlink_to("job.json")
    (files / "empty").mkdir()
    for kind, name, words in (
        ("config", "bad\x1b[31m.json", "bad\\x1b[31m.json is not JSON: line 2, column 1"),
        ("config", "nothing.json", "nothing.json cannot be read: No such file"),
        ("config", "input", "input cannot be read: it is not a file"),
        ("input", "empty", "empty is empty"),
        ("input", "job.json", "it is not a ZIP"),
    ):
        refused = runferry("jobs", kind, "submit", files / name, *JOB)
        assert (refused.code, refused.out) == (2, ""), refused
        assert words in refused.err
        assert "hunter2" not in refused.err
    assert "Nothing is stored" in runferry("jobs", "uploads", "list", *JOB).err
    assert runferry("jobs", "config", "submit", files / "link", *JOB).code == 0


def test_status(runferry: Command) -> None:
    """
    Given a registered job
    When its status, name and tags are changed
    Then jobs list and info show it, and what is not allowed is refused with what is.
    """
    register = ["jobs", "register", "--name", "flu", "--tag", "year=2025"]
    registered = runferry(*register, "--json").records[0]
    assert registered["owner"]
    assert registered["host"] == os.uname().nodename
    change = ["jobs", "set", *JOB, "--json"]

    answer = runferry(*change, "--status", "processing", "--name", "measles", "--tag", "year=2026")
    assert answer.code == 0
    for command in (["jobs", "list"], ["jobs", "info", *JOB]):
        (shown,) = runferry(*command, "--json").records
        assert (shown["status"], shown["name"]) == ("processing", "measles")
        assert shown["tags"] == ["year=2026"]
        assert {n: shown[n] for n in ("created_at", "owner", "host")} == {
            n: registered[n] for n in ("created_at", "owner", "host")
        }
    refused = runferry(*change, "--status", "submitted")
    assert (refused.code, refused.out) == (1, "")
    assert "It can become completed, failed, cancelled." in refused.err
    assert runferry(*change, "--status", "nonsense").code == 2
    assert "on " + os.uname().nodename in runferry("jobs", "info", *JOB).out


def test_states_of_runs(runferry: Command, files: Path) -> None:
    """
    Given a run with a configuration and one with results
    When the job is looked at
    Then the one has not started, and the other is done, with where and since when.
    """
    runferry("jobs", "register", "--name", "flu")
    runferry("upload", files / "RUN4", *JOB)
    runferry("runs", "config", "submit", files / "run.json", *JOB, "--run-id", "5")
    done, waiting = runferry("jobs", "info", *JOB, "--json").records[0]["runs"]
    assert (done["run_id"], done["status"]) == (4, "DONE")
    assert done["results_url"].endswith("run_4_results.zip")
    assert time.strptime(done["results_uploaded_at"], "%Y-%m-%dT%H:%M:%SZ")
    assert waiting == {
        "run_id": 5, "status": "NOT_STARTED", "results_url": "", "results_uploaded_at": None,
        "archived_in": None, "restore": None, "restored_until": None, "tags": [], "directory": "",
    }  # fmt: skip


def test_without_a_store(
    runferry: Command, s3_bucket: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """
    Given an S3 server that does not answer
    When a job is registered
    Then exit code 3 and the message say that none was made, and what to do.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    answer = runferry("jobs", "register", "--name", "flu", "--bucket", f"s3://{s3_bucket}")
    assert (answer.code, answer.out) == (3, "")
    assert "No job was made" in answer.err
    assert "runferry upload PATH --name S" in answer.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff{}", "it is not UTF-8"),
        (b"[" * 200_000, "it is nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number in it has too many digits"),
    ],
    ids=["latin", "deep", "long"],
)
def test_odd_json(runferry: Command, tmp_path: Path, content: bytes, why: str) -> None:
    """
    Given a configuration that no parser takes
    When it is submitted
    Then file and reason are told.
    """
    assert runferry("jobs", "register", "--name", "flu").code == 0
    path = tmp_path / "config.json"
    path.write_bytes(content)
    answer = runferry("jobs", "config", "submit", path, "--job-id", "1")
    assert answer.code == 2
    assert f"{path} is not JSON: {why}." in answer.err
