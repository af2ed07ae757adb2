"""ObjectStore on an S3 bucket."""

import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from core.ports.object_store import (
    Excerpt,
    ObjectStore,
    PendingUpload,
    RestoreTier,
    StoredObject,
    Upload,
    UploadSession,
)
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.send_pace import AtOnce, SendPace
from core.settings import Profile
from core.waiting.store_waits import StoreWaits
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.copy import change_class, copy_object
from storage.s3.credentials import life_of_credentials
from storage.s3.delete import delete_object
from storage.s3.demands import JobTags, no_tags
from storage.s3.listing import objects, prefixes
from storage.s3.multipart import Multipart, part_size
from storage.s3.pending import pending_uploads, server_time
from storage.s3.put import put
from storage.s3.read import read_blocks, read_excerpt
from storage.s3.restore import restore_object
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn
from storage.s3.upload import S3Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MIB = 1 << 20
_LINK_METHODS = {LinkMethod.GET: "get_object", LinkMethod.PUT: "put_object"}
_MEMORY_BYTES = 192 * _MIB
"""Of parts, that one upload may hold."""


@dataclass(frozen=True)
class S3Tuning:
    """Sizes in bytes. An upload holds about `threads + 2` parts in memory.

    Parts grow with the announced size, to stay below S3's limit of 10,000; of large ones fewer are
    sent at once.
    """

    part_bytes: int = Profile.part_size
    threads: int = 4
    block_bytes: int = _MIB // 4  # of a slow line, a larger one arrives in jerks
    copy_bytes: int = 5 << 30
    page_keys: int = 1000
    backoff: Backoff = field(default_factory=Backoff)


class S3Store(ObjectStore):
    """Objects in the bucket of a profile. Imports botocore when it is first asked for something.

    The constructor raises SettingsError when the bucket's name cannot be one; every method may
    raise SettingsError besides StoreError when the profile's other settings turn out unusable.
    """

    def __init__(
        self,
        profile: Profile,
        tuning: S3Tuning | None = None,
        waits: StoreWaits | None = None,
        facts: ServerFacts | None = None,
        job_tags: JobTags = no_tags,
        sign_in: SignIn | None = None,
    ) -> None:
        self._tuning = tuning or S3Tuning()
        self._bucket = S3Bucket(
            profile,
            self._tuning.backoff,
            waits,
            facts=facts,
            job_tags=job_tags,
            sign_in=sign_in,
        )
        self._uploads: weakref.WeakSet[S3Upload] = weakref.WeakSet()
        self._lock = threading.Lock()

    @property
    def location(self) -> str:
        return f"s3://{self._bucket.name}"

    def url(self, key: str) -> str:
        return f"{self.location}/{key}"

    def now(self) -> datetime:
        return server_time(self._bucket)

    def check(self) -> None:
        self._bucket.probe()

    def head(self, key: str) -> StoredObject | None:
        return self._bucket.head(key)

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        return read_blocks(
            self._bucket,
            key,
            start=start,
            length=length,
            if_match=if_match,
            block_bytes=self._tuning.block_bytes,
        )

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        return read_excerpt(self._bucket, key, start, length)

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        return put(
            self._bucket,
            key,
            data,
            if_absent=if_absent,
            if_match=if_match,
            metadata=metadata or {},
        )

    def start_upload(
        self,
        key: str,
        *,
        size_bound: int,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        session: UploadSession | None = None,
        pace: SendPace | None = None,
    ) -> Upload:
        part_bytes = part_size(size_bound, self._tuning.part_bytes)
        affordable = _MEMORY_BYTES // part_bytes - 2
        upload = S3Upload(
            self._bucket,
            key,
            metadata=dict(metadata),
            on_sent=on_sent,
            part_bytes=part_bytes,
            threads=max(1, min(self._tuning.threads, affordable)),
            session=session,
            pace=pace or AtOnce(),
        )
        with self._lock:
            self._uploads.add(upload)
        return upload

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        return pending_uploads(self._bucket, prefix, self._tuning.page_keys)

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        """Signed here: nobody is asked."""
        bucket, operation = self._bucket, _LINK_METHODS[method]
        asked = {"Bucket": bucket.name, "Key": key}
        headers = bucket.demands.link_headers(key) if method is LinkMethod.PUT else None

        def sign(client: "S3Client") -> PresignedUrl:
            url = client.generate_presigned_url(operation, Params=asked, ExpiresIn=expires_seconds)
            life = life_of_credentials(client)
            return PresignedUrl(
                url,
                headers=headers,
                charged=bucket.demands.charged,
                temporary=life.temporary,
                credentials_end=life.end,
            )

        return bucket.once("Presign", sign, key)

    def discard_upload(self, key: str, upload_id: str) -> None:
        Multipart(self._bucket, key, upload_id).abort()

    def copy(
        self,
        source: str,
        target: str,
        *,
        source_etag: str | None = None,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        on_copied: Callable[[int], None] = lambda _: None,
    ) -> StoredObject:
        return copy_object(
            self._bucket,
            source,
            target,
            source_etag=source_etag,
            if_match=if_match,
            metadata=metadata,
            limit=self._tuning.copy_bytes,
            on_copied=on_copied,
        )

    def check_classes(self) -> None:
        """Which of them there are, S3 does not tell."""

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        return change_class(
            self._bucket, key, storage_class, if_match=if_match, limit=self._tuning.copy_bytes
        )

    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        restore_object(self._bucket, key, tier, days)

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        return objects(self._bucket, prefix, after, self._tuning.page_keys)

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        return prefixes(self._bucket, prefix, self._tuning.page_keys)

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        delete_object(self._bucket, key, if_match)

    def close(self) -> None:
        with self._lock:
            uploads = list(self._uploads)
        for upload in uploads:
            upload.detach()
        self._bucket.close()
