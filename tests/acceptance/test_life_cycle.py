"""The life cycle of data: archived, restored, deleted; and rules by which the bucket does it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command, Put

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

JOB = ("--job-id", "1")
FOREIGN = "notes.txt"


@pytest.fixture
def in_s3(s3_bucket: str) -> list[str]:
    """The options of a bucket."""
    return ["--bucket", f"s3://{s3_bucket}"]


@pytest.fixture
def classes(s3_bucket: str, s3_client: "S3Client") -> Callable[[], dict[str, str]]:
    """The storage class of everything in the bucket, by the last part of its key."""

    def look() -> dict[str, str]:
        found = s3_client.list_objects_v2(Bucket=s3_bucket).get("Contents", [])
        return {o.get("Key", "").rpartition("/")[2]: o.get("StorageClass", "") for o in found}

    return look


def fill(runferry: Command, fred_out: Path, *store: str) -> None:
    """Two versions of one run with logs, another run, and a configuration, in one job."""
    for run in ("RUN1", "RUN2"):
        assert runferry("upload", fred_out / run, "--sidecars", *store).code == 0
    (fred_out / "RUN2/LOG").write_text("a later run\n")
    assert runferry("upload", fred_out / "RUN2", *store).code == 0
    config = fred_out.parent / "config.json"
    config.write_text("{}")
    assert runferry("jobs", "config", "submit", config, *JOB, *store).code == 0


def test_archive(
    runferry: Command,
    fred_out: Path,
    in_s3: list[str],
    classes: Callable[[], dict[str, str]],
    tmp_path: Path,
) -> None:
    """
    Given a job with versions, logs and a configuration
    When it is archived: listed first, then done, and done again
    Then results and logs move and nothing else does, the second time nothing; it is all in order,
    can be downloaded, and is recognised when it is uploaded again.
    """
    fill(runferry, fred_out, *in_s3)
    young = runferry("jobs", "archive", "--older-than", "30d", "--dry-run", "--json", *in_s3)
    assert (young.code, young.records) == (0, [])
    planned = runferry("jobs", "archive", *JOB, "--dry-run", "--json", *in_s3).records
    assert {a["kind"] for a in planned} == {"run_results", "run_logs"}
    assert {(a["storage_class"], a["moved"]) for a in planned} == {("GLACIER_IR", False)}
    assert set(classes().values()) == {"STANDARD"}

    moved = runferry("jobs", "archive", *JOB, "--older-than", "0s", "--json", *in_s3)

    assert (moved.code, len(moved.records)) == (0, len(planned))
    archived = {key for key, name in classes().items() if name == "GLACIER_IR"}
    assert archived == {a["key"].rpartition("/")[2] for a in planned}
    assert not any(key.endswith(".json") for key in archived)
    assert runferry("jobs", "archive", *JOB, "--json", *in_s3).records == []
    check = runferry("store", "check", "--read-data", "100%", "--json", *in_s3)
    assert (check.code, [r for r in check.records if "problem" in r]) == (0, [])
    one = ("--run-id", "2", "--extract", "--output-dir", tmp_path / "back")
    assert runferry("jobs", "uploads", "download", *JOB, *one, *in_s3).code == 0
    assert (tmp_path / "back/RUN2/LOG").read_text() == "a later run\n"
    again = runferry("upload", fred_out / "RUN2", "--json", *in_s3).records[0]
    assert (again["outcome"], again["version"]) == ("unchanged", 2)


def test_new_version_of_what_is_archived(
    runferry: Command, fred_out: Path, in_s3: list[str], classes: Callable[[], dict[str, str]]
) -> None:
    """
    Given a run whose results are archived
    When it is changed and uploaded again
    Then the new version is at hand, and the old one is kept aside.
    """
    assert runferry("upload", fred_out / "RUN1", *in_s3).code == 0
    assert runferry("jobs", "uploads", "archive", *JOB, "--run-id", "1", *in_s3).code == 0
    (fred_out / "RUN1/LOG").write_text("another\n")

    answer = runferry("upload", fred_out / "RUN1", "--json", *in_s3).records[0]

    assert (answer["outcome"], answer["version"]) == ("uploaded", 2)
    assert classes()["run_1_results.zip"] == "STANDARD"
    assert runferry("store", "check", *in_s3).code == 0


def test_restore(
    runferry: Command, fred_out: Path, home: Path, in_s3: list[str], tmp_path: Path
) -> None:
    """
    Given a profile whose archive is DEEP_ARCHIVE, and a run in it
    When it is downloaded, looked into, or uploaded in another version
    Then each says that it is archived, and which command restores it; nothing is lost.
    """
    bucket = in_s3[1].removeprefix("s3://")
    home.mkdir(exist_ok=True)
    settings = f'[profiles.cold]\nbucket = "{bucket}"\narchive_class = "DEEP_ARCHIVE"\n'
    (home / "settings.toml").write_text(settings)
    cold = ("--profile", "cold")
    assert runferry("upload", fred_out / "RUN1", *cold).code == 0
    assert runferry("jobs", "archive", *JOB, *cold).code == 0
    assert runferry("jobs", "archive", *JOB, "--json", *in_s3).records == []  # is colder already
    (fred_out / "RUN1/LOG").write_text("another\n")
    run = (*JOB, "--run-id", "1")
    for command in (
        ("jobs", "uploads", "download", *run, "--output-dir", tmp_path / "back"),
        ("members", *run),
        ("upload", fred_out / "RUN1"),
    ):
        answer = runferry(*command, *cold)
        assert answer.code == 1
        assert "is archived" in answer.err
        assert "`runferry jobs uploads restore --job-id 1 --run-id 1`" in answer.err
    check = runferry("store", "check", "--read-data", "100%", "--json", *cold)
    assert (check.code, check.records[-1]["archived"]) == (0, 1)


def test_where_there_is_no_archive(runferry: Command, fred_out: Path) -> None:
    """
    Given a local store
    When something is to be archived, or to get rules, even if only to see what would be
    Then RunFerry says that it has no such thing.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    for command in (["jobs", "archive", *JOB, "--dry-run"], ["store", "lifecycle"]):
        answer = runferry(*command)
        assert (answer.code, answer.out) == (1, "")
        assert "local store" in answer.err
    assert runferry("jobs", "archive").code == 2


