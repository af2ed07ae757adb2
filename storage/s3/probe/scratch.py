"""Objects that are written to try something out, and removed again."""

import contextlib
from typing import IO, TYPE_CHECKING, Any

from core.errors import RunFerryError
from core.ports.object_store import StoredObject
from storage.s3.body import Content
from storage.s3.bucket import S3Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

METADATA = {"write-token": "probe", "content-id": "0" * 64}
DATA = b"runferry probe"


class Scratch:
    """A prefix of a bucket. Remembers what it may have written. `extra` are more request fields."""

    def __init__(self, bucket: S3Bucket, prefix: str) -> None:
        self.bucket = bucket
        self.prefix = prefix
        self._keys: set[str] = set()
        self._uploads: list[tuple[str, str]] = []

    def key(self, name: str) -> str:
        """The key of a name; will be removed."""
        key = f"{self.prefix}{name}"
        self._keys.add(key)
        return key

    def put(self, name: str, data: bytes = DATA, **extra: Any) -> str:
        """One attempt to store it; the etag without its quotes, as `S3Store` uses them."""
        key = self.key(name)
        return self.bucket.once(
            "PutObject",
            lambda client: client.put_object(
                Bucket=self.bucket.name, Key=key, Body=data, Metadata=METADATA, **extra
            )["ETag"].strip('"'),
            key,
        )

    def find(self, name: str) -> StoredObject | None:
        """What is stored."""
        return self.bucket.find(self.key(name))

    def holds(self, name: str, etag: str) -> bool:
        """Whether exactly that is stored."""
        found = self.find(name)
        return found is not None and found.etag == etag

    def start(self, name: str, **extra: Any) -> str:
        """Opens an upload in parts; its id."""
        key = self.key(name)
        upload_id = self.bucket.once(
            "CreateMultipartUpload",
            lambda client: client.create_multipart_upload(
                Bucket=self.bucket.name, Key=key, Metadata=METADATA, **extra
            )["UploadId"],
            key,
        )
        self._uploads.append((key, upload_id))
        return upload_id

    def send(
        self, name: str, upload_id: str, data: bytes = DATA, **extra: Any
    ) -> "CompletedPartTypeDef":
        """Sends the only part."""
        key = self.key(name)

        def send(client: "S3Client", body: IO[bytes]) -> str:
            return client.upload_part(
                Bucket=self.bucket.name,
                Key=key,
                UploadId=upload_id,
                PartNumber=1,
                Body=body,
                **extra,
            )["ETag"]

        content = Content([memoryview(data)])
        return {"PartNumber": 1, "ETag": self.bucket.sent("UploadPart", content, send, key)}

    def complete(
        self, name: str, upload_id: str, part: "CompletedPartTypeDef", **extra: Any
    ) -> None:
        """Makes the object out of its part."""
        key = self.key(name)
        self.bucket.once(
            "CompleteMultipartUpload",
            lambda client: client.complete_multipart_upload(
                Bucket=self.bucket.name,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": [part]},
                **extra,
            ),
            key,
        )

    def clear(self) -> None:
        """Removes everything that can be removed."""
        for key, upload_id in self._uploads:
            with contextlib.suppress(RunFerryError):
                self.bucket.once(
                    "AbortMultipartUpload",
                    lambda client, key=key, upload_id=upload_id: client.abort_multipart_upload(
                        Bucket=self.bucket.name, Key=key, UploadId=upload_id
                    ),
                    key,
                )
        for key in sorted(self._keys):
            with contextlib.suppress(RunFerryError):
                self.delete(key)

    def delete(self, key: str, **extra: Any) -> None:
        """Removes one object."""
        self.bucket.repeated(
            "DeleteObject",
            lambda client: client.delete_object(Bucket=self.bucket.name, Key=key, **extra),
            key,
        )
