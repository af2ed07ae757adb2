"""What results hold that no manifest tells of, found out by reading them."""

from core.model import Manifest, run_id_of, whole_seconds
from core.ports.catalog import Extent
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import ArchiveHasher, ArchiveReader
from core.stored.job_s3_prefix import ParsedKey
from core.stored.manifests import WRITE_TOKEN
from core.stored.ranged_archive import RangedArchive
from core.upload.commit_version import Writer


class ReadLoose:
    """Also what another workstation left behind, or another tool stored."""

    def __init__(
        self, store: ObjectReader, hasher: ArchiveHasher, reader: ArchiveReader, writer: Writer
    ) -> None:
        self.store = store
        self._hasher = hasher
        self._reader = reader
        self._writer = writer

    def extent(self, loose: StoredObject) -> Extent:
        """How much it holds, by its directory alone. Raises UnsafeArchiveError, StoreError."""
        archive = self._reader.open(RangedArchive(self.store, loose))
        files = [member.size for member in archive.members() if member.is_file]
        return Extent(len(files), sum(files))

    def __call__(self, loose: StoredObject, place: ParsedKey, version: int) -> Manifest:
        """The manifest that it is to have. Raises UnsafeArchiveError, StoreError."""
        summary = self._hasher.summary(RangedArchive(self.store, loose))
        run_id = run_id_of(place)
        return Manifest(
            job_id=place.prefix.job_id,
            run_id=run_id,
            version=version,
            key=place.prefix.run_results(run_id),
            content_id=summary.content_id,
            sha256=summary.sha256,
            write_token=loose.metadata.get(WRITE_TOKEN, ""),
            files=summary.files,
            raw_bytes=summary.raw_bytes,
            stored_bytes=summary.stored_bytes,
            stored_at=whole_seconds(loose.last_modified or self.store.now()),
            encoder="",
            host=self._writer.host,
            app_version=self._writer.app_version,
            etag=loose.etag,
        )
