"""What a bucket demands: a part of every request, of links too; and what comes back."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from core.errors import CatalogError, ObjectArchivedError, StoreAccessDeniedError
from core.ports.presigned_url import LinkMethod
from core.settings import Acl, Encryption, Profile
from storage.prefixed_store import PrefixedStore
from storage.s3.demands import JobTags, no_tags
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, OTHER, content, noise, token, upload
from tests.servers.fault_server import Answer, Fault, FaultServer, Seen, answering, refuse
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PLACE = KEY.rpartition("/")[0]
MANIFEST = f"{PLACE}/run_4_results.v0001.json"
CONFIG = f"{PLACE}/run_4_config.json"
RECORD = "_runferry/jobs/0000000007.json"
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"
SSE = "x-amz-server-side-encryption"
DENIED = (
    "User: arn:aws:iam::111122223333:user/lab is not authorized to perform: "
    "s3:PutObjectTagging on resource: arn:aws:s3:::lab/a"
)
CREATING = (("PUT", r"^(?!.*partNumber)"), ("POST", r"\?uploads"))
IN_PARTS = replace(AT_ONCE, copy_bytes=5 * MIB)


@contextmanager
def opened(
    profile: Profile, tuning: S3Tuning = AT_ONCE, job_tags: JobTags = no_tags
) -> Generator[S3Store]:
    store = S3Store(profile, tuning, job_tags=job_tags)
    try:
        yield store
    finally:
        store.close()


def stored_in_all_ways(profile: Profile, job_tags: JobTags = no_tags) -> None:
    """In one request and in parts, copied in both ways, with and without metadata of its own."""
    for tuning in (AT_ONCE, IN_PARTS):
        with opened(profile, tuning, job_tags) as store:
            store.put(RECORD, b"{}")
            store.put(MANIFEST, b"{}")
            upload(store, b"small", CONFIG)
            upload(store, noise(6 * MIB))
            store.copy(KEY, OTHER)
            store.copy(KEY, f"{PLACE}/run_5_results.zip", metadata=token())
            for key in (CONFIG, KEY, OTHER, f"{PLACE}/run_5_results.zip"):
                store.delete(key)


def created(fault_server: FaultServer) -> Sequence[Seen]:
    """The requests that say what a new object shall be like."""
    return [seen for method, target in CREATING for seen in fault_server.requests(method, target)]


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"encryption": Encryption.AES256}, {SSE: "AES256"}),
        ({"encryption": Encryption.DSSE}, {SSE: "aws:kms:dsse"}),
        (
            {"encryption": Encryption.KMS, "kms_key_id": KEY_ARN, "bucket_key": True},
            {
                SSE: "aws:kms",
                f"{SSE}-aws-kms-key-id": KEY_ARN,
                f"{SSE}-bucket-key-enabled": "true",
            },
        ),
        ({"acl": Acl.OWNER_HAS_ALL}, {"x-amz-acl": "bucket-owner-full-control"}),
        ({"storage_class": "STANDARD_IA"}, {"x-amz-storage-class": "STANDARD_IA"}),
        ({"request_payer": True}, {"x-amz-request-payer": "requester"}),
    ],
    ids=["AES256", "dsse", "kms", "acl", "class", "payer"],
)
def test_whatever_creates(
    profile: Profile,
    fault_server: FaultServer,
    fields: Mapping[str, object],
    headers: Mapping[str, str],
) -> None:
    """No way to store an object is without them; nothing is demanded of who does not say so."""
    stored_in_all_ways(replace(profile, **fields))  # pyright: ignore[reportArgumentType] - of any type
    seen = created(fault_server)
    assert len(seen) == 12
    for request in seen:
        assert headers.items() <= request.headers.items()
    fault_server.seen.clear()
    stored_in_all_ways(profile)
    for request in created(fault_server):
        assert not headers.keys() & request.headers.keys()


def test_who_pays_reads_too(profile: Profile, fault_server: FaultServer) -> None:
    """There is no request about what is in the bucket without the word."""
    paying = replace(profile, request_payer=True)
    stored_in_all_ways(paying)
    with opened(paying) as store:
        store.check()
        store.put(KEY, b"content")
        content(store, KEY)
        store.excerpt(KEY, start=0, length=1)
        list(store.list(""))
        list(store.list_prefixes(""))
        list(store.pending_uploads(""))
        store.now()
    assert {seen.method for seen in fault_server.seen} == {"GET", "HEAD", "PUT", "POST", "DELETE"}
    for seen in fault_server.seen:
        assert seen.headers.get("x-amz-request-payer") == "requester", seen.target


def test_types(profile: Profile, s3_client: "S3Client", bucket: str) -> None:
    """Each object has its own, by its name; so has a copy."""
    log = f"{PLACE}/run_4_logs.log"
    for tuning in (AT_ONCE, IN_PARTS):
        with opened(profile, tuning) as store:
            store.put(RECORD, b"{}")
            upload(store, noise(6 * MIB))
            upload(store, b"day 1", log)
            store.copy(KEY, OTHER)
            store.copy(KEY, f"{PLACE}/run_5_results.zip", metadata=token())
            types = {
                found.key: s3_client.head_object(Bucket=bucket, Key=found.key)["ContentType"]
                for found in store.list("")
            }
            assert types.pop(RECORD) == "application/json"
            assert types.pop(log) == "text/plain"
            assert set(types.values()) == {"application/zip"}
            assert len(types) == 3
            for key in (KEY, OTHER, log, f"{PLACE}/run_5_results.zip"):
                store.delete(key)


def test_type_of_others(
    profile: Profile, fault_server: FaultServer, s3_client: "S3Client", bucket: str
) -> None:
    """A copy of what another tool stored keeps the type that it has: nothing is said of it."""
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=b"PK", ContentType="application/x-theirs")
    with opened(profile) as store:
        store.copy(KEY, OTHER)
    assert s3_client.head_object(Bucket=bucket, Key=OTHER)["ContentType"] == "application/x-theirs"
    (seen,) = fault_server.requests("PUT", OTHER)
    assert "content-type" not in seen.headers


def tags_of(s3_client: "S3Client", bucket: str, key: str) -> dict[str, str]:
    found = s3_client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


@pytest.mark.parametrize("tuning", [AT_ONCE, IN_PARTS], ids=["at once", "in parts"])
def test_tags(profile: Profile, s3_client: "S3Client", bucket: str, tuning: S3Tuning) -> None:
    """What an object is, of which job and run, and the job's own; a copy has those of its place."""
    ours = {"project": "flu 2026", "baseline": "", "größe": "1/2"}
    jobs = {7: ["project=flu 2026", "baseline", "größe=1/2"], 8: ["project=measles"]}
    moved = KEY.replace("/7/", "/8/").replace("run_4", "run_2")
    with opened(replace(profile, object_tags=True), tuning, jobs.__getitem__) as store:
        store.put(RECORD, b"{}")
        store.put(MANIFEST, b"{}")
        upload(store, noise(6 * MIB))
        store.copy(KEY, OTHER)
        store.copy(KEY, moved)

    of_run = {"job_id": "7", "run_id": "4"}
    results = {"kind": "run_results", **of_run, **ours}
    assert tags_of(s3_client, bucket, RECORD) == {"kind": "job_record", "job_id": "7"}
    assert tags_of(s3_client, bucket, MANIFEST) == {"kind": "manifest", **of_run, **ours}
    assert tags_of(s3_client, bucket, KEY) == results
    assert tags_of(s3_client, bucket, OTHER) == results
    assert tags_of(s3_client, bucket, moved) == {
        "kind": "run_results", "job_id": "8", "run_id": "2", "project": "measles",
    }  # fmt: skip


