"""A user's days with S3 servers other than AWS."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from core.jobs.free_job_ids import FreeJobIds
from core.jobs.job_claims import JobClaims
from core.jobs.register_job import RegisterJob
from core.settings import Profile
from storage.s3.store import S3Store
from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.acceptance.test_offline import Network
from tests.acceptance.test_resume import digest_of, written_down
from tests.acceptance.test_submit import NAMES, files, kinds
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.turns import FakeTurns
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse

__all__ = ["files"]

_MIB = 1 << 20
_PARTS = 5
_CLAIMS = 10


@pytest.fixture
def bucket(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The option that names it."""
    assert profile.access_key_id
    assert profile.secret_access_key
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", profile.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", profile.access_key_id.reveal())
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", profile.secret_access_key.reveal())
    monkeypatch.setenv("AWS_DEFAULT_REGION", profile.region)
    return "--bucket", f"s3://{profile.bucket}"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose ZIP takes five parts of 8 MiB."""
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(_PARTS * 8 * _MIB - 3 * _MIB))
    (run / "DONE").touch()
    return run


@pytest.fixture
def forwarder(profile: Profile) -> Iterator[ForsakenServer]:
    """Passes everything on, but for what a test plans."""
    with ForsakenServer(profile.endpoint_url) as server:
        yield server


def test_three_runs(
    runferry: Command, bucket: tuple[str, str], fred_out: Path, tmp_path: Path
) -> None:
    """
    Given an empty bucket and a job of three runs
    When they are uploaded, one of them changes, they are uploaded again, and brought back
    Then what changed became version 2, the rest was not sent, what came back is what was sent,
    and all that is known of them can be read from the bucket again.
    """
    first = runferry("upload", fred_out, "--json", *bucket).records
    assert [(record["outcome"], record["version"]) for record in first] == [("uploaded", 1)] * 3
    (fred_out / "RUN2/note.txt").write_text("looked at again")

    again = runferry("upload", fred_out, "--json", *bucket).records

    outcomes = {record["run_id"]: (record["outcome"], record["version"]) for record in again}
    assert outcomes == {1: ("unchanged", 1), 2: ("uploaded", 2), 3: ("unchanged", 1)}
    runferry("jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path, *bucket)
    for record in again:
        assert digest_of(tmp_path / f"run_{record['run_id']}_results.zip") == record["sha256"]

    listing = ("jobs", "uploads", "list", "--job-id", "1", "--json", *bucket)
    known = runferry(*listing).records
    assert len(known) >= 4
    assert runferry("store", "sync", "--rebuild", *bucket).code == 0
    assert runferry(*listing).records == known
    assert runferry("store", "check", *bucket).code == 0


def test_kill_and_go_on(
    runferry: Command,
    home: Path,
    bucket: tuple[str, str],
    run: Path,
    tmp_path: Path,
    forwarder: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an upload of five parts that is killed as it sends the last
    When the run is uploaded again
    Then what had arrived is not sent again, and the object is whole.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", forwarder.url)
    with runferry_process("upload", run, "--json", *bucket) as upload:

        def kill() -> Answer:
            upload.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        forwarder.plan(Fault("PUT", r"partNumber=", before=kill, skip=_PARTS - 1, times=_PARTS))
        assert upload.wait() == -signal.SIGKILL
    kept, before = written_down(home), forwarder.count("PUT", r"partNumber=")
    assert kept
    forwarder.forget_faults()

    (again,) = runferry("upload", run, "--json", *bucket).records

    assert forwarder.count("PUT", r"partNumber=") - before == _PARTS - kept
    assert forwarder.count("POST", r"\?uploads") == 1
    runferry("jobs", "uploads", "download", "--job-id", "1", "--output-dir", tmp_path, *bucket)
    assert digest_of(tmp_path / "run_1_results.zip") == again["sha256"]


def test_lost_reply(
    runferry: Command,
    bucket: tuple[str, str],
    run: Path,
    forwarder: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an upload whose completion the server makes, and whose reply is lost
    When it goes on
    Then it is a success, once.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", forwarder.url)
    forwarder.plan(Fault("POST", r"uploadId=", after=lambda _: None))
    (record,) = runferry("upload", run, "--json", *bucket).records
    assert (record["outcome"], record["version"]) == ("uploaded", 1)


def test_refused_manifest(
    runferry: Command,
    bucket: tuple[str, str],
    fred_out: Path,
    forwarder: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an upload whose manifest was refused: the content is there, nobody knows it
    When the store is synced
    Then the orphan that was listed is version 1, and nothing is sent again.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", forwarder.url)
    forwarder.plan(
        Fault("PUT", r"results\.v0001\.json", before=lambda: refuse(403, "AccessDenied"))
    )
    assert runferry("upload", fred_out / "RUN1", *bucket).code == 1
    orphans = ("store", "orphans", "list", "--json", *bucket)
    (orphan,) = runferry(*orphans).records
    assert (orphan["kind"], orphan["run_id"]) == ("orphan", 1)

    assert runferry("store", "sync", *bucket).code == 0

    assert runferry(*orphans).records == []
    (again,) = runferry("upload", fred_out / "RUN1", "--json", *bucket).records
    assert (again["outcome"], again["version"]) == ("unchanged", 1)
    assert forwarder.count("PUT", r"run_1_results\.zip") == 1


def test_server_is_away(
    runferry: Command,
    bucket: tuple[str, str],
    fred_out: Path,
    profile: Profile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a job that is known here, and a server that is gone
    When jobs are listed and another run is uploaded, and the server comes back
    Then the list is there with its age, the upload waits, and the queue finishes it.
    """
    with closing(Network(profile.endpoint_url)) as network:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", network.url)
        assert runferry("upload", fred_out / "RUN1", *bucket).code == 0
        assert runferry("store", "sync", *bucket).code == 0
        network.cut()
        listed = runferry("jobs", "list", "--json", *bucket)
        assert [record["job_id"] for record in listed.records] == [1]
        assert "This is what was stored on" in listed.err
        assert runferry("upload", fred_out / "RUN2", *bucket).code == 3

        network.mend()
        assert runferry("queue", "retry", *bucket).code == 0
        uploads = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *bucket).records
        assert [record["run_id"] for record in uploads] == [1, 2]


