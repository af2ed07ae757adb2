"""Bytes that change on their way from S3, where what arrives looks as good as what was stored."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.errors import StoreConnectionError
from core.model import Job
from core.settings import Profile
from core.stored.job_records import read_job
from core.stored.job_s3_prefix import job_record_key
from core.stored.manifests import read_manifest
from core.stored.record_format import encode_job, encode_manifest
from storage.s3.store import S3Store
from tests.core.stored.test_manifests import OURS
from tests.servers.fault_server import Answer, Fault, FaultServer
from tests.storage.at_once import AT_ONCE

KEY = f"{OURS.key.rpartition('/')[0]}/run_4_results.v0001.json"
GET = "json$"
RIGHT, WRONG = b'"host": "lab"', b'"host": "lap"'


def flipped(answer: Answer) -> Answer:
    """One bit of a name: still a good manifest, of another machine."""
    assert RIGHT in answer.body
    return replace(answer, body=answer.body.replace(RIGHT, WRONG))


def encrypted(answer: Answer) -> Answer:
    """The etag only looks like an MD5."""
    kept = {n: v for n, v in answer.headers.items() if n.lower() != "etag"}
    return replace(answer, headers={**kept, "ETag": f'"{"ab" * 16}"'})


@pytest.fixture
def plain(profile: Profile) -> Iterator[S3Store]:
    """A store whose server does not know of checksums."""
    store = S3Store(replace(profile, checksums=False), AT_ONCE)
    yield store
    store.close()


def test_etag_tells(plain: S3Store, fault_server: FaultServer) -> None:
    """The MD5 of a small object is its etag: what does not fit it is fetched again."""
    plain.put(KEY, encode_manifest(OURS))
    fault_server.plan(Fault("GET", GET, after=flipped))
    assert read_manifest(plain, KEY) == OURS
    assert fault_server.count("GET", GET) == 2


def test_checksum_tells(store: S3Store, fault_server: FaultServer) -> None:
    """Also of objects whose etag is something else, as that of encrypted ones is."""
    store.put(KEY, encode_manifest(OURS))
    fault_server.plan(Fault("GET", GET, after=lambda answer: encrypted(flipped(answer))))
    assert read_manifest(store, KEY) == OURS
    assert fault_server.count("GET", GET) == 2


def test_record_of_a_job(plain: S3Store, fault_server: FaultServer) -> None:
    """So it is with whatever else is small."""
    job = Job(7, "lab", datetime(2026, 11, 20, tzinfo=UTC))
    plain.put(job_record_key(7), encode_job(job, "f00d"))
    fault_server.plan(
        Fault("GET", GET, after=lambda a: replace(a, body=a.body.replace(b'"lab"', b'"lap"')))
    )
    assert read_job(plain, 7).job.name == "lab"
    assert fault_server.count("GET", GET) == 2


def test_damaged_again(plain: S3Store, fault_server: FaultServer) -> None:
    """Other bytes each time are no object."""
    plain.put(KEY, encode_manifest(OURS))
    fault_server.plan(Fault("GET", GET, after=flipped))
    fault_server.plan(
        Fault("GET", GET, after=lambda a: replace(a, body=a.body.replace(b"4", b"5")))
    )
    with pytest.raises(StoreConnectionError, match="damaged"):
        read_manifest(plain, KEY)


def test_etag_tells_nothing(plain: S3Store, fault_server: FaultServer) -> None:
    """A store whose etags are no MD5 is asked twice, once."""
    plain.put(KEY, encode_manifest(OURS))
    fault_server.plan(Fault("GET", GET, after=encrypted, times=9))
    assert read_manifest(plain, KEY) == OURS
    assert fault_server.count("GET", GET) == 2
    assert read_manifest(plain, KEY) == OURS
    assert fault_server.count("GET", GET) == 3


@pytest.mark.parametrize("length", [10, 1 << 20])
def test_one_request(store: S3Store, fault_server: FaultServer, length: int) -> None:
    """Nothing is asked for twice that is right, or of which only the beginning was wanted."""
    store.put(KEY, data := encode_manifest(OURS))
    assert store.excerpt(KEY, start=0, length=length).data == data[:length]
    assert fault_server.count("GET", GET) == 1