def test_below_a_prefix(profile: Profile, s3_client: "S3Client", bucket: str) -> None:
    """What is kept below a prefix has tags and class of what it is."""
    below = replace(profile, prefix="teams/epi/", object_tags=True, storage_class="GLACIER")
    with opened(below, job_tags=lambda _: ["project=flu"]) as whole:
        store = PrefixedStore(whole, below.prefix)
        store.put(MANIFEST, b"{}")
        stored = upload(store, b"small")
        url = store.presign(KEY, LinkMethod.PUT, expires_seconds=60)
        assert store.excerpt(MANIFEST, start=0, length=2).data == b"{}"
    of_run = {"job_id": "7", "run_id": "4", "project": "flu"}
    key = f"{below.prefix}{MANIFEST}"
    assert tags_of(s3_client, bucket, key) == {"kind": "manifest", **of_run}
    assert dict(parse_qsl(url.headers["x-amz-tagging"])) == {"kind": "run_results", **of_run}
    assert stored.storage_class == url.headers["x-amz-storage-class"] == "GLACIER"


def test_no_tags_unasked(profile: Profile, s3_client: "S3Client", bucket: str) -> None:
    """They need a permission of their own."""
    with opened(profile, job_tags=lambda _: ["project=flu"]) as store:
        store.put(KEY, b"content")
    assert tags_of(s3_client, bucket, KEY) == {}


