"""The strict server refuses as AWS does: to boto3 as the client, in AWS's words."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.servers.fault_server import Answer, Fault, answering, refuse
from tests.servers.fixtures import KEY_ID, SECRET_KEY
from tests.servers.moto_server import MotoServer
from tests.servers.strict.modes import RIGHTS, allowing, within, without
from tests.servers.strict.policy import KMS_KEY, Policy
from tests.servers.strict.request import Request
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def client(strict_server: StrictServer, no_aws_settings: None) -> "Iterator[S3Client]":
    """One that tries once."""
    import boto3
    from botocore.config import Config

    made: S3Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "s3",
        endpoint_url=strict_server.url,
        region_name="us-east-1",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield made
    made.close()


def test_what_no_statement_allows_is_denied_in_the_words_of_aws(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(_only("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))

    status, code, message = _refusal(lambda: client.put_object(Bucket=bucket, Key="a/b", Body=b"1"))

    assert (status, code) == (403, "AccessDenied")
    assert message == (
        "User: arn:aws:iam::111122223333:user/lab is not authorized to perform: s3:PutObject on "
        f'resource: "arn:aws:s3:::{bucket}/a/b" because no identity-based policy allows the '
        "s3:PutObject action"
    )
    assert [r.request.operation for r in strict_server.refused] == ["PutObject"]


def test_an_explicit_deny_says_where_it_is(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    client.put_object(Bucket=bucket, Key="a", Body=b"1")
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    strict_server.rules.append(Policy(allowing(deny), of_bucket=True))

    _, _, message = _refusal(lambda: client.delete_object(Bucket=bucket, Key="a"))

    assert message.endswith("with an explicit deny in a resource-based policy")
    assert client.head_object(Bucket=bucket, Key="a")["ContentLength"] == 1


def test_a_refused_head_is_a_status_and_nothing_else(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(without("s3:GetObject"))

    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="a")) == (403, "403", "Forbidden")


def test_a_missing_object_is_a_403_to_who_may_not_list(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="a"))[0] == 404
    strict_server.rules.append(without("s3:ListBucket"))

    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="a"))[0] == 403
    status, code, message = _refusal(lambda: client.get_object(Bucket=bucket, Key="a"))
    assert (status, code) == (403, "AccessDenied")
    assert f's3:ListBucket on resource: "arn:aws:s3:::{bucket}"' in message


def test_a_missing_object_below_the_prefix_that_may_be_listed_is_a_404_on_aws(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(within("teams/epi/"))
    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="teams/epi/a"))[0] == 404

    strict_server.rules[:] = [within("teams/epi/", strict=True)]
    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="teams/epi/a"))[0] == 403


def test_listings_are_bound_to_their_prefix(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(within("teams/epi/"))

    client.list_objects_v2(Bucket=bucket, Prefix="teams/epi/jobs/")
    assert _refusal(lambda: client.list_objects_v2(Bucket=bucket, Prefix="teams/"))[0] == 403
    assert _refusal(lambda: client.list_objects_v2(Bucket=bucket))[0] == 403
    assert _refusal(lambda: client.head_bucket(Bucket=bucket))[0] == 403
    outside = strict_server.outside(bucket, "teams/epi/")
    assert [request.operation for request in outside] == [
        "ListObjectsV2",
        "ListObjectsV2",
        "HeadBucket",
    ]


def test_a_copy_needs_to_read_the_one_and_to_write_the_other(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    client.put_object(Bucket=bucket, Key="read/a", Body=b"1")
    strict_server.rules.append(
        Policy(
            {
                "Statement": [
                    _allow("s3:GetObject", f"arn:aws:s3:::{bucket}/read/*"),
                    _allow("s3:PutObject", f"arn:aws:s3:::{bucket}/write/*"),
                ]
            }
        )
    )

    def copy(source: str, target: str, **more: Any) -> object:
        return client.copy_object(
            Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source}, **more
        )

    copy("read/a", "write/a")
    assert "s3:GetObject" in _refusal(lambda: copy("write/a", "write/b"))[2]
    assert "s3:PutObject" in _refusal(lambda: copy("read/a", "read/b"))[2]
    tagged = _refusal(lambda: copy("read/a", "write/a", Tagging="a=b", TaggingDirective="REPLACE"))
    assert "s3:PutObjectTagging" in tagged[2]


@pytest.mark.parametrize(
    ("action", "operation", "more"),
    [
        ("s3:ListMultipartUploadParts", "list_parts", {"UploadId": "1"}),
        ("s3:AbortMultipartUpload", "abort_multipart_upload", {"UploadId": "1"}),
        ("s3:PutObject", "create_multipart_upload", {}),
        ("s3:PutObject", "upload_part", {"UploadId": "1", "PartNumber": 1, "Body": b""}),
        ("s3:PutObject", "complete_multipart_upload", {"UploadId": "1"}),
        ("s3:PutObjectAcl", "put_object", {"ACL": "bucket-owner-full-control"}),
        ("s3:RestoreObject", "restore_object", {"RestoreRequest": {"Days": 1}}),
        ("s3:GetObjectTagging", "get_object_tagging", {}),
        ("s3:GetObject", "delete_object", {"IfMatch": '"1"'}),
        ("s3:GetObjectVersion", "get_object", {"VersionId": "1"}),
    ],
)
def test_each_operation_needs_its_action_on_the_object(
    action: str,
    operation: str,
    more: Mapping[str, object],
    strict_server: StrictServer,
    client: "S3Client",
    bucket: str,
) -> None:
    strict_server.rules.append(without(action))
    ask: Callable[..., object] = getattr(client, operation)

    status, code, message = _refusal(lambda: ask(Bucket=bucket, Key="a", **more))

    assert (status, code) == (403, "AccessDenied")
    assert f'{action} on resource: "arn:aws:s3:::{bucket}/a"' in message


@pytest.mark.parametrize(
    ("action", "operation"),
    [
        ("s3:ListBucketMultipartUploads", "list_multipart_uploads"),
        ("s3:GetBucketVersioning", "get_bucket_versioning"),
        ("s3:GetLifecycleConfiguration", "get_bucket_lifecycle_configuration"),
        ("s3:PutLifecycleConfiguration", "delete_bucket_lifecycle"),
        ("s3:GetEncryptionConfiguration", "get_bucket_encryption"),
        ("s3:GetBucketLocation", "get_bucket_location"),
        ("s3:ListBucket", "list_objects_v2"),
    ],
)
def test_each_operation_needs_its_action_on_the_bucket(
    action: str, operation: str, strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(without(action))
    ask: Callable[..., object] = getattr(client, operation)

    message = _refusal(lambda: ask(Bucket=bucket))[2]

    assert f'{action} on resource: "arn:aws:s3:::{bucket}" with an explicit deny' in message


def test_conditions_on_headers_count_for_parts_what_their_upload_was_begun_with(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    unencrypted = {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
    }
    strict_server.rules.append(Policy(allowing(unencrypted), of_bucket=True))

    assert _refusal(lambda: client.put_object(Bucket=bucket, Key="a", Body=b"1"))[0] == 403
    client.put_object(Bucket=bucket, Key="a", Body=b"1", ServerSideEncryption="AES256")
    upload = client.create_multipart_upload(Bucket=bucket, Key="b", ServerSideEncryption="AES256")
    part = client.upload_part(
        Bucket=bucket, Key="b", UploadId=upload["UploadId"], PartNumber=1, Body=b"1"
    )
    client.complete_multipart_upload(
        Bucket=bucket,
        Key="b",
        UploadId=upload["UploadId"],
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
    )


def test_an_encrypted_object_needs_its_key(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    key = f"{KMS_KEY}1234"

    def put() -> object:
        return client.put_object(
            Bucket=bucket,
            Key="a",
            Body=b"1",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=key,
        )

    put()
    strict_server.rules.append(_only("s3:*", "*"))
    refused = _refusal(put)[2]
    assert f"kms:GenerateDataKey on resource: {key} because" in refused
    assert "kms:Decrypt" in _refusal(lambda: client.get_object(Bucket=bucket, Key="a"))[2]
    client.head_object(Bucket=bucket, Key="a")


def test_rules_change_answers_and_stand_behind_planned_faults(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    client.put_object(Bucket=bucket, Key="a", Body=b"1", Metadata={"kept": "no"})

    def without_metadata(answer: Answer) -> Answer:
        kept = {n: v for n, v in answer.headers.items() if not n.lower().startswith("x-amz-meta-")}
        return Answer(answer.status, answer.body, kept)

    strict_server.rules.append(lambda _: without_metadata)
    strict_server.plan(Fault("HEAD", "/a", answering(refuse(500, "InternalError"))))

    assert _refusal(lambda: client.head_object(Bucket=bucket, Key="a"))[0] == 500
    assert client.head_object(Bucket=bucket, Key="a")["Metadata"] == {}
    assert not strict_server.refused


def test_a_page_of_a_proxy_can_be_the_answer(
    strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    def too_large(request: Request) -> Answer | None:
        page = Answer(413, b"<html>413</html>", {"Content-Type": "text/html", "Server": "nginx"})
        return page if request.length > 10 else None

    strict_server.rules.append(too_large)

    client.put_object(Bucket=bucket, Key="a", Body=b"small")
    status = _refusal(lambda: client.put_object(Bucket=bucket, Key="b", Body=b"large" * 9))[0]
    assert status == 413
    assert [request.key for request in strict_server.asked(bucket)] == ["a", "b"]


@pytest.mark.parametrize("mode", RIGHTS)
def test_every_lack_of_rights_lets_something_through_and_refuses_something(
    mode: str, strict_server: StrictServer, client: "S3Client", bucket: str
) -> None:
    strict_server.rules.append(RIGHTS[mode]())
    keys = ["jobs/a", "teams/epi/a"]
    calls: Sequence[Callable[[], object]] = [
        *(lambda key=key: client.put_object(Bucket=bucket, Key=key, Body=b"1") for key in keys),
        *(lambda key=key: client.head_object(Bucket=bucket, Key=key) for key in keys),
        *(lambda key=key: client.delete_object(Bucket=bucket, Key=key) for key in keys),
        lambda: client.list_objects_v2(Bucket=bucket),
        lambda: client.list_multipart_uploads(Bucket=bucket),
        lambda: client.list_parts(Bucket=bucket, Key="jobs/a", UploadId="1"),
    ]

    outcomes = [_status(call) for call in calls]

    assert 403 in outcomes
    assert 200 in outcomes


def test_it_leaves_no_thread_behind(moto_server: MotoServer, bucket: str) -> None:
    before = set(threading.enumerate())
    import http.client

    with StrictServer(moto_server.url, without("s3:ListBucket")) as server:
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
        for _ in range(2):  # kept alive
            connection.request("GET", f"/{bucket}")
            assert connection.getresponse().read().startswith(b"<?xml")
        assert len(server.refused) == 2
    connection.close()
    assert set(threading.enumerate()) == before


def _allow(action: str, resource: str) -> dict[str, str]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _only(action: str, resource: str) -> Policy:
    return Policy({"Version": "2012-10-17", "Statement": [_allow(action, resource)]})


def _refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response
    status: int = error.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = error.get("Error", {})
    return status, told.get("Code", ""), told.get("Message", "")


def _status(call: Callable[[], object]) -> int:
    try:
        call()
    except ClientError as error:
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return 200
