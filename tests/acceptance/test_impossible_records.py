"""Anybody can write into a bucket: what cannot be read is set aside, alone."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command, Put

RECORD: dict[str, object] = {
    "schema": 1, "job_id": 2, "name": "x", "created_at": "2026-01-01T00:00:00Z", "status": "created",
    "tags": [], "owner": "", "host": "", "claim_token": "t",
}  # fmt: skip
DAMAGED: dict[str, bytes | dict[str, object]] = {
    "0000000002": {"created_at": "0001-01-01T00:00:00Z"},
    "0000000003": {"created_at": "9999-12-31T23:59:59Z"},
    "0000000004": {"created_at": ["2026-01-01T00:00:00Z"]},
    "0000000005": {"job_id": 10**18},
    "0000000006": {"tags": ["x" * 2000]},
    "0000000007": {"name": "\ud800"},
    "0000000008": {"name": "x" * (2 << 20)},
    "0000000009": b"[" * 100_000,
    "0000000010": b'{"job_id": ' + b"9" * 5000 + b"}",
    "0000000011": b"\xff\xfe\x00",
    "0000000012": {"status": None, "schema": "2"},
    "0000000013": b"{}",
}
OBJECTS = {
    "_runferry/jobs/999999999999999999.json": b"",
    "_runferry/jobs/1000000001.json": b"{}",
    "jobs/2/2026/01/01/000000/run_1_results.zip": b"x",
    "jobs/3/0001/99/01/000000/run_1_results.zip": b"x",
    "jobs/9999999999/2026/01/01/000000/run_1_results.zip": b"x",
    "jobs/4/2026/01/01/000000/run_1000000000000_results.zip": b"x",
}
IMPOSSIBLE = 5
NO_UTF8 = (b"\xff1",)


def fill(put: Put) -> None:
    for name, damage in DAMAGED.items():
        fields = damage if isinstance(damage, dict) else {}
        record = RECORD | {"job_id": int(name)} | fields
        data = damage if isinstance(damage, bytes) else json.dumps(record).encode()
        put(f"_runferry/jobs/{name}.json", data)
    for key, data in OBJECTS.items():
        put(key, data)


def test_the_rest_of_the_store_works(
    runferry: Command, fred_out: Path, store: list[str], put: Put
) -> None:
    """
    Given a store with a run of mine, and a dozen records that cannot be
    When I list, look, upload, register, check and delete
    Then all that works for what is mine, and the check names every one of the others.
    """
    assert runferry("upload", fred_out / "RUN1", *store).code == 0
    fill(put)

    synced = runferry("store", "sync", "--json", *store)
    assert (synced.code, synced.records[0]["jobs"]) == (0, 2)
    assert synced.records[0]["set_aside"] == len(DAMAGED) + IMPOSSIBLE
    listed = runferry("jobs", "list", "--json", *store)
    names = {record["job_id"]: record["name"] for record in listed.records}
    assert names == {1: "sample60", 2: "job 2 (its record cannot be read)"}
    assert f"{len(DAMAGED) + IMPOSSIBLE} objects set aside: `runferry store check`" in listed.err
    assert runferry("jobs", "uploads", "list", "--job-id", "1", *store).code == 0
    assert runferry("jobs", "info", "--job-id", "2", *store).code == 0
    unread = runferry("jobs", "info", "--job-id", "3", *store)
    assert unread.code == 1
    assert "The record of job 3 cannot be read: created_at '9999-" in unread.err
    assert runferry("upload", fred_out / "RUN1", *store).code == 0
    assert runferry("upload", fred_out / "RUN2", *store).code == 0
    assert runferry("store", "orphans", "list", *store).code == 0
    (registered,) = runferry("jobs", "register", "--name", "n", "--json", *store).records
    assert registered["job_id"] == 14

    checked = runferry("store", "check", "--json", *store)
    assert checked.code == 1
    found = [(r["problem"], r["key"]) for r in checked.records if "problem" in r]
    unread_keys = [key for problem, key in found if problem == "bad_record"]
    assert unread_keys == [f"_runferry/jobs/{name}.json" for name in DAMAGED]
    assert sum(problem == "impossible" for problem, _ in found) == IMPOSSIBLE
    assert all(len(record.get("detail", "")) <= 200 for record in checked.records)

    assert runferry("jobs", "delete", "--job-id", "1", "--confirm", "sample60", *store).code == 0
    assert runferry("store", "sync", "--rebuild", *store).code == 0


@pytest.mark.parametrize("version", ["999999999999999999", "1000000001", "00000000001", "99999999"])
def test_version_that_cannot_be(
    runferry: Command,
    fred_out: Path,
    store: list[str],
    put: Put,
    version: str,
) -> None:
    """
    Given a run, and beside its manifest one that tells of an impossible version
    When the run changes and is uploaded again
    Then it becomes version 2, and nothing is wrong with any version of it.
    """
    (first,) = runferry("upload", fred_out / "RUN1", "--json", *store).records
    put(first["key"].replace(".zip", f".v{version}.json"), b'{"version": %s}' % version.encode())
    (fred_out / "RUN1/LOG").write_text("changed\n")

    (second,) = runferry("upload", fred_out / "RUN1", "--json", *store).records
    assert (second["outcome"], second["version"]) == ("uploaded", 2)
    checked = runferry("store", "check", "--json", *store)
    problems = [record["problem"] for record in checked.records if "problem" in record]
    assert problems in (["impossible"], ["bad_manifest"])
    (again,) = runferry("upload", fred_out / "RUN1", "--json", *store).records
    assert (again["outcome"], again["version"]) == ("unchanged", 2)


@pytest.mark.parametrize("store", ["local"], indirect=True)
def test_last_version(runferry: Command, fred_out: Path, home: Path, put: Put) -> None:
    """
    Given a run with a valid manifest of the highest version that there can be
    When it changes and is uploaded again
    Then I am told why that cannot be, nothing is stored, and another run is not affected.
    """
    (first,) = runferry("upload", fred_out / "RUN1", "--json").records
    manifest = (home / "store" / first["key"]).with_name("run_1_results.v0001.json").read_bytes()
    last = manifest.replace(b'"version": 1', b'"version": 1000000000')
    put(first["key"].replace(".zip", ".v1000000000.json"), last)
    (fred_out / "RUN1/LOG").write_text("changed\n")

    refused = runferry("upload", fred_out / "RUN1", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "after which there is none" in refused.err
    assert runferry("upload", fred_out / "RUN2").code == 0


def test_damaged_databases(runferry: Command, fred_out: Path, home: Path) -> None:
    """
    Given a cache and a state in which somebody has edited rows
    When I list, upload and look at the queue
    Then everything works, and the cache says again what the store says.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    listings = ("jobs", "list", "--json"), ("jobs", "uploads", "list", "--job-id", "1", "--json")
    before = [runferry(*listing).records for listing in listings]
    (cache,) = (home / "cache").glob("*.db")
    with closing(sqlite3.connect(cache)) as database, database:
        database.execute("UPDATE jobs SET created_at = 'long ago', status = 7")
        database.execute("UPDATE artifacts SET stored_at = x'ff', version = 'x'")
        database.execute("UPDATE runs SET status = 'NEVER'")
        database.execute("UPDATE facts SET value = 'never'")
        database.execute("UPDATE jobs SET name = CAST(? AS TEXT)", NO_UTF8)
        database.execute("UPDATE etags SET etag = CAST(? AS TEXT)", NO_UTF8)
    with closing(sqlite3.connect(home / "state.db")) as database, database:
        database.execute("UPDATE stored SET job_id = 'x'")
        database.execute("UPDATE known_jobs SET created_at = '0001-01-01T00:00:00+14:00'")
        database.execute("UPDATE stored SET fingerprint = CAST(? AS TEXT)", NO_UTF8)

    assert [runferry(*listing).records for listing in listings] == before
    (again,) = runferry("upload", fred_out / "RUN1", "--json").records
    assert (again["job_id"], again["run_id"], again["outcome"]) == (1, 1, "unchanged")
    assert runferry("queue", "list").code == 0
    assert runferry("store", "check").code == 0


