"""A researcher opens the bucket of the system before, and everything is there."""

import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command, Put
from tests.acceptance.older_bucket import (
    JOB_12,
    JOB_13,
    LOGS,
    OBJECTS,
    OLDER_LAYOUT,
    RUN_6,
    fill,
    names_of,
    of_job,
)

RUN_OF_13 = ["--job-id", "13", "--run-id", "6"]


@pytest.fixture(autouse=True)
def filled(put: Put) -> None:
    fill(put)


def keys_of(runferry: Command, store: list[str], job_id: int) -> list[str]:
    listed = runferry("jobs", "uploads", "list", "--job-id", job_id, "--json", *store)
    assert listed.code == 0, listed
    return [record["key"] for record in listed.records]


def test_every_artifact_is_listed(runferry: Command, store: list[str]) -> None:
    """
    Given a job whose artifacts lie below several prefixes, and logs that are no ZIP
    When jobs, runs and artifacts are listed, each by a cache that knew nothing
    Then all of them are there, once; what is of an older layout is no job.
    """
    jobs = {r["job_id"]: r for r in runferry("jobs", "list", "--json", *store).records}
    assert {job_id: job["run_count"] for job_id, job in jobs.items()} == {12: 2, 13: 1}
    assert jobs[13]["created_at"] == "2025-10-23T22:00:00Z"
    for job_id in (12, 13):
        assert sorted(keys_of(runferry, store, job_id)) == sorted(of_job(job_id))
    (job,) = runferry("jobs", "info", "--job-id", "13", "--json", *store).records
    assert [(r["run_id"], r["status"]) for r in job["runs"]] == [(6, "DONE")]
    assert job["runs"][0]["results_url"].endswith(RUN_6)


def test_every_artifact_comes_back(runferry: Command, store: list[str], tmp_path: Path) -> None:
    """
    Given the jobs of that bucket
    When they are downloaded
    Then every file has the bytes of its object and its name, and ZIPs are taken apart if wanted.
    """
    for job_id in (12, 13):
        to = tmp_path / f"whole-{job_id}"
        options = ["--job-id", str(job_id), "--output-dir", str(to), *store]
        assert runferry("jobs", "uploads", "download", *options).code == 0
        fetched = {path.name: path.read_bytes() for path in to.iterdir()}
        assert fetched == {k.rpartition("/")[2]: data for k, data in of_job(job_id).items()}
    apart = tmp_path / "apart"
    options = [*RUN_OF_13, "--extract", "--output-dir", str(apart), *store]
    assert runferry("jobs", "uploads", "download", *options).code == 0
    (csv,) = apart.rglob("out.csv")
    assert csv.read_text().startswith("content of RUN6/out.csv")


@pytest.mark.parametrize(
    "command",
    [
        ("link", *RUN_OF_13, "--kind", "run_results"),
        ("members", *RUN_OF_13),
        ("jobs", "info", "--job-id", "13"),
        ("jobs", "set", "--job-id", "13", "--name", "flu"),
        ("jobs", "uploads", "list", *RUN_OF_13),
        ("jobs", "runs", "delete", *RUN_OF_13, "--dry-run"),
        ("jobs", "delete", "--job-id", "13", "--dry-run"),
    ],
    ids=" ".join,
)
def test_found_without_a_cache(runferry: Command, store: list[str], command: list[str]) -> None:
    """
    Given a machine that has never looked at the bucket
    When one command is about a job that only the other system knows
    Then it finds it.
    """
    answer = runferry(*command, *store)
    assert (answer.code, bool(answer.out)) == (0, True), answer


def test_links_to_all(runferry: Command, store: list[str]) -> None:
    """
    Given the job of several prefixes
    When links to it are asked for, and the one to plain logs
    Then each leads to its object.
    """
    records = runferry("link", "--job-id", "13", "--json", *store).records
    assert sorted(record["key"] for record in records) == sorted(of_job(13))
    records += runferry("link", "--job-id", "12", "--kind", "run_logs", "--json", *store).records
    for record in records:
        with urllib.request.urlopen(record["url"]) as answer:  # noqa: S310 - a server or a file of ours
            assert answer.read() == OBJECTS[record["key"]]


def test_two_of_a_kind(runferry: Command, store: list[str], put: Put, tmp_path: Path) -> None:
    """
    Given a second configuration of a run below another prefix, and logs both as text and as a ZIP
    When they are listed and downloaded
    Then one is the current one, below the job's own prefix, or the ZIP; the other is there, too.
    """
    put(f"{JOB_13[0]}run_6_config.json", b"own")
    put(f"{JOB_12}run_4_logs.zip", b"PK")
    listed = runferry("jobs", "uploads", "list", *RUN_OF_13, "--json", *store).records
    configs = {r["key"]: r["current"] for r in listed if r["kind"] == "run_config"}
    assert configs == {
        f"{JOB_13[0]}run_6_config.json": True,
        f"{JOB_13[2]}run_6_config.json": False,
    }
    to = tmp_path / "both"
    options = [*RUN_OF_13, "--kind", "run_config", "--output-dir", str(to), *store]
    assert runferry("jobs", "uploads", "download", *options).code == 0
    assert (to / "run_6_config.json").read_bytes() == b"own"
    assert (to / "2025-10-23-220005" / "run_6_config.json").read_bytes() == b"{} "
    logs = ["--job-id", "12", "--run-id", "4", "--kind", "run_logs"]
    links = runferry("link", *logs, "--json", *store).records
    assert [r["key"] for r in links] == [f"{JOB_12}run_4_logs.zip", LOGS]
    alone = runferry("link", *logs, *store)
    assert len(alone.out.splitlines()) == 1
    assert "run_4_logs.log is another one" in alone.err


def test_older_layout_is_left_alone(runferry: Command, store: list[str]) -> None:
    """
    Given an object of a layout that is none of ours
    When the bucket is checked, and everything in it adopted
    Then nobody speaks of it.
    """
    said = [
        runferry("store", "check", *store),
        runferry("store", "orphans", "list", *store),
        runferry("store", "orphans", "adopt", "--unmanaged", *store),
        runferry("jobs", "list", *store),
    ]
    assert not any(OLDER_LAYOUT in answer.out + answer.err for answer in said)
    assert names_of([OLDER_LAYOUT]) == ["run_1.zip"]
