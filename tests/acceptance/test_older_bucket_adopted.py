"""A researcher goes on in the bucket of the system before: what is there becomes RunFerry's."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Command, Put
from tests.acceptance.older_bucket import JOB_12, JOB_13, OBJECTS, RUN_6, fill, of_job, taken_apart

RUN_OF_13 = ["--job-id", "13", "--run-id", "6"]


@pytest.fixture(autouse=True)
def filled(put: Put) -> None:
    fill(put)


def listed(runferry: Command, store: list[str]) -> list[dict[str, Any]]:
    records = list[dict[str, Any]]()
    for job_id in ("12", "13"):
        records += runferry("jobs", "uploads", "list", "--job-id", job_id, "--json", *store).records
    return records


def upload(runferry: Command, store: list[str], directory: Path) -> dict[str, Any]:
    command = ["jobs", "results", "upload", *RUN_OF_13, "--results-dir", str(directory), "--json"]
    answer = runferry(*command, *store)
    assert answer.code == 0, answer
    return answer.records[0]


def test_all_of_it(runferry: Command, store: list[str], tmp_path: Path) -> None:
    """
    Given results, configurations, an input and logs of another system
    When all of them are adopted
    Then each is known with its digest and comes back with the same bytes; nothing is left to adopt,
    and a listing that is read anew is the same one.
    """
    adopted = runferry("store", "orphans", "adopt", "--unmanaged", "--json", *store)
    assert adopted.code == 0, adopted
    assert sorted(r["key"] for r in adopted.records) == sorted(OBJECTS)
    records = listed(runferry, store)
    assert [r["key"] for r in records if not r["managed"] or not r["sha256"]] == []
    assert (
        "There is nothing to adopt"
        in runferry("store", "orphans", "adopt", "--unmanaged", *store).err
    )
    for job_id in (12, 13):
        to = tmp_path / str(job_id)
        options = ["--job-id", str(job_id), "--output-dir", str(to), *store]
        assert runferry("jobs", "uploads", "download", *options).code == 0
        fetched = {path.name: path.read_bytes() for path in to.iterdir()}
        assert fetched == {k.rpartition("/")[2]: data for k, data in of_job(job_id).items()}
    records = listed(runferry, store)
    assert runferry("store", "sync", "--rebuild", *store).code == 0
    assert listed(runferry, store) == records
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0


def test_a_second_version(runferry: Command, store: list[str], tmp_path: Path) -> None:
    """
    Given an adopted run that was computed again
    When it is uploaded
    Then it is version 2 in the same place, and the first one is kept.
    """
    assert runferry("store", "orphans", "adopt", RUN_6, *store).code == 0
    run = taken_apart(RUN_6, tmp_path / "again") / "RUN6"
    (run / "out.csv").write_text("another content\n")
    stored = upload(runferry, store, run)
    assert (stored["outcome"], stored["version"], stored["key"]) == ("uploaded", 2, RUN_6)
    versions = [r["version"] for r in listed(runferry, store) if r["run_id"] == 6 and r["version"]]
    assert versions == [1, 2]
    to = tmp_path / "first"
    options = [*RUN_OF_13, "--version", "1", "--output-dir", str(to), *store]
    assert runferry("jobs", "uploads", "download", *options).code == 0
    assert [path.read_bytes() for path in to.iterdir()] == [OBJECTS[RUN_6]]


def test_the_same_results(runferry: Command, store: list[str], tmp_path: Path) -> None:
    """
    Given the directory that the other system packed, and nothing in the cache
    When it is uploaded
    Then what lies there is recognised and becomes version 1; other content is refused, and stays.
    """
    other = taken_apart(RUN_6, tmp_path / "other") / "RUN6"
    (other / "out.csv").write_text("another content\n")
    command = ["jobs", "results", "upload", *RUN_OF_13, "--results-dir"]
    refused = runferry(*command, other, *store)
    assert (refused.code, "is there already" in refused.err) == (1, True), refused

    run = taken_apart(RUN_6, tmp_path / "same") / "RUN6"
    stored = upload(runferry, store, run)
    assert (stored["outcome"], stored["version"], stored["key"]) == ("unchanged", 1, RUN_6)
    assert [r["managed"] for r in listed(runferry, store) if r["key"] == RUN_6] == [True]


def test_the_same_files(runferry: Command, store: list[str], tmp_path: Path) -> None:
    """
    Given a configuration below another prefix than the job's own, and the very same file here
    When it is submitted
    Then it is recognised where it lies; another one is refused, and new artifacts go to the own prefix.
    """
    key = f"{JOB_13[2]}run_6_config.json"
    config = tmp_path / "config.json"
    config.write_bytes(b"[]")
    submit = ["runs", "config", "submit", str(config), *RUN_OF_13, "--json", *store]
    assert runferry(*submit).code == 1
    config.write_bytes(OBJECTS[key])
    (stored,) = runferry(*submit).records
    assert (stored["key"], stored["outcome"]) == (key, "copied")
    assert [r["managed"] for r in listed(runferry, store) if r["key"] == key] == [True]

    new = ["runs", "config", "submit", str(config), "--job-id", "13", "--run-id", "7", "--json"]
    (stored,) = runferry(*new, *store).records
    assert stored["key"] == f"{JOB_13[0]}run_7_config.json"
    assert f"{JOB_12}run_4_logs.log" in OBJECTS
