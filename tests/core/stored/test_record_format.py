"""Job records and manifests."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Job, JobStatus, Manifest
from core.printable import harmless
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.record_format import (
    MAX_BYTES,
    MOST_BYTES,
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


def test_only_a_doubt_is_written_down() -> None:
    """Manifests without a word of it are of versions that were read back."""
    assert b"verified" not in encode_manifest(MANIFEST)
    doubtful = replace(MANIFEST, verified=False)
    assert decode_manifest(encode_manifest(doubtful)) == doubtful


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


@pytest.mark.parametrize("name", ["", " "])
def test_a_record_without_a_name(name: str) -> None:
    """Nobody can give a blank name; a job that has one is still there, and can get another."""
    record = json.loads(encode_job(JOB, "t")) | {"name": name}
    job, _ = decode_job(json.dumps(record).encode())
    assert job.name == name


@pytest.mark.parametrize(
    "change",
    [
        {"job_id": "12"}, {"job_id": True}, {"job_id": 0}, {"job_id": -1}, {"job_id": 1.5}, {"job_id": 1.0},
        {"job_id": 10**9 + 1}, {"job_id": 10**18}, {"job_id": 1 << 63}, {"job_id": None}, {"job_id": [12]},
        {"name": 3}, {"name": "x" * 1001}, {"name": "\ud800"}, {"name": None}, {"name": ["x"]},
        {"tags": "x"}, {"tags": [1]}, {"tags": [None]}, {"tags": [["x"]]}, {"tags": {"a": 1}}, {"tags": ["x" * 1001]},
        {"tags": ["x"] * 257}, {"tags": ["\udfff"]}, {"owner": 1}, {"host": "x" * 1001}, {"claim_token": None},
        {"status": "weird"}, {"status": 1}, {"status": "x" * 1001}, {"schema": 2}, {"schema": "1"},
        {"created_at": "2025-10-23"}, {"created_at": None}, {"created_at": 0}, {"created_at": float("nan")},
        {"created_at": "0001-01-01T00:00:00Z"}, {"created_at": "0999-12-31T23:59:59Z"},
        {"created_at": "1969-12-31T23:59:59Z"}, {"created_at": "9999-12-31T23:59:59Z"},
        {"created_at": "2025-10-23T21:15:07"}, {"created_at": "2025-10-23T21:15:07+02:00"},
        {"created_at": "2025-1-2T3:4:5Z"}, {"created_at": "２０２５-10-23T21:15:07Z"},
        {"created_at": "2025-02-30T21:15:07Z"}, {"created_at": ["2025-10-23T21:15:07Z"]}, {"created_at": "x" * (1 << 19)},
    ],
    ids=lambda change: repr(change)[:40],
)  # fmt: skip
def test_wrong_fields_are_refused(change: dict[str, object]) -> None:
    """Whoever wrote it: a surprise is an error with a reason, never a guess."""
    record = json.loads(encode_job(JOB, "t")) | change
    with pytest.raises(RecordError) as caught:
        decode_job(json.dumps(record).encode())
    assert str(caught.value) == harmless(str(caught.value))
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize("field", ["job_id", "run_id", "version", "files", "bytes"])
@pytest.mark.parametrize(
    "value", [-1, True, 1.5, "1", None, [], {}, float("inf"), 10**18, 10**400, "NaN"], ids=repr
)
def test_wrong_numbers_of_a_manifest(field: str, value: object) -> None:
    """No number is used that was not checked when it was read."""
    record = json.loads(encode_manifest(MANIFEST)) | {field: value}
    with pytest.raises(RecordError):
        decode_manifest(json.dumps(record).encode())


@pytest.mark.parametrize(
    "change",
    [{"size": -1}, {"size": 10**16}, {"size": 1.0}, {"sha256": "key:x"}, {"sha256": "D" * 64},
     {"key": 1}, {"key": "x" * 1001}, {"etag": None}, {"write_token": []}, {"schema": 3}, {"verified": "no"}, {"verified": 0}],
    ids=repr,
)  # fmt: skip
def test_wrong_object_of_a_manifest(change: dict[str, object]) -> None:
    """Nor is what it says about the stored object believed."""
    record = json.loads(encode_manifest(MANIFEST))
    record["object"] |= change
    with pytest.raises(RecordError):
        decode_manifest(json.dumps(record).encode())


def test_ambiguous_record() -> None:
    """A field that is there twice would be read differently by others."""
    with pytest.raises(RecordError, match="twice"):
        decode_job(encode_job(JOB, "t").replace(b"{", b'{"job_id": 13,'))


def test_byte_order_mark() -> None:
    """Some editors put it before what they save."""
    job, _ = decode_job(b"\xef\xbb\xbf" + encode_job(JOB, "t"))
    assert job == JOB


def test_names_that_grow_when_they_are_redacted() -> None:
    """What was written can be read, whatever the redactor makes of it."""
    secret = "password=x "
    long = Job(1, (secret * 200)[:1000], MOMENT, tags=((secret * 200)[:1000],))
    job, _ = decode_job(encode_job(long, "t"))
    assert len(job.name) == len(job.tags[0]) == 1000


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b" " * (MAX_BYTES + 1),
        b"1" * 10_000, b'{"job_id": %s}' % (b"9" * 10_000), b"{}", b'{"x": NaN}', b'{"x": -Infinity}', b"\0",
        '{"job_id": 12}'.encode("utf-16"), b'{"name": "\xed\xa0\x80"}',
    ],
    ids=lambda data: repr(data[:20]),
)  # fmt: skip
def test_not_a_record(data: bytes) -> None:
    """Anything may lie in a bucket."""
    with pytest.raises(RecordError):
        decode_manifest(data)
    with pytest.raises(RecordError):
        decode_job(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def changed(draw: st.DrawFn, record: bytes) -> bytes:
    """A record of ours with a few values of any kind; or bytes that are none at all."""
    fields: dict[str, Any] = json.loads(record)
    inner = fields.get("object", fields)
    for target in (fields, inner):
        names = st.sampled_from(sorted(target)) | st.text(max_size=3)
        target.update(draw(st.dictionaries(names, VALUES, max_size=2)))
    text = json.dumps(fields, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return draw(st.just(text) | st.binary(max_size=200))


@given(changed(encode_job(JOB, "t")))
@settings(derandomize=True, max_examples=300)
def test_any_job_record(data: bytes) -> None:
    """It is read within all bounds, and can be written again; or it is refused."""
    try:
        job, token = decode_job(data)
    except RecordError:
        return
    assert str(JobS3Prefix.from_job(job)).startswith(f"jobs/{job.id}/")
    assert job.created_at.astimezone(timezone(timedelta(hours=14)))
    assert decode_job(encode_job(job, token))[0].id == job.id


@given(changed(encode_manifest(MANIFEST)))
@settings(derandomize=True, max_examples=300)
def test_any_manifest(data: bytes) -> None:
    """It is read within all bounds, and can be written again; or it is refused."""
    try:
        manifest = decode_manifest(data)
    except RecordError:
        return
    assert 1 <= manifest.version <= 10**9
    assert 0 <= manifest.stored_bytes <= MOST_BYTES
    assert decode_manifest(encode_manifest(manifest)).key == manifest.key
