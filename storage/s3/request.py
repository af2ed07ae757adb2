"""What was asked of S3, in the words of an error message."""

import shlex
from dataclasses import dataclass

from core.printable import harmless, printable

# What a policy has to allow, for the person who has to ask an administrator for it.
_ACTIONS = {
    "HeadBucket": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "HeadObject": "s3:GetObject and s3:ListBucket",
    "GetObject": "s3:GetObject",
    "CopyObject": "s3:GetObject and s3:PutObject",
    "UploadPartCopy": "s3:GetObject and s3:PutObject",
    "PutObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListParts": "s3:ListMultipartUploadParts",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
}
_RESTORED_DAYS = 7
_OF_BUCKET = {"HeadBucket", "ListObjectsV2", "ListMultipartUploads"}


@dataclass(frozen=True)
class S3Request:
    """Names only; nothing here is ever secret. `host` is empty until an endpoint is known."""

    operation: str
    bucket: str = ""
    key: str = ""
    host: str = ""
    region: str = ""
    aws_profile: str = ""

    @property
    def action(self) -> str:
        """The permission that the operation needs."""
        return _ACTIONS.get(self.operation, f"s3:{self.operation}")

    @property
    def of_bucket(self) -> bool:
        """Whether "not found" means the bucket."""
        return self.operation in _OF_BUCKET

    @property
    def sign_in(self) -> str:
        """The command that renews credentials of single sign-on."""
        profile = f" --profile {printable(self.aws_profile)}" if self.aws_profile else ""
        return f"aws sso login{profile}"

    @property
    def restore(self) -> str:
        """The command that asks for a copy of the object out of the archive."""
        profile = f" --profile {shlex.quote(self.aws_profile)}" if self.aws_profile else ""
        where = f"--bucket {shlex.quote(self.bucket)} --key {shlex.quote(self.key)}"
        return harmless(
            f"aws s3api restore-object {where} --restore-request Days={_RESTORED_DAYS}{profile}"
        )

    @property
    def server(self) -> str:
        """Who was asked; fits at the beginning of a sentence and within one."""
        return f"S3 at {self.host}" if self.host else "S3"

    @property
    def subject(self) -> str:
        """What it was about; fits at the beginning of a sentence and within one."""
        return printable(self.key or f"s3://{self.bucket}")
