"""What a bucket tells of itself, for a hint to somebody whose write was refused."""

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NO_ACL = "BucketOwnerEnforced"


@dataclass(frozen=True)
class BucketHabits:
    """`encryption` and `kms_key` of what is stored without any, `ownership` of what others store.

    In S3's own words; empty where it was not told.
    """

    encryption: str = ""
    kms_key: str = ""
    ownership: str = ""

    @property
    def takes_no_acl(self) -> bool:
        """Whether no ACL can be what was missing."""
        return self.ownership == _NO_ACL

    def describe(self) -> str:
        """As in "which …"; empty when nothing was told."""
        key = f" and the key {self.kms_key}" if self.kms_key else ""
        told = [f"encrypts with {self.encryption}{key} by itself"] if self.encryption else []
        told += [f"has the ownership {self.ownership}"] if self.ownership else []
        return " and ".join(told)


def ask_habits(client: "S3Client", bucket: str) -> BucketHabits:
    """Two requests, once each, that most users have no permission for. Never raises."""
    encryption = key = ownership = ""
    with contextlib.suppress(Exception):  # its text must not get out; without an answer no hint
        answer = client.get_bucket_encryption(Bucket=bucket)
        rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
        default = rule.get("ApplyServerSideEncryptionByDefault")
        if default:
            encryption, key = default["SSEAlgorithm"], default.get("KMSMasterKeyID", "")
    with contextlib.suppress(Exception):
        controls = client.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
        ownership = controls["Rules"][0]["ObjectOwnership"]
    return BucketHabits(str(encryption), key, str(ownership))
