"""How tests use a store on S3: small parts, and no waiting before another try."""

from storage.s3.backoff import Backoff
from storage.s3.store import S3Tuning
from tests.contracts.object_store_contract import MIB

AT_ONCE = S3Tuning(part_bytes=5 * MIB, backoff=Backoff(attempts=3, base_seconds=0, slow_seconds=0))