def test_lifecycle_rules(
    runferry: Command, in_s3: list[str], s3_bucket: str, s3_client: "S3Client"
) -> None:
    """
    Given a bucket with a rule of somebody else
    When RunFerry's rules are shown, then applied, then applied with another number
    Then they are shown without a change, and come beside the other rule, once.
    """
    theirs = {"ID": "logs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}}
    s3_client.put_bucket_lifecycle_configuration(
        Bucket=s3_bucket,
        LifecycleConfiguration={"Rules": [theirs | {"Expiration": {"Days": 3}}]},  # pyright: ignore[reportArgumentType] - a dictionary that is merged
    )

    def rules() -> dict[str, object]:
        found = s3_client.get_bucket_lifecycle_configuration(Bucket=s3_bucket)["Rules"]
        return {
            rule.get("ID", ""): rule.get("AbortIncompleteMultipartUpload", {}).get(
                "DaysAfterInitiation"
            )
            for rule in found
        }

    shown = runferry("store", "lifecycle", "--archive-after", "90d", *in_s3)
    written = {rule["ID"]: rule for rule in json.loads(shown.out)["Rules"]}
    assert written["runferry-archive"]["Transitions"] == [
        {"Days": 90, "StorageClass": "GLACIER_IR"}
    ]
    assert written["runferry-archive"]["Filter"]["And"]["ObjectSizeGreaterThan"] == 131072
    assert rules() == {"logs": None}
    assert runferry("store", "lifecycle", "--apply", *in_s3).code == 2  # nobody can be asked

    assert runferry("store", "lifecycle", "--apply", "--yes", *in_s3).code == 0
    assert rules() == {"logs": None, "runferry-abort-uploads": 7}
    three = ("--abort-uploads-after", "3d")
    assert runferry("store", "lifecycle", *three, "--apply", "--yes", *in_s3).code == 0
    assert rules() == {"logs": None, "runferry-abort-uploads": 3}

    # moto drops the size from the filter: manifests would be archived
    refused = runferry("store", "lifecycle", "--archive-after", "9d", "--apply", "--yes", *in_s3)
    assert refused.code == 1
    assert rules() == {"logs": None, "runferry-abort-uploads": 3}
    assert runferry("store", "lifecycle", "--archive-after", "36h", *in_s3).code == 2


def test_delete(runferry: Command, fred_out: Path, store: list[str], put: Put) -> None:
    """
    Given two jobs, one of them with versions, logs, a configuration, and an object of another tool
    When that job is deleted: without a word, with a wrong name, then with its own
    Then only the last deletes it, with all that RunFerry stored; the other job is untouched.
    """
    fill(runferry, fred_out, *store)
    name = runferry("jobs", "info", *JOB, "--json", *store).records[0]["name"]
    (listed, *_) = runferry("jobs", "uploads", "list", *JOB, "--json", *store).records
    prefix = listed["key"].rpartition("/")[0]
    put(f"{prefix}/{FOREIGN}", b"x")
    shutil.copytree(fred_out / "RUN1", fred_out.parent / "other/OUT/RUN1")
    other = (fred_out.parent / "other/OUT/RUN1", "--name", "other", "--json", *store)
    assert runferry("upload", *other).records[0]["job_id"] == 2
    for extra, code in (((), 0), (("--dry-run",), 0), (("--confirm", "other"), 2)):
        answer = runferry("jobs", "delete", *JOB, *extra, *store)
        assert answer.code == code
        assert "stays" in answer.out
        assert "run_2_results.zip" in answer.out
    assert len(runferry("jobs", "uploads", "list", *JOB, "--json", *store).records) == 6

    answer = runferry("jobs", "delete", *JOB, "--confirm", name, "--json", *store)

    assert answer.code == 0
    summary = answer.records[-1]
    assert (summary["deleted"], summary["runs"], summary["objects"], summary["stay"]) == (
        *(True, 2, 6),
        1,
    )
    jobs = runferry("jobs", "list", "--json", *store).records
    assert [job["job_id"] for job in jobs] == [2]
    assert runferry("jobs", "info", *JOB, *store).code == 1
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert runferry("jobs", "delete", *JOB, "--confirm", name, *store).code == 1
    assert "was deleted" in runferry("jobs", "set", *JOB, "--name", "x", *store).err


def test_delete_a_version(runferry: Command, fred_out: Path, store: list[str]) -> None:
    """
    Given a run with two versions
    When the latest one is deleted: listed first, then in earnest, and then once more
    Then the results before it are what lies at the key of the run, and all is in order.
    """
    fill(runferry, fred_out, *store)
    run = (*JOB, "--run-id", "2")
    first = runferry("jobs", "uploads", "list", *run, "--json", *store).records[1]
    assert (first["version"], first["key"].endswith("versions/run_2_results.v0001.zip")) == (
        *(1, True),
    )
    delete = ("jobs", "runs", "delete", *run, "--version", "2")
    for extra in ((), ("--dry-run",)):
        answer = runferry(*delete, *extra, *store)
        assert (answer.code, "nothing was" in answer.err) == (0, True)
        assert "version 1 becomes the latest again" in answer.err
    assert runferry(*delete, "--dry-run", "--yes", *store).code == 2

    (record, summary) = runferry(*delete, "--yes", "--json", *store).records

    assert (record["version"], record["stays"]) == (2, False)
    assert (summary["deleted"], summary["objects"], summary["latest_again"]) == (True, 1, 1)
    listed = runferry("jobs", "uploads", "list", *run, "--json", *store).records
    versions = {a["version"]: a for a in listed if a["kind"] == "run_results"}
    assert [*versions] == [1, 3]
    assert versions[3]["key"].endswith("/run_2_results.zip")
    assert versions[3]["sha256"] == first["sha256"]
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert runferry(*delete, "--yes", *store).code == 1


def test_delete_a_run(
    runferry: Command, fred_out: Path, store: list[str], put: Put, tmp_path: Path
) -> None:
    """
    Given a job with two runs, one of them with versions, logs, and an object of another tool
    When that run is deleted, and its directory is uploaded again
    Then all that RunFerry stored of it goes and nothing else, and it is stored as the same run.
    """
    fill(runferry, fred_out, *store)
    run = (*JOB, "--run-id", "2")
    before = runferry("jobs", "uploads", "list", *JOB, "--json", *store).records
    put(f"{before[0]['key'].rpartition('/')[0]}/run_2_{FOREIGN}", b"x")
    delete = ("jobs", "runs", "delete", *run)
    answer = runferry(*delete, *store)
    assert (answer.code, "stays" in answer.out, "--yes" in answer.err) == (0, True, True)

    (*_, summary) = runferry(*delete, "--yes", "--json", *store).records

    assert (summary["deleted"], summary["objects"], summary["stay"]) == (True, 3, 1)
    after = runferry("jobs", "uploads", "list", *JOB, "--json", *store).records
    assert after == [record for record in before if record["run_id"] != 2]
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert runferry(*delete, "--yes", *store).code == 0  # what another tool stored is there still
    again = runferry("upload", fred_out / "RUN2", "--json", *store).records[0]
    assert (again["job_id"], again["run_id"], again["version"]) == (1, 2, 1)


def test_move_a_run(
    runferry: Command, fred_out: Path, store: list[str], put: Put, tmp_path: Path
) -> None:
    """
    Given a run with versions and logs that was stored in the wrong job, and the right job
    When it is moved there: listed first, refused where another run is, then in earnest with its root
    Then all of it is there and nothing of it in the old job, without a byte sent; new runs go there.
    """
    fill(runferry, fred_out, *store)
    shutil.copytree(fred_out / "RUN1", fred_out.parent / "right/OUT/RUN1")
    other = runferry(
        "upload", fred_out.parent / "right/OUT/RUN1", "--name", "right", "--json", *store
    )
    assert other.records[0]["job_id"] == 2
    run = (*JOB, "--run-id", "2")
    before = runferry("jobs", "uploads", "list", *run, "--json", *store).records
    move = ("jobs", "move-run", *run, "--to-job", "2")
    for extra in ((), ("--dry-run",)):
        answer = runferry(*move, *extra, *store)
        assert (answer.code, "nothing was moved" in answer.err) == (0, True)
    refused = runferry(*move, "--to-run", "1", "--yes", *store)
    assert (refused.code, "other content" in refused.err) == (1, True)
    assert "Nothing was moved" in refused.err
    assert runferry("jobs", "uploads", "list", *run, "--json", *store).records == before

    answer = runferry(*move, "--rebind", fred_out, "--yes", "--json", *store)

    summary = answer.records[-1]
    assert (summary["moved"], summary["objects"], summary["copied"]) == (True, 3, 3)
    after = runferry("jobs", "uploads", "list", "--job-id", "2", "--run-id", "2", "--json", *store)
    told = ("run_id", "kind", "version", "size", "sha256", "managed")
    assert [[a[x] for x in told] for a in after.records] == [[a[x] for x in told] for a in before]
    left = runferry("jobs", "uploads", "list", *JOB, "--json", *store).records
    assert {a["run_id"] for a in left} == {1, None}
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert runferry(*move, "--yes", *store).code == 1
    again = runferry("upload", fred_out / "RUN2", "--json", *store).records[0]
    assert (again["job_id"], again["run_id"], again["outcome"]) == (2, 2, "unchanged")
    new = runferry("upload", fred_out / "RUN3", "--json", *store).records[0]
    assert (new["job_id"], new["run_id"]) == (2, 3)


def test_proven(runferry: Command, fred_out: Path, store: list[str], tmp_path: Path) -> None:
    """
    Given a run that was stored
    When it is downloaded, and then read by a check, and is asked for where it is already
    Then the list tells each time how and when it was last seen to be what it should be.
    """
    listed = ("jobs", "uploads", "list", *JOB, "--json", *store)

    def verified() -> tuple[str, str]:
        (record,) = runferry(*listed).records
        return record["verified_by"], record["verified_at"]

    assert runferry("upload", fred_out / "RUN1", *store).code == 0
    by, at = verified()
    assert (by, bool(at)) == ("uploaded", True)
    download = ("jobs", "uploads", "download", *JOB, "--output-dir", tmp_path / "got", *store)
    for _ in range(2):
        assert runferry(*download).code == 0
        assert verified()[0] == "downloaded"
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert verified()[0] == "read"
    assert runferry(*download).code == 0  # the file is there: nobody asked the store
    assert verified()[0] == "read"


def test_after_the_delete(
    runferry: Command,
    fred_out: Path,
    home: Path,
    store: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a job that was deleted, and another machine that stores in it and has not heard of that
    When a run of it is uploaded on both, and somebody wants its id
    Then it goes to a new job, and the id stays taken.
    """
    monkeypatch.setenv("RUNFERRY_HOME", str(home.parent / "second"))
    if not store:  # both look at one directory
        (home.parent / "second").mkdir()
        (home.parent / "second/store").symlink_to(home / "store")
    monkeypatch.setenv("RUNFERRY_HOME", str(home))
    upload = ("upload", fred_out / "RUN1", "--name", "flu", "--json", *store)
    assert runferry(*upload).records[0]["job_id"] == 1
    monkeypatch.setenv("RUNFERRY_HOME", str(home.parent / "second"))
    assert runferry(*upload[:2], *JOB, "--json", *store).records[0]["outcome"] == "unchanged"
    monkeypatch.setenv("RUNFERRY_HOME", str(home))
    assert runferry("jobs", "delete", *JOB, "--confirm", "flu", *store).code == 0

    here = runferry(*upload[:2], "--json", *store)
    assert here.records[0]["outcome"] == "uploaded"
    assert here.records[0]["job_id"] > 1
    monkeypatch.setenv("RUNFERRY_HOME", str(home.parent / "second"))
    there = runferry(*upload[:2], "--json", *store)
    assert there.records[0]["job_id"] > 1
    wanted = runferry("jobs", "register", "--name", "x", *JOB, *store)
    assert wanted.code == 1


def test_blank_names(runferry: Command, home: Path) -> None:
    """
    Given a job, whose record another program leaves without a name
    When a blank name is given to a new job or to that one, or is to confirm that it is deleted
    Then that is a usage error each time, the job is there still, and can get a name again.
    """
    assert runferry("jobs", "register", "--name", "flu").code == 0
    assert runferry("jobs", "register", "--name", " ").code == 2
    assert runferry("jobs", "set", *JOB, "--name", "").code == 2
    assert [job["name"] for job in runferry("jobs", "list", "--json").records] == ["flu"]
    (record,) = (path for path in (home / "store").rglob("*.json") if b'"flu"' in path.read_bytes())
    record.write_bytes(record.read_bytes().replace(b'"flu"', b'""'))
    answer = runferry("jobs", "delete", *JOB, "--confirm", "")
    assert answer.code == 2
    assert "nothing was deleted" in answer.err
    assert [job["name"] for job in runferry("jobs", "list", "--json").records] == [""]
    assert runferry("jobs", "set", *JOB, "--name", "influenza").code == 0
    assert [job["name"] for job in runferry("jobs", "list", "--json").records] == ["influenza"]
