"""What was asked of S3, in the words of an error message."""

import shlex
from dataclasses import dataclass, field

from core.printable import harmless, printable
from core.stored.job_s3_prefix import JOBS_ROOT, parse_key
from storage.s3.way import Way

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
    "RestoreObject": "s3:RestoreObject",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
}
_FOR_SETTINGS = {"acl": "s3:PutObjectAcl", "object_tags": "s3:PutObjectTagging"}
_RESTORED_DAYS = 7
_OF_BUCKET = {"HeadBucket", "ListObjectsV2", "ListMultipartUploads"}
_CREATING = {"PutObject", "CreateMultipartUpload", "CopyObject"}


@dataclass(frozen=True)
class S3Request:
    """Names only; nothing here is ever secret. `host` is empty until an endpoint is known.

    `key` is the prefix where many are asked for. `sends` are the settings of the profile that add
    something to what creates objects, as far as they are in force.
    """

    operation: str
    bucket: str = ""
    key: str = ""
    host: str = ""
    region: str = ""
    aws_profile: str = ""
    sends: frozenset[str] = frozenset()
    way: Way = field(default_factory=Way)

    @property
    def action(self) -> str:
        """The permission that the operation needs, with those for what it says of a new object."""
        action = _ACTIONS.get(self.operation, f"s3:{self.operation}")
        more = [
            _FOR_SETTINGS[name] for name in _FOR_SETTINGS if self.creates and name in self.sends
        ]
        return " and ".join([action, *more])

    @property
    def of_bucket(self) -> bool:
        """Whether "not found" means the bucket."""
        return self.operation in _OF_BUCKET

    @property
    def creates(self) -> bool:
        """Whether an object comes to be by it, as which buckets may demand more than a permission."""
        return self.operation in _CREATING

    @property
    def prefix(self) -> str:
        """Of what was asked for, where that was many."""
        return printable(self.key) if self.of_bucket else ""

    @property
    def sign_in(self) -> str:
        """The command that renews credentials of single sign-on."""
        return f"aws sso login{self._of_profile}"

    @property
    def log_in(self) -> str:
        """The same for profiles that `aws login` made."""
        return f"aws login{self._of_profile}"

    @property
    def restore(self) -> str:
        """The command that asks for a copy of the object out of the archive."""
        if place := parse_key(self.key[max(0, self.key.rfind(JOBS_ROOT)) :]):
            run = f" --run-id {place.run_id}" if place.run_id else ""
            return f"runferry jobs uploads restore --job-id {place.prefix.job_id}{run}"
        where = f"--bucket {shlex.quote(self.bucket)} --key {shlex.quote(self.key)}"
        days = f"--restore-request Days={_RESTORED_DAYS}"
        payer = " --request-payer requester" if "request_payer" in self.sends else ""
        profile = f" --profile {shlex.quote(self.aws_profile)}" if self.aws_profile else ""
        return harmless(f"aws s3api restore-object {where} {days}{payer}{profile}")

    @property
    def server(self) -> str:
        """Who was asked; fits at the beginning of a sentence and within one."""
        return f"S3 at {self.host}" if self.host else "S3"

    @property
    def subject(self) -> str:
        """What it was about; fits at the beginning of a sentence and within one."""
        if self.of_bucket:
            return printable(
                f"s3://{self.bucket}/{self.key}" if self.key else f"s3://{self.bucket}"
            )
        return printable(self.key or f"s3://{self.bucket}")

    @property
    def _of_profile(self) -> str:
        named = shlex.quote(printable(self.aws_profile))
        return f" --profile {named}" if self.aws_profile else ""
