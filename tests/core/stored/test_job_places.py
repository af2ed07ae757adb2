"""Where in a job something is, and where it goes: what is there is gone on with where it is."""

from datetime import UTC, datetime

import pytest

from core.errors import JobNotFoundError, StoreAccessDeniedError
from core.model import ArtifactKind, Job
from core.stored.find_job import find_job, job_prefixes, recorded_job
from core.stored.job_places import JobPlaces
from core.stored.job_s3_prefix import JobS3Prefix
from tests.core.asked_store import AskedStore
from tests.fakes.catalog import FakeCatalog

OWN, LATER, LAST = (f"jobs/9/2020/01/0{day}/000000/" for day in (1, 2, 3))
JOB = Job(9, "job 9", datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def store() -> AskedStore:
    found = AskedStore()
    for key in (
        f"{OWN}job_config.json",
        f"{LATER}run_1_results.zip",
        f"{LATER}run_2_results.zip",
        f"{LATER}run_3_config.json",
        f"{LAST}run_1_results.v0001.json",
        f"{LAST}run_2_results.zip",
        f"{LAST}run_3_config.json",
        "jobs/91/2020/01/01/000000/job_config.json",
        "jobs/9/notes.txt",
    ):
        found.put(key, b"{}")
    return found


def test_prefixes(store: AskedStore) -> None:
    """The oldest first; a job of another tool is as old as its oldest one."""
    assert [str(prefix) for prefix in job_prefixes(store, 9)] == [OWN, LATER, LAST]
    assert find_job(store, 9) == JOB
    with pytest.raises(JobNotFoundError, match="does not exist"):
        find_job(store, 8)


def test_a_record_for_it(store: AskedStore) -> None:
    """It says what was known without it, and is not made twice."""
    first = recorded_job(store, 9)
    assert (first.job, recorded_job(store, 9)) == (JOB, first)
    with pytest.raises(JobNotFoundError):
        recorded_job(store, 8)


def test_results(store: AskedStore) -> None:
    """Where versions are, else the job's own place, else the newest; what is new is its own."""
    places = JobPlaces(store, FakeCatalog())
    assert [str(places.results(JOB, run_id)) for run_id in (1, 2, 7)] == [LAST, LAST, OWN]
    store.put(f"{OWN}run_2_results.zip", b"own")
    assert str(places.results(JOB, 2)) == OWN


def test_other_kinds(store: AskedStore) -> None:
    places = JobPlaces(store, FakeCatalog())
    assert places.artifact(JOB, ArtifactKind.RUN_CONFIG, 3) == f"{LAST}run_3_config.json"
    assert places.artifact(JOB, ArtifactKind.JOB_CONFIG) == f"{OWN}job_config.json"
    assert places.artifact(JOB, ArtifactKind.RUN_LOGS, 3) == f"{OWN}run_3_logs.zip"


def test_who_may_not_list(store: AskedStore) -> None:
    """There is the job's own place."""
    store.fail_next("list", StoreAccessDeniedError("No."))
    places = JobPlaces(store, FakeCatalog())
    assert places.all(JOB, None) == (JobS3Prefix.from_job(JOB),)
