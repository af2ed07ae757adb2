"""Unfinished uploads of a bucket, and its clock, when the server answers in its own way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.errors import StoreAccessDeniedError, StoreError
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse

UPLOADS = r"\?uploads"
LIST = "list-type=2"


def page(*uploads: str, more: str = "") -> Answer:
    """What a server lists; `more` are the elements that lead to the next page."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<ListMultipartUploadsResult>{more}{''.join(uploads)}</ListMultipartUploadsResult>"
    )
    return Answer(200, body.encode(), {"Content-Type": "application/xml", "x-amz-request-id": "1"})


def pending(key: str, upload_id: str, more: str = "") -> str:
    return f"<Upload><Key>{key}</Key><UploadId>{upload_id}</UploadId>{more}</Upload>"


def test_pages(store: S3Store, fault_server: FaultServer) -> None:
    """All pages are asked for, each where the one before ended; a failed one again."""
    began = "<Initiated>2026-11-20T12:00:00.000Z</Initiated>"
    further = (
        "<IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker>"
        "<NextUploadIdMarker>2</NextUploadIdMarker>"
    )
    first = page(pending("a", "1", began), pending("b", "2", began), more=further)
    for answer in (first, refuse(503, "SlowDown"), page(pending("b", "3", began))):
        fault_server.plan(Fault("GET", UPLOADS, before=lambda answer=answer: answer))
    found = list(store.pending_uploads("jobs/"))
    assert [(p.key, p.upload_id) for p in found] == [("a", "1"), ("b", "2"), ("b", "3")]
    assert {p.started_at for p in found} == {datetime(2026, 11, 20, 12, tzinfo=UTC)}
    asked = [seen.target for seen in fault_server.requests("GET", UPLOADS)]
    assert [("key-marker=b" in t, "prefix=jobs%2F" in t) for t in asked] == [
        (False, True),
        (True, True),
        (True, True),
    ]


def test_nobody_knows_when_it_began(store: S3Store, fault_server: FaultServer) -> None:
    """Then it is never old."""
    fault_server.plan(Fault("GET", UPLOADS, before=lambda: page(pending(KEY, "1"))))
    before = datetime.now(UTC)
    (found,) = store.pending_uploads("")
    assert found.started_at >= before


def test_not_allowed(store: S3Store, fault_server: FaultServer) -> None:
    """The permission is named."""
    fault_server.plan(Fault("GET", UPLOADS, before=lambda: refuse(403, "AccessDenied")))
    with pytest.raises(StoreAccessDeniedError) as caught:
        list(store.pending_uploads(""))
    assert "s3:ListBucketMultipartUploads" in str(caught.value)


def test_clock_of_the_server(store: S3Store, fault_server: FaultServer) -> None:
    """What it says of itself counts, not this machine's clock."""

    def in_2031(answer: Answer) -> Answer:
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "date"}
        date = "Wed, 01 Jan 2031 12:00:00 GMT"
        return replace(answer, headers=headers | {"Date": date})

    fault_server.plan(Fault("GET", LIST, after=in_2031))
    assert store.now() == datetime(2031, 1, 1, 12, tzinfo=UTC)


def test_server_without_a_clock(store: S3Store, fault_server: FaultServer) -> None:
    """No age can be told, so nothing is deleted."""

    def nonsense(answer: Answer) -> Answer:
        return replace(answer, headers={**answer.headers, "Date": "today"})

    fault_server.plan(Fault("GET", LIST, after=nonsense))
    with pytest.raises(StoreError, match="what time it is"):
        store.now()
