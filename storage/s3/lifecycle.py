"""Lifecycle rules of a bucket."""

import base64
import hashlib
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, cast

from core.errors import ObjectNotFoundError, StoreError
from core.ports.lifecycle import Lifecycle, Rule
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetBucketLifecycleConfigurationOutputTypeDef,
        LifecycleRuleUnionTypeDef,
        PutBucketLifecycleConfigurationRequestTypeDef,
    )

_PUT = "before-call.s3.PutBucketLifecycleConfiguration"
_SMALLEST = "TransitionDefaultMinimumObjectSize"


class S3Lifecycle(Lifecycle):
    """Asks S3 each time: somebody else may change them."""

    def __init__(
        self,
        profile: Profile,
        backoff: Backoff | None = None,
        facts: ServerFacts | None = None,
        sign_in: SignIn | None = None,
    ) -> None:
        self._bucket = S3Bucket(profile, backoff or Backoff(), facts=facts, sign_in=sign_in)

    @property
    def location(self) -> str:
        return f"s3://{self._bucket.name}"

    def rules(self) -> Sequence[Rule]:
        found = self._configuration()
        return [cast("Rule", rule) for rule in found["Rules"]] if found else []

    def replace(self, rules: Sequence[Rule]) -> None:
        if not rules:  # S3 takes no empty configuration
            self._bucket.repeated("DeleteBucketLifecycle", self._delete)
            return
        written = cast("list[LifecycleRuleUnionTypeDef]", [dict(rule) for rule in rules])
        request: PutBucketLifecycleConfigurationRequestTypeDef = {
            "Bucket": self._bucket.name,
            "LifecycleConfiguration": {"Rules": written},
        }
        before = self._configuration()
        if before and (smallest := before.get(_SMALLEST)):
            request[_SMALLEST] = smallest
        self._bucket.repeated(
            "PutBucketLifecycleConfiguration", lambda client: _put(client, request)
        )

    def close(self) -> None:
        self._bucket.close()

    def _configuration(self) -> "GetBucketLifecycleConfigurationOutputTypeDef | None":
        try:
            found = self._bucket.repeated(
                "GetBucketLifecycleConfiguration",
                lambda client: client.get_bucket_lifecycle_configuration(Bucket=self._bucket.name),
            )
        except ObjectNotFoundError:  # S3's answer where there is none
            return None
        if not found.get("Rules"):  # Swift answers something else, and ignores what it is given
            raise StoreError(
                f"The server of {self.location} does not know lifecycle rules.",
                todo="`runferry store orphans clean` ends unfinished uploads.",
            )
        return found

    def _delete(self, client: "S3Client") -> None:
        client.delete_bucket_lifecycle(Bucket=self._bucket.name)


def _put(client: "S3Client", request: "PutBucketLifecycleConfigurationRequestTypeDef") -> None:
    client.meta.events.register(_PUT, _add_md5, unique_id="runferry-content-md5")
    client.put_bucket_lifecycle_configuration(**request)


def _add_md5(params: MutableMapping[str, object], **_event: object) -> None:
    """Ceph refuses the request without it; botocore sends only newer checksums."""
    body, headers = params["body"], cast("dict[str, str]", params["headers"])
    data = body if isinstance(body, bytes) else str(body).encode()
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    headers["Content-MD5"] = base64.b64encode(digest).decode()
