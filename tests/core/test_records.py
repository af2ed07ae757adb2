"""Job records and manifests."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Job, JobStatus, Manifest
from core.records import (
    MAX_BYTES,
    RecordError,
    decode_job,
    decode_manifest,
    encode_job,
    encode_manifest,
)

MOMENT = datetime(2025, 10, 23, 21, 15, 7, tzinfo=UTC)
JOB = Job(12, "flu [red] ☂", MOMENT, JobStatus.SUBMITTED, ("a", "b"), "ana", "lab-1")
MANIFEST = Manifest(
    job_id=12, run_id=4, version=2, key="jobs/12/x", content_id="c" * 64, sha256="d" * 64,
    write_token="e" * 32, files=3, raw_bytes=100, stored_bytes=50, stored_at=MOMENT,
    encoder="zip1", host="lab", app_version="0.1.0", etag='"abc"',
)  # fmt: skip


def test_job_round_trip() -> None:
    """What is written is read, with the token of the claim."""
    assert decode_job(encode_job(JOB, "token")) == (JOB, "token")


def test_job_of_an_early_version() -> None:
    """Records that do not tell owner and host are still read."""
    record = json.loads(encode_job(JOB, "t"))
    del record["owner"], record["host"]
    job, _ = decode_job(json.dumps(record).encode())
    assert (job.id, job.owner, job.host) == (12, "", "")


def test_manifest_round_trip() -> None:
    """What is written is read."""
    assert decode_manifest(encode_manifest(MANIFEST)) == MANIFEST


def test_secret_in_a_name_is_not_stored() -> None:
    """Texts of people cross the redactor on their way into the store."""
    data = encode_job(
        Job(1, "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", MOMENT), "t"
    )
    assert b"bPxRfiCYEXAMPLEKEY" not in data


def test_surrogates_do_not_break_a_record() -> None:
    """A name from disk may not be UTF-8; the record still is."""
    job, _ = decode_job(encode_job(Job(1, "x\udcff", MOMENT), "t"))
    assert job.name == "x?"


@pytest.mark.parametrize(
    "change",
    [
        {"job_id": "12"}, {"job_id": True}, {"job_id": 0}, {"job_id": 1.5}, {"job_id": 1 << 63}, {"name": 3}, {"tags": "x"},
        {"status": "weird"}, {"created_at": "2025-10-23"}, {"created_at": None}, {"schema": 2},
    ],
)  # fmt: skip
def test_wrong_fields_are_refused(change: dict[str, object]) -> None:
    """Whoever wrote it: a surprise is an error with a reason, never a guess."""
    record = json.loads(encode_job(JOB, "t")) | change
    with pytest.raises(RecordError):
        decode_job(json.dumps(record).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b" " * (MAX_BYTES + 1)]
)
def test_not_a_record(data: bytes) -> None:
    """Anything may lie in a bucket."""
    with pytest.raises(RecordError):
        decode_manifest(data)
    with pytest.raises(RecordError):
        decode_job(data)


@given(st.binary(max_size=200))
@settings(derandomize=True, max_examples=100)
def test_any_bytes(data: bytes) -> None:
    """No content of an object can raise anything else."""
    with pytest.raises(RecordError):
        decode_manifest(data)
