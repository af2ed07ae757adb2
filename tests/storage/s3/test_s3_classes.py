"""Storage classes and lifecycle rules on S3 when something goes wrong, over real HTTP."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.care.lifecycle_rules import proposed_rules
from core.errors import (
    BucketNotFoundError,
    ObjectArchivedError,
    StoreAccessDeniedError,
    StoreError,
)
from core.settings import Profile
from storage.s3.lifecycle import S3Lifecycle
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, OTHER, content, token
from tests.servers.fault_server import Answer, Fault, FaultServer, answering, lost, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COPY = r"\.zip(\?x-id=CopyObject)?$"
RULES = proposed_rules(abort_days=7, archive_days=None, storage_class="")


@pytest.fixture
def lifecycle(profile: Profile) -> Iterator[S3Lifecycle]:
    lifecycle = S3Lifecycle(profile)
    yield lifecycle
    lifecycle.close()


def test_lost_reply(store: S3Store, fault_server: FaultServer) -> None:
    """A move whose answer was lost has been made; nothing is done twice."""
    stored = store.put(KEY, b"content", metadata=token())
    fault_server.plan(Fault("PUT", COPY, after=lost))
    moved = store.change_class(KEY, "GLACIER_IR", if_match=stored.etag)
    assert moved.storage_class == "GLACIER_IR"
    assert fault_server.count("PUT", COPY) == 2  # with the first that stored it


def test_request_that_never_arrived(store: S3Store, fault_server: FaultServer) -> None:
    """The object that is there still is not taken for what was to be made of it."""
    stored = store.put(KEY, b"content", metadata=token())
    fault_server.plan(Fault("PUT", COPY, before=answering(refuse(503, "SlowDown"))))
    assert store.change_class(KEY, "GLACIER_IR", if_match=stored.etag).storage_class == "GLACIER_IR"


@pytest.mark.parametrize("status", [400, 200])
def test_server_without_such_a_class(
    store: S3Store, fault_server: FaultServer, status: int
) -> None:
    """Whether it says so or silently does nothing: it is told, and the object is as it was."""
    stored = store.put(KEY, b"content", metadata=token())
    done = b"<CopyObjectResult><ETag>&quot;x&quot;</ETag></CopyObjectResult>"
    ignored = Answer(200, done, {"Content-Type": "application/xml"})
    refused = refuse(400, "InvalidStorageClass")
    fault_server.plan(Fault("PUT", COPY, before=answering(refused if status != 200 else ignored)))
    with pytest.raises(StoreError, match=r"class") as caught:
        store.change_class(KEY, "GLACIER_IR", if_match=stored.etag)
    assert "archive_class" in caught.value.todo
    head = store.head(KEY)
    assert head
    assert (head.etag, head.storage_class) == (stored.etag, "")


def test_what_is_archived(store: S3Store) -> None:
    """The error is about the original, and names the command that restores it."""
    stored = store.put(KEY, b"content")
    store.change_class(KEY, "DEEP_ARCHIVE", if_match=stored.etag)
    for act in (
        lambda: store.copy(KEY, OTHER),
        lambda: content(store, KEY),
        lambda: store.excerpt(KEY, start=0, length=1),
    ):
        with pytest.raises(ObjectArchivedError, match=KEY) as caught:
            act()
        assert "`runferry jobs uploads restore --job-id 7 --run-id 4`" in caught.value.todo
    assert store.head(OTHER) is None


def test_rules(lifecycle: S3Lifecycle, s3_client: "S3Client", bucket: str) -> None:
    """None at first; what was given comes back; no rules again when there are to be none."""
    assert lifecycle.rules() == []
    lifecycle.replace(RULES)
    (rule,) = lifecycle.rules()
    assert rule == RULES[0]
    lifecycle.replace([])
    assert lifecycle.rules() == []


def test_digest(lifecycle: S3Lifecycle, fault_server: FaultServer) -> None:
    """Older servers insist on an MD5 of the rules."""
    lifecycle.replace(RULES)
    lifecycle.replace(RULES)
    for seen in fault_server.requests("PUT", "lifecycle"):
        digest = base64.b64decode(seen.headers["content-md5"])
        assert len(digest) == hashlib.md5(usedforsecurity=False).digest_size


def test_setting_beside_the_rules(lifecycle: S3Lifecycle, fault_server: FaultServer) -> None:
    """Somebody's choice of the smallest object that is moved is not lost."""
    name = "x-amz-transition-default-minimum-object-size"

    def chosen(answer: Answer) -> Answer:
        return replace(answer, headers={**answer.headers, name: "varies_by_storage_class"})

    lifecycle.replace(RULES)
    fault_server.plan(Fault("GET", "lifecycle", after=chosen))
    lifecycle.replace(RULES)
    first, second = fault_server.requests("PUT", "lifecycle")
    assert name not in first.headers
    assert second.headers[name] == "varies_by_storage_class"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refuse(403, "AccessDenied"), StoreAccessDeniedError, "s3:GetLifecycleConfiguration"),
        (refuse(501, "NotImplemented"), StoreError, "does not support"),
        (refuse(404, "NoSuchBucket"), BucketNotFoundError, "has no bucket"),
        (Answer(200, b"<ListBucketResult/>"), StoreError, "does not know lifecycle rules"),
    ],
)
def test_refusals(
    lifecycle: S3Lifecycle,
    fault_server: FaultServer,
    answer: Answer,
    kind: type[StoreError],
    words: str,
) -> None:
    """They are not taken for a bucket without rules."""
    fault_server.plan(Fault("GET", "lifecycle", before=answering(answer)))
    with pytest.raises(kind) as caught:
        lifecycle.rules()
    assert words in str(caught.value)
