"""One request, in the words of S3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.fault_server import Seen

_OF_BUCKET = {
    ("GET", "location"): "GetBucketLocation",
    ("GET", "versioning"): "GetBucketVersioning",
    ("GET", "lifecycle"): "GetBucketLifecycleConfiguration",
    ("GET", "encryption"): "GetBucketEncryption",
    ("GET", "ownershipControls"): "GetBucketOwnershipControls",
    ("GET", "policy"): "GetBucketPolicy",
    ("GET", "policyStatus"): "GetBucketPolicyStatus",
    ("GET", "acl"): "GetBucketAcl",
    ("GET", "requestPayment"): "GetBucketRequestPayment",
    ("GET", "object-lock"): "GetObjectLockConfiguration",
    ("GET", "tagging"): "GetBucketTagging",
    ("GET", "versions"): "ListObjectVersions",
    ("GET", "uploads"): "ListMultipartUploads",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("PUT", "lifecycle"): "PutBucketLifecycleConfiguration",
    ("DELETE", "lifecycle"): "DeleteBucketLifecycle",
    ("POST", "delete"): "DeleteObjects",
    ("GET", ""): "ListObjectsV2",
    ("HEAD", ""): "HeadBucket",
    ("PUT", ""): "CreateBucket",
    ("DELETE", ""): "DeleteBucket",
}
_OF_OBJECT = {
    ("GET", "uploadId"): "ListParts",
    ("GET", "tagging"): "GetObjectTagging",
    ("GET", "attributes"): "GetObjectAttributes",
    ("PUT", "partNumber"): "UploadPart",
    ("PUT", "tagging"): "PutObjectTagging",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("POST", "restore"): "RestoreObject",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("DELETE", "tagging"): "DeleteObjectTagging",
    ("GET", ""): "GetObject",
    ("HEAD", ""): "HeadObject",
    ("PUT", ""): "PutObject",
    ("DELETE", ""): "DeleteObject",
}
_OF_COPIES = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
CREATING = ("PutObject", "CopyObject", "CreateMultipartUpload")
"""Operations that say what the new object shall be like."""
CHANGING = (
    *CREATING,
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "DeleteObject",
    "DeleteObjects",
    "PutObjectTagging",
    "RestoreObject",
)
"""Operations after which something in the bucket may be different."""


@dataclass(frozen=True)
class Request:
    """`key` and `bucket` are decoded, and empty where there is none; `length` is that of the body.

    Names of `headers` are in lower case. Addressed by path: the bucket is never in the host's name.
    """

    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    length: int

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The request that arrived."""
        target = urlsplit(seen.target)
        bucket, _, key = unquote(target.path).removeprefix("/").partition("/")
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        return cls(seen.method, bucket, key, query, seen.headers, seen.announced)

    @property
    def operation(self) -> str:
        """As SDKs call it; empty for what is not in the tables."""
        if not self.bucket:
            return "ListBuckets"
        table = _OF_OBJECT if self.key else _OF_BUCKET
        named = (table[self.method, name] for name in self.query if (self.method, name) in table)
        found = next(named, table.get((self.method, ""), ""))
        return _OF_COPIES.get(found, found) if self.source else found

    @property
    def source(self) -> str:
        """What is copied, as bucket/key; empty if nothing is."""
        source = self.headers.get("x-amz-copy-source", "")
        return unquote(source).removeprefix("/").partition("?versionId=")[0]

    @property
    def creates(self) -> bool:
        """Whether it says what a new object shall be like."""
        return self.operation in CREATING

    @property
    def changes(self) -> bool:
        """Whether the bucket may be different afterwards."""
        return self.operation in CHANGING

    @property
    def subject(self) -> str:
        """The key, or of a listing its prefix: what the request is about."""
        return self.key or self.query.get("prefix", "")

    def is_below(self, prefix: str) -> bool:
        """Whether nothing that it names, lists or copies lies outside."""
        sources = [self.source.partition("/")[2]] if self.source else []
        return all(name.startswith(prefix) for name in [self.subject, *sources])
