"""A team has a folder of a bucket, beside other tools and other teams."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.conftest import Answer, Command
from tests.servers.fault_server import Fault, answering, refuse
from tests.servers.follow import follow
from tests.servers.strict.policy import Policy
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "teams/epi/"
OTHER_TEAM = "teams/flu-lab/"
EPI = ("--profile", "epi")
JOB = ("--job-id", "1")
# What a RunFerry of the whole bucket, or of a neighbour's folder, has or would take for its own.
THEIRS = [
    "jobs/1/2024/02/03/040506/run_1_results.zip",
    "jobs/1/2024/02/03/040506/run_1_results.v0001.json",
    "_runferry/jobs/0000000001.json",
    "_runferry/probe/theirs",
    "teams/epi",
    "teams/epi.txt",
    "teams/epi-flu/jobs/1/2024/02/03/040506/run_1_results.zip",
    "teams/epidemics/_runferry/jobs/0000000001.json",
    "teams/flu/jobs/1/2024/02/03/040506/run_1_results.zip",
]
THEIR_RULES = [
    {
        "ID": "expire-logs",
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Expiration": {"Days": 3},
    },
    {
        "ID": "runferry-abort-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": "jobs/"},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 9},
    },
]
Look = Callable[[], Mapping[str, Any]]


@pytest.fixture
def theirs(s3_client: "S3Client", s3_bucket: str) -> Look:
    """Everything that is not ours: objects with when they were written, unfinished uploads, rules."""
    for key in THEIRS:
        s3_client.put_object(Bucket=s3_bucket, Key=key, Body=b"theirs", Metadata={"by": "them"})
        begun = s3_client.create_multipart_upload(Bucket=s3_bucket, Key=key)
        s3_client.upload_part(
            Bucket=s3_bucket, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=b"x"
        )
    rules: Any = THEIR_RULES
    s3_client.put_bucket_lifecycle_configuration(
        Bucket=s3_bucket, LifecycleConfiguration={"Rules": rules}
    )

    def look() -> Mapping[str, Any]:
        objects = s3_client.get_paginator("list_objects_v2").paginate(Bucket=s3_bucket)
        found = [o for page in objects for o in page.get("Contents", [])]
        uploads = s3_client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", [])
        told = s3_client.get_bucket_lifecycle_configuration(Bucket=s3_bucket)["Rules"]
        return {
            "objects": {
                o.get("Key"): (o.get("ETag"), o.get("LastModified"), o.get("StorageClass"))
                for o in found
                if not o.get("Key", "").startswith((PREFIX, OTHER_TEAM))
            },
            "uploads": {
                (u.get("Key"), u.get("UploadId"))
                for u in uploads
                if not u.get("Key", "").startswith((PREFIX, OTHER_TEAM))
            },
            "rules": [rule for rule in told if PREFIX not in str(rule)],
        }

    return look


@pytest.fixture
def shared(
    runferry: Command,
    home: Path,
    s3_bucket: str,
    strict_server: StrictServer,
    monkeypatch: pytest.MonkeyPatch,
    theirs: Look,
) -> Iterator[StrictServer]:
    """The server allows what a caretaker of the folder needs, and counts what is asked outside.

    In the end everything there is what it was.
    """
    home.mkdir(exist_ok=True)
    settings = f'[profiles.epi]\nbucket = "{s3_bucket}"\nprefix = "teams/epi"\n'
    (home / "settings.toml").write_text(settings)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    (document,) = runferry("store", "policy", "--role", "caretaker", "--json", *EPI).records
    strict_server.rules[:] = [Policy(document)]
    before = theirs()
    assert len(before["objects"]) == len(before["uploads"]) == len(THEIRS)
    yield strict_server
    assert theirs() == before


def beside(server: StrictServer, bucket: str) -> set[str]:
    """What was asked about anything that is not below the folder."""
    return {request.operation for request in server.outside(bucket, PREFIX)}


def test_a_life_in_a_folder(
    runferry: Command,
    fred_out: Path,
    shared: StrictServer,
    s3_client: "S3Client",
    s3_bucket: str,
    tmp_path: Path,
) -> None:
    """
    Given a profile with a prefix, in a bucket that is full of what others have at the same keys
    When runs are stored, listed, linked, downloaded, compared, moved, archived, checked, cleaned
    up after and deleted
    Then all of it works with rights below the prefix alone, nothing outside was even asked for,
    and addresses name the whole key.
    """

    def ours(*words: str | Path) -> Answer:
        answer = runferry(*words, *EPI)
        assert answer.code == 0, answer.err
        return answer

    assert ours("jobs", "list", "--json").records == []
    (first,) = ours("upload", fred_out / "RUN1", "--sidecars", "--json").records
    assert (first["job_id"], first["version"], first["outcome"]) == (1, 1, "uploaded")
    assert first["url"] == f"s3://{s3_bucket}/{PREFIX}{first['key']}"
    (fred_out / "RUN1/LOG").write_text("a later run\n")
    assert ours("upload", fred_out / "RUN1", "--json").records[0]["version"] == 2
    ours("upload", fred_out / "RUN2")
    config = tmp_path / "config.json"
    config.write_text("{}")
    ours("jobs", "config", "submit", config, *JOB)
    ours("jobs", "set", *JOB, "--tag", "epi")
    shutil.rmtree(tmp_path / "home/cache")
    ours("store", "sync", "--rebuild")
    listed = ours("jobs", "uploads", "list", *JOB, "--json").records
    assert {a["kind"] for a in listed} == {"job_config", "run_results", "run_logs"}
    ours("jobs", "uploads", "download", *JOB, "--extract", "--output-dir", tmp_path / "back")
    assert (tmp_path / "back/RUN1/LOG").read_text() == "a later run\n"
    ours("members", *JOB, "--run-id", "1")
    ours("compare", *JOB)
    (link,) = ours("link", *JOB, "--run-id", "2", "--kind", "run_results", "--json").records
    assert urlsplit(str(link["url"])).path == f"/{s3_bucket}/{PREFIX}{link['key']}"
    assert follow("GET", link["url"]).startswith(b"PK")
    put = ("link", *JOB, "--run-id", "2", "--kind", "run_logs", "--put", "--json")
    follow("PUT", ours(*put).records[0]["url"], b"theirs")
    ours("jobs", "register", "--name", "other")
    ours("jobs", "move-run", *JOB, "--run-id", "2", "--to-job", "2", "--yes")
    ours("jobs", "archive", *JOB)
    ours("store", "check", "--read-data", "100%")
    ours("store", "orphans", "adopt", "--unmanaged")
    ours("jobs", "runs", "delete", *JOB, "--run-id", "1", "--yes")
    ours("jobs", "delete", *JOB, "--confirm", "sample60")
    assert beside(shared, s3_bucket) == set()
    assert shared.refused == []
    left = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix=f"{PREFIX}jobs/1/")
    assert left["KeyCount"] == 0  # what came by the link was adopted


def test_what_a_machine_left_behind(
    runferry: Command,
    fred_out: Path,
    home: Path,
    shared: StrictServer,
    s3_client: "S3Client",
    s3_bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an orphan and an unfinished upload of a machine that is gone, in the folder
    When another one cleans up, of any age
    Then these two go, and nothing that others left behind elsewhere is even listed.
    """
    no_manifest = Fault(
        "PUT", r"run_3_results\.v0001\.json", answering(refuse(403, "AccessDenied"))
    )
    shared.plan(no_manifest)
    assert runferry("upload", fred_out / "RUN3", *EPI).code == 1
    unfinished = f"{PREFIX}jobs/9/2024/02/03/040506/run_1_results.zip"
    s3_client.create_multipart_upload(Bucket=s3_bucket, Key=unfinished)
    shared.seen.clear()
    elsewhere = home.parent / "other-home"
    elsewhere.mkdir()
    shutil.copy(home / "settings.toml", elsewhere)
    monkeypatch.setenv("RUNFERRY_HOME", str(elsewhere))

    answer = runferry("store", "orphans", "clean", "--grace", "0s", "--yes", "--json", *EPI)

    assert {(o["kind"], o["deleted"]) for o in answer.records} == {
        ("orphan", True),
        ("upload", True),
    }
    assert runferry("store", "orphans", "list", "--json", *EPI).records == []
    assert beside(shared, s3_bucket) == set()


