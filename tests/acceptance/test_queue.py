"""`runferry queue`, alone and beside a RunFerry that does the uploads."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import PATIENCE, runferry_process
from tests.acceptance.test_watch import a_run, refuse_links, stored_runs
from tui.wording.formatting import size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_WATCH = ("--rule", "sentinel", "--quiet", "0.2", "--json")
_UPLOAD = (*_WATCH, "--auto-upload")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


def listed(runferry: Command, *store: str) -> list[dict[str, Any]]:
    answer = runferry("queue", "list", "--json", *store)
    assert answer.code == 0
    return answer.records


def states(runferry: Command, *store: str) -> list[str]:
    return [record["state"] for record in listed(runferry, *store)]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def failed_run(runferry: Command, home: Path, tmp_path: Path) -> Path:
    """A run that could not be packed: there is a link in it, unwanted. The queue remembers."""
    refuse_links(home)
    run = a_run(tmp_path / "flu/OUT/RUN1")
    (run / "link").symlink_to("data")
    answer = runferry("watch", tmp_path / "flu", *_UPLOAD, "--until-idle")
    assert answer.code == 1
    return run


def test_what_failed(runferry: Command, failed_run: Path) -> None:
    """
    Given an upload that failed
    When the queue is listed, tried again in vain, then with the reason removed
    Then it says why; exit 1, then 0; and a third time there is nothing to do.
    """
    (record,) = listed(runferry)
    assert (record["state"], record["path"]) == ("failed", str(failed_run))
    assert "is a link to data" in record["error"]
    assert record["todo"].startswith("Replace it by what it leads to, or have links stored")
    assert "is a link to data" in runferry("queue", "list").out
    in_vain = runferry("queue", "retry", "--json")
    assert in_vain.code == 1
    assert [r["event"] for r in in_vain.records if r["event"].startswith("transfer")] == [
        "transfer_queued",
        "transfer_started",
        "transfer_failed",
    ]
    (failed_run / "link").unlink()
    assert runferry("queue", "retry", str(record["id"])).code == 0
    assert stored_runs(runferry, 1) == [1]
    again = runferry("queue", "retry")
    assert (again.code, again.out, again.err) == (0, "", "Nothing to retry.\n")


def test_wrong_ids(runferry: Command, failed_run: Path) -> None:
    """
    Given an upload that failed
    When others are named, or none where one has to be
    Then each is told, and nothing happens to the one that is there.
    """
    assert runferry("queue", "retry", "99").code == 1
    pause = runferry("queue", "pause", "1", "99")
    assert pause.code == 1
    assert pause.err.splitlines() == [
        "Transfer 1 is failed: nothing to pause.",
        "Transfer 99 is not there: nothing to pause.",
    ]
    assert runferry("queue", "cancel").code == 2
    assert runferry("queue", "cancel", "1", "--all").code == 2
    assert runferry("queue", "cancel", "first").code == 2
    assert states(runferry) == ["failed"]


def test_given_up(runferry: Command, failed_run: Path) -> None:
    """
    Given an upload that failed
    When it is cancelled and cleared
    Then it is gone from the queue.
    """
    assert runferry("queue", "cancel", "--all").code == 0
    assert states(runferry) == ["cancelled"]
    assert runferry("queue", "cancel", "1").code == 1
    assert runferry("queue", "clear").err == "Cleared 1 transfer.\n"
    assert runferry("queue", "list").err == "Nothing is queued.\n"


def test_no_connection(runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given an upload that failed because nothing listens there
    When it is tried again
    Then the exit code says that a retry may help.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    a_run(tmp_path / "OUT/RUN1")
    bucket = ("--bucket", "s3://lab")
    assert runferry("watch", tmp_path / "OUT", *_UPLOAD, "--until-idle", *bucket).code == 3
    assert runferry("queue", "retry", *bucket).code == 3


def test_nobody_at_work(runferry: Command) -> None:
    """
    Given no RunFerry that does uploads
    When a limit is asked for
    Then the settings are named; a limit that makes no sense is refused as well.
    """
    for arguments in (("limit", "20 MB/s"), ("parallel", "4")):
        answer = runferry("queue", *arguments)
        assert answer.code == 2
        assert f"transfers.{arguments[0]} in the settings" in answer.err
    assert runferry("queue", "limit", "20").code == 2
    assert runferry("queue", "parallel", "17").code == 2


def test_retry_is_handed_over(runferry: Command, failed_run: Path, tmp_path: Path) -> None:
    """
    Given an upload that failed, and a RunFerry that watches another tree
    When it is tried again
    Then that one does it, who asked waits for it, and says who does.
    """
    (failed_run / "link").unlink()
    a_run(tmp_path / "measles/OUT/RUN1", done=False)
    with runferry_process("watch", tmp_path / "measles", *_WATCH) as agent:
        agent.wait_for("run_detected")
        answer = runferry("queue", "retry", "--json")
        assert answer.code == 0
        assert answer.records[-1]["event"] == "transfer_succeeded"
        assert f"process {agent.pid} on {socket.gethostname()} does the" in answer.err
        agent.wait_for("transfer_succeeded", path=str(failed_run))


def test_steered_while_it_works(
    home: Path, runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a RunFerry whose uploads would take an hour, one at a time
    When another one asks for more at a time, pauses, resumes, and takes the limit away
    Then the first does as it is told, and all is stored in a moment.
    """
    monkeypatch.setenv("RUNFERRY_LIMIT", "1 kB/s")
    monkeypatch.setenv("RUNFERRY_PARALLEL", "1")
    for number in (1, 2):
        (a_run(tmp_path / f"flu/OUT/RUN{number}") / "big").write_bytes(os.urandom(3_600_000))
    with runferry_process("watch", tmp_path / "flu", *_UPLOAD) as agent:
        agent.wait_for("transfer_started")
        until(lambda: sorted(states(runferry)) == ["active", "queued"])
        assert runferry("queue", "parallel", "2").err == "2 transfers at a time.\n"
        agent.wait_for("transfer_started")
        paused = runferry("queue", "pause", "1")
        assert (paused.code, paused.err) == (0, "")
        agent.wait_for("transfer_queued", state="paused")
        assert states(runferry) == ["paused", "active"]
        assert runferry("queue", "resume").code == 0
        agent.wait_for("transfer_started")
        assert runferry("queue", "limit", "off").code == 0
        for _ in range(2):
            agent.wait_for("transfer_succeeded")
        agent.signal(signal.SIGTERM)
        assert agent.wait() == 0
    assert stored_runs(runferry, 1) == [1, 2]


