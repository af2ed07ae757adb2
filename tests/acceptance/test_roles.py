"""Each role lives by the policy that RunFerry prints for it, on a server that denies everything else."""

import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.ports.access import Role
from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, answering, refuse
from tests.servers.strict.policy import Policy
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DEMANDING = """
[profiles.lab]
kind = "s3"
bucket = "{bucket}"
region = "us-east-1"
encryption = "aws:kms"
kms_key_id = "1234abcd-12ab-34cd-56ef-1234567890ab"
acl = "bucket-owner-full-control"
object_tags = true
"""
PAGE = Path(__file__).parents[2] / "docs/permissions.md"
JOB = ("--job-id", "1")
_MIB = 1 << 20
LivesBy = Callable[..., None]
Grant = Callable[[str], Policy]
"""From now on the server knows this role only; its memory is empty."""


@pytest.fixture(params=["whole", "prefix", "demanding"])
def at(
    s3_bucket: str,
    strict_server: StrictServer,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    home: Path,
) -> list[str]:
    """The options of the store on the strict server, which allows everything so far.

    A demanding one wants its own key, an ACL and tags.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    if request.param == "demanding":
        home.mkdir()
        (home / "settings.toml").write_text(DEMANDING.format(bucket=s3_bucket))
        return ["--profile", "lab"]
    return ["--bucket", f"s3://{s3_bucket}/{'teams/epi' if request.param == 'prefix' else ''}"]


@pytest.fixture
def grant(runferry: Command, at: list[str], strict_server: StrictServer) -> Grant:
    def grant(role: str) -> Policy:
        (document,) = runferry("store", "policy", "--role", role, "--json", *at).records
        policy = Policy(document)
        strict_server.rules[:] = [policy]
        strict_server.seen.clear()
        return policy

    return grant


@pytest.fixture
def lives_by(strict_server: StrictServer) -> LivesBy:
    """Nothing was refused that is needed, and nothing is allowed that nobody asked for."""

    def lives_by(policy: Policy, *spared: str) -> None:
        assert {refused.request.operation for refused in strict_server.refused} == {*spared}
        statements: list[dict[str, Any]] = policy.document["Statement"]
        assert policy.used == {action for s in statements for action in s["Action"]}

    return lives_by


@pytest.fixture
def stored(s3_client: "S3Client", s3_bucket: str) -> Callable[[], dict[str, int]]:
    """The size of everything in the bucket, by key."""

    def look() -> dict[str, int]:
        found = s3_client.list_objects_v2(Bucket=s3_bucket).get("Contents", [])
        return {o.get("Key", ""): o.get("Size", 0) for o in found}

    return look


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run that is sent in three parts."""
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(20 * _MIB))
    (run / "DONE").touch()
    return run


def test_an_uploader(
    runferry: Command,
    at: list[str],
    grant: Grant,
    lives_by: LivesBy,
    strict_server: StrictServer,
    run: Path,
) -> None:
    """
    Given the rights of an uploader
    When a job is registered, a run is sent in parts, cut off and gone on with, given up and sent
    again, changed and sent once more, a configuration is stored, and all of it is listed
    Then all of that works, and no right is left over.
    """
    policy = grant("uploader")
    assert runferry("jobs", "register", "--name", "flu", *at).code == 0
    strict_server.plan(Fault("PUT", "partNumber=3", answering(refuse(400, "NoWay"))))
    assert runferry("upload", run, *JOB, *at).code == 1
    with runferry_process("upload", run, *JOB, *at) as upload:

        def kill() -> Answer:
            upload.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        strict_server.plan(Fault("PUT", "partNumber=3", before=kill, times=100))
        assert upload.wait() == -signal.SIGKILL
    strict_server.forget_faults()
    (first,) = runferry("upload", run, *JOB, "--json", *at).records
    (run / "small").write_text("changed")
    (second,) = runferry("upload", run, *JOB, "--json", *at).records

    assert (first["version"], second["version"]) == (1, 2)
    assert runferry("upload", run, "--json", *at).records[0]["outcome"] == "unchanged"
    config = run.parent / "config.json"
    config.write_text("{}")
    assert runferry("jobs", "config", "submit", config, *JOB, *at).code == 0
    assert runferry("jobs", "list", "--json", *at).records[0]["name"] == "flu"
    listed = runferry("jobs", "uploads", "list", *JOB, "--json", *at).records
    assert {(a["kind"], a["version"]) for a in listed} == {
        ("job_config", 0),
        ("run_results", 1),
        ("run_results", 2),
    }
    lives_by(policy, "ListMultipartUploads")  # which would only tidy up behind a lost reply