def test_questions_about_the_bucket(
    runferry: Command, shared: StrictServer, s3_client: "S3Client", s3_bucket: str
) -> None:
    """
    Given the same
    When the store is tried out, and given lifecycle rules
    Then what is written lies in the folder; the rules of the bucket and those of another RunFerry
    stay, and ours hold in the folder only.
    """
    assert runferry("store", "probe", *EPI).code == 0
    assert beside(shared, s3_bucket) == {"GetBucketVersioning"}
    shared.rules.clear()
    shared.seen.clear()
    rules = ("store", "lifecycle", "--apply", "--yes", *EPI)
    assert "2 rules of others stay" in runferry(*rules).err
    assert beside(shared, s3_bucket) == {
        "GetBucketLifecycleConfiguration",
        "PutBucketLifecycleConfiguration",
    }
    told = s3_client.get_bucket_lifecycle_configuration(Bucket=s3_bucket)["Rules"]
    (mine,) = [rule for rule in told if PREFIX in str(rule)]
    assert mine.get("ID") == f"runferry-abort-uploads {PREFIX}"
    assert mine.get("Filter") == {"Prefix": f"{PREFIX}jobs/"}


def test_two_teams(
    runferry: Command, fred_out: Path, shared: StrictServer, s3_bucket: str, tmp_path: Path
) -> None:
    """
    Given two folders of one bucket
    When both teams store the same run on one machine, one of them offline at times
    Then each has a job 1 of its own, and neither sees the other's, in the cache and the queue either.
    """
    other = ("--bucket", f"s3://{s3_bucket}/{OTHER_TEAM}")
    assert runferry("upload", fred_out / "RUN1", *EPI).code == 0
    shared.rules.clear()
    assert runferry("jobs", "list", "--json", *other).records == []
    config = tmp_path / "config.json"
    config.write_text("{}")
    assert runferry("jobs", "register", "--name", "flu", *other).code == 0
    (here,) = runferry("jobs", "list", "--json", *EPI).records
    (there,) = runferry("jobs", "list", "--json", *other).records
    assert (here["job_id"], there["job_id"]) == (1, 1)
    assert here["name"] != there["name"] == "flu"
    (upload,) = runferry("upload", fred_out / "RUN2", *JOB, "--json", *other).records
    assert upload["url"].startswith(f"s3://{s3_bucket}/{OTHER_TEAM}jobs/1/")
    runs = [
        [a["run_id"] for a in runferry("jobs", "uploads", "list", *JOB, "--json", *at).records]
        for at in (EPI, other)
    ]
    assert runs == [[1], [2]]
    assert runferry("jobs", "delete", *JOB, "--confirm", "flu", *other).code == 0
    assert runferry("store", "check", "--read-data", "100%", *EPI).code == 0


