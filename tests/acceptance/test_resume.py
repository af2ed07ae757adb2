"""An upload that is cut off goes on where it was: nothing that arrived is sent again."""

import hashlib
import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, ForsakenServer, lost, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CREATE, _PART = r"\?uploads", r"partNumber="
_MIB = 1 << 20
_PARTS = 5


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose ZIP takes five parts of 8 MiB."""
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(_PARTS * 8 * _MIB - 3 * _MIB))
    (run / "DONE").touch()
    return run


@pytest.fixture
def pending(s3_client: "S3Client", s3_bucket: str) -> Callable[[], int]:
    """How many uploads the store has that were not finished."""
    return lambda: len(s3_client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", []))


def written_down(home: Path) -> int:
    """Parts that the killed process knew to be stored."""
    with sqlite3.connect(home / "state.db") as database:
        return database.execute("SELECT count(*) FROM parts").fetchone()[0]


def digest_of(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest()


@pytest.mark.parametrize("arrived", [0, 1, 3, 4])
def test_kill_after_some_parts(
    runferry: Command,
    home: Path,
    run: Path,
    tmp_path: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    arrived: int,
) -> None:
    """
    Given an upload of five parts that is killed when some of them have arrived
    When the run is uploaded again
    Then only what is missing is sent, and the object is that of an undisturbed upload.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    with runferry_process("upload", run, "--json", *store) as upload:

        def kill() -> Answer:
            upload.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        server.plan(Fault("PUT", _PART, before=kill, skip=arrived, times=_PARTS))
        assert upload.wait() == -signal.SIGKILL
    kept, before = written_down(home), server.count("PUT", _PART)
    assert kept <= arrived
    server.forget_faults()

    (again,) = runferry("upload", run, "--json", *store).records

    assert again["outcome"] == "uploaded"
    assert server.count("PUT", _PART) - before == _PARTS - kept
    assert server.count("POST", r"\?uploads") == 1
    assert written_down(home) == 0
    undisturbed = runferry("upload", run, "--json").records[0]
    assert again["sha256"] == undisturbed["sha256"]
    runferry("jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path, *store)
    assert digest_of(tmp_path / "run_1_results.zip") == again["sha256"]


@pytest.mark.parametrize(
    ("number", "again"), [(signal.SIGINT, "queue retry"), (signal.SIGTERM, "upload {run}")]
)
def test_stopped_by_hand(
    runferry: Command,
    home: Path,
    run: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    again: str,
) -> None:
    """
    Given an upload that is stopped by ctrl+c, or by SIGTERM
    When the queue is told to go on, or the run is uploaded again
    Then the first one has said how to, and this one goes on with what had arrived.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    with runferry_process("upload", run, "--json", *store) as upload:

        def stop() -> Answer:
            if not stopped.is_set():
                stopped.set()
                upload.signal(number)
            return refuse(503, "SlowDown")  # or it might be done before the signal arrives

        stopped = Event()
        server.plan(Fault("PUT", _PART, before=stop, skip=3, times=100))
        assert upload.wait() == 130
        option = f"--bucket s3://{s3_bucket}"
        assert (
            f"1 upload kept in the queue, paused: `runferry queue retry {option}` goes on where it was, "
            "and so does the same command.\n\nInterrupted.\n"
        ) in upload.errors
    server.forget_faults()
    kept, before = written_down(home), server.count("PUT", _PART)
    assert kept >= 3
    assert runferry("queue", "list", "--json", *store).records[0]["state"] == "paused"
    assert runferry(*again.format(run=run).split(), *store).code == 0
    states = [each["state"] for each in runferry("queue", "list", "--json", *store).records]
    assert states in ([], ["done"])
    assert server.count("PUT", _PART) - before == _PARTS - kept


def test_killed_before_its_upload_was_known(
    runferry: Command,
    run: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    pending: Callable[[], int],
) -> None:
    """
    Given an upload that is killed while the store begins it, before it hears of that
    When the run is uploaded again
    Then nothing of the first try stays in the store.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    with runferry_process("upload", run, "--json", *store) as upload:
        server.plan(Fault("POST", _CREATE, after=lambda _: upload.signal(signal.SIGKILL)))
        assert upload.wait() == -signal.SIGKILL
    assert pending() == 1

    assert runferry("upload", run, *store).code == 0

    assert pending() == 0


def test_never_told_that_it_began(
    runferry: Command,
    run: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    pending: Callable[[], int],
) -> None:
    """
    Given an upload that fails because every reply to its beginning is lost
    When the run is uploaded again
    Then nothing of the first try stays in the store.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    server.plan(Fault("POST", _CREATE, after=lost, times=99))
    assert runferry("upload", run, *store).code == 3
    server.forget_faults()
    assert pending() > 0

    assert runferry("upload", run, *store).code == 0

    assert pending() == 0


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("named", [True, False])
def test_its_job_was_deleted(
    runferry: Command,
    home: Path,
    run: Path,
    s3_bucket: str,
    s3_client: "S3Client",
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    pending: Callable[[], int],
    named: bool,
) -> None:
    """
    Given an upload that is paused after some of its parts have arrived
    When its job is deleted elsewhere, which does not see the parts, and it goes on
    Then it fails with the reason, nothing of it is left, and nothing was stored in another job.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    server.plan(Fault("PUT", _PART, before=lambda: refuse(500, "InternalError"), skip=2, times=99))
    if named:
        assert runferry("jobs", "register", "--name", "flu", *store).code == 0
    job = ("--job-id", "1") if named else ()
    assert runferry("upload", run, *job, *store).code == 3
    server.forget_faults()
    assert (pending(), written_down(home) > 0) == (1, True)
    assert runferry("queue", "pause", *store).code == 0
    s3_client.put_object(Bucket=s3_bucket, Key="_runferry/jobs/0000000001.json", Body=b"")

    assert runferry("queue", "resume", *store).code == 0
    assert runferry("queue", "retry", *store).code == 1

    (record,) = runferry("queue", "list", "--json", *store).records
    assert record["state"] == "failed"
    assert "Job 1 was deleted while this upload to it waited" in record["error"]
    assert (pending(), written_down(home)) == (0, 0)
    assert runferry("jobs", "list", "--json", *store).records == []