def test_tags_that_are_not_known(
    profile: Profile, s3_client: "S3Client", bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A catalog that cannot be read keeps nothing from being stored; tags that do not fit neither."""

    def unreadable(job_id: int) -> Sequence[str]:
        raise CatalogError("The catalog is damaged.")

    tagged = replace(profile, object_tags=True)
    with opened(tagged, job_tags=unreadable) as store:
        store.put(KEY, b"content")
    with opened(tagged, job_tags=lambda _: ["a,b", "project=flu"]) as store:
        store.put(OTHER, b"content")
        store.put(MANIFEST, b"content")
    of_run = {"kind": "run_results", "job_id": "7", "run_id": "4"}
    assert tags_of(s3_client, bucket, KEY) == of_run
    assert tags_of(s3_client, bucket, OTHER) == {**of_run, "project": "flu"}
    assert [record.getMessage() for record in caplog.records if record.name == "storage.s3.demands"] == [
        "the tags of job 7 are not known: The catalog is damaged.",
        "1 tags of job 7 do not fit on its objects",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Access Denied", "the permission s3:PutObject and s3:PutObjectTagging on s3://"),
        (
            f"{DENIED} because no identity-based policy allows the s3:PutObjectTagging action",
            "for the permission s3:PutObjectTagging on arn:aws:s3:::lab/a. Or remove object_tags",
        ),
    ],
)
def test_tags_that_are_denied(
    profile: Profile, fault_server: FaultServer, message: str, said: str
) -> None:
    """They need a permission that nobody has asked for before."""
    fault_server.plan(
        Fault("PUT", KEY, before=answering(refuse(403, "AccessDenied", message=message)))
    )
    with (
        opened(replace(profile, object_tags=True)) as store,
        pytest.raises(StoreAccessDeniedError) as caught,
    ):
        store.put(KEY, b"content")
    assert said in caught.value.todo


def test_archive_at_once(profile: Profile) -> None:
    """Artifacts go into an archive as they are stored; what says which there are stays at hand."""
    with opened(replace(profile, storage_class="GLACIER", request_payer=True)) as store:
        small = (RECORD, MANIFEST, CONFIG, "_runferry/probe/f00d/access")
        for key in small:
            store.put(key, b"{}")
        upload(store, b"small", f"{PLACE}/job_input.zip")
        stored = upload(store, noise(6 * MIB))

        assert stored.storage_class == "GLACIER"
        assert store.head(KEY) == stored
        classes = {found.key: found.storage_class for found in store.list("")}
        assert {key for key, name in classes.items() if name} == {KEY, f"{PLACE}/job_input.zip"}
        for key in small:
            assert store.excerpt(key, start=0, length=2).data == b"{}"
        with pytest.raises(ObjectArchivedError) as caught:
            content(store, KEY)
        assert "`runferry jobs uploads restore --job-id 7 --run-id 4`" in caught.value.todo


def test_class_that_was_asked_for(profile: Profile) -> None:
    """Who moves an object into another class gets that one, in parts as well."""
    for tuning in (AT_ONCE, IN_PARTS):
        with opened(replace(profile, storage_class="STANDARD_IA"), tuning) as store:
            stored = upload(store, noise(6 * MIB))
            moved = store.change_class(KEY, "GLACIER_IR", if_match=stored.etag)
            assert (stored.storage_class, moved.storage_class) == ("STANDARD_IA", "GLACIER_IR")
            store.delete(KEY)


def test_link_to_store(profile: Profile) -> None:
    """It tells the headers that were signed, and the type, which was not."""
    demanding = replace(
        profile,
        encryption=Encryption.KMS,
        kms_key_id=KEY_ARN,
        bucket_key=True,
        acl=Acl.OWNER_HAS_ALL,
        storage_class="STANDARD_IA",
        request_payer=True,
        object_tags=True,
    )
    with opened(demanding, job_tags=lambda _: ["project=flu"]) as store:
        url = store.presign(KEY, LinkMethod.PUT, expires_seconds=60)
    headers = dict(url.headers)
    assert dict(parse_qsl(headers.pop("x-amz-tagging"))) == {
        "kind": "run_results", "job_id": "7", "run_id": "4", "project": "flu",
    }  # fmt: skip
    assert headers.pop("Content-Type") == "application/zip"
    assert headers == {
        SSE: "aws:kms",
        f"{SSE}-aws-kms-key-id": KEY_ARN,
        f"{SSE}-bucket-key-enabled": "true",
        "x-amz-acl": "bucket-owner-full-control",
        "x-amz-storage-class": "STANDARD_IA",
    }
    query = parse_qs(urlsplit(url.reveal()).query)
    signed = query["X-Amz-SignedHeaders"][0].split(";")
    assert set(signed) == {"host", "x-amz-tagging", *headers}
    assert query["x-amz-request-payer"] == ["requester"]


def test_plain_links(profile: Profile) -> None:
    """Whoever is to pay is named in them: no link to fetch needs a header."""
    with opened(profile) as store:
        url = store.presign(KEY, LinkMethod.PUT, expires_seconds=60)
    assert url.headers == {"Content-Type": "application/zip"}
    with opened(replace(profile, request_payer=True, encryption=Encryption.KMS)) as store:
        url = store.presign(KEY, LinkMethod.GET, expires_seconds=60)
    query = parse_qs(urlsplit(url.reveal()).query)
    assert url.headers == {}
    assert query["X-Amz-SignedHeaders"] == ["host"]
    assert query["x-amz-request-payer"] == ["requester"]


@pytest.mark.parametrize("own", [True, False], ids=["of the bucket", "of the profile"])
def test_etags_of_kms(profile: Profile, fault_server: FaultServer, own: bool) -> None:
    """They are no MD5 sums, though they look like some: nothing is read twice for that."""

    def encrypted(answer: Answer) -> Answer:
        kept = {n: v for n, v in answer.headers.items() if n.lower() not in {"etag", SSE}}
        told = {SSE: "aws:kms"} if own else {}
        return replace(answer, headers={**kept, **told, "ETag": f'"{"ab" * 16}"'})

    fault_server.plan(Fault("GET", "json$", after=encrypted, times=9))
    with opened(profile if own else replace(profile, encryption=Encryption.KMS)) as store:
        store.put(MANIFEST, b"{}")
        assert store.excerpt(MANIFEST, start=0, length=9).data == b"{}"
    assert fault_server.count("GET", "json$") == 1
