"""Copies of archived objects that can be read for some days."""

from contextlib import suppress
from typing import TYPE_CHECKING

from core.ports.object_store import RestoreTier
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import RestoreUnderWayError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import TierType

_TIERS: "dict[RestoreTier, TierType]" = {
    RestoreTier.EXPEDITED: "Expedited",
    RestoreTier.STANDARD: "Standard",
    RestoreTier.BULK: "Bulk",
}


def restore_object(bucket: S3Bucket, key: str, tier: RestoreTier, days: int) -> None:
    """As `ObjectStore.restore`."""

    def ask(client: "S3Client") -> None:
        client.restore_object(
            Bucket=bucket.name,
            Key=key,
            RestoreRequest={"Days": days, "GlacierJobParameters": {"Tier": _TIERS[tier]}},
        )

    with suppress(RestoreUnderWayError):  # of somebody else, or the first try's reply was lost
        bucket.repeated("RestoreObject", ask, key)