@pytest.mark.parametrize("repaired", [False, True])
def test_newest_manifest(
    runferry: Command,
    store: list[str],
    put: Put,
    tmp_path: Path,
    *,
    repaired: bool,
) -> None:
    """
    Given a run with two versions, and a manifest of the second that somebody wrote over
    When it is uploaded, with or without a repair before
    Then it becomes another version, and the first one can be fetched before and after.
    """
    run = tmp_path / "OUT/RUN4"
    run.mkdir(parents=True)
    for text in ("first", "second"):
        (run / "out.csv").write_text(text)
        (stored,) = runferry("upload", run, "--json", *store).records
    put(stored["key"].replace(".zip", ".v0002.json"), b"garbage")
    assert runferry("store", "sync", "--rebuild", *store).code == 0
    if repaired:
        runferry("store", "check", "--repair", *store)
    (run / "out.csv").write_text("third")
    for number in range(2):
        answer = runferry(
            *("jobs", "uploads", "download", "--job-id", "1", "--run-id", "4", *store),
            *("--version", "1", "--extract", "--output-dir", tmp_path / f"back{number}"),
        )
        assert answer.code == 0, answer.err
        assert (tmp_path / f"back{number}/RUN4/out.csv").read_text() == "first"
        assert runferry("upload", run, *store).code == 0
