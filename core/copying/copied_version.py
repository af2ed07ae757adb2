"""One version of a run's results on its way to another store, for `StoreContent`."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from core.copying.stored_stream import StoredStream
from core.errors import ConflictError, JobNotFoundError, StoreError
from core.model import ArtifactKind, FileId, Manifest
from core.ports.catalog import CatalogReader
from core.ports.journal.uploads import Intent
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackStream, PackSummary
from core.progress import Progress
from core.stored.job_s3_prefix import parse_key
from core.stored.manifests import may_be_content_of, read_manifest
from core.stored.results_versions import ResultsVersions
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.commit_version import Destination
from core.upload.known_content import KnownContent, first_known
from core.upload.store_content import NewContent, Place


class CommitCopy:
    """The manifest of the original, with what is other about its copy, is the commit point."""

    def __init__(
        self,
        job: Destination,
        versions: ResultsVersions,
        manifest: Manifest,
        other: Callable[[int], Manifest | None],
        *,
        in_place: bool,
    ) -> None:
        """`manifest` is the original; `in_place`, the version is to be the latest.

        `other` reads that of another version of the run.
        """
        prefix = job.prefix
        key = prefix.run_results(manifest.run_id)
        self.job = job
        self.versions = versions
        self.original = manifest
        self.in_place = in_place
        self.manifest = replace(manifest, job_id=prefix.job_id, key=key, etag="")
        self._other = other

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
        """What `ArtifactProducer` calls; may be repeated.

        Raises JobNotFoundError when the job is gone, and then there is no such version; ConflictError,
        StoreError.
        """
        meant = self._meant(intent)
        if meant is None or intent.sha256 != meant.sha256:
            raise ConflictError(f"{stored.key} holds another upload of this machine.")
        self.job.still_there()
        meant = replace(meant, job_id=self.manifest.job_id, key=self.manifest.key)
        self.manifest = replace(meant, write_token=intent.write_token, etag=stored.etag)
        file_id = self._committed()
        self._check_again()
        return file_id

    def _meant(self, intent: Intent) -> Manifest | None:
        """A copy that was cut off may be of what was the newest version then."""
        is_this = intent.version == self.original.version
        return self.original if is_this else self._other(intent.version)

    def _committed(self) -> FileId:
        if self.in_place:
            return self.versions.commit(self.job.prefix, self.manifest)
        return self.versions.commit_superseded(self.job.prefix, self.manifest)

    def _check_again(self) -> None:
        """Who deletes a job empties its record and then looks for what is left: one of us sees."""
        try:
            self.job.still_there()
        except JobNotFoundError:
            self.versions.withdraw(self.job.prefix, self.manifest)
            raise
        except StoreError:
            return  # it was there a moment ago


class CopiedVersion(NewContent[Manifest]):
    """Older versions go aside, the newest to the key of the run; what lies there is kept aside first."""

    def __init__(
        self,
        source: ObjectReader,
        commit: CommitCopy,
        target: ObjectReader,
        catalog: CatalogReader,
    ) -> None:
        """The `catalog` is the target's."""
        manifest = commit.original
        self._source = source
        self._manifest = manifest
        self._commit = commit
        self._target = target
        self._catalog = catalog
        prefix, run_id = commit.job.prefix, manifest.run_id
        aside = prefix.superseded_results(run_id, manifest.version)
        key = commit.manifest.key if commit.in_place else aside
        self._place = Place(prefix.job_id, run_id, key)
        self._there: Manifest | None = None

    @property
    def place(self) -> Place:
        """The key of the latest results, or that of an older version."""
        return self._place

    @property
    def commit(self) -> CommitCopy:
        """By its manifest."""
        return self._commit

    def look(self) -> None:
        """At the manifest of that version."""
        prefix, version = self._commit.job.prefix, self._manifest.version
        self._there = read_manifest(self._target, prefix.manifest(self._manifest.run_id, version))

    def look_again(self, progress: Progress) -> bool:
        """Nobody else is waited for."""
        self.look()
        return False

    def stored(self, progress: Progress) -> Manifest | None:
        """That version, if it has this content; raises ConflictError when it has not."""
        if self._there and not self._is_same(self._there):
            raise self._in_the_way()
        return self._there

    def draft(self) -> ArtifactDraft:
        """Keeps what is the latest version there aside. Raises ConflictError."""
        return ArtifactDraft(
            kind=ArtifactKind.RUN_RESULTS,
            job_id=self._place.job_id,
            run_id=self._place.run_id,
            version=self._manifest.version,
            key=self._place.key,
            size_bound=self._manifest.stored_bytes,
            replaces=self._replaced() if self._commit.in_place else None,
            encoder=self._manifest.encoder,
        )

    def elsewhere(self, progress: Progress) -> KnownContent | None:
        """Of another run, job or version there."""
        holding = self._catalog.holding(self._manifest.sha256)
        return first_known(self._target, (a for a in holding if a.key != self._place.key))

    def pack(self, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """As it is stored."""
        progress.begin(Phase.SENDING, total=self._manifest.stored_bytes)
        stream = StoredStream(self._source, self._original(), _summary(self._manifest))
        return stream, self._manifest.encoder

    def confirm(self) -> None:
        """The stream is held to the manifest already."""
        self.still_there()

    def still_there(self) -> None:
        """By the job's record."""
        self._commit.job.still_there()

    def committed(self) -> Manifest:
        """The version as it is there."""
        return self._commit.manifest

    def _replaced(self) -> StoredObject | None:
        prefix, versions = self._commit.job.prefix, self._commit.versions
        latest = versions.of_run(prefix, self._manifest.run_id).latest
        return versions.keep_superseded(prefix, latest) if latest else None

    def _original(self) -> StoredObject:
        """What it really is, the digest tells."""
        found = _content(self._source, self._manifest)
        if found is None:
            raise ConflictError(
                f"The content of version {self._manifest.version} of run {self._manifest.run_id} "
                f"is not at {self._source.url(self._manifest.key)}.",
                todo="`runferry store check` tells more.",
            )
        return found

    def _is_same(self, there: Manifest) -> bool:
        if there.sha256 != self._manifest.sha256:
            return False
        return _content(self._target, there) is not None

    def _in_the_way(self) -> ConflictError:
        return ConflictError(
            f"Version {self._manifest.version} at {self._target.url(self._commit.manifest.key)} is "
            "not the same, or its content is gone.",
            kept="Nothing was overwritten.",
            todo="`runferry store check` with the other profile tells more.",
        )


def _content(store: ObjectReader, manifest: Manifest) -> StoredObject | None:
    """At the key of the run, or aside."""
    there = filter(None, map(store.head, _keys(manifest)))
    return next((stored for stored in there if may_be_content_of(stored, manifest)), None)


def _keys(manifest: Manifest) -> Iterator[str]:
    yield manifest.key
    if place := parse_key(manifest.key):
        yield place.prefix.superseded_results(manifest.run_id, manifest.version)


def _summary(manifest: Manifest) -> PackSummary:
    return PackSummary(
        manifest.content_id,
        manifest.files,
        manifest.raw_bytes,
        manifest.sha256,
        manifest.stored_bytes,
    )
