"""The bucket is the truth: the cache can be lost, the store be checked, what is left behind found."""

import io
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.db.catalog_db import SqliteCatalog
from tests.acceptance.conftest import Answer, Command, Put
from tests.catalog_dump import dump
from tests.full_disk import full_disk
from tests.servers.fault_server import Answer as HttpAnswer
from tests.servers.fault_server import Fault, ForsakenServer, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MANIFEST = r"results\.v0001\.json"
RESULTS = r"run_[0-9]_results\.zip"
FOREIGN = "jobs/9/2024/02/03/040506/"


@pytest.fixture
def remove(store: list[str], home: Path, request: pytest.FixtureRequest) -> Callable[[str], object]:
    """Deletes behind RunFerry's back."""
    if store:
        client: S3Client = request.getfixturevalue("s3_client")
        bucket = store[1].removeprefix("s3://")
        return lambda key: client.delete_object(Bucket=bucket, Key=key)
    return lambda key: (home / "store" / key).unlink()


@pytest.fixture
def faulty(s3_bucket: str, server: ForsakenServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of a bucket behind the server that fails as told."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    return ["--bucket", f"s3://{s3_bucket}"]


def caches(home: Path) -> list[Path]:
    return sorted((home / "cache").glob("*.db"))


def dumped(home: Path) -> str:
    """What the only cache holds."""
    (path,) = caches(home)
    catalog = SqliteCatalog(str(path))
    try:
        return dump(catalog)
    finally:
        catalog.close()


def forget(home: Path) -> None:
    for path in (home / "cache").iterdir():
        path.unlink()


def zipped(run: Path) -> bytes:
    """A RUN directory as `zip -r` packs it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(run.rglob("*"), reverse=True):
            archive.write(path, path.relative_to(run.parent))
    return buffer.getvalue()


def rich_store(runferry: Command, fred_out: Path, *store: str) -> None:
    """Versions, equal contents, logs, configurations, two jobs."""
    for run in ("RUN1", "RUN2"):
        assert runferry("upload", fred_out / run, "--sidecars", *store).code == 0
    (fred_out / "RUN2/LOG").write_text("a later run\n")
    assert runferry("upload", fred_out / "RUN2", *store).code == 0
    shutil.copytree(fred_out / "RUN1", fred_out.parent / "other/OUT/RUN1")
    where = ("--job-id", "1", "--run-id", "3")
    assert runferry("upload", fred_out.parent / "other/OUT/RUN1", *where, *store).code == 0
    assert runferry("jobs", "register", "--name", "empty", "--tag", "x", *store).code == 0
    config = fred_out.parent / "config.json"
    config.write_text("{}")
    assert runferry("jobs", "config", "submit", config, "--job-id", "1", *store).code == 0
    run = ("--job-id", "1", "--run-id", "7")
    assert runferry("runs", "config", "submit", config, *run, *store).code == 0


def test_cache_is_restored(runferry: Command, fred_out: Path, home: Path, store: list[str]) -> None:
    """
    Given a store with versions, copies, logs and configurations
    When the cache is deleted and the store synced, and when the cache is rebuilt
    Then the cache holds exactly what the uploads had recorded.
    """
    rich_store(runferry, fred_out, *store)
    before = dumped(home)
    forget(home)

    answer = runferry("store", "sync", "--json", *store)

    assert answer.records == [
        {"jobs": 2, "runs": 4, "artifacts": 8, "unmanaged": 0, "set_aside": 0, "adopted": []}
    ]
    assert dumped(home) == before
    assert runferry("store", "sync", "--rebuild", *store).code == 0
    assert dumped(home) == before
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0


def test_bucket_that_another_tool_filled(
    runferry: Command, fred_out: Path, home: Path, store: list[str], put: Put, tmp_path: Path
) -> None:
    """
    Given a bucket with the same layout that RunFerry has not written to
    When it is browsed, and its results are adopted
    Then they are listed as unmanaged first, and as a version afterwards, that is recognised when
    the same run is uploaded, and can be downloaded.
    """
    put(f"{FOREIGN}run_1_results.zip", zipped(fred_out / "RUN1"))
    put(f"{FOREIGN}job_config.json", b"{}")
    listed = runferry("jobs", "uploads", "list", "--job-id", "9", "--json", *store).records
    assert [(a["kind"], a["managed"]) for a in listed] == [
        ("job_config", False),
        ("run_results", False),
    ]
    assert runferry("store", "orphans", "adopt", *store).records == []

    adopted = runferry("store", "orphans", "adopt", "--unmanaged", "--json", *store)

    places = [(a["job_id"], a["run_id"], a["version"]) for a in adopted.records]
    assert places == [(9, None, 0), (9, 1, 1)]
    upload = runferry("upload", fred_out / "RUN1", "--job-id", "9", "--json", *store).records[0]
    assert (upload["outcome"], upload["sha256"]) == ("unchanged", adopted.records[1]["sha256"])
    back = ("--job-id", "9", "--run-id", "1", "--extract", "--output-dir", tmp_path / "back")
    assert runferry("jobs", "uploads", "download", *back, *store).code == 0
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0


def refused(runferry: Command, fred_out: Path, server: ForsakenServer, *store: str) -> Answer:
    """An upload whose manifest the server does not take."""
    server.plan(Fault("PUT", MANIFEST, before=lambda: refuse(403, "AccessDenied")))
    return runferry("upload", fred_out / "RUN1", *store)


@pytest.mark.parametrize("command", ["store sync", "store orphans adopt", "store check --repair"])
def test_manifest_is_refused(
    runferry: Command,
    fred_out: Path,
    server: ForsakenServer,
    faulty: list[str],
    command: str,
) -> None:
    """
    Given an upload whose manifest was refused: the content is there, nobody knows it
    When the orphans are listed, then adopted by one command or another
    Then it is listed with its reason, becomes version 1, and nothing is sent again.
    """
    answer = refused(runferry, fred_out, server, *faulty)
    assert answer.code == 1
    assert "run_1_results.zip" in answer.err
    (orphan,) = runferry("store", "orphans", "list", "--json", *faulty).records
    assert (orphan["kind"], orphan["run_id"]) == ("orphan", 1)
    assert "refused" in orphan["reason"] or "not allow" in orphan["reason"]

    assert runferry(*command.split(), *faulty).code == 0

    assert runferry("store", "orphans", "list", "--json", *faulty).records == []
    again = runferry("upload", fred_out / "RUN1", "--json", *faulty).records[0]
    assert (again["outcome"], again["version"]) == ("unchanged", 1)
    assert server.count("PUT", RESULTS) == 1


def test_disk_full_after_the_upload(
    runferry: Command, fred_out: Path, home: Path, server: ForsakenServer, faulty: list[str]
) -> None:
    """
    Given a disk that is full from the moment when all is stored
    When the run is uploaded, and the store is listed later
    Then it is stored, with a remark, and nothing is sent again.
    """
    with ExitStack() as troubles:

        def begin(answer: HttpAnswer) -> HttpAnswer:
            (path,) = caches(home)
            troubles.enter_context(full_disk(os.path.getsize(f"{path}-wal")))
            return answer

        server.plan(Fault("PUT", MANIFEST, after=begin))
        answer = runferry("upload", fred_out / "RUN1", *faulty)
    assert answer.code == 0
    assert "Not saved: " in answer.err
    assert runferry("store", "orphans", "list", "--json", *faulty).records == []
    again = runferry("upload", fred_out / "RUN1", "--json", *faulty).records[0]
    assert again["outcome"] == "unchanged"
    assert server.count("PUT", RESULTS) == 1


def test_catalog_fails_after_the_upload(
    runferry: Command,
    fred_out: Path,
    home: Path,
    server: ForsakenServer,
    faulty: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a cache that is locked from the moment when all is stored
    When the run is uploaded, and the store is synced later
    Then the orphan is listed and adopted, and nothing is sent again.
    """
    defaults = SqliteCatalog.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "busy_seconds", 0.1)
    with ExitStack() as troubles:

        def begin(answer: HttpAnswer) -> HttpAnswer:
            (path,) = caches(home)
            other = sqlite3.connect(path, check_same_thread=False)
            troubles.callback(other.close)
            other.execute("BEGIN IMMEDIATE")
            return answer

        server.plan(Fault("PUT", MANIFEST, after=begin))
        assert runferry("upload", fred_out / "RUN1", *faulty).code == 1
    (orphan,) = runferry("store", "orphans", "list", "--json", *faulty).records
    assert orphan["key"].endswith("run_1_results.zip")

    answer = runferry("store", "sync", "--json", *faulty)

    assert answer.records[0]["adopted"] == [orphan["key"]]
    assert runferry("store", "orphans", "list", "--json", *faulty).records == []
    again = runferry("upload", fred_out / "RUN1", "--json", *faulty).records[0]
    assert again["outcome"] == "unchanged"
    assert server.count("PUT", RESULTS) == 1


