"""A researcher began on the local store or on a test bucket, and then gets the real one."""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse
from tests.servers.moto_server import MotoServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COPY = ("store", "copy", "--to", "real")
REAL = ("--profile", "real")
TOLD = ("run_id", "kind", "version", "size", "sha256", "managed")
LARGE = 52 << 20
"""Bytes that do not compress: seven parts."""
_SMALL = 20_000
"""Bytes of a request that carries no content: manifests, records, lists of parts."""


@pytest.fixture
def real(s3_bucket: str, home: Path, server: ForsakenServer) -> str:
    """A bucket, which is the profile `real`, behind a server that counts and fails as told."""
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(
        f'[profiles.real]\nkind = "s3"\nbucket = "{s3_bucket}"\nendpoint_url = "{server.url}"\n'
    )
    return s3_bucket


@pytest.fixture
def first_bucket(moto_server: MotoServer) -> str:
    """The bucket to begin with."""
    moto_server.create_bucket(name := f"first-{os.urandom(8).hex()}")
    return name


@pytest.fixture(params=["local", "s3"])
def first(request: pytest.FixtureRequest) -> Sequence[str]:
    """The options that choose the store to begin with."""
    if request.param == "local":
        return ()
    return ("--bucket", f"s3://{request.getfixturevalue('first_bucket')}")


@pytest.fixture
def two_versions(runferry: Command, tmp_path: Path) -> Callable[..., Path]:
    """Job 1 of a store: run 1 in two versions with logs, run 2, a configuration and an input."""

    def store(*options: str) -> Path:
        out = tmp_path / "flu/OUT"
        for number in (1, 2):
            (out / f"RUN{number}").mkdir(parents=True)
            (out / f"RUN{number}/out.csv").write_text(f"{number}\n")
        (tmp_path / "job.json").write_text('{"days": 3}')
        (tmp_path / "input").mkdir()
        (tmp_path / "input/model.fred").write_text("model\n")
        (tmp_path / "run.log").write_text("FRED started\n")
        for words in (
            ("jobs", "register", "--name", "flu", "--tag", "spring"),
            ("upload", out, "--job-id", "1"),
            ("jobs", "config", "submit", tmp_path / "job.json", "--job-id", "1"),
            ("jobs", "input", "submit", tmp_path / "input", "--job-id", "1"),
            ("runs", "logs", "submit", tmp_path / "run.log", "--job-id", "1", "--run-id", "2"),
        ):
            assert runferry(*words, *options).code == 0
        (out / "RUN1/out.csv").write_text("another\n")
        assert runferry("upload", out / "RUN1", *options).code == 0
        return out

    return store


def listed(runferry: Command, job_id: int, *options: str) -> Sequence[Sequence[object]]:
    answer = runferry("jobs", "uploads", "list", "--job-id", str(job_id), "--json", *options)
    return [[record[name] for name in TOLD] for record in answer.records]