def test_paused_keeps_its_parts(
    home: Path,
    runferry: Command,
    tmp_path: Path,
    s3_bucket: str,
    s3_client: "S3Client",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an upload of which some parts were sent
    When it is paused, RunFerry is stopped and started again, and then it is cancelled
    Then the upload and its parts are kept all the time, and freed in the end.
    """

    def uploads() -> list[tuple[str, int]]:
        found = s3_client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", [])
        return [(u["UploadId"], parts(u["Key"], u["UploadId"])) for u in found]  # pyright: ignore[reportTypedDictNotRequiredAccess] - moto says both

    def parts(key: str, upload_id: str) -> int:
        answer = s3_client.list_parts(Bucket=s3_bucket, Key=key, UploadId=upload_id)
        return len(answer.get("Parts", []))

    monkeypatch.setenv("RUNFERRY_LIMIT", "8 MB/s")
    bucket = ("--bucket", f"s3://{s3_bucket}")
    (a_run(tmp_path / "flu/OUT/RUN1") / "big").write_bytes(os.urandom(60_000_000))
    with runferry_process("watch", tmp_path / "flu", *_UPLOAD, *bucket) as agent:
        until(lambda: any(count for _, count in uploads()))
        assert runferry("queue", "pause", *bucket).code == 0
        agent.wait_for("transfer_queued", state="paused")
        kept = uploads()
        agent.signal(signal.SIGTERM)
        assert agent.wait() == 0
    again = runferry("watch", tmp_path / "flu", *_UPLOAD, "--until-idle", *bucket)
    assert (again.code, states(runferry, *bucket), uploads()) == (0, ["paused"], kept)
    (record,) = listed(runferry, *bucket)
    told = f"{size(record['kept_bytes'])} of 57 MiB kept"
    assert told in runferry("queue", "list", *bucket).out
    assert runferry("queue", "cancel", "1", *bucket).code == 0
    assert (states(runferry, *bucket), uploads()) == (["cancelled"], [])