@pytest.fixture
def left_behind(
    runferry: Command,
    fred_out: Path,
    home: Path,
    server: ForsakenServer,
    faulty: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """The options of a bucket in which a machine that is gone left an orphan; on another one."""
    refused(runferry, fred_out, server, *faulty)
    monkeypatch.setenv("RUNFERRY_HOME", str(home.parent / "other-home"))
    return faulty


def test_clean(runferry: Command, left_behind: list[str]) -> None:
    """
    Given an orphan of a machine that is gone
    When orphans are cleaned: at once, without a word, and with all that it takes
    Then nothing is deleted before it is a day old, nor without --yes; then it is gone.
    """
    for options, stays in ((), "it is too young"), (("--grace", "0s"), ""):
        (judged,) = runferry("store", "orphans", "clean", *options, "--json", *left_behind).records
        assert (judged["deleted"], judged["stays"]) == (False, stays)

    answer = runferry("store", "orphans", "clean", "--grace", "0s", "--yes", "--json", *left_behind)

    assert [(o["kind"], o["deleted"]) for o in answer.records] == [("orphan", True)]
    assert runferry("store", "orphans", "list", "--json", *left_behind).records == []
    assert runferry("store", "check", *left_behind).code == 0


def test_unfinished_uploads(runferry: Command, s3_bucket: str, s3_client: "S3Client") -> None:
    """
    Given uploads in parts that were begun years ago: one to a key of this layout, one elsewhere
    When the store is cleaned
    Then the first is listed and ended, and the other is nobody's business.
    """
    bucket, ours = ["--bucket", f"s3://{s3_bucket}"], f"{FOREIGN}run_1_results.zip"
    for key in (ours, "backups/disk.img"):
        s3_client.create_multipart_upload(Bucket=s3_bucket, Key=key)
    (listed,) = runferry("store", "orphans", "list", "--json", *bucket).records
    assert (listed["kind"], listed["key"]) == ("upload", ours)

    answer = runferry("store", "orphans", "clean", "--yes", "--json", *bucket)

    assert [record["deleted"] for record in answer.records] == [True]
    left = s3_client.list_multipart_uploads(Bucket=s3_bucket)["Uploads"]
    assert [upload.get("Key") for upload in left] == ["backups/disk.img"]


def test_check(
    runferry: Command,
    fred_out: Path,
    store: list[str],
    put: Put,
    remove: Callable[[str], object],
) -> None:
    """
    Given a store of which one object is gone, and one was overwritten with other bytes
    When it is checked
    Then both are named, and the exit code is 1 also when it is to be repaired: data are lost.
    """
    keys = [
        runferry("upload", fred_out / f"RUN{n}", "--json", *store).records[0]["key"] for n in (1, 2)
    ]
    remove(keys[0])
    put(keys[1], b"somebody else's")

    answer = runferry("store", "check", "--repair", "--json", *store)

    *found, counts = answer.records
    problems = [(record["problem"], record["key"]) for record in found]
    assert ("missing", keys[0]) in problems
    assert ("wrong", keys[1]) in problems
    assert (answer.code, counts["problems"], counts["unmanaged"]) == (1, 2, 1)


def test_search(runferry: Command) -> None:
    """
    Given jobs with names and tags
    When those with a text in one of them are asked for
    Then the others are not listed.
    """
    runferry("jobs", "register", "--name", "Influenza", "--tag", "ohio")
    runferry("jobs", "register", "--name", "measles", "--tag", "Iowa", "--tag", "2026")

    def found(text: str) -> list[str]:
        return [r["name"] for r in runferry("jobs", "list", "--search", text, "--json").records]

    assert (found("influ"), found("IOWA"), found("created"), found("covid")) == (
        ["Influenza"],
        ["measles"],
        ["measles", "Influenza"],
        [],
    )


@pytest.mark.parametrize("content", [b"not a database" * 99, b"foreign"])
def test_cache_that_is_none(runferry: Command, fred_out: Path, home: Path, content: bytes) -> None:
    """
    Given a cache file that is damaged, or the database of another program
    When jobs are listed
    Then it is set aside, and everything is there.
    """
    runferry("upload", fred_out / "RUN1")
    before = dumped(home)
    (path,) = caches(home)
    forget(home)
    if content == b"foreign":
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE places (url TEXT)")
        other.close()
    else:
        path.write_bytes(content)

    assert runferry("store", "sync").code == 0

    assert dumped(home) == before
    assert [p.name for p in (home / "cache").iterdir() if ".set-aside-" in p.name]
