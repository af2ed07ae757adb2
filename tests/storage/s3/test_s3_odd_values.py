"""Listings with a size or a date that cannot be read, over real HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.stored.findings import Finding, Problem
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.listed_jobs import listed_jobs
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import content
from tests.servers.fault_server import Answer, Fault, FaultServer

BELOW = "jobs/7/2026/11/20/120000"
FIRST, ODD, LAST = (f"{BELOW}/run_{number}_results.zip" for number in (1, 2, 3))
LIST, UPLOADS = "list-type=2", r"\?uploads"
ENDLESS = pytest.param("9" * 5000, id="endless")
DATES = [
    "yesterday",
    "",
    "2026-02-30T12:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    ENDLESS,
    "\u00e9",
]


@pytest.fixture
def filled(store: S3Store) -> S3Store:
    for key in (FIRST, ODD, LAST):
        store.put(key, b"content")
    return store


def saying(element: str, value: str, of: str = ODD) -> Callable[[Answer], Answer]:
    """What the server lists of one object."""

    def change(answer: Answer) -> Answer:
        before, key, after = answer.body.partition(b"<Key>%s</Key>" % of.encode())
        assert key
        new = f"<{element}>{value}</{element}>".encode()
        after, found = re.subn(rb"<%s>.*?</%s>" % ((element.encode(),) * 2), new, after, count=1)
        assert found
        body = before + key + after
        return replace(answer, body=body, headers=sized(answer, len(body)))

    return change


def sized(answer: Answer, size: int) -> dict[str, str]:
    kept = {n: v for n, v in answer.headers.items() if n.lower() != "content-length"}
    return {**kept, "Content-Length": str(size)}


@pytest.mark.parametrize("size", ["many", "", "-5", ENDLESS, "1_0"])
def test_size(filled: S3Store, fault_server: FaultServer, size: str) -> None:
    """The object is set aside alone, with the reason; its page is not."""
    fault_server.plan(Fault("GET", LIST, after=saying("Size", size)))
    aside: list[Finding] = []
    (job,) = listed_jobs(filled, passed_over=aside.append)
    assert job.prefixes[0] == JobS3Prefix(7, datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert sorted(run_id for _, run_id in job.runs) == [1, 3]
    assert aside == [Finding(Problem.IMPOSSIBLE, ODD, "its size cannot be read")]


@pytest.mark.parametrize("date", DATES)
def test_date(
    filled: S3Store, fault_server: FaultServer, date: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not known of that one; everything else is."""
    fault_server.plan(Fault("GET", LIST, after=saying("LastModified", date)))
    listed = list(filled.list("jobs/"))
    assert [(found.key, found.size) for found in listed] == [(k, 7) for k in (FIRST, ODD, LAST)]
    assert [bool(found.last_modified) for found in listed] == [True, False, True]
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("date", ["2026-11-20T12:00:00Z", "Fri, 20 Nov 2026 12:00:00 GMT"])
def test_other_dates(filled: S3Store, fault_server: FaultServer, date: str) -> None:
    """Whatever can be read is."""
    fault_server.plan(Fault("GET", LIST, after=saying("LastModified", date)))
    _, found, _ = filled.list("jobs/")
    assert found.last_modified == datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("date", DATES)
def test_pending_upload(store: S3Store, fault_server: FaultServer, date: str) -> None:
    """It is never old."""
    body = (
        f"<ListMultipartUploadsResult><Upload><Key>{ODD}</Key><UploadId>1</UploadId>"
        f"<Initiated>{date}</Initiated></Upload></ListMultipartUploadsResult>"
    )
    answer = Answer(200, body.encode(), {"Content-Type": "application/xml", "x-amz-id-2": "1"})
    fault_server.plan(Fault("GET", UPLOADS, before=lambda: answer))
    before = datetime.now(UTC)
    (found,) = store.pending_uploads("")
    assert found.started_at >= before


def test_of_one_object(filled: S3Store, fault_server: FaultServer) -> None:
    """An object without a date is there nevertheless."""

    def undated(answer: Answer) -> Answer:
        kept = {n: v for n, v in answer.headers.items() if n.lower() != "last-modified"}
        return replace(answer, headers={**kept, "Last-Modified": "yesterday"})

    for method in ("HEAD", "GET"):
        fault_server.plan(Fault(method, "run_2", after=undated, times=9))
    found = filled.head(ODD)
    assert found
    assert (found.size, found.last_modified) == (7, None)
    assert content(filled, ODD) == filled.excerpt(ODD, start=0, length=9).data == b"content"
