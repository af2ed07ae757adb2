"""What an IAM policy allows, said as AWS says it.

Actions of operations: Service Authorization Reference, "API operations defined by Amazon S3", and
the permissions of each operation in the S3 API Reference. Where a missing object is a 403: S3 API
Reference, HeadObject; that the key counts as `s3:prefix` then: Ceph's change 68577, "to match aws".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from tests.servers.fault_server import Answer, refuse
from tests.servers.strict.request import Request
from tests.servers.strict.server import Change

USER = "arn:aws:iam::111122223333:user/lab"
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/"
_SSE = "x-amz-server-side-encryption"
_SSE_KEY = "x-amz-server-side-encryption-aws-kms-key-id"

# Of operations on one object.
_OBJECT = {
    "GetObject": ("s3:GetObject",),
    "HeadObject": ("s3:GetObject",),
    "GetObjectAttributes": ("s3:GetObject", "s3:GetObjectAttributes"),
    "GetObjectTagging": ("s3:GetObjectTagging",),
    "PutObjectTagging": ("s3:PutObjectTagging",),
    "DeleteObjectTagging": ("s3:DeleteObjectTagging",),
    "PutObject": ("s3:PutObject",),
    "CopyObject": ("s3:PutObject",),
    "CreateMultipartUpload": ("s3:PutObject",),
    "UploadPart": ("s3:PutObject",),
    "UploadPartCopy": ("s3:PutObject",),
    "CompleteMultipartUpload": ("s3:PutObject",),
    "ListParts": ("s3:ListMultipartUploadParts",),
    "AbortMultipartUpload": ("s3:AbortMultipartUpload",),
    "DeleteObject": ("s3:DeleteObject",),
    "RestoreObject": ("s3:RestoreObject",),
}
# Of operations on a bucket.
_BUCKET = {
    "ListObjectsV2": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "GetBucketLocation": "s3:GetBucketLocation",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "PutBucketVersioning": "s3:PutBucketVersioning",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
    "GetBucketPolicy": "s3:GetBucketPolicy",
    "GetBucketPolicyStatus": "s3:GetBucketPolicyStatus",
    "GetBucketAcl": "s3:GetBucketAcl",
    "GetBucketRequestPayment": "s3:GetBucketRequestPayment",
    "GetBucketTagging": "s3:GetBucketTagging",
    "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "CreateBucket": "s3:CreateBucket",
    "DeleteBucket": "s3:DeleteBucket",
}
_OF_VERSIONS = {
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
}
_MISSING = 404


class Need(NamedTuple):
    """One action that somebody must be allowed, on one resource."""

    action: str
    resource: str


@dataclass
class Policy:
    """A rule made of a policy document: denies whatever that does not allow.

    With `of_bucket` it is the policy of the bucket, so that an explicit deny is said to be there.
    `used` are the actions that were asked for and allowed so far. `strict_prefix` is how servers other than AWS judge a missing object: the condition of a
    listing on `s3:prefix` does not hold for them, so a missing object is always a 403.
    """

    document: Mapping[str, Any]
    of_bucket: bool = False
    strict_prefix: bool = False
    used: set[str] = field(default_factory=set[str])
    _begun: dict[tuple[str, str], Mapping[str, str]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, str]]
    )

    def __call__(self, request: Request) -> Answer | Change | None:
        """Refuses, or has the answer looked at where that tells what is needed."""
        context = self._context(request)
        for need in _needs(request, context):
            if why := self.refusal(need, context):
                return _denied(why)
            self.used.add(need.action)
        if request.operation in ("GetObject", "HeadObject"):
            return lambda answer: self._read(request, answer)
        return None

    def refusal(self, need: Need, context: Mapping[str, str]) -> str:
        """Why it is not allowed, in the words of AWS; empty when it is."""
        matching = [s for s in _statements(self.document) if _matches(s, need, context)]
        quote = "" if need.action.startswith("kms:") else '"'
        who = f"User: {USER} is not authorized to perform: {need.action}"
        what = f"{who} on resource: {quote}{need.resource}{quote}"
        based = "a resource-based" if self.of_bucket else "an identity-based"
        if any(statement["Effect"] == "Deny" for statement in matching):
            return f"{what} with an explicit deny in {based} policy"
        if matching:
            return ""
        return f"{what} because no {based.split()[1]} policy allows the {need.action} action"

    def _context(self, request: Request) -> Mapping[str, str]:
        """What conditions may ask for; of parts, what their upload was begun with."""
        headers = {n: v for n, v in request.headers.items() if n.startswith(("x-amz-", "if-"))}
        upload = request.bucket, request.key
        if request.operation == "CreateMultipartUpload":
            self._begun[upload] = headers
        elif "uploadId" in request.query:
            headers = {**self._begun.get(upload, {}), **headers}
        asked = ("prefix", "delimiter", "max-keys")
        listing = {name: request.query[name] for name in asked if name in request.query}
        return {f"s3:{name}": value for name, value in {**headers, **listing}.items()}

    def _read(self, request: Request, answer: Answer) -> Answer:
        if answer.status == _MISSING:
            context = {} if self.strict_prefix else {"s3:prefix": request.key}
            need = Need("s3:ListBucket", f"arn:aws:s3:::{request.bucket}")
        elif _header(answer, _SSE).startswith("aws:kms") and request.method == "GET":
            context = {}
            need = Need("kms:Decrypt", kms_arn(_header(answer, _SSE_KEY)))
        else:
            return answer
        if why := self.refusal(need, context):
            return _denied(why)
        self.used.add(need.action)
        return answer


def kms_arn(key: str) -> str:
    """That of a key that a header names by its id, its ARN, or not at all."""
    return key if key.startswith("arn:") else f"{KMS_KEY}{key or 'aws-s3'}"


def _needs(request: Request, context: Mapping[str, str]) -> Iterator[Need]:
    """All that AWS asks for before it does what was asked; nothing is known to need nothing."""
    operation = request.operation
    if operation in _BUCKET:
        yield Need(_BUCKET[operation], f"arn:aws:s3:::{request.bucket}")
        return
    if operation == "ListBuckets":
        yield Need("s3:ListAllMyBuckets", "*")
        return
    resource = f"arn:aws:s3:::{request.bucket}/{request.key}"
    if request.source:
        yield Need("s3:GetObject", f"arn:aws:s3:::{request.source}")
    for action in _OBJECT.get(operation, (f"s3:{operation or 'Unknown'}",)):
        versioned = "versionId" in request.query
        yield Need(_OF_VERSIONS.get(action, action) if versioned else action, resource)
    yield from _of_headers(request, resource)
    if context.get(f"s3:{_SSE}", "").startswith("aws:kms"):
        key = kms_arn(context.get(f"s3:{_SSE_KEY}", ""))
        if request.creates:
            yield Need("kms:GenerateDataKey", key)
        elif operation in ("UploadPart", "UploadPartCopy", "CompleteMultipartUpload"):
            yield Need("kms:Decrypt", key)


def _of_headers(request: Request, resource: str) -> Iterator[Need]:
    """What a request needs besides, for what it says in its headers."""
    if request.headers.get("if-match") and request.operation in (
        "PutObject",
        "CompleteMultipartUpload",
        "DeleteObject",
    ):
        yield Need("s3:GetObject", resource)
    if not request.creates:
        return
    if "x-amz-acl" in request.headers:
        yield Need("s3:PutObjectAcl", resource)
    if "x-amz-tagging" in request.headers:
        yield Need("s3:PutObjectTagging", resource)


def _denied(why: str) -> Answer:
    return refuse(403, "AccessDenied", message=escape(why))


def _header(answer: Answer, name: str) -> str:
    return next((v for n, v in answer.headers.items() if n.lower() == name), "")


def _statements(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = document["Statement"]
    return found


def _matches(statement: Mapping[str, Any], need: Need, context: Mapping[str, str]) -> bool:
    actions, resources = _list(statement["Action"]), _list(statement["Resource"])
    return (
        any(_like(action.lower(), need.action.lower()) for action in actions)
        and any(_like(resource, need.resource) for resource in resources)
        and _holds(statement.get("Condition", {}), context)
    )


def _holds(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Whether all of them do. A key that the request has not fails all but the negated ones."""
    found = {name.lower(): value for name, value in context.items()}
    return all(
        _one_holds(operator, _list(values), found.get(name.lower()))
        for operator, tests in conditions.items()
        for name, values in tests.items()
    )


def _one_holds(operator: str, values: Sequence[str], found: str | None) -> bool:
    name = operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
    if name == "Null":
        return (found is None) == (values[0].lower() == "true")
    if found is None:
        return operator.endswith("IfExists") or "Not" in name
    like = name in ("StringLike", "StringNotLike")
    hit = any(_like(value, found) if like else value == found for value in values)
    return hit != ("Not" in name)


def _list(value: str | bool | Sequence[str]) -> Sequence[str]:
    return [str(value)] if isinstance(value, str | bool) else value


def _like(pattern: str, text: str) -> bool:
    """With `*` and `?`, as in policies."""
    words = (re.escape(word) for word in re.split(r"([*?])", pattern))
    return (
        re.fullmatch("".join(words).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL)
        is not None
    )