def test_denied_listing(runferry: Command, shared: StrictServer, s3_bucket: str) -> None:
    """
    Given a policy that is for another folder
    When jobs are listed
    Then the message names what may not be listed, as whoever wrote the policy knows it.
    """
    answer = runferry("jobs", "list", "--bucket", f"s3://{s3_bucket}/teams/typhus")
    assert answer.code == 1
    assert f"ListObjectsV2 on s3://{s3_bucket}/teams/typhus/_runferry/jobs/" in answer.err
    assert "s3:ListBucket" in answer.err
    assert "(prefix teams/typhus/_runferry/jobs/)" in answer.err
    shared.plan(Fault("GET", "list-type=2", answering(refuse(403, "AccessDenied")), times=-1))
    assert f"s3://{s3_bucket}/{PREFIX}" in runferry("store", "sync", *EPI).err


def test_a_folder_of_a_directory(
    runferry: Command, fred_out: Path, home: Path, tmp_path: Path
) -> None:
    """
    Given a local store with a prefix, in a directory where others have files of the same names
    When runs are stored, listed, checked, cleaned up after and deleted
    Then all of it happens in the folder.
    """
    disk = tmp_path / "disk"
    home.mkdir(exist_ok=True)
    settings = f'[profiles.epi]\npath = "{disk}"\nprefix = "teams/epi"\n'
    (home / "settings.toml").write_text(settings)
    for key in THEIRS:
        if key != PREFIX.rstrip("/"):  # a file there would be in the way
            (disk / key).parent.mkdir(parents=True, exist_ok=True)
            (disk / key).write_text("theirs")

    def outside() -> dict[str, int]:
        found = (path for path in disk.rglob("*") if disk / PREFIX not in [path, *path.parents])
        return {str(path): path.stat().st_mtime_ns for path in found if path.is_file()}

    before = outside()
    assert runferry("jobs", "list", "--json", *EPI).records == []
    (upload,) = runferry("upload", fred_out / "RUN1", "--json", *EPI).records
    assert upload["url"] == str(disk / PREFIX / upload["key"])
    assert (disk / PREFIX / upload["key"]).is_file()
    assert runferry("store", "check", "--read-data", "100%", *EPI).code == 0
    assert runferry("store", "probe", *EPI).code == 0
    assert runferry("store", "orphans", "clean", "--grace", "0s", "--yes", *EPI).code == 0
    assert runferry("jobs", "delete", *JOB, "--confirm", "sample60", *EPI).code == 0
    assert outside() == before
    assert sorted(path.name for path in disk.iterdir()) == ["_runferry", "jobs", "teams"]
