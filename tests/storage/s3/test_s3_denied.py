"""What is said of a request that is not allowed: what the answer tells, and what is likely where it does not."""

from typing import TYPE_CHECKING, Any

import pytest

from core.errors import StoreAccessDeniedError, StoreEndpointError, StoreError
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY
from tests.servers.fault_server import Answer, Fault, FaultServer, answering

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WHO = "User: arn:aws:iam::111122223333:user/lab is not authorized to perform: "
PUT = WHO + 's3:PutObject on resource: "arn:aws:s3:::lab/jobs/7/a.zip" '
KMS_KEY = "arn:aws:kms:us-west-2:444455556666:key/0000"
KMS = f"{WHO}kms:GenerateDataKey on resource: {KMS_KEY} because no identity-based policy allows it"
QUESTIONS = r"\?(encryption|ownershipControls)"


def denial(message: str = "Access Denied", code: str = "AccessDenied", status: int = 403) -> Answer:
    body = (
        f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>G1</RequestId></Error>"
    )
    return Answer(status, body.encode(), {"Content-Type": "application/xml"})


def put(store: S3Store, server: FaultServer, answer: Answer) -> StoreError:
    server.plan(Fault("PUT", KEY, before=answering(answer), times=-1))
    with pytest.raises(StoreError) as caught:
        store.put(KEY, b"content")
    return caught.value


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (PUT + "with an explicit deny in a resource-based policy", "one more permission does not"),
        (PUT + "because no resource-based policy allows the s3:PutObject action", "ask its owner"),
        (PUT + "with an explicit deny in an identity-based policy", "your user or role forbids it"),
        (PUT + "because no identity-based policy allows the s3:PutObject action", "Ask the admin"),
        (
            PUT + "with an explicit deny in a VPC endpoint policy",
            "The VPC endpoint of this network",
        ),
        (PUT + "because no VPC endpoint policy allows the action", "does not let it through"),
        (PUT + "with an explicit deny in a service control policy", "A service control policy for"),
        (PUT + "because no permissions boundary allows the action", "A permissions boundary is in"),
        (PUT + "because no session policy allows the action", "A session policy is in force"),
        (KMS, f"Ask for the permission kms:GenerateDataKey on {KMS_KEY}"),
        ("Access Denied", "The answer does not tell why. Likely the permission s3:PutObject"),
    ],
)
def test_who_denies(store: S3Store, fault_server: FaultServer, message: str, says: str) -> None:
    """The kind of policy decides whom to ask, and for what."""
    error = put(store, fault_server, denial(message))
    assert isinstance(error, StoreAccessDeniedError)
    assert says in error.todo
    assert message.split(":", 1)[0] in error.what
    demands = "resource-based policy" in message and "explicit" in message
    assert ("demands" in error.todo) == (demands or message == "Access Denied")


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (denial(code="SecondLevelDomainForbidden"), StoreEndpointError, "addressing_style"),
        (denial(code="VirtualHostDomainRequired"), StoreEndpointError, "addressing_style"),
        (denial(code="KMS.DisabledException", status=400), StoreError, "kms_key_id"),
        (denial(code="AccessControlListNotSupported", status=400), StoreError, "Remove acl"),
        (denial("Cannot upload files, storage cap exceeded."), StoreAccessDeniedError, "Caps"),
        (denial("Bucket is a requester pays bucket"), StoreAccessDeniedError, "request_payer"),
        (denial(code="AccountProblem"), StoreAccessDeniedError, "about bills"),
    ],
)
def test_not_a_permission(
    store: S3Store, fault_server: FaultServer, answer: Answer, kind: type[StoreError], says: str
) -> None:
    """What no permission cures does not send anybody to ask for one."""
    error = put(store, fault_server, answer)
    assert isinstance(error, kind)
    assert says in error.todo
    assert "Ask for" not in error.todo
    assert not error.retryable


def test_the_bucket_tells(
    store: S3Store, fault_server: FaultServer, s3_client: "S3Client", bucket: str
) -> None:
    """What the bucket does by itself is likely what it demands; it is asked for that once."""
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KMS_KEY}
    encryption: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3_client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=encryption)
    owner: Any = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3_client.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=owner)
    for _ in range(2):
        error = put(store, fault_server, denial())
        assert f"encrypts with aws:kms and the key {KMS_KEY}" in error.todo
        assert 'encryption = "aws:kms"' in error.todo
        assert "acl =" not in error.todo
    assert fault_server.count("GET", QUESTIONS) == 2


def test_the_bucket_does_not_tell(store: S3Store, fault_server: FaultServer) -> None:
    """Who may not ask either gets the same refusal, without a try more."""
    fault_server.plan(Fault("GET", QUESTIONS, before=answering(denial()), times=-1))
    error = put(store, fault_server, denial())
    assert 'encryption = "AES256"' in error.todo
    assert 'acl = "bucket-owner-full-control"' in error.todo
    assert fault_server.count("GET", QUESTIONS) == 2
    assert fault_server.count("PUT", KEY) == 1


def test_where_nothing_is_left_open(store: S3Store, fault_server: FaultServer) -> None:
    """A refusal that names its cause costs no question."""
    put(store, fault_server, denial(KMS))
    assert fault_server.count("GET", QUESTIONS) == 0


def test_listing(store: S3Store, fault_server: FaultServer, bucket: str) -> None:
    """Policies are about prefixes: the one that was asked for is named."""
    fault_server.plan(Fault("GET", "list-type", before=answering(denial()), times=-1))
    with pytest.raises(StoreAccessDeniedError) as caught:
        list(store.list("_runferry/jobs/"))
    error = caught.value
    assert f"ListObjectsV2 on s3://{bucket}/_runferry/jobs/ (" in error.what
    assert f"s3:ListBucket on s3://{bucket} (prefix _runferry/jobs/)" in error.todo
    assert "request_payer = true" in error.todo
    assert fault_server.count("GET", QUESTIONS) == 0