def outcomes(records: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    return [record["outcome"] for record in records if "outcome" in record]


def sent(server: ForsakenServer) -> int:
    """Bytes of content that arrived."""
    bodies = [int(seen.headers.get("content-length", 0)) for seen in server.requests("PUT", "")]
    return sum(body for body in bodies if body > _SMALL)


def everything(client: "S3Client", bucket: str) -> Mapping[str, object]:
    found = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {o.get("Key", ""): (o.get("ETag"), o.get("LastModified")) for o in found}


def results_of_run_2(client: "S3Client", bucket: str) -> str:
    return next(key for key in everything(client, bucket) if key.endswith("run_2_results.zip"))


def files(directory: Path) -> Mapping[str, tuple[int, bytes]]:
    paths = (path for path in sorted(directory.rglob("*")) if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def test_whole_store(
    runferry: Command,
    real: str,
    first: Sequence[str],
    two_versions: Callable[..., Path],
    server: ForsakenServer,
) -> None:
    """
    Given a job with all that a job can have, in the local store or in a test bucket
    When the store is copied, twice
    Then all of it is in the other one, verified, and the second time nothing is sent.
    """
    two_versions(*first)
    before = listed(runferry, 1, *first)
    (job,) = runferry("jobs", "list", "--json", *first).records

    copied = runferry(*COPY, "--json", *first)

    assert (copied.code, set(outcomes(copied.records))) == (0, {"sent"})
    assert len(outcomes(copied.records)) == len(before) == 6
    assert listed(runferry, 1, *REAL) == before
    (there,) = runferry("jobs", "list", "--json", *REAL).records
    assert there == job
    check = runferry("store", "check", "--read-data", "100%", "--json", *REAL)
    assert (check.code, len(check.records)) == (0, 1)
    assert runferry("store", "orphans", "list", "--json", *REAL).records == []
    written = server.count("PUT", "") + server.count("POST", "")
    again = runferry(*COPY, "--json", *first)
    assert (again.code, set(outcomes(again.records))) == (0, {"there"})
    assert server.count("PUT", "") + server.count("POST", "") == written
    assert runferry("store", "sync", "--rebuild", *REAL).code == 0
    assert listed(runferry, 1, *REAL) == before


def test_source_stays(
    runferry: Command, real: str, two_versions: Callable[..., Path], home: Path
) -> None:
    """
    Given a store
    When it is copied
    Then no byte and no time of it has changed.
    """
    two_versions()
    before = files(home / "store")
    assert runferry(*COPY).code == 0
    assert files(home / "store") == before


def test_dry_run(
    runferry: Command,
    real: str,
    two_versions: Callable[..., Path],
    server: ForsakenServer,
    s3_client: "S3Client",
) -> None:
    """
    Given a store with a job
    When somebody asks what would be copied
    Then it is told, with the whole size, and nothing is written.
    """
    two_versions()
    told = runferry(*COPY, "--dry-run", "--json")
    assert (told.code, set(outcomes(told.records))) == (0, {"missing"})
    assert {record["to_job_id"] for record in told.records} == {1}
    assert f"s3://{real}: 6 artifacts" in told.err
    assert "would go" in told.err
    assert server.count("PUT", "") == server.count("POST", "") == 0
    assert everything(s3_client, real) == {}


def test_id_is_taken(
    runferry: Command, real: str, two_versions: Callable[..., Path], s3_client: "S3Client"
) -> None:
    """
    Given somebody else's job 1 in the other store
    When the store is copied, twice
    Then job 2 keeps its id, job 1 gets a new one, which is told and found again, and the other job
    stays what it is.
    """
    two_versions()
    assert runferry("jobs", "register", "--name", "second").code == 0
    assert runferry("jobs", "register", "--name", "flu", *REAL).code == 0
    theirs = everything(s3_client, real)

    copied = runferry(*COPY)

    assert copied.code == 0
    assert 'job 1 "flu" -> job 3' in copied.out
    assert "(job 1 there is another one)" in copied.out
    assert 'job 2 "second" -> job 2' in copied.out
    assert theirs.items() <= everything(s3_client, real).items()
    assert listed(runferry, 3, *REAL) == listed(runferry, 1)
    assert listed(runferry, 1, *REAL) == []
    again = runferry(*COPY, "--json").records
    assert {(r["job_id"], r["to_job_id"]) for r in again} == {(1, 3), (2, 2)}
    assert set(outcomes(again)) == {"there"}
    assert runferry("jobs", "list", "--json", *REAL).out.count("\n") == 3


def test_goes_on_in_the_first_store(
    runferry: Command, real: str, two_versions: Callable[..., Path], server: ForsakenServer
) -> None:
    """
    Given a copied job, a run of which gets another version in the first store
    When the store is copied again
    Then that version is the latest in the other one, too, and only it was sent.
    """
    out = two_versions()
    assert runferry(*COPY).code == 0
    (out / "RUN2/out.csv").write_text("changed\n")
    assert runferry("upload", out / "RUN2").code == 0

    again = runferry(*COPY, "--json")

    assert (again.code, outcomes(again.records).count("sent")) == (0, 1)
    assert listed(runferry, 1, *REAL) == listed(runferry, 1)
    assert runferry("store", "check", "--read-data", "100%", *REAL).code == 0


def test_goes_on_in_the_other_store(
    runferry: Command, real: str, two_versions: Callable[..., Path]
) -> None:
    """
    Given a copied job that got other versions of one run in both stores
    When the store is copied again
    Then both stay what they are, which is told, and the exit code says so.
    """
    out = two_versions()
    assert runferry(*COPY).code == 0
    for store, text in (((), "here\n"), (REAL, "there\n")):
        (out / "RUN2/out.csv").write_text(text)
        assert runferry("upload", out / "RUN2", "--job-id", "1", *store).code == 0
    before = listed(runferry, 1, *REAL)

    again = runferry(*COPY, "--json")

    assert (again.code, outcomes(again.records).count("differs")) == (1, 1)
    assert listed(runferry, 1, *REAL) == before


@pytest.fixture
def large(runferry: Command, tmp_path: Path) -> Path:
    """A run of seven parts, in job 1 of the local store."""
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(LARGE))
    assert runferry("upload", run, "--name", "flu").code == 0
    return run


@pytest.mark.parametrize(
    "step",
    [
        ("PUT", r"_runferry/jobs/0000000001\.json"),
        ("PUT", r"run_1_results\.zip.*partNumber=7"),
        ("POST", r"run_1_results\.zip\?uploadId"),
        ("PUT", r"run_1_results\.v0001\.json"),
    ],
    ids=["record", "part", "completion", "manifest"],
)
@pytest.mark.parametrize("done", [False, True])
def test_killed(
    runferry: Command,
    real: str,
    large: Path,
    server: ForsakenServer,
    step: tuple[str, str],
    done: bool,
) -> None:
    """
    Given a copy that is killed before or after a step
    When the same command is given again
    Then it goes on: all of it is there once, and no part is sent again that had arrived.
    """
    with runferry_process(*COPY) as copying:

        def kill() -> Answer:
            copying.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        def kill_after(answer: Answer) -> None:
            copying.signal(signal.SIGKILL)

        server.plan(Fault(*step, after=kill_after) if done else Fault(*step, kill))
        assert copying.wait() == -signal.SIGKILL
    server.forget_faults()

    again = runferry(*COPY)

    assert again.code == 0
    assert listed(runferry, 1, *REAL) == listed(runferry, 1)
    # Four parts travel at a time: what arrived with no reply is not known to have arrived.
    assert sent(server) <= LARGE + (4 << 23 if "part" in step[1] else _SMALL)
    assert runferry("store", "orphans", "list", "--json", *REAL).records == []
    before = sent(server)
    assert runferry(*COPY).code == 0
    assert sent(server) == before


def test_killed_before_another_version(
    runferry: Command, real: str, large: Path, server: ForsakenServer
) -> None:
    """
    Given a copy that is killed before the manifest, and a run that gets another version then
    When the store is copied again
    Then what was sent becomes the first version there, and is not sent again.
    """
    with runferry_process(*COPY) as copying:

        def kill() -> Answer:
            copying.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        server.plan(Fault("PUT", r"run_1_results\.v0001\.json", kill))
        assert copying.wait() == -signal.SIGKILL
    server.forget_faults()
    (large / "large").write_bytes(b"small")
    assert runferry("upload", large).code == 0

    again = runferry(*COPY)

    assert again.code == 0, again.err
    assert sent(server) <= LARGE + _SMALL
    assert listed(runferry, 1, *REAL) == listed(runferry, 1)
    assert runferry("store", "check", "--read-data", "100%", *REAL).code == 0


def test_same_content_is_sent_once(
    runferry: Command, real: str, large: Path, server: ForsakenServer
) -> None:
    """
    Given two jobs with the same content
    When they are copied
    Then it is sent once, and copied in the other store.
    """
    assert runferry("jobs", "register", "--name", "again").code == 0
    assert runferry("upload", large, "--job-id", "2").code == 0
    copied = runferry(*COPY, "--json")
    assert outcomes(copied.records) == ["sent", "copied"]
    assert sent(server) < LARGE + _SMALL


def test_damaged(
    runferry: Command,
    real: str,
    two_versions: Callable[..., Path],
    first_bucket: str,
    s3_client: "S3Client",
) -> None:
    """
    Given a bucket in which a byte of one version is another one
    When it is copied
    Then that version is not in the other store, not even in part, and everything else is.
    """
    first = ("--bucket", f"s3://{first_bucket}")
    two_versions(*first)
    key = results_of_run_2(s3_client, first_bucket)
    stored = s3_client.get_object(Bucket=first_bucket, Key=key)
    content = bytearray(stored["Body"].read())
    content[20] ^= 1
    metadata = stored["Metadata"]
    s3_client.put_object(Bucket=first_bucket, Key=key, Body=bytes(content), Metadata=metadata)

    copied = runferry(*COPY, "--json", *first)

    assert (copied.code, outcomes(copied.records).count("failed")) == (1, 1)
    assert "is not what was recorded of it" in copied.err
    assert "1 artifact not copied." in copied.err
    assert len(listed(runferry, 1, *REAL)) == 5
    assert runferry("store", "orphans", "list", "--json", *REAL).records == []


def test_archived(
    runferry: Command,
    real: str,
    two_versions: Callable[..., Path],
    first_bucket: str,
    s3_client: "S3Client",
) -> None:
    """
    Given a bucket, one of whose objects is archived and has to be restored first
    When it is copied
    Then that is said of this one, and everything else is copied.
    """
    first = ("--bucket", f"s3://{first_bucket}")
    two_versions(*first)
    key = results_of_run_2(s3_client, first_bucket)
    s3_client.copy_object(
        Bucket=first_bucket,
        Key=key,
        CopySource={"Bucket": first_bucket, "Key": key},
        StorageClass="GLACIER",
        MetadataDirective="COPY",
    )
    copied = runferry(*COPY, "--json", *first)
    assert (copied.code, outcomes(copied.records).count("failed")) == (1, 1)
    assert len(listed(runferry, 1, *REAL)) == 5


def test_roots_follow(
    runferry: Command, real: str, two_versions: Callable[..., Path], home: Path
) -> None:
    """
    Given a results root that is bound to a job of the first store
    When the store is copied and its roots are to follow
    Then the next upload from there goes to the same job of the other store, and nothing is sent.
    """
    out = two_versions()
    assert runferry("jobs", "register", "--name", "taken", *REAL).code == 0
    copied = runferry(*COPY, "--rebind")
    assert copied.code == 0
    assert f"{out} belongs to job 2 there." in copied.err
    (stored, _) = runferry("upload", out, "--json", *REAL).records
    assert (stored["job_id"], stored["outcome"]) == (2, "unchanged")
    (here, _) = runferry("upload", out, "--json").records
    assert (here["job_id"], here["outcome"]) == (1, "unchanged")


def test_roots_of_what_is_not_whole_stay(
    runferry: Command, real: str, two_versions: Callable[..., Path], home: Path
) -> None:
    """
    Given a job of which not all can be copied
    When the store is copied and its roots are to follow
    Then they do not.
    """
    two_versions()
    (gone,) = (home / "store").glob("jobs/1/*/*/*/*/versions/run_1_results.v0001.zip")
    gone.unlink()
    copied = runferry(*COPY, "--rebind")
    assert copied.code == 1
    assert "belongs to job" not in copied.err


@pytest.mark.parametrize(
    ("to", "said"),
    [("nobody", "names a profile that does not exist"), ("local", "is the store that would be")],
)
def test_wrong_profile(runferry: Command, real: str, to: str, said: str) -> None:
    """
    Given a profile that is not there, or that is the store itself
    When the store is to be copied to it
    Then that is wrong usage.
    """
    answer = runferry("store", "copy", "--to", to)
    assert (answer.code, said in answer.err) == (2, True)