def test_a_reader(
    runferry: Command,
    at: list[str],
    grant: Grant,
    lives_by: LivesBy,
    fred_out: Path,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a job that others stored, and the rights of a reader on another machine
    When that machine reads the store, lists jobs and artifacts, downloads a run, looks into it, reads
    one file of it and makes a link, and who had stored it deletes it at home
    Then all of that works, and no right is left over.
    """
    for run in ("RUN1", "RUN2"):
        assert runferry("upload", fred_out / run, *at).code == 0
    another = tmp_path / "another"
    shutil.copytree(home, another, ignore=lambda _, names: {*names} - {"settings.toml"})
    monkeypatch.setenv("RUNFERRY_HOME", str(another))
    policy = grant("reader")

    assert runferry("store", "sync", "--rebuild", *at).code == 0
    assert len(runferry("jobs", "list", "--json", *at).records) == 1
    assert len(runferry("jobs", "uploads", "list", *JOB, "--json", *at).records) == 2
    of_run = (*JOB, "--run-id", "2")
    target = tmp_path / "back"
    fetch = ("jobs", "uploads", "download", *of_run, "--output-dir", target, "--extract", *at)
    assert runferry(*fetch).code == 0
    log = (fred_out / "RUN2/LOG").read_text()
    assert (target / "RUN2/LOG").read_text() == log
    assert runferry("members", *of_run, "RUN2/LOG", *at).out == log
    assert runferry("link", *of_run, *at).code == 0
    assert runferry("store", "check", "--read-data", "100%", *at).code == 0
    monkeypatch.setenv("RUNFERRY_HOME", str(home))
    assert runferry("clean", fred_out / "RUN1", "--read", "--yes", *at).code == 0
    lives_by(policy)


@pytest.mark.parametrize(
    "at",
    [pytest.param("whole", marks=pytest.mark.acceptance), "prefix", "demanding"],
    indirect=True,
)
def test_a_caretaker(
    runferry: Command,
    at: list[str],
    grant: Grant,
    lives_by: LivesBy,
    stored: Callable[[], dict[str, int]],
    s3_client: "S3Client",
    s3_bucket: str,
    fred_out: Path,
) -> None:
    """
    Given a job with runs, versions, logs, an orphan and an unfinished upload, and the rights of a
    caretaker
    When the store is tried out, checked and repaired, archived, restored, cleaned, given rules, and runs and
    the job are deleted
    Then all of that works, and no right is left over.
    """
    for run in ("RUN1", "RUN2"):
        assert runferry("upload", fred_out / run, "--sidecars", *at).code == 0
    (fred_out / "RUN2/LOG").write_text("a later run\n")
    assert runferry("upload", fred_out / "RUN2", *at).code == 0
    (manifest,) = (key for key in stored() if key.endswith("run_1_results.v0001.json"))
    s3_client.delete_object(Bucket=s3_bucket, Key=manifest)
    s3_client.create_multipart_upload(Bucket=s3_bucket, Key=manifest.replace("_1_", "_7_"))
    name = runferry("jobs", "info", *JOB, "--json", *at).records[0]["name"]
    frozen = next(key for key in stored() if key.endswith("run_2_logs.zip"))
    s3_client.copy_object(
        Bucket=s3_bucket,
        Key=frozen,
        CopySource={"Bucket": s3_bucket, "Key": frozen},
        StorageClass="GLACIER",
        MetadataDirective="COPY",
    )
    policy = grant("caretaker")

    assert runferry("store", "probe", *at).code == 0
    assert runferry("store", "check", "--repair", *at).code == 0
    assert runferry("store", "orphans", "list", *at).code == 0
    clean = ("store", "orphans", "clean", "--yes", "--grace", "0s")
    assert runferry(*clean, *at).code == 0
    assert runferry("jobs", "archive", *JOB, *at).code == 0
    restore = ("jobs", "uploads", "restore", *JOB, "--run-id", "2", "--kind", "run_logs")
    assert runferry(*restore, *at).code == 0
    assert runferry("store", "lifecycle", "--apply", "--yes", *at).code == 0
    assert (
        runferry(
            "jobs", "runs", "delete", *JOB, "--run-id", "2", "--version", "2", "--yes", *at
        ).code
        == 0
    )
    assert runferry("jobs", "runs", "delete", *JOB, "--run-id", "1", "--yes", *at).code == 0
    assert runferry("jobs", "delete", *JOB, "--confirm", name, *at).code == 0
    assert [*stored().values()] == [0]  # the record of a deleted job
    assert "Uploads" not in s3_client.list_multipart_uploads(Bucket=s3_bucket)
    lives_by(policy)


def test_documented_policies(runferry: Command) -> None:
    """The page of permissions shows what the command prints."""
    shown = re.findall(
        r"^`runferry (store policy [^`]*)`\n\n```json\n(.*?)```",
        PAGE.read_text(),
        re.DOTALL | re.MULTILINE,
    )
    assert {command.split()[3] for command, _ in shown} == {*Role}
    for command, document in shown:
        assert runferry(*command.split()).out == document


def test_a_local_store_needs_none(runferry: Command) -> None:
    """A directory has permissions of its own."""
    answer = runferry("store", "policy")
    assert (answer.code, answer.out) == (1, "")
    assert "the permissions of the directory" in answer.err
