"""Keys and back."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidIdError
from core.model import ArtifactKind, Job
from core.stored.job_s3_prefix import (
    JobS3Prefix,
    ParsedKey,
    is_impossible,
    job_record_key,
    parse_job_prefix,
    parse_job_record_key,
    parse_key,
)

MOMENT = datetime(2025, 10, 23, 21, 15, 7, tzinfo=UTC)
PREFIX = JobS3Prefix(12, MOMENT)
BASE = "jobs/12/2025/10/23/211507/"
IDS = st.integers(1, 10**9)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def test_every_key() -> None:
    """The layout of the design, key by key."""
    assert str(PREFIX) == BASE
    assert PREFIX.artifact(ArtifactKind.JOB_CONFIG) == BASE + "job_config.json"
    assert PREFIX.artifact(ArtifactKind.JOB_INPUT) == BASE + "job_input.zip"
    assert PREFIX.artifact(ArtifactKind.RUN_CONFIG, 4) == BASE + "run_4_config.json"
    assert PREFIX.run_results(4) == BASE + "run_4_results.zip"
    assert PREFIX.run_logs(4) == BASE + "run_4_logs.zip"
    assert PREFIX.manifest(4, 2) == BASE + "run_4_results.v0002.json"
    assert PREFIX.superseded_results(4, 1) == BASE + "versions/run_4_results.v0001.zip"
    assert job_record_key(12) == "_runferry/jobs/0000000012.json"


def test_from_job_uses_created_at() -> None:
    """The prefix comes from the job, not from the clock."""
    assert str(JobS3Prefix.from_job(Job(12, "flu", MOMENT))) == BASE


@pytest.mark.parametrize(
    "zone",
    [UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns"), timezone(timedelta(hours=-11))],
)
def test_same_key_from_any_zone(zone: timezone | ZoneInfo) -> None:
    """The same moment gives the same keys wherever the machine stands, microseconds or not."""
    local = MOMENT.astimezone(zone).replace(microsecond=999_999)
    assert str(JobS3Prefix(12, local)) == BASE


def test_both_sides_of_a_fold() -> None:
    """The hour that happens twice when summer time ends gives two prefixes."""
    berlin = ZoneInfo("Europe/Berlin")
    twice = [datetime(2025, 10, 26, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1)]
    assert [str(JobS3Prefix(1, moment))[-7:] for moment in twice] == ["003000/", "013000/"]


def test_naive_is_refused() -> None:
    """A datetime without zone cannot become a key."""
    with pytest.raises(ValueError, match="time zone"):
        JobS3Prefix(12, datetime(2025, 10, 23))  # noqa: DTZ001 - that is the point


def test_frozen_and_equal() -> None:
    """A prefix is a value."""
    assert JobS3Prefix(12, MOMENT) == JobS3Prefix(12, MOMENT.replace(microsecond=3))
    with pytest.raises(AttributeError):
        PREFIX.job_id = 13  # pyright: ignore[reportAttributeAccessIssue] - that is the point


@pytest.mark.parametrize("bad", [0, -1, 10**9 + 1, 10**18])
def test_bad_ids_never_become_keys(bad: int) -> None:
    """Neither as job nor as run; versions count from 1."""
    with pytest.raises(InvalidIdError):
        JobS3Prefix(bad, MOMENT)
    with pytest.raises(InvalidIdError):
        PREFIX.run_results(bad)
    with pytest.raises(ValueError, match="1"):
        PREFIX.manifest(1, bad)


@given(job_id=IDS, run_id=IDS, version=IDS, moment=MOMENTS)
@settings(derandomize=True, max_examples=100)
def test_parsed_back(job_id: int, run_id: int, version: int, moment: datetime) -> None:
    """Every key that is built is parsed to what it was built from."""
    prefix = JobS3Prefix(job_id, moment)
    results = ArtifactKind.RUN_RESULTS
    expected = {
        prefix.artifact(ArtifactKind.JOB_CONFIG): ParsedKey(prefix, ArtifactKind.JOB_CONFIG),
        prefix.artifact(ArtifactKind.JOB_INPUT): ParsedKey(prefix, ArtifactKind.JOB_INPUT),
        prefix.artifact(ArtifactKind.RUN_CONFIG, run_id): ParsedKey(
            prefix, ArtifactKind.RUN_CONFIG, run_id
        ),
        prefix.run_results(run_id): ParsedKey(prefix, results, run_id),
        prefix.run_logs(run_id): ParsedKey(prefix, ArtifactKind.RUN_LOGS, run_id),
        f"{prefix}run_{run_id}_logs.log": ParsedKey(
            prefix, ArtifactKind.RUN_LOGS, run_id, plain=True
        ),
        prefix.manifest(run_id, version): ParsedKey(prefix, results, run_id, version, True),
        prefix.superseded_results(run_id, version): ParsedKey(prefix, results, run_id, version),
    }
    assert {key: parse_key(key) for key in expected} == expected
    assert not any(map(is_impossible, [*expected, job_record_key(job_id)]))
    assert parse_job_record_key(job_record_key(job_id)) == job_id


@pytest.mark.parametrize(
    "key",
    [
        "",
        "jobs/12/",
        BASE,
        "jobs/012/2025/10/23/211507/job_config.json",
        "jobs/0/2025/10/23/211507/job_config.json",
        "jobs/12/2025/02/30/211507/job_config.json",
        "jobs/12/2025/10/23/246060/job_config.json",
        "jobs/12/0025/10/23/211507/job_config.json",
        BASE + "run_0_results.zip",
        BASE + "run_4_results.zip\n",
        BASE + "run_4_results.v0000.json",
        BASE + "run_４_results.zip",
        BASE + "../job_config.json",
        BASE + "run_4_secrets.zip",
        "x/" + BASE + "job_config.json",
    ],
)
def test_foreign_keys(key: str) -> None:
    """What does not follow the layout has no meaning, and never an exception."""
    assert parse_key(key) is None


@pytest.mark.parametrize(
    "key",
    [
        "jobs/1000000001/2025/10/23/211507/job_config.json",
        f"jobs/{10**40}/2025/10/23/211507/job_config.json",
        "jobs/2/0001/99/23/211507/run_4_results.zip",
        "jobs/2/9999/10/23/211507/run_4_results.zip",
        "jobs/2/1969/12/31/235959/run_4_results.zip",
        BASE + "run_1000000001_logs.zip",
        BASE + "run_4_results.v1000000001.json",
        BASE + f"run_4_results.v{10**18}.json",
        BASE + "run_4_results.v00001.json",
        BASE + "versions/run_4_results.v1000000001.zip",
        f"_runferry/jobs/{10**18 - 1}.json",
        "_runferry/jobs/1000000001.json",
        "_runferry/jobs/0000000000.json",
        "_runferry/jobs/12.json",
    ],
)
def test_impossible_keys(key: str) -> None:
    """They have no meaning either, but whoever reads the store is told of them."""
    assert parse_key(key) is None
    assert parse_job_record_key(key) is None
    assert is_impossible(key)


@given(st.text(max_size=60))
@settings(derandomize=True, max_examples=200)
def test_any_text_is_harmless(text: str) -> None:
    """Keys of a bucket may be anything."""
    assert parse_key(text) is None
    assert parse_key(BASE + text) is None or text.startswith(("job_", "run_", "versions/"))


def test_record_keys_and_prefixes() -> None:
    """Only the exact forms are read."""
    assert parse_job_record_key("_runferry/jobs/12.json") is None
    assert parse_job_record_key("_runferry/jobs/0000000000.json") is None
    assert parse_job_prefix("jobs/12/") == 12
    assert parse_job_prefix(f"jobs/{10**9}/") == 10**9
    assert parse_job_prefix(f"jobs/{10**9 + 1}/") is None
    assert parse_job_prefix("jobs/x/") is None


def test_artifact_key_needs_the_right_owner() -> None:
    """A kind of a run needs the run, a kind of the job has none."""
    assert PREFIX.artifact(ArtifactKind.RUN_LOGS, 3) == PREFIX.run_logs(3)
    assert PREFIX.artifact(ArtifactKind.JOB_INPUT) == BASE + "job_input.zip"
    with pytest.raises(ValueError, match="run id"):
        PREFIX.artifact(ArtifactKind.RUN_LOGS)
    with pytest.raises(ValueError, match="run id"):
        PREFIX.artifact(ArtifactKind.JOB_INPUT, 3)
