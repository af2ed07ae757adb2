"""IAM policies: exactly what RunFerry asks of a bucket, by role."""

from collections.abc import Iterator, Mapping, Sequence

from core.ports.access import AccessPolicies, PolicyDocument, Role
from core.settings import Profile
from core.stored.job_s3_prefix import ROOTS

_VERSION = "2012-10-17"  # of the language
_READ = ("s3:GetObject",)
_WRITE = (*_READ, "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
_OF_OBJECTS: Mapping[Role, Sequence[str]] = {
    Role.UPLOADER: _WRITE,
    Role.READER: _READ,
    Role.CARETAKER: (*_WRITE, "s3:DeleteObject", "s3:RestoreObject"),
}
# They cannot be bound to a prefix.
_OF_BUCKET: Mapping[Role, Sequence[str]] = {
    Role.UPLOADER: (),
    Role.READER: (),
    Role.CARETAKER: (
        "s3:ListBucketMultipartUploads",
        "s3:GetBucketVersioning",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
    ),
}
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


class S3AccessPolicies(AccessPolicies):
    """For the bucket of a profile, below its prefix, with its key."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def of_role(self, role: Role) -> PolicyDocument:
        return {"Version": _VERSION, "Statement": [*self._statements(role)]}

    def _statements(self, role: Role) -> Iterator[Mapping[str, object]]:
        bucket, below = self._bucket(), self._below()
        yield _allow("ListBelow", ["s3:ListBucket"], bucket) | {
            "Condition": {"StringLike": {"s3:prefix": below}}
        }
        objects = f"{bucket}/object" if ":accesspoint/" in bucket else bucket
        actions = [*_OF_OBJECTS[role], *self._of_settings(role)]
        yield _allow("Objects", actions, *(f"{objects}/{place}" for place in below))
        if of_bucket := _OF_BUCKET[role]:
            yield _allow("Bucket", of_bucket, bucket)
        if self._profile.kms_key_id:
            yield self._of_key(role)

    def _of_settings(self, role: Role) -> Iterator[str]:
        """What it takes to say of new objects what the profile says."""
        if role is Role.READER:
            return
        if self._profile.acl:
            yield "s3:PutObjectAcl"
        if self._profile.object_tags:
            yield "s3:PutObjectTagging"

    def _of_key(self, role: Role) -> Mapping[str, object]:
        """To write in parts is to read, too. The key of S3 itself is everybody's in the account."""
        actions = ["kms:Decrypt"] if role is Role.READER else ["kms:GenerateDataKey", "kms:Decrypt"]
        name = self._profile.kms_key_id
        if name.startswith("arn:") and ":alias/" not in name:
            return _allow("Key", actions, name)
        _, is_alias, alias = name.rpartition("alias/")
        place = f"arn:{self._partition()}:kms:{self._profile.region or '*'}:*:key"
        if not is_alias:
            return _allow("Key", actions, f"{place}/{name}")
        of_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{alias}"}}
        return {**_allow("Key", actions, f"{place}/*"), "Condition": of_alias}

    def _below(self) -> Sequence[str]:
        """Patterns of everything that is kept there."""
        return [f"{self._profile.prefix}{root}*" for root in ROOTS]

    def _bucket(self) -> str:
        """Its ARN; that of an access point is its name here already."""
        name = self._profile.bucket
        return name if name.startswith("arn:") else f"arn:{self._partition()}:s3:::{name}"

    def _partition(self) -> str:
        region = self._profile.region
        found = (name for begin, name in _PARTITIONS.items() if region.startswith(begin))
        return next(found, "aws")


def _allow(name: str, actions: Sequence[str], *resources: str) -> dict[str, object]:
    """One resource stands alone, as AWS writes it."""
    resource = resources[0] if len(resources) == 1 else [*resources]
    return {"Sid": name, "Effect": "Allow", "Action": [*actions], "Resource": resource}
