"""What the store has is not sent again, wherever it lies there."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse

_SIZE = 9 << 20
_SMALL = 20_000
"""Bytes of a request that carries no content: manifests, records, lists of parts."""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose ZIP takes two parts."""
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(_SIZE))
    (run / "DONE").touch()
    return run


def sent(server: ForsakenServer) -> int:
    """Bytes of content that arrived."""
    bodies = [int(seen.headers.get("content-length", 0)) for seen in server.requests("PUT", "")]
    return sum(body for body in bodies if body > _SMALL)


def test_local_store(runferry: Command, run: Path, home: Path) -> None:
    """
    Given a run that is stored in the local store
    When it is stored in another job as well
    Then the same file has two names, and replacing one leaves the other as it was.
    """
    (first,) = runferry("upload", run, "--name", "flu", "--json").records
    assert runferry("jobs", "register", "--name", "again").code == 0

    (second,) = runferry("upload", run, "--job-id", "2", "--json").records

    assert (first["outcome"], second["outcome"]) == ("uploaded", "copied")
    assert second["sha256"] == first["sha256"]
    assert Path(first["url"]).samefile(second["url"])
    content = Path(second["url"]).read_bytes()
    (run / "large").write_bytes(b"another")
    (changed,) = runferry("upload", run, "--job-id", "1", "--json").records
    assert (changed["outcome"], changed["version"]) == ("uploaded", 2)
    assert Path(second["url"]).read_bytes() == content
    assert not list((home / "store/.runferry/drafts").iterdir())


def test_two_processes(runferry: Command, run: Path, home: Path) -> None:
    """
    Given two jobs
    When two processes store the same run for both at once
    Then the catalog has one content with two references.
    """
    for name in ("flu", "again"):
        runferry("jobs", "register", "--name", name)
    with (
        runferry_process("upload", run, "--job-id", "1") as first,
        runferry_process("upload", run, "--job-id", "2") as second,
    ):
        assert (first.wait(), second.wait()) == (0, 0), first.errors + second.errors
    with closing(sqlite3.connect(next((home / "cache").glob("*.db")))) as cache:
        references = "SELECT count(*), count(DISTINCT file_id) FROM artifacts"
        assert cache.execute(references).fetchone() == (2, 1)
        assert cache.execute("SELECT count(*) FROM files").fetchone() == (1,)


def test_bucket(
    runferry: Command,
    run: Path,
    s3_bucket: str,
    server: ForsakenServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a run that is stored in a bucket
    When it is stored in another job, changed, and changed back
    Then only the change is sent, and every version can be fetched.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    original = (run / "large").read_bytes()
    (first,) = runferry("upload", run, "--name", "flu", "--json", *store).records
    assert sent(server) >= _SIZE
    before = sent(server)
    runferry("jobs", "register", "--name", "again", *store)

    (other,) = runferry("upload", run, "--job-id", "2", "--json", *store).records
    assert other["outcome"] == "copied"
    assert sent(server) == before

    (run / "large").write_bytes(os.urandom(_SMALL * 2))
    (second,) = runferry("upload", run, "--job-id", "1", "--json", *store).records
    change = sent(server) - before
    assert (second["outcome"], second["version"]) == ("uploaded", 2)
    assert change < _SIZE
    (run / "large").write_bytes(original)
    (third,) = runferry("upload", run, "--job-id", "1", "--json", *store).records
    assert (third["outcome"], third["version"]) == ("copied", 3)
    assert sent(server) - before == change
    assert third["sha256"] == first["sha256"]
    download = ("jobs", "uploads", "download", "--extract", "--output-dir", tmp_path / "back")
    assert runferry(*download, "--job-id", "1", *store).code == 0
    assert (tmp_path / "back/RUN1/large").read_bytes() == original


def test_killed_after_the_copy(
    runferry: Command,
    run: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a process that was killed between the copy and its manifest
    When the run is uploaded again
    Then the copy is adopted: one version, no byte sent.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    runferry("upload", run, "--name", "flu", *store)
    runferry("jobs", "register", "--name", "again", *store)
    before = sent(server)
    with runferry_process("upload", run, "--job-id", "2", "--json", *store) as upload:

        def kill() -> Answer:
            upload.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        server.plan(Fault("PUT", r"jobs/2/.*_results\.v0001\.json", before=kill))
        assert upload.wait() == -signal.SIGKILL
    server.forget_faults()

    (again,) = runferry("upload", run, "--job-id", "2", "--json", *store).records

    assert (again["outcome"], again["version"]) == ("unchanged", 1)
    assert sent(server) == before
    assert server.count("PUT", r"jobs/2/.*_results\.zip") == 1
