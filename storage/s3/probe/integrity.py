"""Does what was sent arrive, with everything that goes with it?"""

from collections.abc import Callable, Mapping

from core.errors import StoreAccessDeniedError, StoreError, StoreThrottledError
from core.ports.probe import Check
from storage.probing import Look
from storage.s3.checksums import crc32, encoded_crc32
from storage.s3.listing import objects
from storage.s3.probe.scratch import DATA, METADATA, Scratch
from storage.s3.refused_checksums import is_refusal

_PAGE = 1000
_RIGHT = encoded_crc32(crc32(DATA))
_WRONG = encoded_crc32(crc32(DATA) ^ 1)


def integrity_looks(scratch: Scratch) -> Mapping[Check, Look]:
    """The questions about content and metadata."""
    looks = _Integrity(scratch)
    return {
        Check.METADATA: looks.metadata,
        Check.ETAGS: looks.etags,
        Check.COPY: looks.copy,
        Check.PARTS: looks.parts,
        Check.PART_SIZE: looks.part_size,
        Check.PARTS_LISTED: looks.parts_listed,
        Check.CHECKSUM: looks.checksum,
        Check.WRONG_CHECKSUM: looks.wrong_checksum,
        Check.WHOLE_CHECKSUM: looks.whole_checksum,
    }


class _Integrity:
    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def metadata(self) -> tuple[bool, str]:
        self._scratch.put("metadata")
        if not self._has_metadata("metadata"):
            return False, "lost"
        try:
            self._store_in_parts("parts-metadata")
        except StoreError:
            return True, "not tried in parts"
        kept = self._has_metadata("parts-metadata")
        return kept, "" if kept else "lost by uploads in parts"

    def etags(self) -> tuple[bool, str]:
        """Those of headers are those of a listing, which nothing on the way changes."""
        bucket, key = self._scratch.bucket, self._scratch.key("etags")
        told = {self._scratch.put("etags")}
        found = self._scratch.find("etags")
        told |= {found.etag} if found else set()
        try:
            listed = list(objects(bucket, self._scratch.prefix, "", _PAGE))
        except StoreAccessDeniedError:
            return len(told) == 1, "those of headers; nothing may be listed"
        told |= {found.etag for found in listed if found.key == key}
        if len(told) > 1:
            return False, "headers and listings have different ones"
        return True, "marks of a proxy are taken off" if bucket.client.marked_etags else ""

    def copy(self) -> tuple[bool, str]:
        bucket, source, target = (
            self._scratch.bucket,
            self._scratch.key("metadata"),
            self._scratch.key("metadata-copy"),
        )
        self._scratch.put("metadata")
        bucket.once(
            "CopyObject",
            lambda client: client.copy_object(
                Bucket=bucket.name,
                Key=target,
                CopySource={"Bucket": bucket.name, "Key": source},
            ),
            target,
        )
        return self._has_metadata("metadata-copy"), ""

    def parts(self) -> tuple[bool, str]:
        self._store_in_parts("in-parts")
        return True, ""

    def part_size(self) -> tuple[bool, str]:
        """As large as those of uploads: what limits requests mostly does so at 1, 10 or 100 MB."""
        upload_id = self._scratch.start("part-size")
        size = self._scratch.bucket.part_bytes
        self._scratch.send("part-size", upload_id, bytes(size))
        return True, f"{size >> 20} MiB"

    def parts_listed(self) -> tuple[bool, str]:
        bucket, key = self._scratch.bucket, self._scratch.key("parts")
        upload_id = self._scratch.start("parts")
        sent = self._scratch.send("parts", upload_id)
        listed = bucket.once(
            "ListParts",
            lambda client: client.list_parts(Bucket=bucket.name, Key=key, UploadId=upload_id),
            key,
        )
        found = [(part.get("ETag"), part.get("Size")) for part in listed.get("Parts", [])]
        return found == [(sent.get("ETag"), len(DATA))], ""

    def checksum(self) -> tuple[bool, str]:
        bucket, key = self._scratch.bucket, self._scratch.key("checksum")
        try:
            self._scratch.put("checksum", ChecksumCRC32=_RIGHT)
        except StoreError as error:
            if not is_refusal(error):
                raise
            self._scratch.put("checksum")
            bucket.facts.takes_checksums(False)
            return False, error.what
        bucket.facts.takes_checksums(True)
        kept = bucket.once(
            "HeadObject",
            lambda client: client.head_object(Bucket=bucket.name, Key=key, ChecksumMode="ENABLED"),
            key,
        ).get("ChecksumCRC32")
        return True, "kept with the object" if kept == _RIGHT else "not kept with the object"

    def wrong_checksum(self) -> tuple[bool, str]:
        if not self._scratch.bucket.facts.checksums:
            return False, "no checksum is taken"
        refused = _refusal(lambda: self._scratch.put("wrong", ChecksumCRC32=_WRONG))
        if refused and self._scratch.find("wrong"):
            return False, "refused, and stored all the same"
        return bool(refused), ""

    def whole_checksum(self) -> tuple[bool, str]:
        kind = {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}
        upload_id = self._scratch.start("whole", **kind)
        part = self._scratch.send("whole", upload_id, ChecksumCRC32=_RIGHT)
        part["ChecksumCRC32"] = _RIGHT
        refused = _refusal(
            lambda: self._scratch.complete(
                "whole", upload_id, part, ChecksumCRC32=_WRONG, ChecksumType="FULL_OBJECT"
            )
        )
        return bool(refused), ""

    def _store_in_parts(self, name: str) -> None:
        upload_id = self._scratch.start(name)
        part = self._scratch.send(name, upload_id)
        self._scratch.complete(name, upload_id, part)

    def _has_metadata(self, name: str) -> bool:
        found = self._scratch.find(name)
        return found is not None and dict(found.metadata) == METADATA


def _refusal(write: Callable[[], object]) -> str:
    """Why it was refused; empty when it was not."""
    try:
        write()
    except StoreThrottledError:  # it was not looked at
        raise
    except StoreError as error:
        if not error.answered:
            raise
        return error.what
    return ""