def test_same_content_in_another_job(
    runferry: Command, bucket: tuple[str, str], fred_out: Path, tmp_path: Path
) -> None:
    """
    Given a run that is stored in one job
    When it is uploaded to another one, and the first is deleted
    Then the server copied it, and the copy is whole.
    """
    (first,) = runferry("upload", fred_out / "RUN1", "--json", *bucket).records
    other = runferry("jobs", "register", "--name", "other", "--json", *bucket).records[0]["job_id"]
    options = ("--job-id", other, "--json", *bucket)
    (second,) = runferry("upload", fred_out / "RUN1", *options).records
    assert second["outcome"] == "copied"
    assert second["sha256"] == first["sha256"]
    name = runferry("jobs", "info", "--job-id", "1", "--json", *bucket).records[0]["name"]
    assert runferry("jobs", "delete", "--job-id", "1", "--confirm", name, *bucket).code == 0
    runferry("jobs", "uploads", "download", "--output-dir", tmp_path, *options)
    assert digest_of(tmp_path / "run_1_results.zip") == first["sha256"]


def test_five_kinds(
    runferry: Command, bucket: tuple[str, str], profile: Profile, files: Path
) -> None:
    """
    Given a job
    When its five kinds of artifacts are stored
    Then one LIST of the job's prefix returns them all.
    """
    runferry("jobs", "register", "--name", "flu", *bucket)
    for command in kinds(files):
        assert runferry(*command, *bucket).code == 0
    with closing(S3Store(profile)) as store:
        keys = [stored.key for stored in store.list("jobs/1/")]
    assert [key.rpartition("/")[2] for key in keys] == NAMES
    assert len({key.rpartition("/")[0] for key in keys}) == 1


def test_two_workstations(profile: Profile) -> None:
    """
    Given two workstations that know nothing of each other
    When both register jobs in one bucket at the same time
    Then no id is given twice.
    """
    barrier = Barrier(2)

    def workstation(name: str) -> list[int]:
        with closing(S3Store(profile)) as store:
            catalog, claims = FakeCatalog(), JobClaims(store, FakeJournal(), FixedClock())
            register = RegisterJob(FreeJobIds(store, catalog), claims, catalog, FakeTurns())
            barrier.wait(30)
            return [register(f"{name} {number}").id for number in range(_CLAIMS)]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(workstation, ["one", "two"])
    assert len({*first, *second}) == 2 * _CLAIMS
